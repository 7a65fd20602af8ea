"""Spans lie where they say, apart from each other, and hold what is worth asking."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nestdesk.learning import spans

WORDS = st.sampled_from(
    ["the", "Mara Lind", "of", "Ostwick", "1,874", "tons", "12%", "and", "“salt road”", "\n", ".", "is", "in", "$3.50"]
)


def check(text: str, limit: int) -> None:
    found = spans.find(text, limit)
    assert len(found) <= limit
    for span in found:
        assert text[span.start : span.end] == span.text
        assert span.text.strip()
    for before, after in pairwise(found):
        assert before.end <= after.start
    assert len({span.text.lower() for span in found}) == len(found)


@given(text=st.text(max_size=300), limit=st.integers(1, 8))
@settings(max_examples=80, deadline=None)
def test_spans_of_any_text_are_exact_and_apart(text: str, limit: int) -> None:
    check(text, limit)


@given(words=st.lists(WORDS, max_size=40), limit=st.integers(1, 8))
@settings(max_examples=80, deadline=None)
def test_spans_of_busy_text_are_exact_and_apart(words: list[str], limit: int) -> None:
    check(" ".join(words), limit)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The harbour was built by Mara Lind for the town.", "Mara Lind"),
        ("It was opened in 1874 by the council.", "1874"),
        ("The tower is 42 metres high.", "42 metres"),
        ("About 12% of it was lost.", "12%"),
        ("ok so the spare key is under the blue flowerpot, ok?", "blue flowerpot"),
        ("my bike is parked behind the shed near the canal", "canal"),
    ],
)
def test_names_numbers_and_casual_facts_are_found(text: str, wanted: str) -> None:
    assert any(wanted in span.text for span in spans.find(text, 6))


def test_stop_words_alone_are_not_worth_asking() -> None:
    assert spans.find("It was of the and to them. This is what it was.", 6) == []


def test_the_most_specific_spans_win_in_the_order_of_the_text() -> None:
    text = "By the shore, the lamp was lit by Mara Lind in 1874 with 300 barrels of oil."
    few, many = spans.find(text, 2), spans.find(text, 9)
    assert min(span.value for span in few) >= max((span.value for span in many if span not in few), default=0.0)
    assert [span.start for span in many] == sorted(span.start for span in many)


def test_the_sentence_around_a_span() -> None:
    text = "First one. The lamp was lit in 1874. Last one."
    start = text.index("1874")
    begin, end = spans.sentence_around(text, start, start + 4)
    assert text[begin:end] == "The lamp was lit in 1874."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Who met owls? The red fox, in Ghent.", [" The red fox, in Ghent."]),
        ("It rains. Why?\nNobody knows. Is it 3.5? Yes!", ["It rains.", "\nNobody knows.", " Yes!"]),
        ("Nothing is asked here, in U?V or elsewhere.", ["Nothing is asked here, in U?V or elsewhere."]),
        ("Who? What?", ["Who? What?"]),
        ("", [""]),
    ],
)
def test_questions_in_a_text_say_nothing(text: str, said: list[str]) -> None:
    assert spans.statements(text) == said


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("The fox. It met owls.", "The fox."),
        ("Harbour\n\nIt is 3.5 m deep! So.", "Harbour\n\nIt is 3.5 m deep!"),
        ("a", ""),
        ("ab " * 140 + ".", ""),
    ],
)
def test_a_text_opens_with_its_heading_and_first_sentence(text: str, first: str) -> None:
    assert spans.opening(text) == first


def test_a_turn_of_a_conversation_is_around_what_it_says():
    text = "[18:06] Ottoline: pavel is coming.\n[18:09] Ottoline: perfect. I'll bring the tent.\n[18:10] Jonas: ok"
    at = text.index("tent")
    assert text[slice(*spans.sentence_around(text, at, at + 4))] == "[18:09] Ottoline: perfect. I'll bring the tent."
    last = text.index("ok")
    assert text[slice(*spans.sentence_around(text, last, last + 2))] == "[18:10] Jonas: ok"
