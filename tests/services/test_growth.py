"""Growth: what reads passages gets better weights, and nothing else ever sees them."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import EngineError
from nestdesk.core.jobs import finish
from nestdesk.core.trust import Trust
from nestdesk.core.types import Level, Mode
from nestdesk.engine import protocol
from nestdesk.engine.growing import Grow
from nestdesk.services.collections import Collections
from nestdesk.services.expert_kinds import is_grown, is_identity
from nestdesk.services.growth import NEW_DOCUMENTS, Growth
from nestdesk.services.trust import TrustLevels

TOWNS = (
    "Aldermoor", "Brackwater", "Cinderford", "Dunhollow", "Ennismoor", "Farrowby", "Gildersome", "Hartlebury",
    "Inverallan", "Jedworth", "Kettlewick",
)  # fmt: skip
ASKED = "Which warden counts herons in Aldermoor?"


@pytest.fixture
def growth(desk):
    return Growth(desk.database, desk.sources, desk.experts, desk.engine, desk.roster, desk.models, desk.changes)


@pytest.fixture
def learn(desk, document):
    """Learn documents about so many towns, further ones."""
    known = []

    def learn(count):
        for town in TOWNS[len(known) : len(known) + count]:
            file = document(f"{town}.txt", f"The warden of {town} counts herons daily. " * 20)
            (source,) = finish(desk.learn.add([file]))
            known.append(finish(desk.learn.run(source.id)))
        return tuple(known)

    return learn


def grown(desk):
    return [one for one in desk.experts.list() if is_grown(one)]


def reading(desk):
    """Return what reads passages, and what answers from weights."""
    read = desk.recall.plan(ASKED, Mode.RETRIEVAL, is_short=True).uses
    return {one.path for one in read}, {use.path for use in desk.recall.plan(ASKED, Mode.CLOSED, is_short=True).uses}


def test_what_grew_reads_passages_and_learns_nothing(desk, growth, learn):
    sources = learn(4)
    born, weights = reading(desk)
    checkpoints = finish(growth.run())
    request = desk.engine.requests[-1]
    assert isinstance(request, Grow)
    assert [one.source_id for one in request.held] == [3]
    assert [one.source_id for one in request.taught] == [1, 2, 4]
    assert set(request.skills) == born
    assert all(set(one.source_ids) == {source.id for source in sources} for one in checkpoints)
    now, still = reading(desk)
    assert now == {str(desk.blobs.path(one.blob)) for one in checkpoints}
    assert still == weights  # closed book, the experts as they were born
    learn(1)
    study = next(one for one in reversed(desk.engine.requests) if isinstance(one, protocol.Learn))
    assert {one.path for one in study.skills} == born
    assert desk.problems() == []


def test_it_goes_on_from_what_grew(desk, growth, learn):
    learn(4)
    finish(growth.run())
    once, _ = reading(desk)
    finish(growth.run())
    assert set(desk.engine.requests[-1].skills) == once
    assert reading(desk)[0] != once


def test_what_did_not_help_is_kept_and_not_used(desk, growth, learn):
    learn(4)
    before = reading(desk)
    desk.engine.accepts = False
    assert not any(one.is_accepted for one in finish(growth.run()))
    assert reading(desk) == before
    assert all(is_identity(one.head) and len(desk.experts.history(one.id)) == 2 for one in grown(desk))


def test_rolled_back_it_reads_as_before(desk, growth, learn):
    learn(4)
    before = reading(desk)
    finish(growth.run())
    for one in grown(desk):
        desk.experts.rollback(one.id, desk.experts.history(one.id)[-1].id)
    assert reading(desk) == before


@pytest.mark.parametrize("number", [1, 3], ids=["taught", "asked about"])
def test_a_forgotten_document_has_no_say_any_more(desk, growth, learn, number):
    learn(4)
    before = reading(desk)
    finish(growth.run())
    weights = [desk.blobs.path(one.head.blob) for one in grown(desk)]
    receipt = finish(desk.forget.forget(number))
    assert reading(desk)[0] == before[0]
    assert {one.name for one in grown(desk)} <= set(receipt.rebuilt_experts)
    assert not any(file.exists() for file in weights)
    assert receipt.replayed_sources == ()
    assert desk.problems() == []


def test_growth_before_a_document_came_outlives_it(desk, growth, learn):
    learn(4)
    finish(growth.run())
    earlier, _ = reading(desk)
    learn(1)
    finish(growth.run())
    finish(desk.forget.forget(5))
    assert reading(desk)[0] == earlier


def test_the_other_sources_of_what_grew_stay_asleep(desk, growth, learn):
    learn(4)
    finish(growth.run())
    finish(desk.sleep.run())
    finish(growth.run())
    slept = desk.experts.of_source(2)[0]
    assert is_identity(slept.head)
    requests = len(desk.engine.requests)
    finish(desk.forget.forget(1))
    replayed = [one for one in desk.engine.requests[requests:] if isinstance(one, protocol.Sleep)]
    assert [{one.source_id for one in request.sources} for request in replayed] == [{2, 3, 4}]  # as without growth


def test_a_document_that_is_not_trusted_any_more_has_no_say(desk, growth, learn):
    learn(4)
    before = reading(desk)
    finish(growth.run())
    levels = TrustLevels(desk.database, desk.sources, desk.experts, desk.roster, desk.sleep, desk.changes)
    finish(levels.set(2, Trust.LOW))
    assert reading(desk)[0] == before[0]


def test_moving_a_document_changes_nothing_about_reading(desk, growth, learn):
    learn(4)
    finish(growth.run())
    now, _ = reading(desk)
    home: Collections = desk.collections
    finish(home.move([1], home.create("Towns").id))
    assert reading(desk)[0] == now


def test_a_document_that_goes_meanwhile_does_not_come_back(desk, growth, learn):
    learn(4)
    before, _ = reading(desk)
    job = growth.run()
    while next(job).stage != "learning":
        pass
    finish(desk.forget.forget(2))
    with pytest.raises(EngineError, match="changed or forgotten"):
        finish(job)
    assert reading(desk)[0] == before
    assert grown(desk) == []


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_documents_change_nothing(desk, growth, learn, count):
    learn(count)
    assert finish(growth.run()) == ()
    assert not any(isinstance(one, Grow) for one in desk.engine.requests)


def test_what_was_said_in_chats_is_not_learned_to_be_read(desk, growth, learn):
    learn(4)
    chat = desk.chat.create()
    finish(desk.chat.send(chat.id, "My sister Ottoline plays the bassoon in the town hall of Brackwater every week."))
    said = desk.learn.add_conversation(chat.id)
    finish(desk.learn.run(said.id))
    finish(growth.run())
    request = desk.engine.requests[-1]
    assert said.id not in {one.source_id for one in (*request.taught, *request.held)}


def test_it_is_due_after_so_many_new_documents(desk, growth, learn):
    learn(NEW_DOCUMENTS - 1)
    assert not growth.is_due()
    learn(1)
    assert growth.is_due()
    desk.engine.accepts = False  # a try counts, whatever came of it
    finish(growth.run())
    assert not growth.is_due()
    assert {one.level for one in grown(desk)} == {Level.SLOW}


def test_what_is_attached_to_a_chat_takes_no_part_until_it_is_in_the_library(desk, growth, learn, document):
    (*_, last) = learn(4)
    chat = desk.chat.create()
    desk.sources.move(last.id, None, attached_to=chat.id)
    assert last.id not in {one.id for one in growth._documents()}
    moved = finish(desk.collections.move([last.id], None))
    assert finish(growth.run())
    assert any(last.id in one.head.source_ids for one in grown(desk))
    finish(desk.collections.move_back(moved))
    assert not any(last.id in one.head.source_ids for one in grown(desk)), "its chat alone knows it again"
