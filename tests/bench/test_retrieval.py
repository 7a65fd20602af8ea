"""The right passage of every question is looked for among all passages, in three ways."""

from __future__ import annotations

import numpy as np
import pytest

from nestdesk.bench import generated, retrieval
from nestdesk.bench.squad import Article, Question
from nestdesk.core.jobs import finish
from nestdesk.core.types import Passage


def article(title: str, *pairs: tuple[str, str]) -> Article:
    passages = tuple(Passage(text, 0, len(text)) for text, _ in pairs)
    return Article(title, passages, tuple(Question(asked, ("x",), place) for place, (_, asked) in enumerate(pairs)))


ARTICLES = (
    article(
        "Harbour",
        ("The harbour master keeps seven lanterns.", "Which master keeps lanterns?"),
        ("The ferry crosses the strait every morning.", "When does the ferry cross?"),
    ),
    article("Bakery", ("Rye bread is baked before dawn.", "When is rye bread baked?")),
)


def test_recall_counts_right_passages_of_all_articles(desk):
    report = finish(retrieval.recall(desk, desk.engine, ARTICLES))
    assert (report["articles"], report["passages"], report["questions"]) == (2, 3, 3)
    for finder in ("meaning", "words", "search"):
        found = report[finder]
        assert found["recall_at_1"] <= found["recall_at_3"] <= found["recall_at_5"] == 1.0
        assert 0.0 < found["p50_ms"] <= found["p95_ms"]
    assert report["search"]["recall_at_1"] == 1.0


def test_a_question_whose_passage_is_not_found_counts_as_missed(desk):
    strange = article("Strange", *((f"Text number {number} says nothing.", "Quux zyzzy?") for number in range(9)))
    report = finish(retrieval.recall(desk, desk.engine, (strange,)))
    assert report["words"]["recall_at_5"] == 0.0
    assert report["search"]["recall_at_5"] < 1.0


def test_searches_among_generated_passages_are_timed_and_find_theirs(desk):
    report = finish(retrieval.speed(desk, passages=230, questions=23, seed=1))
    assert (report["passages"], report["questions"]) == (230, 23)
    assert report["search"]["recall_at_1"] > 0.9
    assert report["search"]["p95_ms"] > 0.0
    assert report["load_s"] > 0.0
    assert {source.passages for source in desk.sources.list()} == {100, 30}


def test_generated_text_is_the_same_every_time_and_has_common_words():
    (text,) = generated.texts(1, 2000, seed=3)
    assert [text] == generated.texts(1, 2000, seed=3)
    assert generated.texts(1, 2000, seed=4) != [text]
    words = text.lower().replace(".", "").split()
    assert len(words) == 2000
    assert words.count("the") > 2 * words.count("and") > 0
    assert len(set(generated.vocabulary())) == generated.VOCABULARY


@pytest.mark.parametrize("count", [1, 3])
def test_generated_vectors_are_of_length_one(count):
    vectors = retrieval._unit(np.random.default_rng(0).normal(size=(count, 384)))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0)
