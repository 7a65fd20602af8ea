"""Learning adds, rolling back moves, undoing moves back; only forgetting deletes; and the store always verifies."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError

from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Checkpoint, Effort, Expert, Function, Level, Scores
from nestdesk.storage import heads
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.models import CheckpointRow
from nestdesk.storage.sources import SourceStore

BEFORE = Scores(0.1, 0.0, probes=8, answered=1)
AFTER = Scores(0.6, 0.5, probes=8, answered=5, perplexity=12.0, answers=("a", "b"))


def _create(
    experts: ExpertStore, blobs: Blobs, name: str = "reading", level: Level = Level.SLOW, source: int | None = None
) -> Expert:
    birth = blobs.put_bytes(b"identity")
    return experts.create(
        name, Function.MEMORY, level, "backbone", 512, source, birth_blob=birth, birth_config={"rank": 8}
    )


def _learn(
    experts: ExpertStore,
    blobs: Blobs,
    expert: Expert,
    weights: bytes,
    sources: tuple[int, ...] = (),
    is_accepted: bool = True,
    parent: int | None = None,
) -> Checkpoint:
    blob = blobs.put_bytes(weights)
    return experts.record(
        expert.id, blob, len(weights), sources, BEFORE, AFTER, {"steps": 9}, is_accepted, "Because.", parent
    )


def _source(sources: SourceStore, name: str) -> int:
    return sources.add(name, "document", name, name, 1, Effort.QUICK).id


def test_an_expert_is_born_with_a_head(experts: ExpertStore, blobs: Blobs) -> None:
    expert = _create(experts, blobs)
    (birth,) = experts.history(expert.id)
    assert expert.head == birth
    assert birth.is_head
    assert birth.parent_id is None
    assert birth.config == {"rank": 8}
    assert birth.size_bytes == len(b"identity")
    assert experts.list() == experts.list("backbone") == (expert,)
    assert experts.list("another") == ()


def test_an_expert_is_found_by_id_name_and_typed_id(experts: ExpertStore, blobs: Blobs) -> None:
    expert = _create(experts, blobs, "notes.md/memory")
    assert experts.get(expert.id) == experts.get("notes.md/memory") == experts.get(str(expert.id)) == expert
    for unknown in (99, "99", "nobody", "", "-1", "9" * 40, 10**30, "²"):
        with pytest.raises(CheckpointError, match="no expert"):
            experts.get(unknown)


def test_two_sources_of_one_title_do_not_share_a_name(experts: ExpertStore, blobs: Blobs) -> None:
    assert [_create(experts, blobs, "a/memory").name for _ in range(3)] == ["a/memory", "a/memory (2)", "a/memory (3)"]


def test_a_name_used_for_two_backbones_needs_the_backbone(experts: ExpertStore, blobs: Blobs) -> None:
    first = _create(experts, blobs)
    other = experts.create(
        "reading", Function.MEMORY, Level.SLOW, "other", 1, birth_blob=blobs.put_bytes(b"x"), birth_config={}
    )
    assert experts.get("reading", "other") == other
    with pytest.raises(CheckpointError, match=f"use a number: {first.id}, {other.id}"):
        experts.get("reading")


def test_an_accepted_result_becomes_the_head_and_a_rejected_one_is_only_kept(
    experts: ExpertStore, blobs: Blobs, sources: SourceStore
) -> None:
    expert = _create(experts, blobs)
    source = _source(sources, "a")
    good = _learn(experts, blobs, expert, b"good", (source,))
    bad = _learn(experts, blobs, expert, b"bad", (source,), is_accepted=False)
    assert experts.get(expert.id).head == good
    assert [it.id for it in experts.history(expert.id)] == [bad.id, good.id, good.parent_id]
    assert (good.before, good.after, good.source_ids, good.config) == (BEFORE, AFTER, (source,), {"steps": 9})
    assert bad.parent_id == good.id
    assert not bad.is_head
    assert [event.kind for event in experts.events()] == ["rejected", "learned", "born"]
    with pytest.raises(CheckpointError, match="rejected"):
        experts.rollback(expert.id, bad.id)


def test_rollback_and_restore_are_inverse_also_twice_over(experts: ExpertStore, blobs: Blobs) -> None:
    expert = _create(experts, blobs)
    first = _learn(experts, blobs, expert, b"1")
    second = _learn(experts, blobs, expert, b"2")
    assert expert.head is not None
    assert experts.rollback(expert.id, first.id).blob == first.blob
    assert experts.rollback(expert.id, expert.head.id).id == expert.head.id
    assert len(experts.history(expert.id)) == 3
    assert experts.restore(expert.id).id == first.id
    assert experts.restore(expert.id) == second
    with pytest.raises(CheckpointError, match="no rollback"):
        experts.restore(expert.id)
    # the undo can be redone by rolling back again, and undone again
    experts.rollback(expert.id, first.id)
    assert experts.restore(expert.id).id == second.id


def test_a_rollback_cannot_be_undone_over_what_was_learned_since(experts: ExpertStore, blobs: Blobs) -> None:
    expert = _create(experts, blobs)
    first = _learn(experts, blobs, expert, b"1")
    assert first.parent_id is not None
    experts.rollback(expert.id, first.parent_id)
    branch = _learn(experts, blobs, expert, b"2")
    assert branch.parent_id == first.parent_id
    with pytest.raises(CheckpointError, match="no rollback"):
        experts.restore(expert.id)
    assert experts.get(expert.id).head == branch


def test_rolling_back_to_the_head_changes_nothing(experts: ExpertStore, blobs: Blobs) -> None:
    expert = _create(experts, blobs)
    first = _learn(experts, blobs, expert, b"1")
    before = experts.events()
    assert experts.rollback(expert.id, first.id) == first
    assert experts.events() == before


def test_an_unknown_or_foreign_checkpoint_is_refused(experts: ExpertStore, blobs: Blobs) -> None:
    expert, other = _create(experts, blobs), _create(experts, blobs, "other")
    foreign = _learn(experts, blobs, other, b"1")
    for checkpoint in (foreign.id, 999):
        with pytest.raises(CheckpointError, match="no checkpoint"):
            experts.rollback(expert.id, checkpoint)


def test_the_database_itself_refuses_a_head_of_another_expert(
    experts: ExpertStore, blobs: Blobs, database: Database
) -> None:
    expert, other = _create(experts, blobs), _create(experts, blobs, "other")
    foreign = _learn(experts, blobs, other, b"1")
    with pytest.raises(IntegrityError), database.session() as session:
        heads.move(session, expert.id, heads.current(session, expert.id), foreign.id)


def test_the_head_moves_only_from_where_it_was_seen(experts: ExpertStore, blobs: Blobs, database: Database) -> None:
    expert = _create(experts, blobs)
    assert expert.head is not None
    first = _learn(experts, blobs, expert, b"1")
    with pytest.raises(CheckpointError, match="in the meantime"), database.session() as session:
        heads.move(session, expert.id, old=expert.head.id, new=expert.head.id)
    for is_accepted in (True, False):
        with pytest.raises(CheckpointError, match="in the meantime"):
            _learn(experts, blobs, expert, b"late", is_accepted=is_accepted, parent=expert.head.id)
    assert experts.history(expert.id)[0] == first


def test_no_row_without_weights(experts: ExpertStore, blobs: Blobs) -> None:
    expert = _create(experts, blobs)
    missing = "0" * 64
    with pytest.raises(CheckpointError, match="missing"):
        experts.record(expert.id, missing, 1, (), None, None, {}, True, "")
    with pytest.raises(CheckpointError, match="missing"):
        experts.create("x", Function.MEMORY, Level.FAST, "b", 1, birth_blob=missing, birth_config={})
    assert len(experts.history(expert.id)) == 1


def test_rolling_back_to_lost_weights_is_refused_and_verify_names_them(experts: ExpertStore, blobs: Blobs) -> None:
    expert = _create(experts, blobs)
    assert expert.head is not None
    first = _learn(experts, blobs, expert, b"1")
    assert experts.verify() == []
    blobs.path(expert.head.blob).unlink()
    blobs.path(first.blob).write_bytes(b"?")
    with pytest.raises(CheckpointError, match="missing"):
        experts.rollback(expert.id, expert.head.id)
    faults = experts.verify()
    assert len(faults) == 2
    assert any(f"checkpoint {first.id} of reading" in fault for fault in faults)


def test_verify_sees_a_head_that_was_rejected(experts: ExpertStore, blobs: Blobs, database: Database) -> None:
    expert = _create(experts, blobs)
    _learn(experts, blobs, expert, b"1")
    with database.session() as session:
        session.execute(text("UPDATE checkpoint SET is_accepted = 0"))
    assert any("exactly one accepted" in fault for fault in experts.verify())


def _publish(experts: ExpertStore, blobs: Blobs, expert: Expert, weights: bytes) -> Generator[None, None, None]:
    yield
    blob = blobs.put_bytes(weights)
    yield
    experts.record(expert.id, blob, len(weights), (), None, AFTER, {}, True, "Better.")
    yield


@pytest.mark.parametrize(("steps", "learned"), [(1, False), (2, False), (3, True)])
def test_closing_midway_leaves_the_old_or_the_new_state(
    experts: ExpertStore, blobs: Blobs, database: Database, steps: int, learned: bool
) -> None:
    expert = _create(experts, blobs)
    job = _publish(experts, blobs, expert, b"weights")
    for _ in range(steps):
        next(job)
    job.close()
    assert (experts.get(expert.id).head != expert.head) == learned
    blobs.collect(experts.referenced_blobs())
    assert experts.verify() == []
    assert database.check() == []


def test_a_full_disk_leaves_the_old_head(experts: ExpertStore, blobs: Blobs, database: Database) -> None:
    expert = _create(experts, blobs)
    with database.session() as session:
        connection = session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    blob = blobs.put_bytes(b"weights")
    with pytest.raises(StorageError, match="disk is full"):
        experts.record(expert.id, blob, 7, (), None, None, {"long": "x" * 100_000}, True, "")
    assert experts.get(expert.id) == expert
    assert experts.verify() == []
    assert database.check() == []


# ------------------------------------------------------------------------------------------------- forgetting


def test_forgetting_a_source_takes_its_own_experts_and_the_blobs_only_they_used(
    experts: ExpertStore, blobs: Blobs, sources: SourceStore, database: Database
) -> None:
    mine, other = _source(sources, "mine"), _source(sources, "other")
    expert, kept = (
        _create(experts, blobs, "mine", Level.FAST, mine),
        _create(experts, blobs, "other", Level.FAST, other),
    )
    only = _learn(experts, blobs, expert, b"only mine", (mine,))
    _learn(experts, blobs, expert, b"shared", (mine,))
    _learn(experts, blobs, kept, b"shared", (other,))
    assert experts.of_source(mine) == (experts.get(expert.id),)
    assert experts.delete_of_source(mine) == {only.blob}  # the identity and "shared" are still in use
    assert experts.of_source(mine) == ()
    assert experts.list() == (experts.get(kept.id),)
    assert all(event.expert_id != expert.id for event in experts.events())
    assert experts.verify() == []
    assert database.check() == []


def test_slower_experts_go_back_to_before_the_source(
    experts: ExpertStore, blobs: Blobs, sources: SourceStore, database: Database
) -> None:
    a, b, c = (_source(sources, name) for name in "abc")
    mid, slow = _create(experts, blobs, "everything/mid/memory", Level.MID), _create(experts, blobs)
    clean = _learn(experts, blobs, mid, b"a", (a,))
    _learn(experts, blobs, mid, b"a b", (a, b))
    _learn(experts, blobs, mid, b"c on top of b", (c,))  # grew from weights that knew b
    _learn(experts, blobs, mid, b"rejected b", (b,), is_accepted=False)
    assert experts.touched_by(b) == (experts.get(mid.id),)
    assert experts.touched_by(99) == ()
    back = experts.delete_checkpoints_since(mid.id, b)
    assert back.id == clean.id
    assert back.is_head
    assert [it.id for it in experts.history(mid.id)] == [clean.id, clean.parent_id]
    assert experts.touched_by(b) == ()
    assert experts.get(slow.id) == slow
    again = _learn(experts, blobs, mid, b"replayed c", (a, c))
    assert again.parent_id == clean.id
    assert experts.verify() == []
    assert database.check() == []


def test_a_head_that_never_knew_the_source_stays(experts: ExpertStore, blobs: Blobs, sources: SourceStore) -> None:
    a = _source(sources, "a")
    expert = _create(experts, blobs)
    assert expert.head is not None
    _learn(experts, blobs, expert, b"a", (a,))
    experts.rollback(expert.id, expert.head.id)
    assert experts.delete_checkpoints_since(expert.id, a).id == expert.head.id
    with pytest.raises(CheckpointError, match="forgotten"):
        experts.restore(expert.id)
    assert experts.verify() == []


def test_deleting_a_source_prunes_it_from_checkpoints_and_keeps_the_others(
    experts: ExpertStore, blobs: Blobs, sources: SourceStore, database: Database
) -> None:
    a, b, c = (_source(sources, name) for name in "abc")
    expert = _create(experts, blobs)
    _learn(experts, blobs, expert, b"all", (c, a, b))
    sources.delete(a)
    assert experts.history(expert.id)[0].source_ids == (c, b)
    assert database.check() == []


def test_a_checkpoint_in_use_cannot_be_deleted_behind_the_stores_back(
    experts: ExpertStore, blobs: Blobs, database: Database
) -> None:
    _create(experts, blobs)
    with pytest.raises(IntegrityError), database.session() as session:
        session.execute(delete(CheckpointRow))


# ---------------------------------------------------------------------------------------------- any sequence


class Store(RuleBasedStateMachine):
    """Any sequence of learning, rolling back, undoing and restarting agrees with a list and a stack."""

    def __init__(self) -> None:
        super().__init__()
        self._root = tempfile.TemporaryDirectory()
        self._folder = DataFolder(Path(self._root.name) / "data")
        self._open()

    def _open(self) -> None:
        self._database = Database.open(self._folder)
        self._blobs = Blobs(self._folder.blobs)
        self._experts = ExpertStore(self._database, self._blobs)

    @initialize()
    def born(self) -> None:
        self.expert = _create(self._experts, self._blobs)
        assert self.expert.head is not None
        self.weights = {self.expert.head.id: b"identity"}
        self.accepted = [self.expert.head.id]
        self.head = self.expert.head.id
        self.undo: list[int] = []

    @rule(weights=st.binary(min_size=1, max_size=4), is_accepted=st.booleans())
    def learn(self, weights: bytes, is_accepted: bool) -> None:
        made = _learn(self._experts, self._blobs, self.expert, weights, is_accepted=is_accepted)
        assert made.parent_id == self.head
        self.weights[made.id] = weights
        if is_accepted:
            self.accepted.append(made.id)
            self.head, self.undo = made.id, []

    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(self.accepted))
        if target != self.head:
            self.undo.append(self.head)
        self._experts.rollback(self.expert.id, target)
        self.head = target

    @precondition(lambda self: self.undo)
    @rule()
    def restore(self) -> None:
        self.head = self.undo.pop()
        assert self._experts.restore(self.expert.id).id == self.head

    @precondition(lambda self: not self.undo)
    @rule()
    def restore_nothing(self) -> None:
        with pytest.raises(CheckpointError):
            self._experts.restore(self.expert.id)

    @rule()
    def restart(self) -> None:
        self._database.close()
        self._open()
        self._blobs.collect(self._experts.referenced_blobs())

    @invariant()
    def agrees(self) -> None:
        head = self._experts.get(self.expert.id).head
        assert head is not None
        assert head.id == self.head
        assert self._blobs.path(head.blob).read_bytes() == self.weights[self.head]
        assert {it.id for it in self._experts.history(self.expert.id)} == set(self.weights)
        assert self._experts.verify() == []

    def teardown(self) -> None:
        assert self._database.check() == []
        self._database.close()
        self._root.cleanup()


TestStore = Store.TestCase
TestStore.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
