"""Learning in another place than the engine here, several sources at once: their jobs take turns in one thread.

So the database keeps its one writer, and what is done first is stored first, between two steps of the others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from typing import Protocol, TypeVar

from nestdesk.core.jobs import Job
from nestdesk.engine import protocol

T = TypeVar("T")


class Elsewhere(Protocol):
    """Whoever executes Learn requests in the place of the engine, several at once."""

    slots: int

    def stream(self, request: protocol.Learn) -> Generator[protocol.Event, None, protocol.Event]:
        """Yield the events before the last and return the last; closing cancels the request."""
        ...


def in_turns(makers: Iterable[Callable[[], Job[T]]], most: int) -> Job[tuple[T, ...]]:
    """Run jobs, so many at once, a step of each in turn; return their results in the order given.

    INVARIANT: closing it, or an error of one job, closes every job that is under way, and begins no other.
    """
    waiting = deque(enumerate(makers))
    running: dict[int, Job[T]] = {}
    done: dict[int, T] = {}
    try:
        while waiting or running:
            while waiting and len(running) < most:
                place, make = waiting.popleft()
                running[place] = make()
            for place, job in list(running.items()):
                try:
                    progress = next(job)
                except StopIteration as stop:
                    done[place] = stop.value
                    del running[place]
                else:
                    yield progress
    finally:
        for job in running.values():
            job.close()
    return tuple(done[place] for place in sorted(done))
