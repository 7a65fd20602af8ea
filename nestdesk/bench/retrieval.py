"""Retrieval: how often the right passage is among the first ones found, and how long a search takes in a large library.

All passages of all articles lie in one library, and every question is asked of all of them: by meaning alone, by words
alone, and by the search that answers questions. The second measure needs no data: passages and vectors are generated.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from nestdesk.bench import generated
from nestdesk.bench.squad import Article
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Effort, Passage
from nestdesk.engine.client import Engine
from nestdesk.memory.retrieval import terms
from nestdesk.memory.vector_index import VECTOR_SIZE, VectorIndex
from nestdesk.services.engine_jobs import embed_all
from nestdesk.services.library_index import LibraryIndex
from nestdesk.services.material import DOCUMENT
from nestdesk.services.workspace import App
from nestdesk.storage.passages import PassageStore

PLACES = (1, 3, 5)  # recall is reported at
ANY_MARGIN = float("inf")  # how far behind the best a passage may be that still counts as found
SOURCE_PASSAGES = 100  # of a generated source
PASSAGE_WORDS = 120
QUESTION_WORDS = 4  # of a passage, beside as many small ones
NOISE = 0.8  # of a generated question's vector, beside its passage's


def recall(app: App, engine: Engine, articles: Sequence[Article]) -> Job[dict[str, Any]]:
    """Store the articles in an empty data folder and search for the passage of every question."""
    for article in articles:
        vectors = yield from embed_all(engine, [passage.text for passage in article.passages])
        _store(app, article.title, article.passages, vectors)
    store = PassageStore(app.database)
    library, ids = LibraryIndex(app.sources, store, app.changes), _ids(app)
    asked = [(one.text, ids[article.title][one.passage]) for article in articles for one in article.questions]
    vectors = yield from embed_all(engine, [question for question, _ in asked])
    places = store.places(store.states())
    index = VectorIndex()
    index.add(places, store.vectors(places[:, 0].tolist())[1])
    best = max(PLACES)

    def meaning(question: str, vector: np.ndarray) -> list[int]:
        return [passage for passage, _ in index.search(vector, best)]

    def words(question: str, vector: np.ndarray) -> list[int]:
        return [passage for passage, _ in store.search(question.split(), best)]

    def search(question: str, vector: np.ndarray) -> list[int]:
        return [hit.passage_id for hit in library.search(question, vector, best, ANY_MARGIN)]

    found: dict[str, Any] = {}
    for finder in (meaning, words, search):
        yield Progress("retrieval", text=finder.__name__)
        found[finder.__name__] = yield from _found(finder, asked, vectors)
    return {"bench": "retrieval", "articles": len(articles), "passages": len(places), "questions": len(asked), **found}


def speed(app: App, passages: int, questions: int, seed: int) -> Job[dict[str, Any]]:
    """Fill an empty data folder with generated passages and time searches; nothing is embedded."""
    chance = np.random.default_rng(seed)
    asked: list[tuple[str, int]] = []
    about: list[np.ndarray] = []
    every = max(1, passages // questions)
    for start in range(0, passages, SOURCE_PASSAGES):
        yield Progress("storing", start / passages)
        texts = generated.texts(min(SOURCE_PASSAGES, passages - start), PASSAGE_WORDS, seed + start)
        vectors = _unit(chance.normal(size=(len(texts), VECTOR_SIZE)))
        _store(app, f"Source {start}", [Passage(text, 0, len(text)) for text in texts], vectors)
        for place, text in enumerate(texts):
            if (start + place) % every == 0:
                asked.append((_question(text), start + place))
                about.append(vectors[place] + NOISE * _unit(chance.normal(size=(1, VECTOR_SIZE)))[0])
    store = PassageStore(app.database)
    library = LibraryIndex(app.sources, store, app.changes)
    began = time.monotonic()
    count = len(library)
    load_s = time.monotonic() - began
    order = sorted(id for ids in _ids(app).values() for id in ids)

    def search(question: str, vector: np.ndarray) -> list[int]:
        return [hit.passage_id for hit in library.search(question, vector, max(PLACES), ANY_MARGIN)]

    vectors = _unit(np.stack(about))
    found = yield from _found(search, [(question, order[place]) for question, place in asked], vectors)
    return {"bench": "retrieval", "passages": count, "questions": len(asked), "load_s": load_s, "search": found}


def _found(
    finder: Callable[[str, np.ndarray], list[int]], asked: Sequence[tuple[str, int]], vectors: np.ndarray
) -> Job[dict[str, float]]:
    """Return the share of questions whose passage is among the first ones, and what a search takes."""
    places, took = [], []
    for number, ((question, right), vector) in enumerate(zip(asked, vectors, strict=True)):
        if number % 100 == 0:
            yield Progress("searching", number / len(asked))
        began = time.monotonic()
        found = finder(question, vector)
        took.append(1000 * (time.monotonic() - began))
        places.append(found.index(right) if right in found else max(PLACES))
    shares = {f"recall_at_{limit}": float(np.mean([place < limit for place in places])) for limit in PLACES}
    return {**shares, "p50_ms": float(np.percentile(took, 50)), "p95_ms": float(np.percentile(took, 95))}


def _store(app: App, title: str, passages: Iterable[Passage], vectors: np.ndarray) -> None:
    source = app.sources.add(title, DOCUMENT, title, title, 0, Effort.QUICK)
    app.sources.save_content(source.id, title, "", tuple(passages), vectors)


def _ids(app: App) -> Mapping[str, list[int]]:
    """Return the passages' ids of every source, by its title."""
    return {one.title: [hit.passage_id for hit in app.sources.passages(one.id)] for one in app.sources.list()}


def _question(text: str) -> str:
    """Return a question with some of the rarer words of a passage, and small words around them."""
    telling = [term for term in terms(text) if " " not in term]
    return "What is the " + " of the ".join(telling[-QUESTION_WORDS:]) + "?"


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
