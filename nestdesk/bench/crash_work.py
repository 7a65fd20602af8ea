"""What the process does that ``bench crash`` kills: everything a person can have stored, in random order.

Before each step it says what it is about to do and what the database holds, after it what came of it, and between them
what it would have shown as stored. These words go through a pipe, so they outlive it.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from nestdesk.bench.stand_in import StandIn, make_ready
from nestdesk.core.errors import NestDeskError
from nestdesk.core.jobs import Changes, finish
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Role, SourceState
from nestdesk.services.backups import Backups
from nestdesk.services.workspace import App
from nestdesk.storage.digests import digests

OpenWith = Callable[..., AbstractContextManager[App]]  # nestdesk.app.open_app, which takes an engine
SAYINGS = (
    "I live in Oslo.",
    "My daughter plays the bassoon.",
    "What is the keeper of the harbour called?",
    "Tell me about the harbour.",
    "I am allergic to walnuts, and I like long walks by the sea.",
    "Hello there, how are you?",
)
WORD_LETTERS = 16
EXPORT = "everything.zip"


class Stop(Exception):  # noqa: N818 (it is no error)
    """The process has to end: what it holds in memory is not what is stored any more."""


def run(open_app: OpenWith, root: str, papers: str, seed: int, pipe: Connection) -> None:
    """Open a data folder and work in it until killed."""
    tell = _teller(pipe)
    folder = DataFolder(Path(root))
    make_ready(folder)
    tell({"what": "opening"})
    with open_app(folder.root, "cpu", engine=StandIn(folder.scratch)) as app:
        worker = Worker(app, Path(papers), random.Random(seed), tell)
        tell({"what": "ready"})
        try:
            while True:
                worker.step()
        except Stop:
            tell({"what": "stopped"})


def made_at(papers: Path) -> int:
    """Return when the export there was made, in nanoseconds; 0: there is none."""
    file = papers / EXPORT
    return file.stat().st_mtime_ns if file.exists() else 0


def _teller(pipe: Connection) -> Callable[[dict[str, Any]], None]:
    return lambda line: pipe.send_bytes(json.dumps(line).encode("ascii"))


class Worker:
    """Does one step after the other."""

    def __init__(self, app: App, papers: Path, chance: random.Random, tell: Callable[[dict[str, Any]], None]) -> None:
        """Work in an open data folder; papers is where documents and exports lie."""
        self._app = app
        self._papers = papers
        self._chance = chance
        self._tell = tell
        self._said: set[int] = set()
        app.changes.subscribe(self._acknowledge)

    def step(self) -> None:
        """Do a random thing that can be done just now."""
        steps = [step for step, weight in self._steps() for _ in range(weight)]
        name, facts, act = self._chance.choice(steps)
        self._tell({"what": "begin", "step": name, "before": digests(self._app.database), **facts})
        failed = ""
        try:
            act()
        except NestDeskError as error:  # nothing to undo, for instance: then nothing may have changed
            failed = str(error)
        self._tell({"what": "end", "step": name, "after": digests(self._app.database), "failed": failed})
        if name == "restore":
            raise Stop

    def _steps(self) -> Iterator[tuple[tuple[str, dict[str, Any], Callable[[], object]], int]]:
        """Yield every step that can be done, with what is known of it, and how often it shall come."""
        app, chance = self._app, self._chance
        chats = app.chat.conversations()
        sources = app.library.sources()
        done = [one for one in sources if one.state is SourceState.LEARNED]
        waiting = app.sources.queued()
        yield ("say", {}, self._say), 4
        yield ("add", {}, self._add), 3 if len(sources) < 8 else 0
        if waiting:
            source = chance.choice(waiting)
            yield ("learn", {"source": source.id}, lambda: finish(app.learn.run(source.id))), 5
        if done:
            again = chance.choice(done)
            yield ("again", {"source": again.id}, lambda: finish(app.learn.again([again.id]))), 2
            yield ("sleep", {}, lambda: finish(app.learn.sleep())), 2
        if sources:
            gone = chance.choice(sources)
            facts = {"source": gone.id, "word": gone.title.rpartition(" ")[2]}
            yield ("forget", facts, lambda: finish(app.forget.forget(gone.id))), 2 if len(sources) > 2 else 0
        if len(chats) > 1:
            chat = chance.choice(chats)
            yield ("delete chat", {"conversation": chat.id}, lambda: finish(app.forget.delete_conversation(chat.id))), 1
        if experts := app.expert_service.list():
            expert = chance.choice(experts)
            to = chance.choice([one for one in app.expert_service.history(expert.id) if one.is_accepted])
            facts = {"expert": expert.id, "head": to.id}
            yield ("roll back", facts, lambda: app.expert_service.rollback(expert.id, to.id)), 3
            yield ("restore expert", {}, lambda: app.expert_service.restore(expert.id)), 2
        yield ("backup", {}, lambda: finish(Backups(app.folder).make())), 2
        yield ("export", {"earlier": made_at(self._papers)}, self._export), 1
        if made_at(self._papers):
            yield ("restore", {}, lambda: finish(app.exchange.restore(self._papers / EXPORT))), 1

    def _say(self) -> None:
        chats = self._app.chat.conversations()
        is_new = not chats or self._chance.random() < 0.3
        chat = self._app.chat.create() if is_new else self._chance.choice(chats)
        text = f"{self._chance.choice(SAYINGS)} ({self._chance.randrange(10**6)})"
        finish(self._app.chat.send(chat.id, text))

    def _add(self) -> None:
        """Add a document with a made-up word in its text and its name, by which it is found when it is forgotten."""
        word = "".join(self._chance.choice(string.ascii_lowercase) for _ in range(WORD_LETTERS))
        file = self._papers / f"Harbour {word}.txt"
        sentence = f"The keeper of the harbour is called {word}, and keeps {self._chance.randrange(90)} lanterns. "
        file.write_text(sentence * self._chance.randrange(5, 60), encoding="utf-8")
        finish(self._app.learn.add([file]))

    def _export(self) -> None:
        file = self._papers / EXPORT
        file.unlink(missing_ok=True)
        finish(self._app.exchange.export(file))

    def _acknowledge(self, changes: Changes) -> None:
        """Say which messages are stored, at the moment when a window would show them."""
        if "message" not in changes.kinds or not changes.ids:
            return
        known = {one.id for one in self._app.chat.conversations()}
        for conversation in changes.ids & known:
            for one in self._app.chat.messages(conversation):
                if one.role is Role.USER and one.id not in self._said:
                    self._said.add(one.id)
                    self._tell({"what": "said", "conversation": conversation, "id": one.id, "text": one.text})
