"""Requests waiting for the engine, which answers one at a time: a few wait in line, further ones are refused."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Any

from nestdesk.core.jobs import Job, Lane, Outcome, Progress
from nestdesk.server.refusals import RefusedError, bug, refused

MOST_WAITING = 4  # behind the one that is answered
_RETRY_S = 5

log = logging.getLogger(__name__)


class Line:
    """Runs jobs one after the other in a thread, for programs that wait in an event loop."""

    def __init__(self, most_waiting: int = MOST_WAITING, lane: Lane | None = None) -> None:
        """Start a thread, or use a lane that others use too: then at most one job of this line is in it at a time."""
        self._lane = lane or Lane("server")
        self._is_own = lane is None
        self._turn = asyncio.Lock()
        self._most = most_waiting + 1
        self._taken = 0  # jobs that wait or run, also those whose program is gone and which still have to stop

    async def steps(self, make_job: Callable[[], Job[Any]]) -> AsyncGenerator[Progress | Outcome, None]:
        """Yield the progress of a job, and at last how it ended; closing this stops the job at its next step.

        Raises:
            RefusedError: too many wait already, or the job failed.
        """
        if self._taken >= self._most:
            raise RefusedError(429, "Too many requests wait for an answer; try again.", "busy", "rate_limit_error",
                          retry_after_s=_RETRY_S)  # fmt: skip
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[Progress | Outcome] = asyncio.Queue()

        def tell(step: Progress | Outcome) -> None:
            with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
                loop.call_soon_threadsafe(told.put_nowait, step)

        def end(outcome: Outcome) -> None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._leave)
            tell(outcome)

        self._taken += 1
        try:
            await self._turn.acquire()
        except BaseException:  # its program left while it waited
            self._leave()
            raise
        ticket = self._lane.submit(make_job, tell, end)
        try:
            while True:
                step = await told.get()
                if isinstance(step, Outcome):
                    yield _told(step)
                    return
                yield step
        finally:
            ticket.cancel()
            self._turn.release()

    async def result(self, make_job: Callable[[], Job[Any]]) -> Any:
        """Run a job to its end and return its result; being cancelled stops the job.

        Raises:
            RefusedError: too many wait already, or the job failed.
        """
        async with aclosing(self.steps(make_job)) as steps:
            async for step in steps:
                if isinstance(step, Outcome):
                    return step.result

    def close(self) -> None:
        """Stop the thread once its job is over; a lane of others goes on."""
        if self._is_own:
            self._lane.close()

    def _leave(self) -> None:
        self._taken -= 1


def _told(outcome: Outcome) -> Outcome:
    if outcome.error is not None:
        raise refused(outcome.error)
    if outcome.bug is not None:
        log_bug(outcome.bug)
        raise bug()
    return outcome


def log_bug(error: BaseException) -> None:
    """Write down where a mistake happened, and nothing of what was asked: its message may hold some of that."""
    log.error("%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
