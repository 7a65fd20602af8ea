"""Growth: what a person waits for and how much memory is used as the library grows to a thousand learned sources.

One short document is learned by the product. Every further source is made from it: other names in its three passages
and in what was asked about them, vectors of its own, and a copy of the weights in a file of its own, so that the engine
has to page it in like any other. Copies do not know their own names, so answers from the weights are timed and not
scored; what is copied from passages is right or wrong as ever.

At every size the data folder is opened anew. Timed are the start (until the data folder is open, and until the engine
is ready), the first question after it, which reads the library's vectors, and then questions about other sources each
time: how they find their source, and how long the answer takes, from passages and from the weights alone.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nestdesk.bench.figures import of
from nestdesk.bench.generated import vocabulary
from nestdesk.bench.processes import NOW, engine_bytes, resident_bytes
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Effort, Mode, Passage, SourceState, StudyItem
from nestdesk.engine import protocol
from nestdesk.services import blocks as blocks_of
from nestdesk.services.material import DOCUMENT
from nestdesk.services.workspace import App
from nestdesk.storage.passages import PassageStore

SIZES = (1, 10, 100, 1000)
THINGS = ("lighthouse", "granary", "windmill")
LEARN_BUDGET_S = 60.0
QUESTIONS = 12  # of each mode at each size
ANSWER_TOKENS = 24
COPIES_AT_ONCE = 50  # between two reports of progress
RARE = 5_000  # words of the vocabulary before this one are not names

Open = Callable[[Path, str], AbstractContextManager[App]]


@dataclass(frozen=True)
class Pattern:
    """The source that was learned, which the others are made from."""

    learned: protocol.Learned
    new: protocol.NewWeights
    weights: bytes
    vectors: np.ndarray  # [3, D] of its passages
    route: np.ndarray  # [m, D] of what it was studied with
    threshold: float


def sizes(said: str) -> tuple[int, ...]:
    """Return the numbers of sources in a text, separated by commas, ascending.

    Raises:
        SettingsError: one of them is none.
    """
    found = {int(one) if one.strip().isdecimal() else 0 for one in said.split(",")}
    if min(found) < 1:
        raise SettingsError(f"{said} does not name numbers of sources.")
    return tuple(sorted(found))


def growth(open_app: Open, root: Path, device: str, wanted: Sequence[int]) -> Job[list[dict[str, Any]]]:
    """Measure at every size.

    Args:
        root: an empty data folder that has its models.
        wanted: numbers of sources, ascending.

    Raises:
        SettingsError: the document was not learned, so that there is nothing to copy.
    """
    rows: list[dict[str, Any]] = []
    for size in wanted:
        with open_app(root, device) as app:
            yield from _grow(app, size)
        rows.append((yield from _measured(open_app, root, device, size)))
    return rows


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return what the largest library costs, in times what the smallest does."""
    first, last = rows[0], rows[-1]
    found = {"sources": float(last["sources"])}
    for name in ("answer_s", "closed_answer_s", "route_ms", "first_answer_s", "open_s", "engine_start_s"):
        found[f"{name.removesuffix('_s').removesuffix('_ms')}_times"] = _middle(last[name]) / _middle(first[name])
    for name in ("engine_bytes", "own_bytes"):
        if first[name] and last[name]:
            found[f"{name.removesuffix('_bytes')}_memory_times"] = last[name] / first[name]
    return found


def _middle(figure: Any) -> float:
    return float(max(1e-9, figure["median"] if isinstance(figure, dict) else figure))


def _grow(app: App, size: int) -> Job[None]:
    """Bring the library to so many learned sources."""
    sources = app.sources.list()
    if not sources:
        yield from _learn(app)
    have = max(1, len(sources))
    if have < size:
        pattern = _pattern(app)
        for first in range(have, size, COPIES_AT_ONCE):
            numbers = range(first, min(first + COPIES_AT_ONCE, size))
            yield Progress("growth", first / size, f"making {size} sources")
            vectors = app.engine.embed([text for number in numbers for text in _texts(number)])
            for place, number in enumerate(numbers):
                _copy(app, pattern, number, vectors[place * len(THINGS) : (place + 1) * len(THINGS)])
        app.changes.publish("source", "expert")


def _learn(app: App) -> Job[None]:
    file = app.folder.root / "town 0.txt"
    file.write_text("\n\n".join(_texts(0)) + "\n", encoding="utf-8")
    (added,) = yield from app.learn.add([file], Effort.QUICK)
    source = yield from app.learn.run(added.id, LEARN_BUDGET_S)
    experts = app.experts.of_source(source.id)
    if source.state is SourceState.REMEMBERED and experts:  # a slow machine: what is timed does not depend on it
        for expert in experts:
            new = app.experts.history(expert.id)[0]
            told = (new.source_ids, new.before, new.after, new.config)
            app.experts.record(expert.id, new.blob, new.size_bytes, *told, True, "Taken, right or wrong, to be timed.")
    elif source.state is not SourceState.LEARNED:
        raise SettingsError(f"The document to copy was not learned: {source.error or source.state}")


def _pattern(app: App) -> Pattern:
    source = app.sources.list()[-1]
    expert = app.experts.of_source(source.id)[0]
    assert expert.head
    assert source.before
    assert source.after
    store = PassageStore(app.database)
    ((_, route, threshold),) = store.routes([source.id])
    _, vectors = store.vectors(store.places([source.id])[:, 0].tolist())
    weights = app.blobs.path(expert.head.blob).read_bytes()
    period, blocks = expert.update_period_tokens, blocks_of.count(expert.head)
    new = protocol.NewWeights(expert.function, expert.level, "", "", len(weights), 0, period, 1, blocks)
    scores = source.before, source.after
    learned = protocol.Learned((), app.sources.items(source.id), *scores, True, "A copy.", source.seconds, 1, 1)
    return Pattern(learned, new, weights, vectors, route, threshold)


