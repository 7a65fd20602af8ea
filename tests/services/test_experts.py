"""Names and pins by way of the service: on one line, not too long, and made known."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import CheckpointError
from nestdesk.core.jobs import finish

TEXT = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12


@pytest.fixture
def expert(desk, document):
    (source,) = finish(desk.learn.add([document("harbour.txt", TEXT)]))
    finish(desk.learn.run(source.id))
    return desk.experts.of_source(source.id)[0]


def test_a_name_is_one_line_and_the_change_is_published(desk, expert):
    heard = []
    desk.changes.subscribe(heard.append)
    assert desk.expert_service.name(expert.name, expert.head.id, "  before \n the merger ").name == "before the merger"
    assert desk.expert_service.pin(expert.id, expert.head.id).is_pinned
    assert not desk.expert_service.pin(expert.id, expert.head.id, is_pinned=False).is_pinned
    assert desk.expert_service.name(expert.id, expert.head.id, " ").name == ""
    assert [(change.kinds, change.ids) for change in heard] == [(frozenset({"expert"}), frozenset({expert.id}))] * 4


def test_a_name_that_is_too_long_is_refused_and_nothing_is_changed(desk, expert):
    with pytest.raises(CheckpointError, match="at most 60 characters; this one has 61"):
        desk.expert_service.name(expert.id, expert.head.id, "x" * 61)
    assert desk.experts.get(expert.id).head.name == ""


def test_a_pinned_checkpoint_can_still_be_rolled_back_from_and_forgotten(desk, expert):
    birth = desk.experts.history(expert.id)[-1]
    desk.expert_service.pin(expert.id, expert.head.id)
    assert desk.expert_service.rollback(expert.id, birth.id).id == birth.id
    assert desk.expert_service.restore(expert.id).is_pinned
    finish(desk.forget.forget(expert.source_id))
    assert all(one.id != expert.id for one in desk.experts.list())
    assert desk.problems() == []
