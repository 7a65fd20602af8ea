"""The learning queue as the window drives it: add, pause, go on, cancel; one queue job at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nestdesk.core.jobs import Job, Outcome, Progress, Ticket
from nestdesk.core.types import Checkpoint, Source, SourceState
from nestdesk.gui import words
from nestdesk.gui.bridge import INTAKE, LEARNING, Bridge
from nestdesk.gui.language import tr

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

WAITING = (SourceState.QUEUED, SourceState.READING, SourceState.LEARNING)


class LearningQueue(QObject):
    """Keeps the queue of the services running, and knows what is in work."""

    progressed = Signal(str, object, int)  # title, Progress, how many wait behind it
    ended = Signal()
    paused = Signal(bool)
    said = Signal(str)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        """Start idle; nothing is learned before is_allowed."""
        super().__init__(parent)
        self._bridge = bridge
        self._ticket: Ticket | None = None
        self._sources: dict[int, Source] = {}
        self._wants_more = False
        self.current: int | None = None
        self.is_allowed = False  # False while the models are missing
        self.is_sleeping = False

    @property
    def is_running(self) -> bool:
        """Whether a queue job exists, paused or not."""
        return self._ticket is not None

    @property
    def is_paused(self) -> bool:
        """Whether learning is held."""
        return self._ticket is not None and self._ticket.is_paused

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Know the sources; start on those that wait, at once or behind what is in work."""
        self._sources = {source.id: source for source in sources}
        if self.waiting():
            self.start()

    def waiting(self) -> int:
        """Return how many sources wait behind the one in work."""
        return sum(one.state in WAITING and one.id != self.current for one in self._sources.values())

    def add(self, paths: Sequence[Path], attached_to: int | None = None) -> None:
        """Take files and folders in, for the library or for one chat, then learn them."""
        given = list(paths)

        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            elif outcome.bug is None and not outcome.is_cancelled:
                self.said.emit(_added(tuple(outcome.result)))
                self.start()

        self._bridge.run(
            INTAKE, lambda app: app.learn.add(given, app.settings.effort, attached_to=attached_to), on_end=end
        )

    @Slot()
    def start(self) -> None:
        """Work on the queue; more work that comes meanwhile is taken up after it."""
        if not self.is_allowed:
            return
        if self.is_running:
            self._wants_more = True
            return
        self._wants_more = False
        self._ticket = self._bridge.run(LEARNING, _run, self._progress, self._end)

    @Slot()
    def pause(self) -> None:
        """Hold learning at its next step."""
        if self._ticket is not None:
            self._ticket.pause()
            self._bridge.ask(lambda app: app.engine.hold(True))  # else it would only be watched no longer
            self.paused.emit(True)

    @Slot()
    def resume(self) -> None:
        """Go on learning."""
        if self._ticket is not None:
            self._bridge.ask(lambda app: app.engine.hold(False))
            self._ticket.resume()
            self.paused.emit(False)

    @Slot()
    def cancel(self) -> None:
        """Stop learning the source in work; the queue goes on with the next."""
        if (source_id := self.current) is not None:
            self._bridge.ask(lambda app: app.learn.cancel(source_id), lambda _: self.resume())

    @Slot(list)
    def go_on(self, cancelled: Sequence[int]) -> None:
        """Go on with the next source if the one in work was cancelled, also while learning is held."""
        if self.current in cancelled:
            self.resume()

    def sleep(self, is_planned: bool = False) -> None:
        """Consolidate what the fast experts know; a sleep that was planned says nothing if there was nothing to do."""
        if self.is_sleeping:
            return
        self.is_sleeping = True

        def progress(step: Progress) -> None:
            self.progressed.emit(tr("what was learned"), replace(step, stage="sleeping"), self.waiting())

        def end(outcome: Outcome) -> None:
            self.is_sleeping = False
            self.ended.emit()
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            elif outcome.result:
                reasons = " ".join(checkpoint.reason for checkpoint in outcome.result)
                self.said.emit(tr("Consolidated. {reasons}", reasons=reasons))
            elif outcome.bug is None and not outcome.is_cancelled and not is_planned:
                self.said.emit(tr("There was nothing new to consolidate."))

        self._bridge.run(LEARNING, _sleep, progress, end)

    def _progress(self, progress: Progress) -> None:
        if progress.source_id is not None:
            self.current = progress.source_id
        source = self._sources.get(self.current or 0)
        title = source.title if source else progress.text
        self.progressed.emit(title, progress, self.waiting())

    def _end(self, outcome: Outcome) -> None:
        learned = outcome.result or ()
        self._ticket = None
        self.current = None
        self.paused.emit(False)
        self.ended.emit()
        if outcome.error is not None:
            self._bridge.problem_found.emit(outcome.error)
        elif outcome.bug is None:
            if learned:
                self.said.emit(_told(tuple(learned)))
            if self._wants_more:
                self.start()


def _told(sources: tuple[Source, ...]) -> str:
    if len(sources) == 1:
        return words.result(sources[0]) or f"{sources[0].title}: {tr(words.STATE_WORDS[sources[0].state][0])}."
    learned = sum(one.state is SourceState.LEARNED for one in sources)
    return tr(
        "%Ln source(s) worked through, {learned} learned. The library has the scores.", len(sources), learned=learned
    )


def _added(sources: tuple[Source, ...]) -> str:
    known = [one for one in sources if one.state in (SourceState.LEARNED, SourceState.REMEMBERED)]
    failed = [one for one in sources if one.state is SourceState.FAILED]
    new = len(sources) - len(known) - len(failed)
    parts = []
    if new:
        parts.append(
            tr("{title} is waiting to be learned.", title=sources[0].title)
            if len(sources) == 1
            else tr("%Ln source(s) is/are waiting to be learned.", new)
        )
    if known:
        parts.append(
            tr("%Ln source(s) already known: {title}.", len(known), title=words.first_line(known[0].title, 40))
        )
    if failed:
        parts.append(tr("%Ln file(s) could not be opened; the library says why.", len(failed)))
    return " ".join(parts) or tr("There was nothing to learn from.")


def _sleep(app: App) -> Job[tuple[Checkpoint, ...]]:
    slept = yield from app.learn.sleep()
    grows = app.settings.grows and app.growth.is_due()
    return (*slept, *((yield from app.growth.run())[:1] if grows else ()))  # its experts share one reason


def _run(app: App) -> Job[object]:
    return app.learn.run_queue(app.settings.budget_s, app.settings.learns_from_drops)
