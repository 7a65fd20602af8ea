"""A start looks at every expert's weights without reading them, and asks for no expert alone."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, event, update

from nestdesk.core.jobs import finish
from nestdesk.storage.as_if import ExpertsAsIf
from nestdesk.storage.mending import Mending
from nestdesk.storage.models import CheckpointRow, HeadRow
from tests.conftest import BACKBONE
from tests.services.two_sources import BAKERY, HARBOUR


@pytest.fixture
def learned(desk, document):
    added = finish(desk.learn.add([document("harbour.txt", HARBOUR), document("bakery.txt", BAKERY)]))
    for source in added:
        finish(desk.learn.run(source.id))
    return desk


def are_usable(desk):
    return not Mending(desk.folder, desk.database, desk.blobs, lambda *_: ()).is_needed()


def head(desk):
    return next(one.head for one in desk.experts.list() if one.head.source_ids)


def test_whole_experts_are_usable(learned):
    assert are_usable(learned)


def test_a_lost_or_cut_file_is_seen(learned):
    file = learned.blobs.path(head(learned).blob)
    file.write_bytes(file.read_bytes()[:-1])
    assert not are_usable(learned)
    file.unlink()
    assert not are_usable(learned)


@pytest.mark.parametrize(
    "damage",
    [
        lambda id: delete(HeadRow).where(HeadRow.checkpoint_id == id),
        lambda id: update(CheckpointRow).where(CheckpointRow.id == id).values(is_accepted=False),
    ],
    ids=["no head", "a head that was rejected"],
)
def test_an_expert_without_a_head_that_counts_is_seen(learned, damage):
    id = head(learned).id
    with learned.database.session() as session:
        session.execute(damage(id))
    assert not are_usable(learned)


def queries(desk, ask):
    """Count the queries that a question of the program takes."""
    asked = []
    with desk.database.session() as session:
        bind = session.get_bind()

    def note(*arguments):
        asked.append(arguments[2])

    event.listen(bind, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(bind, "before_cursor_execute", note)
    return len(asked)


def test_neither_a_start_nor_an_answer_asks_more_of_a_larger_library(learned, document):
    learned.roster.slow()

    def counted():
        return [
            queries(learned, lambda: are_usable(learned)),
            queries(learned, learned.roster.slow),
            queries(learned, learned.roster.mid_experts),
        ]

    before = counted()
    for number in range(5):
        (source,) = finish(learned.learn.add([document(f"{number}.txt", f"Number {number}. {HARBOUR}")]))
        finish(learned.learn.run(source.id))
    assert counted() == before


def test_shared_experts_are_those_of_no_single_source_also_as_if(learned):
    learned.roster.slow()
    found = learned.experts.shared(BACKBONE)
    assert found == tuple(one for one in learned.experts.list(BACKBONE) if one.level != "fast")
    assert found
    assert learned.experts.shared("another") == ()
    other = head(learned)
    as_if = ExpertsAsIf(learned.database, learned.blobs, type(other)(**vars(other) | {"expert_id": found[0].id}))
    assert as_if.shared(BACKBONE)[0].head.id == other.id