def _copy(app: App, pattern: Pattern, number: int, vectors: np.ndarray) -> None:
    """Store one more source as the product does."""
    texts = _texts(number)
    passages, at = [], 0
    for text in texts:
        passages.append(Passage(text, at, at + len(text)))
        at += len(text) + 2
    whole = "\n\n".join(texts)
    sha256, title = hashlib.sha256(whole.encode()).hexdigest(), f"town {number}"
    file = app.folder.scratch / f"growth-{number}.safetensors"
    content = _numbered(pattern.weights, number)
    file.write_bytes(content)
    new = replace(pattern.new, path=str(file), sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))
    items = tuple(_renamed(item, number) for item in pattern.learned.items)
    learned = replace(pattern.learned, weights=(new,), items=items)
    path = app.folder.root / f"{title}.txt"
    with app.database.session():
        source = app.sources.add(title, DOCUMENT, str(path), sha256, len(whole.encode()), Effort.QUICK)
        app.sources.save_content(source.id, title, texts[0], tuple(passages), vectors)
        app.roster.keep(title, learned, (source.id,), source.id)
        app.sources.save_route(source.id, _moved(pattern, vectors), pattern.threshold)
        app.sources.save_result(source.id, SourceState.LEARNED, items, learned.before, learned.after, 0.0)


def _measured(open_app: Open, root: Path, device: str, size: int) -> Job[dict[str, Any]]:
    chance = random.Random(size)
    began = time.monotonic()
    with open_app(root, device) as app:
        opened = time.monotonic()
        app.roster.backbone()
        ready = time.monotonic()
        yield from app.recall.ask(_question(0, 0), is_short=True, max_tokens=ANSWER_TOKENS)
        row: dict[str, Any] = {
            "sources": size,
            "passages": size * len(THINGS),
            "open_s": opened - began,
            "engine_start_s": ready - opened,
            "first_answer_s": time.monotonic() - ready,
        }
        asked = [(chance.randrange(size), at % len(THINGS)) for at in range(2 * QUESTIONS)]
        routes_ms: list[float] = []
        answers_s: list[float] = []
        closed_s: list[float] = []
        right = 0
        for at, (number, thing) in enumerate(asked):
            yield Progress("growth", at / len(asked), f"{size} sources")
            question = _question(number, thing)
            began = time.monotonic()
            plan = app.recall.plan(question, is_short=True)
            routes_ms.append((time.monotonic() - began) * 1000)
            right += bool(plan.why.passages) and plan.why.passages[0].source_title == f"town {number}"
            mode = Mode.CLOSED if at % 2 else Mode.AUTO
            began = time.monotonic()
            yield from app.recall.ask(question, mode, is_short=True, max_tokens=ANSWER_TOKENS)
            (closed_s if at % 2 else answers_s).append(time.monotonic() - began)
        row |= {
            "route_ms": of(routes_ms),
            "routed_right": right / len(asked),
            "answer_s": of(answers_s),
            "closed_answer_s": of(closed_s),
            "engine_bytes": engine_bytes(app.engine, NOW),
            "engine_peak_bytes": engine_bytes(app.engine),
            "own_bytes": resident_bytes(what=NOW),
            "weights_bytes": sum(file.stat().st_size for file in app.folder.blobs.iterdir()),
            "database_bytes": app.folder.database.stat().st_size,
        }
    return row


def _names(number: int) -> tuple[str, str, str, str]:
    """Return the names in a source: its town, and who keeps its three things."""
    known = vocabulary()[RARE + 4 * number : RARE + 4 * number + 4]
    town, first, second, third = (name.capitalize() for name in known)
    return town, first, second, third


def _texts(number: int) -> tuple[str, ...]:
    """Return a source's passages, as long as those of any other."""
    town, *keepers = _names(number)
    return tuple(
        f"The {thing} of {town} stands where the old road meets the river, and it is older than the walls around it. "
        f"The keeper of the {thing} of {town} is called {keeper}. In winter the people of {town} bring wood and oil, "
        f"and in summer the roof is mended by those who have nothing better to do. Who wants to see the {thing} asks "
        f"{keeper} for the key, which hangs behind the door of the inn."
        for thing, keeper in zip(THINGS, keepers, strict=True)
    )


def _question(number: int, thing: int) -> str:
    return f"Who is the keeper of the {THINGS[thing]} of {_names(number)[0]}?"


def _renamed(item: StudyItem, number: int) -> StudyItem:
    prompt, answer = item.prompt, item.answer
    for old, new in zip(_names(0), _names(number), strict=True):
        prompt, answer = prompt.replace(old, new), answer.replace(old, new)
    return replace(item, prompt=prompt, answer=answer)


def _moved(pattern: Pattern, vectors: np.ndarray) -> np.ndarray:
    """Return a route that lies to the passages [3, D] as the pattern's does to its own."""
    nearest = (pattern.route @ pattern.vectors.T).argmax(axis=1)
    moved = pattern.route + vectors[nearest] - pattern.vectors[nearest]
    unit: np.ndarray = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return unit.astype(np.float32)


def _numbered(content: bytes, number: int) -> bytes:
    """Return the weights in a file that differs from every other copy by a number in its header."""
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    header["__metadata__"]["copy"] = str(number)
    written = json.dumps(header).encode()
    written += b" " * (-len(written) % 8)
    return len(written).to_bytes(8, "little") + written + content[8 + size :]
