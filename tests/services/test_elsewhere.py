"""Learning elsewhere: several sources at once, one writer, each result stored once."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import BackboneError, EngineError
from nestdesk.core.jobs import Progress, finish
from nestdesk.core.types import SourceState
from nestdesk.engine import protocol
from nestdesk.services.elsewhere import in_turns
from tests.services.two_sources import BAKERY, HARBOUR


class Away:
    """Learns as the fake engine does, each lesson in so many looks, and notes how many were under way at once."""

    def __init__(self, engine, slots, looks):
        self.slots = slots
        self.most = 0
        self.cancelled = []
        self._engine = engine
        self._looks = dict(looks)
        self._under_way = 0

    def stream(self, request):
        assert isinstance(request, protocol.Learn)
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        try:
            for _ in range(self._looks.get(request.title, 1)):
                yield protocol.Progressed("learning")
            return finish(self._engine.stream(request))
        except GeneratorExit:
            self.cancelled.append(request.title)
            raise
        finally:
            self._under_way -= 1


@pytest.fixture
def queued(desk, document):
    files = [document(f"{name}.txt", text) for name, text in (("a", HARBOUR), ("b", BAKERY), ("c", HARBOUR + BAKERY))]
    return [source.id for source in finish(desk.learn.add(files))]


def learned_order(desk):
    return [event.source_id for event in reversed(desk.experts.events()) if event.kind == "learned"]


def test_as_many_are_under_way_as_there_are_slots_and_what_is_done_first_is_stored_first(desk, queued):
    away = Away(desk.engine, 2, {"a": 30, "b": 2, "c": 2})
    sources = finish(desk.learn.run_elsewhere([*queued, queued[0]], away))
    assert [source.id for source in sources] == queued
    assert {source.state for source in sources} == {SourceState.LEARNED}
    assert away.most == 2
    first, second, third = queued
    assert learned_order(desk) == [second, third, first]
    assert desk.problems() == []


def test_closing_it_cancels_what_is_under_way_and_queues_it_again(desk, queued):
    away = Away(desk.engine, 2, {"a": 10**6, "b": 1, "c": 10**6})
    job = desk.learn.run_elsewhere(queued, away)
    while len(learned_order(desk)) < 1 or away._under_way < 2:
        next(job)
    job.close()
    assert sorted(away.cancelled) == ["a", "c"]
    states = [desk.sources.get(id).state for id in queued]
    assert states == [SourceState.QUEUED, SourceState.LEARNED, SourceState.QUEUED]
    assert desk.problems() == []


def test_one_that_fails_leaves_the_others_alone(desk, queued):
    class Failing(Away):
        def stream(self, request):
            if request.title == "b":
                raise EngineError("The node is gone.")
            return (yield from super().stream(request))

    sources = finish(desk.learn.run_elsewhere(queued, Failing(desk.engine, 3, {})))
    assert [(one.state, one.error) for one in sources][1] == (SourceState.FAILED, "The node is gone.")
    assert [one.state for one in sources][::2] == [SourceState.LEARNED] * 2


def test_where_nothing_can_be_learned_all_wait(desk, queued):
    class Absent(Away):
        def stream(self, request):
            yield protocol.Progressed("learning")
            raise BackboneError("No model.")

    with pytest.raises(BackboneError):
        finish(desk.learn.run_elsewhere(queued, Absent(desk.engine, 3, {})))
    assert [one.id for one in desk.sources.queued()] == queued


def test_jobs_take_turns():
    told = []

    def job(name, steps):
        for step in range(steps):
            told.append(f"{name}{step}")
            yield Progress(name)
        return name

    made = [lambda name=name, steps=steps: job(name, steps) for name, steps in (("a", 3), ("b", 1), ("c", 2))]
    assert finish(in_turns(made, 2)) == ("a", "b", "c")
    assert told == ["a0", "b0", "a1", "a2", "c0", "c1"]
