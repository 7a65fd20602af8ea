"""The mixture ranks by meaning and words, and a question says which words to look for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.memory.retrieval import WORDS_WEIGHT, WordIndex, best_sentences, leading, mixed, neighbours, terms

COSINES = st.dictionaries(st.integers(0, 15), st.floats(-1, 1), max_size=10)
SCORES = st.dictionaries(st.integers(0, 15), st.floats(0, 30), max_size=10)


@given(COSINES, SCORES)
def test_every_candidate_once_best_first(similar: dict[int, float], worded: dict[int, float]) -> None:
    ranked = mixed(similar, worded)
    assert {item for item, _ in ranked} == set(similar)
    assert ranked == sorted(ranked, key=lambda entry: (-entry[1], entry[0]))


@given(COSINES)
def test_without_common_words_meaning_decides(similar: dict[int, float]) -> None:
    assert dict(mixed(similar, {})) == similar


def test_words_lift_a_passage_by_their_weight() -> None:
    assert mixed({1: 0.5, 2: 0.4}, {2: 5.0, 3: 9.0}) == [(2, pytest.approx(0.4 + 5 * WORDS_WEIGHT)), (1, 0.5)]
    assert mixed({1: 0.5, 2: 0.4}, {2: 5.0}, 0.01) == [(1, 0.5), (2, pytest.approx(0.45))]


@given(COSINES, st.integers(1, 5), st.floats(0, 1))
def test_what_leads_is_near_the_best(similar: dict[int, float], limit: int, margin: float) -> None:
    ranked = mixed(similar, {})
    lead = leading(ranked, limit, margin)
    assert lead == ranked[: len(lead)]
    assert len(lead) <= limit
    assert all(score >= ranked[0][1] - margin for _, score in lead)
    assert bool(lead) == bool(ranked)


def test_a_word_counts_even_where_half_of_the_passages_hold_it() -> None:
    scores = WordIndex(["The village was founded in 1683.", "The village sells honey."]).scores(
        "Who founded the village?"
    )
    assert scores[0] > scores[1] > 0.0


def test_word_scores_are_the_published_formula() -> None:
    first, second = WordIndex(["salt salt kelp", "kelp"]).scores("Salt?")
    assert first == pytest.approx(math.log(1 + 1.5 / 1.5) * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2)))
    assert second == 0.0


@given(st.lists(st.text(max_size=30), max_size=5), st.text(max_size=30))
def test_every_passage_gets_a_score(texts: list[str], question: str) -> None:
    scores = WordIndex(texts).scores(question)
    assert len(scores) == len(texts)
    assert all(score >= 0.0 for score in scores)


def test_neighbours_are_the_nearest_others() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    assert neighbours(vectors, 1) == ((1,), (0,), (1,))
    assert neighbours(vectors, 9) == ((1, 2), (0, 2), (1, 0))
    assert neighbours(vectors[:1], 3) == ((),)


def test_what_is_looked_for_are_telling_words_and_pairs_of_them() -> None:
    assert terms("Who won the Battle of Hastings in 1066?") == (
        "won", "battle", "hastings", "1066", "won the battle", "battle of hastings", "hastings in 1066",
    )  # fmt: skip
    assert terms("harbour, Harbour!") == ("harbour", "harbour harbour")
    assert terms("Who is it?") == ("who", "is", "it")
    assert terms("?!") == ()


def test_the_small_words_of_another_language_are_left_out() -> None:
    wanted = terms("Wer ist der Kapitän, der auf dem Schiff von den Wellen und dem Wind erzählt?")
    assert {"kapitän", "schiff", "wellen"} <= set(wanted)
    assert not {"der", "auf", "dem", "und"} & set(wanted)


def test_the_best_sentence_of_a_passage_counts_not_all_of_it() -> None:
    together = "The harbour master keeps lanterns. Bread is baked here."
    apart = "The harbour is deep. The master sleeps. There are lanterns."
    best = best_sentences(("harbour", "master", "lanterns", "harbour master"), {1: together, 2: apart, 3: ""})
    assert best[1] > best[2] > best[3] == (0.0, "")
    assert best[1][1] == "The harbour master keeps lanterns."
    assert best[2][1] in apart
    assert best_sentences(("harbour",), {}) == {}
