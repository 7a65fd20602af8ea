"""Crash safety: a process that works in a data folder is killed at random moments, and the folder is looked at.

The folder is opened as the next start does. Then the database has to be sound, every weight file that is named has to
be there and be what its name says, no message may be missing that was shown as stored, nothing half done may be left,
and the step that was cut off has happened as a whole or not at all. Now and then the killed start is one that upgrades
a folder of an earlier release.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from nestdesk.bench import crash_work
from nestdesk.bench.crash_work import OpenWith
from nestdesk.bench.stand_in import StandIn
from nestdesk.core.jobs import Job, Progress, finish
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import SourceState
from nestdesk.services.backups import Backups
from nestdesk.services.workspace import App
from nestdesk.storage import earlier, recovery, schema, traces
from nestdesk.storage.digests import digests

LATEST_STEP = 6  # a kill comes within one of the first steps after a start
USUAL_S = 0.2  # of a step that was not timed yet
BEYOND = 1.2  # how far a kill may be after the usual end of its step, as a factor
PATIENCE_S = 120.0
OPENING_SHARE, UPGRADE_SHARE = 0.15, 0.1  # of the kills
OLD_TEXTS = tuple(f"Said long ago, number {number}." for number in range(40))
_PAPERS = "papers"
# Which tables a step may change, when it was cut off; forget and restore have rules of their own.
_CHAT = {"conversation", "message", "fact"}
_SOURCE = {"source", "passage", "embedding", "section", "study_item", "route"}
_EXPERT = {"expert", "checkpoint", "checkpoint_source", "head", "event"}
_MAY_CHANGE = {
    "say": _CHAT,
    "add": {"source"},
    "learn": _SOURCE | _EXPERT,
    "again": {"source"},
    "sleep": _EXPERT,
    "roll back": {"head", "event"},
    "restore expert": {"head", "event"},
    "backup": set(),
    "export": set(),
}


@dataclass
class Known:
    """What the killed processes said."""

    messages: dict[int, tuple[int, str]] = field(default_factory=dict)  # conversation and text by id
    exported: tuple[dict[str, str], dict[int, tuple[int, str]]] | None = None  # digests and messages in the export
    step: dict[str, Any] = field(default_factory=dict)  # that was cut off
    last: dict[str, str] = field(default_factory=dict)  # digests when nothing was going on
    said: int = 0
    steps: int = 0

    def take(self, line: Mapping[str, Any]) -> None:
        """Follow what a process says."""
        if line["what"] == "said":
            self.messages[line["id"]] = (line["conversation"], line["text"])
            self.said += 1
        elif line["what"] == "begin":
            self.step = dict(line)
        elif line["what"] == "end":
            step, self.step, self.last = self.step, {}, line["after"]
            self.steps += 1
            if line["failed"]:
                return
            if step["step"] == "delete chat":
                self.drop_chat(step["conversation"])
            elif step["step"] == "export":
                self.exported = (line["after"], dict(self.messages))
            elif step["step"] == "restore" and self.exported:
                self.messages = dict(self.exported[1])

    def drop_chat(self, conversation: int) -> None:
        """Expect no message of a chat any more."""
        self.messages = {id: one for id, one in self.messages.items() if one[0] != conversation}


def crash(open_app: OpenWith, scratch: Path, kills: int, seed: int) -> Job[dict[str, Any]]:
    """Kill processes that work in a scratch folder, and report what was wrong afterwards: nothing, it is hoped."""
    chance = random.Random(seed)
    began = time.monotonic()
    rig = Rig(open_app, scratch, chance)
    for number in range(kills):
        yield Progress("killing", number / kills, f"{number} of {kills}; {len(rig.bad)} bad")
        rig.round(number)
    return {
        "bench": "crash",
        "kills": kills,
        "seed": seed,
        "bad": len(rig.bad),
        "problems": rig.bad,
        "killed_while": dict(rig.killed.most_common()),
        "cut_off_steps_that_had_happened": rig.done,
        "cut_off_steps_that_had_not": rig.undone,
        "acknowledged_messages": rig.said,
        "messages_at_the_end": len(rig.known.messages),
        "steps_finished": rig.known.steps,
        "seconds": time.monotonic() - began,
    }


class Rig:
    """The data folder that processes are killed in, and what is known of it."""

    def __init__(self, open_app: OpenWith, scratch: Path, chance: random.Random) -> None:
        """Use an empty scratch folder."""
        self._open_app = open_app
        self._scratch = scratch
        self._chance = chance
        methods = multiprocessing.get_all_start_methods()  # forked where that is possible: an import takes its time
        is_forked = "fork" in methods
        self._context = multiprocessing.get_context("fork") if is_forked else multiprocessing.get_context("spawn")
        self._home = scratch / "home"
        self.known = Known()
        self.bad: list[str] = []
        self.killed: Counter[str] = Counter()
        self._paces: dict[str, float] = {}  # seconds that each step took the last time
        self.done = self.undone = self.said = 0
        (scratch / _PAPERS).mkdir()

    def round(self, number: int) -> None:
        """Start a process, kill it, and look."""
        lot = self._chance.random()
        if lot < UPGRADE_SHARE:
            self._upgrade(number)
            return
        self.known.step = {}
        folder = DataFolder(self._home / "data")
        killed = self._kill(folder.root, is_opening=lot < UPGRADE_SHARE + OPENING_SHARE)
        self.killed[killed] += 1
        said = f"kill {number}, while {killed}: "
        before = self.known.said
        with self._open_app(folder.root, "cpu", engine=StandIn(folder.scratch)) as app:
            problems = [*_unsound(app), *self._lost(app), *self._mixed(app, killed)]
            self.known.last = digests(app.database)
        self.said = max(before, self.known.said)
        self.bad += [said + problem for problem in problems]

    def _upgrade(self, number: int) -> None:
        """Kill a start that upgrades a folder of an earlier release."""
        revision = self._chance.choice(schema.revisions()[:-1])
        folder = DataFolder(self._scratch / f"earlier-{number}" / "data")
        folder.root.parent.mkdir()
        earlier.write(folder, revision, OLD_TEXTS)
        kept, self.known = self.known, Known()
        self._kill(folder.root, is_opening=True)
        self.known = kept
        self.killed["upgrading"] += 1
        with self._open_app(folder.root, "cpu", engine=StandIn(folder.scratch)) as app:
            problems = _unsound(app)
            texts = tuple(one.text for one in app.chat.messages(1))
        if texts != OLD_TEXTS:
            problems.append("messages of the earlier release are missing")
        if not Backups(folder).list().backups:
            problems.append("there is no backup of the earlier release")
        self.bad += [f"kill {number}, while upgrading from {revision}: {problem}" for problem in problems]

    def _kill(self, root: Path, is_opening: bool) -> str:
        """Start a process, kill it at a random moment, take in all it said, and return what it was doing."""
        ours, theirs = self._context.Pipe(duplex=False)
        arguments = (self._open_app, str(root), str(self._scratch / _PAPERS), self._chance.randrange(1 << 30), theirs)
        process = self._context.Process(target=crash_work.run, args=arguments, daemon=True)
        process.start()
        theirs.close()
        lines = _lines(ours)
        try:
            seen = self._wait(lines, is_opening)
            step = "opening" if is_opening else str(self.known.step.get("step", ""))
            time.sleep(self._chance.random() * BEYOND * self._paces.get(step, USUAL_S))
        finally:
            _end(process)
        for line in lines:
            self.known.take(line)
            seen = line["what"]
        ours.close()
        if process.exitcode == 1:  # it was not killed: it had a bug, which it has told on standard error
            self.bad.append(f"the process ended by itself: {self.known.step.get('step', 'at its start')}")
        if seen == "opening":
            return "opening"
        return str(self.known.step.get("step", "ending" if seen == "stopped" else "between steps"))

    def _wait(self, lines: Iterator[dict[str, Any]], is_opening: bool) -> str:
        """Follow the process up to the step that it is to be killed in."""
        left = self._chance.randrange(1, LATEST_STEP + 1)
        seen = ""
        began = time.monotonic()
        for line in lines:
            self.known.take(line)
            seen = str(line["what"])
            if seen in ("ready", "end"):
                self._paces["opening" if seen == "ready" else str(line["step"])] = time.monotonic() - began
            began = time.monotonic()
            left -= seen == "begin"
            if left == 0 or seen == "stopped" or (is_opening and seen == "opening"):
                break
        return seen

    def _lost(self, app: App) -> list[str]:
        """Return the messages that were shown as stored and are not there."""
        step = self.known.step
        found = {one.id: (chat.id, one.text) for chat in app.chat.conversations() for one in app.journal.tree(chat.id)}
        if step.get("step") == "export" and crash_work.made_at(self._scratch / _PAPERS) not in (0, step["earlier"]):
            self.known.exported = step["before"], dict(self.known.messages)  # it was whole when its step was cut off
        if step.get("step") == "restore" and self.known.exported and digests(app.database) == self.known.exported[0]:
            self.known.messages = dict(self.known.exported[1])
        if step.get("step") == "delete chat":
            own = [id for id, one in self.known.messages.items() if one[0] == step["conversation"]]
            if not any(id in found for id in own):
                self.known.drop_chat(step["conversation"])
        return [
            f"message {id} is lost or another one: {text!r}"
            for id, (chat, text) in self.known.messages.items()
            if found.get(id) != (chat, text)
        ]

    def _mixed(self, app: App, killed: str) -> list[str]:
        """Return why the state is neither the one before the step that was cut off nor the one after it."""
        step, now = self.known.step, digests(app.database)
        if not step:
            is_known = killed != "opening" and bool(
                self.known.last
            )  # else it may have been the folder's very first start
            return ["something changed between two steps"] if is_known and now != self.known.last else []
        changed = {name for name, digest in now.items() if digest != step["before"].get(name)}
        self.undone += not changed
        self.done += bool(changed)
        if not changed:
            return []
        name = step["step"]
        if name == "restore":
            return [] if self.known.exported and now == self.known.exported[0] else ["half a restore"]
        if name == "forget":
            left = traces.places(DataFolder(self._home), [step["word"]])
            return [f"forgotten, but traces are left: {left}"] if left else []
        if name == "delete chat":
            known = {chat.id for chat in app.chat.conversations()}
            return ["half a chat was deleted"] if step["conversation"] in known else []
        problems = [f"{name} changed {table}" for table in sorted(changed - _MAY_CHANGE[name])]
        if name == "roll back":
            expert = next(one for one in app.expert_service.list() if one.id == step["expert"])
            if changed != {"head", "event"} or expert.head is None or expert.head.id != step["head"]:
                problems.append("half a rollback")
        if name == "learn" and (problem := _half_learned(app, step["source"], "checkpoint" in changed)):
            problems.append(problem)
        if name == "sleep" and ("checkpoint" in changed) != ("head" in changed):
            problems.append("half a sleep")
        return problems


def _half_learned(app: App, source_id: int, has_weights: bool) -> str:
    """Say whether a source's state, passages and weights do not go together."""
    source = app.library.show(source_id).source
    is_done = source.state in (SourceState.LEARNED, SourceState.REMEMBERED)
    if has_weights != is_done:
        return f"the source is {source.state}, and its weights are {'there' if has_weights else 'not there'}"
    return "its study items are missing" if has_weights and not source.items else ""


def _unsound(app: App) -> list[str]:
    """Return what is damaged in a folder that was just opened, and what was left lying about."""
    folder = app.folder
    problems = [*app.repair.faults(), *(f"had to be mended: {one}" for one in app.recovered)]
    named = app.experts.referenced_blobs()
    problems += [f"{path.name} lies among the weights" for path in folder.blobs.iterdir() if path.name not in named]
    halves = [path for path in folder.root.parent.rglob("*") if ".partial" in path.name or ".incoming" in path.name]
    problems += [f"{path.name} was left half written" for path in halves]
    problems += [f"{path.name} lies in the scratch folder" for path in folder.scratch.iterdir()]
    if recovery.are_traces_left(app.database):
        problems.append("traces of what was forgotten were not removed")
    return problems + list(finish(Backups(folder).verify()))


def _lines(pipe: Connection) -> Iterator[dict[str, Any]]:
    """Yield all that a process says, to its end."""
    try:
        while pipe.poll(PATIENCE_S):
            yield json.loads(pipe.recv_bytes())
    except (EOFError, OSError):  # it is over, perhaps in the middle of a line
        return


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join()
