"""Forgetting: made-up words in documents, chats and facts, looked for in every byte after those were forgotten.

The same is taught to two empty data folders, but the second one, the control, never learns what the first one is to
forget. Then the first one forgets, and its experts are compared with the control's: the weights have to be the very
same. Lessons are measured in steps here, not in seconds: the learning rate falls over the budget, and seconds never
come twice.
"""

from __future__ import annotations

import random
import shutil
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Conversation, Source
from nestdesk.memory import chat_markdown
from nestdesk.services.workspace import App
from nestdesk.storage import archive, traces

BY_STEPS_S = 1e6  # a budget that no lesson comes near: the share that is done is then counted in steps
WORD_LETTERS = 14
NOTES = "Notes"
_THINGS = ("harbour", "granary", "windmill", "orchard", "chapel", "quarry", "lighthouse", "brewery")
_TOWNS = {"kept": "Brackwater", "forgotten": "Ostwick", "later": "Quillhaven"}


@dataclass(frozen=True)
class Case:
    """What is taught: three documents by name, what is said in two chats and written by hand, and the words in each."""

    documents: dict[str, str]
    notes: str  # said in a chat that stays
    said: str  # said there too, and forgotten
    private: tuple[str, ...]  # said in a chat that is deleted
    written: str  # by hand, into the memory
    words: dict[str, tuple[str, ...]]  # of each document, and of said, private and written


def case(count: int, seed: int) -> Case:
    """Make up a case with so many words to forget, and as many in each document that is kept."""
    chance = random.Random(seed)
    words = {name: tuple(_word(chance) for _ in range(count)) for name in _TOWNS}
    words |= {name: (_word(chance),) for name in ("said", "written", "private")}
    documents = {name: _document(town, words[name]) for name, town in _TOWNS.items()}
    said, written, private = (words[name][0] for name in ("said", "written", "private"))
    return Case(
        documents,
        notes="My bicycle is red and stands behind the old station.",
        said=f"My dog is called {said}.",
        private=(f"My sister is called {private} and lives in Tartu.", "My uncle repairs clocks in Trondheim."),
        written=f"My cat is called {written}.",
        words=words,
    )


def control(app: App, papers: Path, made: Case) -> Job[dict[str, str]]:
    """Teach an empty data folder all that is kept; returns the hashes of its weights."""
    yield from _learn(app, papers, made, ("kept",))
    yield from _learn(app, papers, made, ("later",))
    notes = yield from _say(app, NOTES, (made.notes,))
    return _hashes(app, notes)


def forget(app: App, papers: Path, made: Case, wanted: dict[str, str]) -> Job[dict[str, Any]]:
    """Teach an empty data folder everything, forget, look for what is left, and compare with the control's hashes."""
    yield from _learn(app, papers, made, ("kept",))
    _, gone = yield from _learn(app, papers, made, ("later", "forgotten"))
    notes = yield from _say(app, NOTES, (made.said, made.notes))
    private = yield from _say(app, "Private", made.private)
    slept = app.sources.of_conversation(private.id)
    yield from app.sleep.run(BY_STEPS_S, only=[slept.id] if slept else [])
    yield from app.memory.add(made.written)
    yield from _ask(app, f"Who keeps the {_THINGS[0]} of {_TOWNS['forgotten']}?", "What is my dog called?")
    forgotten = [word for name in ("forgotten", "said", "written", "private") for word in made.words[name]]
    yield from _copy(app, "before.zip")
    app.database.compact()  # all of it is in the one file then
    shutil.copyfile(app.folder.database, app.folder.backups / "before.db")
    before = traces.places(app.folder, forgotten)
    weights = _blobs(app, [one for one in (gone, slept) if one])

    receipts = [(yield from app.forget.forget(gone.id, BY_STEPS_S))]
    for text in (made.written, made.said):
        fact = next(one for one in app.memory.facts() if one.text == text)
        receipts.append((yield from app.forget.forget_fact(fact.id)))
    if receipt := (yield from app.forget.delete_conversation(private.id)):
        receipts.append(receipt)
    yield from app.learn.run_queue(BY_STEPS_S)
    found = _hashes(app, notes)
    only_said = traces.places(app.folder, made.words["said"])  # its chat stays, until it is deleted too
    if receipt := (yield from app.forget.delete_conversation(notes.id)):
        receipts.append(receipt)
    yield from _copy(app, "after.zip")
    left = traces.places(app.folder, forgotten)
    return {
        "bench": "forget",
        "words": len(forgotten),
        "bytes_before": sum(before.values()),
        "places_before": before,
        "canary_bytes_left": sum(left.values()),
        "places_left": left,
        "tables_that_tell_a_forgotten_fact": sorted(name for name in only_said if ": " in name),
        "kept_words_found": len([one for one in _kept(made) if traces.places(app.folder, [one])]) / len(_kept(made)),
        "weights_left": len([one for one in weights if (app.folder.blobs / one).exists()]),
        "same_hash": found == wanted,
        "replayed": found,
        "control": wanted,
        "receipts": [receipt.words() for receipt in receipts],
    }


