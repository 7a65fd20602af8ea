"""Learning: the queue, cancellation at every yield, acceptance and rejection."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import BackboneError, DocumentError, EngineError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Effort, Level, Mode, SourceState
from nestdesk.engine import protocol
from nestdesk.services.expert_kinds import is_identity

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12
BAKERY = "The bakery of Tomas Quill sells rhubarb bread every second Tuesday behind the ancient windmill. " * 12


def learn(desk, *files):
    return [finish(desk.learn.run(source.id)) for source in finish(desk.learn.add(files))]


def test_learned_source_is_found_and_its_expert_is_used(desk, document):
    (source,) = learn(desk, document("harbour.txt", HARBOUR))

    assert source.state is SourceState.LEARNED
    assert source.passages > 0
    (expert,) = desk.experts.of_source(source.id)
    assert expert.name == "harbour/memory"
    assert expert.head.source_ids == (source.id,)
    assert not is_identity(expert.head)
    plan = desk.recall.plan("Which harbour master keeps seven lanterns?", Mode.CLOSED)
    assert [gate.name for gate in plan.why.experts if gate.level is Level.FAST] == ["harbour/memory"]
    assert desk.problems() == []


def test_rejected_result_keeps_the_head_and_the_source_can_be_searched(desk, document):
    desk.engine.accepts = False
    (source,) = learn(desk, document("harbour.txt", HARBOUR))

    assert source.state is SourceState.REMEMBERED
    (expert,) = desk.experts.of_source(source.id)
    assert is_identity(expert.head)
    assert [one.is_accepted for one in desk.experts.history(expert.id)] == [False, True]
    plan = desk.recall.plan("Which harbour master keeps seven lanterns?")
    assert {hit.source_id for hit in plan.why.passages} == {source.id}


def test_the_same_content_is_learned_once(desk, document):
    (first,) = learn(desk, document("harbour.txt", HARBOUR))
    before = len(desk.engine.requests)
    (second,) = learn(desk, document("copy.txt", HARBOUR))

    assert second == first
    assert len(desk.engine.requests) == before


@pytest.mark.parametrize("steps", range(1, 12))
def test_closing_at_any_yield_leaves_a_sound_store_and_a_queued_source(desk, document, steps):
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    job = desk.learn.run(source.id)
    try:
        for _ in range(steps):
            next(job)
    except StopIteration:
        assert desk.sources.get(source.id).state is SourceState.LEARNED
    else:
        job.close()
        assert desk.sources.get(source.id).state is SourceState.QUEUED
        assert [waiting.id for waiting in desk.sources.queued()] == [source.id]
        assert desk.experts.of_source(source.id) == ()
    assert desk.problems() == []
    assert finish(desk.learn.run(source.id)).state is SourceState.LEARNED


def test_cancelling_stops_at_the_next_step_and_the_queue_goes_on(desk, document):
    first, second = finish(desk.learn.add([document("a.txt", HARBOUR), document("b.txt", BAKERY)]))
    job = desk.learn.run_queue()
    next(job)
    desk.learn.cancel(first.id)
    finish(job)

    assert desk.sources.get(first.id).state is SourceState.CANCELLED
    assert desk.sources.get(second.id).state is SourceState.LEARNED
    assert desk.learn.retry(first.id).state is SourceState.QUEUED


def test_one_bad_file_does_not_stop_the_queue(desk, document):
    empty, good = document("empty.txt", "  \n "), document("good.txt", HARBOUR)
    sources = {source.title: source for source in learn(desk, empty, good)}

    assert sources["empty"].state is SourceState.FAILED
    assert "no text" in sources["empty"].error
    assert sources["good"].state is SourceState.LEARNED


def test_an_engine_failure_is_told_and_can_be_retried(desk, document):
    desk.engine.error = EngineError("The engine died.")
    (failed,) = learn(desk, document("harbour.txt", HARBOUR))
    assert (failed.state, failed.error) == (SourceState.FAILED, "The engine died.")

    desk.engine.error = None
    desk.learn.retry(failed.id)
    assert finish(desk.learn.run(failed.id)).state is SourceState.LEARNED


def test_without_a_backbone_the_source_stays_in_the_queue(desk, document):
    desk.engine.error = BackboneError("The backbone is missing.")
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    with pytest.raises(BackboneError):
        finish(desk.learn.run(source.id))
    assert desk.sources.get(source.id).state is SourceState.QUEUED


def test_a_bug_sets_the_source_aside_and_is_not_swallowed(desk, document):
    desk.engine.error = ZeroDivisionError("bug")
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    with pytest.raises(ZeroDivisionError):
        finish(desk.learn.run(source.id))
    assert desk.sources.get(source.id).state is SourceState.FAILED


def test_a_file_that_changed_since_it_was_added_is_refused(desk, document):
    file = document("harbour.txt", HARBOUR)
    (source,) = finish(desk.learn.add([file]))
    file.write_text("something else", encoding="utf-8")
    assert finish(desk.learn.run(source.id)).state is SourceState.FAILED


def test_a_missing_path_is_an_expected_error(desk, tmp_path):
    with pytest.raises(DocumentError):
        finish(desk.learn.add([tmp_path / "nowhere.txt"]))


def test_effort_and_budget_reach_the_engine(desk, document):
    (source,) = finish(desk.learn.add([document("a.txt", HARBOUR)], Effort.DEEP))
    finish(desk.learn.run(source.id, 30.0))
    request = desk.engine.requests[-1]
    assert isinstance(request, protocol.Learn)
    assert (request.effort, request.budget_s) == (Effort.DEEP, 30.0)
    assert len(request.skills) == 2
