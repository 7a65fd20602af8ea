"""Long work as a generator of progress, and the threads that run it.

A job yields Progress and returns its result. Between two yields it leaves the stores consistent, so it can be paused,
or closed, at every yield; closing is how it is cancelled. A Lane runs jobs one after the other in a thread of its own.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from nestdesk.core.errors import NestDeskError


@dataclass(frozen=True)
class Progress:
    """Where a job stands. done is 0..1, or -1 when unknown; seconds_left is -1 when unknown."""

    stage: str
    done: float = -1.0
    text: str = ""  # a token while an answer streams, otherwise a short sentence
    seconds_left: float = -1.0
    source_id: int | None = None


T = TypeVar("T")
P = TypeVar("P")
Q = TypeVar("Q")
Job = Generator[Progress, None, T]


def finish(steps: Generator[P, None, T], on_progress: Callable[[P], object] = lambda _: None) -> T:
    """Run a job, or any other steps, to their end in this thread and return the result."""
    while True:
        try:
            progress = next(steps)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        on_progress(progress)


def retold(steps: Generator[P, None, T], tell: Callable[[P], Q]) -> Generator[Q, None, T]:
    """Run steps to their end as a part of other ones: their progress is told in the others' terms."""
    try:
        while True:
            try:
                progress = next(steps)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]
            yield tell(progress)
    finally:
        steps.close()


@dataclass(frozen=True)
class Changes:
    """What a job altered. kinds are among: conversation, message, source, expert, memory, setting, model."""

    kinds: frozenset[str]
    ids: frozenset[int] = frozenset()


class ChangeFeed:
    """Publishes Changes to listeners, in the publisher's thread (the window's bridge queues them to the Qt thread)."""

    def __init__(self) -> None:
        """Start without listeners."""
        self._listeners: list[Callable[[Changes], None]] = []

    def subscribe(self, listener: Callable[[Changes], None]) -> None:
        """Call the listener on every later publish."""
        self._listeners.append(listener)

    def publish(self, *kinds: str, ids: frozenset[int] = frozenset()) -> None:
        """Tell every listener what changed."""
        changes = Changes(frozenset(kinds), ids)
        for listener in list(self._listeners):
            listener(changes)


class Ticket:
    """The handle of one submitted job: cancel, pause and resume take effect at its next yield."""

    def __init__(self) -> None:
        """Start neither cancelled nor paused."""
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()

    def cancel(self) -> None:
        """Close the job at its next yield."""
        self._cancelled.set()
        self._running.set()

    def pause(self) -> None:
        """Hold the job at its next yield."""
        self._running.clear()

    def resume(self) -> None:
        """Let a paused job go on."""
        self._running.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether cancel was asked for."""
        return self._cancelled.is_set()

    @property
    def is_paused(self) -> bool:
        """Whether the job is held."""
        return not self._running.is_set()

    def wait_while_paused(self) -> None:
        """Block until the job may go on or is cancelled."""
        self._running.wait()


@dataclass(frozen=True)
class Outcome:
    """How a job ended: exactly one of result, error (expected) and bug is meaningful, or it was cancelled."""

    result: Any = None
    error: NestDeskError | None = None
    bug: BaseException | None = None
    is_cancelled: bool = False


class Lane:
    """A daemon thread that runs submitted jobs in order. The callbacks are called in that thread."""

    def __init__(self, name: str) -> None:
        """Start the thread."""
        self._queue: queue.Queue[tuple[Callable[[], Job[Any]], Ticket, Any, Any] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name=f"lane-{name}", daemon=True)
        self._thread.start()

    def submit(
        self,
        make_job: Callable[[], Job[Any]],
        on_progress: Callable[[Progress], None] = lambda _: None,
        on_end: Callable[[Outcome], None] = lambda _: None,
    ) -> Ticket:
        """Queue a job; make_job is called in the lane's thread."""
        ticket = Ticket()
        self._queue.put((make_job, ticket, on_progress, on_end))
        return ticket

    def close(self, timeout_s: float = 5.0) -> None:
        """Let the current job reach its end, then stop the thread."""
        self._queue.put(None)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (entry := self._queue.get()) is not None:
            make_job, ticket, on_progress, on_end = entry
            on_end(_drive(make_job, ticket, on_progress))


def _drive(make_job: Callable[[], Job[Any]], ticket: Ticket, on_progress: Callable[[Progress], None]) -> Outcome:
    try:
        job = make_job()
        while True:
            ticket.wait_while_paused()
            if ticket.is_cancelled:
                job.close()
                return Outcome(is_cancelled=True)
            try:
                progress = next(job)
            except StopIteration as stop:
                return Outcome(result=stop.value)
            on_progress(progress)
    except NestDeskError as error:
        return Outcome(error=error)
    except Exception as bug:  # the lane must live on; the bug is handed over whole, not swallowed
        return Outcome(bug=bug)