def _learn(app: App, papers: Path, made: Case, names: Sequence[str]) -> Job[tuple[Source, ...]]:
    """Learn documents, and let them sleep together."""
    learned = []
    for name in names:
        file = papers / f"{_TOWNS[name]}.md"
        file.write_text(made.documents[name], encoding="utf-8")
        (added,) = yield from app.learn.add([file])
        learned.append((yield from app.learn.run(added.id, BY_STEPS_S)))
    yield from app.sleep.run(BY_STEPS_S, only=[source.id for source in learned])
    return tuple(learned)


def _say(app: App, title: str, texts: Iterable[str]) -> Job[Conversation]:
    """Say something in a chat, leave it, and learn from it."""
    conversation = app.chat.create()
    app.chat.rename(conversation.id, title)
    for text in texts:
        yield from app.chat.send(conversation.id, text)
    yield from app.chat.finish(conversation.id)
    yield from app.learn.run_queue(BY_STEPS_S)
    return conversation


def _ask(app: App, *questions: str) -> Job[None]:
    conversation = app.chat.create()
    for question in questions:
        yield from app.chat.send(conversation.id, question)


def _copy(app: App, name: str) -> Job[None]:
    """Export into the data folder, where the export is looked into."""
    yield Progress("exporting")
    yield from archive.write(app.database, app.blobs, app.folder.root / name, chat_markdown.page)


def _hashes(app: App, notes: Conversation) -> dict[str, str]:
    """Return the hashes of the weights that were consolidated, and of those that learned the notes."""
    source = app.sources.of_conversation(notes.id)
    own = app.experts.of_source(source.id) if source else ()
    return {one.name: one.head.blob for one in (*app.roster.mid_experts(), *own) if one.head}


def _blobs(app: App, sources: Iterable[Source]) -> set[str]:
    """Return the weights that only these sources' experts have: what an expert is born with is everyone's."""
    histories = [app.experts.history(one.id) for source in sources for one in app.experts.of_source(source.id)]
    return {one.blob for history in histories for one in history if one.source_ids}


def _kept(made: Case) -> tuple[str, ...]:
    return (*made.words["kept"], *made.words["later"])


def _document(town: str, words: Sequence[str]) -> str:
    """Write a document with a section for each thing; each word is a name in one sentence."""
    lines = [f"# The sights of {town}"]
    for number, word in enumerate(words):
        thing, house = _THINGS[number % len(_THINGS)], number // len(_THINGS) + 1
        if house == 1:
            lines.append(f"## The {thing}")
        lines.append(f"The keeper of the {thing} of {town} in house {house} is called {word.capitalize()}.")
    return "\n\n".join(lines)


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(string.ascii_lowercase) for _ in range(WORD_LETTERS))
