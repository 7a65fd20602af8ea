"""What a source does is shown by what is answered without it, and nothing is moved for that."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Level
from nestdesk.engine import protocol
from nestdesk.services.holdings import Holdings
from nestdesk.services.influence import Influences
from nestdesk.services.library_index import LibraryIndex
from nestdesk.services.overviews import Overviews
from nestdesk.services.recall import Recall
from nestdesk.services.roster import Roster
from nestdesk.storage.as_if import ExpertsAsIf
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.sections import SectionStore


@pytest.fixture
def influences(desk):
    passages = PassageStore(desk.database)
    index = LibraryIndex(desk.sources, passages, desk.changes)
    overviews = Overviews(desk.sources, SectionStore(desk.database), Holdings(desk.sources, passages))

    def as_if(*checkpoints):
        store = ExpertsAsIf(desk.database, desk.blobs, *checkpoints)
        birth = desk.folder.root / "birth"
        roster = Roster(desk.database, desk.engine, store, desk.sources, desk.blobs, lambda *_: b"", birth)
        return Recall(desk.engine, roster, index, desk.models, overviews)

    return Influences(desk.sources, desk.experts, desk.recall, as_if)


def asked(desk):
    return [one.asked for one in desk.engine.requests if isinstance(one, protocol.GenerateMany)]


def recalling(asked):
    """Return the weights that answer, whichever of a question's readings they belong to."""
    readings = asked.readings if isinstance(asked, protocol.Seeking) else (asked,)
    return {use.path for one in readings for use in one.experts}


def state(desk):
    return desk.experts.events(), [one.head for one in desk.experts.list()], desk.sources.list()


def test_the_same_questions_are_asked_with_the_source_and_without_it(desk, two, influences):
    harbour, _ = two
    before = state(desk)
    found = finish(influences.of(harbour.id))
    assert state(desk) == before
    (holding,) = found.holdings
    (expert,) = desk.experts.of_source(harbour.id)
    assert (holding.expert, holding.checkpoint_id, holding.is_in_use) == (expert.name, expert.head.id, True)
    assert holding.other_sources == 0
    (shift,) = found.shifts
    assert shift.question == next(one.prompt for one in desk.sources.items(harbour.id) if one.is_probe)
    closed_with, closed_without, found_with, found_without = [one[0] for one in asked(desk)]
    own = str(desk.blobs.path(expert.head.blob))
    assert own in recalling(closed_with)
    assert own not in recalling(closed_without)
    assert "Ellinor" in found_with.readings[0].passage
    assert "northern lighthouse" not in str(found_without)


def test_after_sleep_the_shared_expert_is_shown_and_goes_back_to_before_the_source(desk, two, influences):
    finish(desk.sleep.run())
    mid = next(one for one in desk.experts.list() if one.level is Level.MID)
    found = finish(influences.of(two[0].id))
    in_use = [one for one in found.holdings if one.is_in_use]
    assert [(one.level, one.checkpoint_id, one.other_sources) for one in in_use] == [(Level.MID, mid.head.id, 1)]
    with_it, without = (one[0] for one in asked(desk)[:2])
    own = str(desk.blobs.path(mid.head.blob))
    assert own in recalling(with_it)
    assert own not in recalling(without)


def test_a_source_that_was_never_learned_has_none(desk, document, influences):
    (source,) = finish(desk.learn.add([document("harbour.txt", "The lamp was lit in 1874.")]))
    finish(desk.learn.run(source.id, learns=False))
    found = finish(influences.of(source.id))
    assert (found.holdings, found.shifts) == ((), ())
    with pytest.raises(StorageError, match="no source"):
        finish(influences.of(99))
