"""Two checkpoints are compared by what they answered and by what they would answer; no head moves for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nestdesk.core.errors import CheckpointError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Level
from nestdesk.engine import protocol
from nestdesk.services.compare import Compare
from nestdesk.services.holdings import Holdings
from nestdesk.services.library_index import LibraryIndex
from nestdesk.services.overviews import Overviews
from nestdesk.services.probes import Probes, prints
from nestdesk.services.recall import Recall
from nestdesk.services.roster import Roster
from nestdesk.storage.as_if import ExpertsAsIf
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.sections import SectionStore

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12
QUESTION = "Which harbour master keeps seven lanterns?"


@pytest.fixture
def compare(desk):
    passages = PassageStore(desk.database)
    index = LibraryIndex(desk.sources, passages, desk.changes)
    overviews = Overviews(desk.sources, SectionStore(desk.database), Holdings(desk.sources, passages))

    def as_if(checkpoint):
        store = ExpertsAsIf(desk.database, desk.blobs, checkpoint)
        birth = desk.folder.root / "birth"
        roster = Roster(desk.database, desk.engine, store, desk.sources, desk.blobs, lambda *_: b"", birth)
        return Recall(desk.engine, roster, index, desk.models, overviews)

    return Compare(desk.experts, desk.sources, Probes(desk.sources), as_if)


@pytest.fixture
def learned(desk, document):
    """A source's expert with its birth and its learned checkpoint."""
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    finish(desk.learn.run(source.id))
    (expert,) = desk.experts.of_source(source.id)
    new, birth = desk.experts.history(expert.id)
    return expert, birth, new


def given_weights(desk):
    asked = [one for one in desk.engine.requests if isinstance(one, protocol.Generate)][-1]
    readings = asked.asked.readings if isinstance(asked.asked, protocol.Seeking) else (asked.asked,)
    return {use.path for one in readings for use in one.experts}


def test_a_birth_answers_as_before_and_the_change_is_told(compare, learned):
    expert, birth, new = learned
    (found,) = compare.differences(expert.id, birth.id, new.id)
    assert (found.first, found.second, found.answer) == ("no idea", "seven", "seven")
    assert (found.first_is_right, found.second_is_right, found.is_changed) == (False, True, True)
    (turned,) = compare.differences(expert.name, new.id, birth.id)
    assert (turned.first, turned.first_is_right, turned.second_is_right) == ("seven", True, False)


def test_a_checkpoint_made_before_prints_were_kept_is_compared_by_its_source(compare, desk, learned, monkeypatch):
    expert, birth, new = learned
    assert new.config["probes"]
    old = replace(new, config={name: value for name, value in new.config.items() if name != "probes"})
    monkeypatch.setattr(desk.experts, "history", lambda _: (old, birth))
    assert [one.second for one in compare.differences(expert.id, birth.id, new.id)] == ["seven"]
    replaced = replace(old, after=replace(old.after, f1=0.25))  # the items of its source are not its own any more
    monkeypatch.setattr(desk.experts, "history", lambda _: (replaced, birth))
    assert compare.differences(expert.id, birth.id, new.id) == ()


def test_changes_come_first(compare, desk, learned):
    expert, birth, new = learned
    items = desk.sources.items(expert.source_id)
    probe = next(one for one in items if one.is_probe)
    others = [replace(probe, prompt=f"Question {n}?", answer=f"answer {n}") for n in range(3)]
    scores = replace(new.after, probes=4, answers=("same", "answer 1", "other words", "seven"))
    before = replace(new.after, probes=4, answers=("same", "nothing", "words", "seven"))
    asked = (*others, probe)
    source = desk.sources.get(expert.source_id)
    desk.sources.save_result(source.id, source.state, asked, before, scores, 1.0)
    config = {"probes": prints(asked, scores)}
    grown = desk.experts.record(expert.id, new.blob, 1, (source.id,), before, scores, config, True, "")
    found = compare.differences(expert.id, birth.id, grown.id)
    assert [one.question for one in found] == ["Question 1?", "Question 2?", probe.prompt, "Question 0?"]
    assert [one.is_changed for one in found] == [True, False, False, False]


def test_a_question_is_answered_with_each_checkpoint_and_nothing_changes(compare, desk, learned):
    expert, birth, new = learned
    events, heads = desk.experts.events(), [one.head for one in desk.experts.list()]
    with_it = finish(compare.answer(expert.id, new.id, QUESTION))
    path = str(desk.blobs.path(new.blob))
    assert path in given_weights(desk)
    assert (with_it.took_part, with_it.text, with_it.checkpoint_id) == (True, "an answer in five words", new.id)
    without = finish(compare.answer(expert.id, birth.id, QUESTION))
    assert path not in given_weights(desk)
    assert given_weights(desk)  # the slow experts answer
    assert not without.took_part
    assert (desk.experts.events(), [one.head for one in desk.experts.list()]) == (events, heads)


def test_a_rolled_back_checkpoint_answers_without_being_put_into_use(compare, desk, learned):
    expert, birth, new = learned
    desk.experts.rollback(expert.id, birth.id)
    assert finish(compare.answer(expert.id, new.id, QUESTION)).took_part
    assert desk.experts.get(expert.id).head.id == birth.id


def test_a_question_about_something_else_is_not_answered_by_the_expert(compare, learned):
    expert, _, new = learned
    assert not finish(compare.answer(expert.id, new.id, "Why does bread become stale overnight?")).took_part


def test_a_consolidated_expert_is_asked_by_the_block_it_had_then(compare, desk, learned):
    finish(desk.sleep.run())
    mid = next(one for one in desk.experts.list() if one.level is Level.MID)
    new, birth = desk.experts.history(mid.id)
    assert finish(compare.answer(mid.id, new.id, QUESTION)).took_part
    assert str(desk.blobs.path(new.blob)) in given_weights(desk)
    assert not finish(compare.answer(mid.id, birth.id, QUESTION)).took_part
    assert compare.differences(mid.id, birth.id, new.id) == ()


def test_an_unknown_checkpoint_is_refused(compare, learned):
    expert, birth, _ = learned
    with pytest.raises(CheckpointError, match="no checkpoint 99"):
        compare.differences(expert.id, birth.id, 99)
    with pytest.raises(CheckpointError, match="no checkpoint 99"):
        finish(compare.answer(expert.id, 99, QUESTION))
