"""A checkpoint's name and pin are set and taken back, change nothing else, and never hold up forgetting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Effort, Expert, Function, Level, Scores
from nestdesk.storage.as_if import ExpertsAsIf
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.sources import SourceStore

SCORES = Scores(0.5, 0.5, probes=2, answered=1)


@pytest.fixture
def expert(experts: ExpertStore, blobs: Blobs) -> Expert:
    birth = blobs.put_bytes(b"identity")
    return experts.create("all", Function.MEMORY, Level.MID, "b", 1, birth_blob=birth, birth_config={})


def _learn(experts: ExpertStore, blobs: Blobs, expert: Expert, source: int) -> int:
    blob = blobs.put_bytes(f"weights of {source}".encode())
    return experts.record(expert.id, blob, 1, (source,), SCORES, SCORES, {}, True, "Because.").id


def test_a_name_and_a_pin_are_set_and_taken_back_and_change_nothing_else(
    experts: ExpertStore, blobs: Blobs, sources: SourceStore, expert: Expert
) -> None:
    source = sources.add("a", "document", "a", "a", 1, Effort.QUICK).id
    new = _learn(experts, blobs, expert, source)
    before, events = experts.history(expert.id), experts.events()
    assert [(one.name, one.is_pinned) for one in before] == [("", False)] * 2
    named = experts.name(expert.id, new, "the good one")
    pinned = experts.pin(expert.id, new, True)
    assert (named.name, pinned.name, pinned.is_pinned) == ("the good one", "the good one", True)
    assert experts.get(expert.id).head == pinned
    assert experts.history(expert.id) == (replace(before[0], name="the good one", is_pinned=True), before[1])
    experts.name(expert.id, new, "")
    experts.pin(expert.id, new, False)
    assert (experts.history(expert.id), experts.events()) == (before, events)


def test_only_an_experts_own_checkpoints_can_be_marked(experts: ExpertStore, blobs: Blobs, expert: Expert) -> None:
    other = experts.create("b", Function.MEMORY, Level.MID, "b", 1, birth_blob=blobs.put_bytes(b"2"), birth_config={})
    assert other.head is not None
    for wrong in (other.head.id, 99):
        with pytest.raises(CheckpointError, match=f"no checkpoint {wrong}"):
            experts.name(expert.id, wrong, "x")
        with pytest.raises(CheckpointError, match=f"no checkpoint {wrong}"):
            experts.pin(expert.id, wrong, True)


def test_forgetting_removes_what_is_pinned_too(
    experts: ExpertStore, blobs: Blobs, sources: SourceStore, expert: Expert
) -> None:
    first, second = (sources.add(name, "document", name, name, 1, Effort.QUICK).id for name in "ab")
    kept, doomed = _learn(experts, blobs, expert, first), _learn(experts, blobs, expert, second)
    experts.pin(expert.id, doomed, True)
    experts.pin(expert.id, kept, True)
    assert experts.delete_checkpoints_since(expert.id, second).id == kept
    assert doomed not in {one.id for one in experts.history(expert.id)}
    assert experts.verify() == []


def test_the_experts_as_if_differ_in_one_head_and_only_for_the_reader(
    experts: ExpertStore, database: Database, blobs: Blobs, sources: SourceStore, expert: Expert
) -> None:
    source = sources.add("a", "document", "a", "a", 1, Effort.QUICK).id
    own = experts.create(
        "a/memory", Function.MEMORY, Level.FAST, "b", 1, source, birth_blob=blobs.put_bytes(b"x"), birth_config={}
    )
    assert own.head is not None
    _learn(experts, blobs, own, source)
    as_if = ExpertsAsIf(database, blobs, own.head)
    (shown,) = as_if.of_source(source)
    assert shown.head == own.head
    assert as_if.list() == (experts.list()[0], shown)
    assert experts.of_source(source)[0].head != own.head
