"""Jobs run in order, can be paused and cancelled at a yield, and their errors are handed over whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.core.jobs import ChangeFeed, Changes, Job, Lane, Outcome, Progress, finish


@pytest.fixture
def lane() -> Iterator[Lane]:
    lane = Lane("test")
    yield lane
    lane.close()


def count(limit: int, closed: list[int] | None = None) -> Job[int]:
    at = 0
    try:
        while at < limit:
            yield Progress("counting", at / limit)
            at += 1
    finally:
        if closed is not None:
            closed.append(at)
    return at


def outcome_of(lane: Lane, make: Callable[[], Job[int]]) -> Outcome:
    ended = threading.Event()
    outcomes: list[Outcome] = []
    lane.submit(make, on_end=lambda outcome: (outcomes.append(outcome), ended.set()))
    assert ended.wait(10)
    return outcomes[0]


def test_a_job_returns_its_result_and_reports_on_the_way() -> None:
    seen: list[float] = []
    assert finish(count(4), lambda progress: seen.append(progress.done)) == 4
    assert seen == [0.0, 0.25, 0.5, 0.75]


def test_a_lane_returns_results_expected_errors_and_bugs(lane: Lane) -> None:
    def refuse() -> Job[int]:
        yield Progress("reading")
        raise DocumentError("It is empty.")

    def break_down() -> Job[int]:
        yield Progress("reading")
        return 1 // 0

    assert outcome_of(lane, lambda: count(2)).result == 2
    assert str(outcome_of(lane, refuse).error) == "It is empty."
    assert isinstance(outcome_of(lane, break_down).bug, ZeroDivisionError)
    assert outcome_of(lane, lambda: count(1)).result == 1, "the lane lives on"


def test_a_cancelled_job_is_closed_at_its_next_yield(lane: Lane) -> None:
    closed: list[int] = []
    ended = threading.Event()
    outcomes: list[Outcome] = []
    tickets: list[object] = []
    started = threading.Event()

    def on_progress(progress: Progress) -> None:
        assert started.wait(10)
        if progress.done >= 0.3:
            ticket.cancel()

    ticket = lane.submit(
        lambda: count(10, closed), on_progress, lambda outcome: (outcomes.append(outcome), ended.set())
    )
    tickets.append(ticket)
    started.set()
    assert ended.wait(10)
    assert outcomes[0].is_cancelled
    assert closed == [3]


def test_a_paused_job_waits_until_it_is_resumed(lane: Lane) -> None:
    ended = threading.Event()
    paused = threading.Event()
    ready = threading.Event()

    def on_progress(progress: Progress) -> None:
        assert ready.wait(10)
        if progress.done == 0.0:
            ticket.pause()
            paused.set()

    ticket = lane.submit(lambda: count(3), on_progress, lambda _: ended.set())
    ready.set()
    assert paused.wait(10)
    assert ticket.is_paused
    assert not ended.is_set()
    ticket.resume()
    assert ended.wait(10)


def test_changes_reach_every_listener() -> None:
    feed, heard = ChangeFeed(), []
    feed.subscribe(heard.append)
    feed.publish("source", "expert", ids=frozenset({3}))
    assert heard == [Changes(frozenset({"source", "expert"}), frozenset({3}))]
