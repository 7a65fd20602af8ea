"""A copied answer is a span of its texts, whatever the model would rather say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.learning import generate
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.limits import LOOP_TOKENS, WORDS, Spans, Written

TEXT = "The Rín (French: Rhin) is 1,230 km long; mother-of-pearl costs $40."


def answer(tiny: Backbone, prompt: str, limit: Spans | Written, tokens: int = 12) -> str:
    return tiny.decode(list(generate.stream(tiny, tiny.encode(prompt), max_tokens=tokens, limit=limit)))


@given(prompt=st.text(min_size=1, max_size=20))
def test_every_answer_stands_in_the_text(tiny: Backbone, prompt: str) -> None:
    said = answer(tiny, prompt, Spans(tiny, [TEXT]), 40)
    assert said in TEXT or said in WORDS
    assert said in WORDS or re.search(rf"(?<!\w){re.escape(said)}", TEXT)


def test_spans_begin_and_end_with_words(tiny: Backbone) -> None:
    limit = Spans(tiny, [TEXT])
    stops = set(tiny.stop_ids)
    for said, may_end in (("Rh", False), ("Rhin", True), ("R", False), ("1", False), ("1,230", True), ("$40", True)):
        assert bool(stops & set(limit.allowed(tiny.encode(said)))) == may_end, said
    first = {tiny.decode([token]) for token in limit.allowed([])}
    assert {"R", "F", "1", "$", "m", "o", "p"} <= first
    assert "h" not in first


def test_no_character_is_cut_in_half(tiny: Backbone) -> None:
    half = tiny.encode("R") + tiny.encode("í")[:1]
    assert not set(tiny.stop_ids) & set(Spans(tiny, ["Rí n"]).allowed(half))


def test_a_span_may_come_from_any_of_the_texts_or_be_yes_or_no(tiny: Backbone) -> None:
    limit = Spans(tiny, ["alpha beta", "alpha gamma"])
    after = {tiny.decode([token]) for token in limit.allowed(tiny.encode("alpha "))}
    assert after == {"b", "g"}
    for word in WORDS:
        assert set(tiny.stop_ids) <= set(limit.allowed(tiny.encode(word)))


def test_a_word_is_refused_at_the_beginning_only(tiny: Backbone) -> None:
    for limit in (Written(tiny, "unknown"), Spans(tiny, ["unknown places"], "unknown")):
        assert list(limit.refused([])) == tiny.encode("unknown")[:1]
        assert not limit.refused([1])
    assert not Spans(tiny, ["unknown"]).refused([])
    assert not Written(tiny).refused([])


@given(prompt=st.text(min_size=1, max_size=20), said=st.lists(st.integers(0, 2), min_size=1, max_size=80))
def test_what_is_written_never_says_the_same_long_stretch_twice(tiny: Backbone, prompt: str, said: list[int]) -> None:
    ids = list(generate.stream(tiny, tiny.encode(prompt), max_tokens=100, limit=Written(tiny)))
    stretches = [tuple(ids[at : at + LOOP_TOKENS]) for at in range(len(ids) - LOOP_TOKENS + 1)]
    assert len(stretches) == len(set(stretches))
    told = {tuple(said[at : at + LOOP_TOKENS]) for at in range(len(said) - LOOP_TOKENS + 1)}
    again = {token for token in range(3) if (*said[1 - LOOP_TOKENS :], token) in told}
    assert set(Written(tiny).refused(said)) == again


@pytest.mark.parametrize("texts", [[TEXT], [TEXT, "Another text of few words"]])
def test_copied_together_or_alone_is_the_same(tiny: Backbone, texts: list[str]) -> None:
    prompts = [tiny.encode(text) for text in ("Where?", "Tell me: who?", "Tell me: when?")]
    limits = [Spans(tiny, texts), None, Written(tiny, "a")]
    alone = [
        list(generate.stream(tiny, prompt, max_tokens=10, limit=limit))
        for prompt, limit in zip(prompts, limits, strict=True)
    ]
    ended = []

    def run():
        ended.append((yield from generate.many(tiny, prompts, max_tokens=10, limits=limits)))

    list(run())
    assert ended == [alone]
