"""The line: one job at a time, in order, and none that nobody waits for."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from nestdesk.core.errors import CheckpointError
from nestdesk.core.jobs import Outcome, Progress
from nestdesk.engine import protocol
from nestdesk.server.line import Line
from nestdesk.server.refusals import RefusedError


def spoken(desk):
    """Answer as the engine speaks."""
    request = protocol.Generate(protocol.Asked(()))
    yield from (Progress("answer", text=event.text) for event in desk.engine.stream(request))


def nothing():
    """Do nothing, and return at once."""
    return "next"
    yield


def test_jobs_run_one_after_the_other_in_their_order(line):
    done = []

    def job(name):
        done.append(f"{name} begins")
        yield Progress("answer")
        done.append(f"{name} ends")
        return name

    async def three():
        return await asyncio.gather(*(line.result(lambda name=name: job(name)) for name in "abc"))

    assert asyncio.run(three()) == ["a", "b", "c"]
    assert done == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


def test_progress_arrives_before_the_result(line):
    def job():
        yield Progress("answer", text="one")
        yield Progress("answer", text="two")
        return 3

    async def steps():
        return [step async for step in line.steps(job)]

    assert asyncio.run(steps()) == [Progress("answer", text="one"), Progress("answer", text="two"), Outcome(result=3)]


def test_a_job_whose_program_left_in_line_never_begins(line, paced, desk):
    begun = []

    def late():
        begun.append("late")
        yield Progress("answer")

    async def leave():
        first = asyncio.create_task(line.result(lambda: spoken(desk)))
        assert await asyncio.to_thread(paced.has_begun.wait, 20)
        second = asyncio.create_task(line.result(late))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        paced.may_speak.release(paced.words)
        await first
        return await line.result(nothing)

    assert asyncio.run(leave()) == "next"
    assert begun == []


def test_closing_the_steps_stops_the_job(line):
    closed = []

    def job():
        try:
            for _ in range(10_000):
                yield Progress("answer")
        finally:
            closed.append(True)

    async def one_step():
        async with aclosing(line.steps(job)) as steps:
            await anext(steps)
        await line.result(nothing)  # it is over once the next one was let in

    asyncio.run(one_step())
    assert closed == [True]


def test_an_expected_error_is_refused_with_its_sentence(line):
    def job():
        raise CheckpointError("The weights are damaged.")
        yield Progress("answer")

    with pytest.raises(RefusedError, match="The weights are damaged") as refused:
        asyncio.run(line.result(job))
    assert refused.value.status == 500
    assert asyncio.run(line.result(nothing)) == "next"


def test_a_line_whose_loop_has_ended_goes_on(paced, desk):
    line = Line()

    async def ask_and_end():
        task = asyncio.create_task(line.result(lambda: spoken(desk)))
        assert await asyncio.to_thread(paced.has_begun.wait, 20)
        task.cancel()

    asyncio.run(ask_and_end())
    paced.may_speak.release(paced.words)
    assert paced.is_stopped.wait(20)
    assert asyncio.run(line.result(nothing)) == "next"
    line.close()
