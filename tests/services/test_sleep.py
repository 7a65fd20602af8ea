"""Sleep consolidates and resets, or changes nothing."""

from __future__ import annotations

from nestdesk.core.jobs import finish
from nestdesk.core.types import Level
from nestdesk.engine import protocol
from nestdesk.services.expert_kinds import is_identity
from tests.services.two_sources import ABOUT_HARBOUR, HARBOUR, head, levels, mid


def test_an_accepted_sleep_resets_the_fast_experts_and_keeps_their_checkpoints(desk, two):
    (checkpoint,) = finish(desk.sleep.run())

    assert checkpoint.is_accepted
    assert mid(desk).name == "everything/memory"
    assert set(checkpoint.source_ids) == {source.id for source in two}
    assert all(is_identity(head(desk, source)) for source in two)
    assert all(len(desk.experts.history(desk.experts.of_source(source.id)[0].id)) == 2 for source in two)
    assert levels(desk, ABOUT_HARBOUR) == {Level.MID, Level.SLOW}
    assert finish(desk.learn.sleep()) == ()
    assert desk.problems() == []


def test_a_rejected_sleep_changes_nothing(desk, two):
    desk.engine.accepts = False
    (checkpoint,) = finish(desk.sleep.run())
    assert not checkpoint.is_accepted
    assert is_identity(mid(desk).head)
    assert not any(is_identity(head(desk, source)) for source in two)


def test_a_second_sleep_builds_on_the_first(desk, document, two):
    finish(desk.sleep.run())
    (third,) = finish(desk.learn.add([document("c.txt", HARBOUR.replace("harbour", "airport"))]))
    finish(desk.learn.run(third.id))
    (checkpoint,) = finish(desk.sleep.run())
    request = desk.engine.requests[-1]
    assert isinstance(request, protocol.Sleep)
    assert [source.source_id for source in request.sources] == [third.id]
    assert len(request.current) == 1
    assert set(checkpoint.source_ids) == {*(source.id for source in two), third.id}
