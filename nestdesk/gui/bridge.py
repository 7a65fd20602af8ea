"""The border between the Qt thread and everything else.

The application is built, asked and closed in work threads only (Lane); whatever comes back is queued onto the Qt
thread. A view passes plain callables and never meets a thread. INVARIANT: no callback runs outside the Qt thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nestdesk.core.errors import EngineError, NestDeskError
from nestdesk.core.jobs import Changes, Job, Lane, Outcome, Progress, Ticket
from nestdesk.gui.language import tr

if TYPE_CHECKING:  # the window must not wait for the stores to be imported
    from nestdesk.services.workspace import App

OPENING = "opening"  # builds and closes the application, so that no question asked too early stands in its way
QUERIES = "queries"  # short questions to the stores
INTAKE = "intake"  # walking and hashing what was dropped, so that a large folder holds up nothing else
BACKUPS = "backups"  # copying and hashing that nobody waits for
CHAT = "chat"
LEARNING = "learning"


def _ignore(_: Any) -> None:
    """Listen to nothing."""


class Bridge(QObject):
    """Runs jobs in their lanes and delivers their progress, results and errors on the Qt thread."""

    opened = Signal()
    open_failed = Signal(object)  # a NestDeskError: the data folder cannot be used
    changed = Signal(object)  # core.jobs.Changes
    problem_found = Signal(object)  # a NestDeskError nobody else shows
    bug_found = Signal(object)  # any other exception
    leaving = Signal()  # what was lent is given back now, before anything is cancelled
    closing = Signal()  # what is asked now is still answered, before the application is closed
    _posted = Signal(object, object)

    def __init__(self, make_app: Callable[[], AbstractContextManager[App]], parent: QObject | None = None) -> None:
        """Start the lanes; nothing is built before open()."""
        super().__init__(parent)
        self._make_app = make_app
        self._context: AbstractContextManager[App] | None = None
        self._app: App | None = None
        self._is_built = threading.Event()
        self._is_closed = False
        self._tickets: set[Ticket] = set()
        self._lanes = {name: Lane(name) for name in (OPENING, QUERIES, INTAKE, BACKUPS, CHAT, LEARNING)}
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_open(self) -> bool:
        """Whether the application is built."""
        return self._app is not None and not self._is_closed

    @property
    def is_idle(self) -> bool:
        """Whether all that was asked for is done and delivered."""
        return not self._tickets

    def open(self) -> None:
        """Build the application in a work thread; opened or open_failed tells how it went."""
        self._is_built.clear()
        self._lanes[OPENING].submit(partial(_call, self._build), on_end=partial(self._post, self._built))

    def ask(
        self,
        question: Callable[[App], Any],
        then: Callable[[Any], None] = _ignore,
        otherwise: Callable[[NestDeskError], None] | None = None,
    ) -> None:
        """Ask the application something short; then gets the answer on the Qt thread."""

        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                (otherwise or self.problem_found.emit)(outcome.error)
            elif outcome.bug is None and not outcome.is_cancelled:
                then(outcome.result)

        self.run(QUERIES, lambda app: _call(partial(question, app)), on_end=end)

    def run(
        self,
        lane: str,
        make_job: Callable[[App], Job[Any]],
        on_progress: Callable[[Progress], None] = _ignore,
        on_end: Callable[[Outcome], None] = _ignore,
    ) -> Ticket:
        """Run a job in a lane. on_end always comes, after the last progress; bugs are reported by the bridge."""
        own: list[Ticket] = []  # filled below, before the Qt thread can deliver the end

        def end(outcome: Outcome) -> None:
            self._post(self._ended, (own, outcome, on_end))

        ticket = self._lanes[lane].submit(partial(self._start, make_job), partial(self._post, on_progress), end)
        own.append(ticket)
        self._tickets.add(ticket)
        return ticket

    def lend(self, lane: str) -> Lane:
        """Return a lane for work that no view asked for; it is given back on leaving."""
        return self._lanes[lane]

    def close(self, timeout_s: float = 5.0) -> None:
        """Cancel what runs, then close the application in the thread that built it."""
        if self._is_closed:
            return
        self.leaving.emit()
        self._is_closed = True
        self._is_built.set()
        for ticket in self._tickets:
            ticket.cancel()
        for name in (CHAT, INTAKE, BACKUPS, LEARNING):
            self._lanes[name].close(timeout_s)
        self.closing.emit()
        self._lanes[QUERIES].close(timeout_s)
        self._lanes[OPENING].submit(partial(_call, self._leave))
        self._lanes[OPENING].close(timeout_s)

    def _build(self) -> None:
        context = self._make_app()
        app = context.__enter__()
        app.changes.subscribe(self._publish)
        self._context, self._app = context, app

    def _leave(self) -> None:
        if self._context is not None:
            context, self._context, self._app = self._context, None, None
            context.__exit__(None, None, None)

    def _start(self, make_job: Callable[[App], Job[Any]]) -> Job[Any]:
        self._is_built.wait()  # work asked for while the application is still being built
        if self._app is None:
            return _nothing()
        return make_job(self._app)

    def _publish(self, changes: Changes) -> None:
        self._post(self.changed.emit, changes)

    def _post(self, callback: Callable[[Any], None], argument: Any) -> None:
        if not self._is_closed:
            self._posted.emit(callback, argument)

    @Slot(object, object)
    def _deliver(self, callback: Callable[[Any], None], argument: Any) -> None:
        if not self._is_closed:
            callback(argument)

    def _built(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.open_failed.emit(outcome.error)
        elif outcome.bug is not None:
            self.bug_found.emit(outcome.bug)
            self.open_failed.emit(EngineError(tr("NestDesk could not start. The report has the details.")))
        else:
            self._is_built.set()
            self.opened.emit()

    def _ended(self, ending: tuple[list[Ticket], Outcome, Callable[[Outcome], None]]) -> None:
        own, outcome, on_end = ending
        self._tickets.difference_update(own)
        if outcome.bug is not None:
            self.bug_found.emit(outcome.bug)
        on_end(outcome)


def _call(function: Callable[[], Any]) -> Generator[Progress, None, Any]:
    """Wrap a short function as a job of one step."""
    yield from ()
    return function()


def _nothing() -> Generator[Progress, None, None]:
    yield from ()
