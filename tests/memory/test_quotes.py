"""Answers in the words of the documents: what is quoted stands there, in its order and under its title."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.memory import quotes

PASSAGES = ["The mill is old. It has  three wheels.", "Owls live here."]
SAID = [(0, "The mill is old."), (0, "It has three wheels."), (1, "Owls live here.")]


def turned(*cosines: float) -> np.ndarray:
    """Return unit vectors [n, d] with these cosines to the first axis, as different from each other as can be."""
    vectors = np.zeros((len(cosines), len(cosines) + 1), np.float32)
    for at, cosine in enumerate(cosines):
        vectors[at, 0], vectors[at, at + 1] = cosine, np.sqrt(1 - cosine**2)
    return vectors


def test_sentences_know_their_passage() -> None:
    assert quotes.sentences_of(PASSAGES) == SAID


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("three wheels", "Three wheels\n\n> It has three wheels."),
        ("old", "Old\n\n> The mill is old."),
        ("the mill is old", "The mill is old"),
        ("yes", "Yes"),
        ("", ""),
    ],
)
def test_a_fact_stands_above_its_sentence_unless_that_says_no_more(answer: str, shown: str) -> None:
    assert quotes.with_evidence(answer, PASSAGES[0]) == shown


def test_names_that_are_spelled_in_their_own_way_stay_so() -> None:
    told = "Its element is mime-info, its alias audio/x-midi 2, in the well-known form of v2.1 files."
    for answer, shown in (
        ("mime-info", "mime-info"),
        ("audio/x-midi 2", "audio/x-midi 2"),
        ("v2.1 files", "v2.1 files"),
        ("well-known form", "Well-known form"),
    ):
        assert quotes.with_evidence(answer, told).startswith(f"{shown}\n\n>")


def test_an_account_quotes_what_is_near_in_the_documents_order() -> None:
    vectors = turned(0.5, 0.1, 0.6)
    told = quotes.account(["Mill", "Birds"], SAID, vectors, np.eye(4)[0])
    assert told == "From **Mill**:\n\n> The mill is old.\n\nFrom **Birds**:\n\n> Owls live here."


def test_passages_of_one_document_are_quoted_under_one_title() -> None:
    told = quotes.account(["Mill", "Mill"], SAID, turned(0.6, 0.6, 0.6), np.eye(4)[0])
    assert told == "From **Mill**:\n\n> The mill is old.\n> It has three wheels.\n\n> Owls live here."


def test_a_passage_that_was_given_has_no_title() -> None:
    assert quotes.account([""], SAID[:1], turned(0.5), np.eye(2)[0]) == "> The mill is old."


@given(st.lists(st.floats(-0.9, 0.9), max_size=9), st.integers(1, 4))
def test_an_account_is_made_of_few_sentences_that_are_there(cosines: list[float], passages: int) -> None:
    said = [(min(at, passages - 1), f"Sentence {at}.") for at in range(len(cosines))]
    told = quotes.account([f"T{n}" for n in range(passages)], said, turned(*cosines), np.eye(len(cosines) + 1)[0])
    quoted = [line[2:] for line in told.splitlines() if line.startswith("> ")]
    texts = [text for _, text in said]
    assert quoted == [text for text in texts if text in quoted]
    assert len(quoted) == len(set(quoted)) <= quotes.QUOTED
    if cosines:
        stored = np.float32(cosines)  # as vectors are: of what is the same there, any may be quoted
        assert any(texts[at] in quoted for at in np.flatnonzero(stored == stored.max()))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Old\n\n> The mill is old.", "Old"),
        ("From **Mill**:\n\n> The mill is old.\n\nFrom **Birds**:\n\n> Owls.", "I quoted what your documents say."),
        ("One.\n\nTwo > one.", "One.\n\nTwo > one."),
        ("One.\n\n> quoted\n\nTwo.", "One.\n\nTwo."),
    ],
)
def test_an_answer_without_its_quotes(text: str, left: str) -> None:
    assert quotes.unquoted(text) == left
