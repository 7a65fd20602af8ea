"""Whatever was learned, rolled back, undone, slept on and forgotten in whatever order: history holds, to the bit.

Two machines live through random histories of a desk that really learns. The first one moves heads about and looks at
every checkpoint; the second one forgets, and is compared with a desk that never learned what was forgotten.
`--hypothesis-profile=long` makes both of them go on for minutes.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from nestdesk.core.errors import CheckpointError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Checkpoint, Level, Source, SourceState
from nestdesk.learning import backbone
from nestdesk.learning.nested import NestedModel
from nestdesk.memory import chat_markdown
from nestdesk.services.expert_kinds import is_identity
from nestdesk.storage import archive, traces
from tests.learning.conftest import write_backbone
from tests.reliability.profiles import histories
from tests.reliability.tiny_desk import BY_STEPS_S, DULL, THINGS, logits, open_desk, quick_lessons, text, word

PLACES = st.integers(0, 1_000)  # of something among however many there are at that moment


class Histories(RuleBasedStateMachine):
    """A desk, what is known of it from outside, and the steps that any history is made of."""

    nested: NestedModel
    template: Path  # a data folder that was never used
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self._scratch = tempfile.TemporaryDirectory(prefix="nestdesk-")
        self.papers = Path(self._scratch.name) / "papers"
        self.papers.mkdir()
        self.desk = self._open("subject")
        self.chance = random.Random(0)
        self.words: dict[str, list[str]] = {}  # that each document holds, or held in an earlier edition
        self.forgotten: list[str] = []  # the words of what is not to be found any more

    def _open(self, name: str) -> Any:
        root = Path(self._scratch.name) / name
        if not root.exists():
            shutil.copytree(self.template, root)
        return open_desk(root, self.nested)

    def teardown(self) -> None:
        self.desk.database.close()
        self._scratch.cleanup()

    def learn(self, thing: str, editions: int = 1) -> Source:
        """Write a document, or a further edition of it, and let it be learned."""
        own = self.words.setdefault(thing, [])
        own += [word(self.chance) for _ in range(editions)]
        file = self.papers / f"{thing}.txt"
        if editions or not file.exists():
            file.write_text(text(thing, own[-2:]), encoding="utf-8")
        return learned(self.desk, file)

    def source(self, place: int) -> Source:
        known = self.desk.sources.list()
        return known[place % len(known)]

    def forget(self, place: int) -> Source:
        """Forget a source; its file stays, and can be learned again."""
        source = self.source(place)
        finish(self.desk.forget.forget(source.id, BY_STEPS_S))
        self.forgotten += self.words.pop(source.title)
        (self.papers / f"{source.title}.txt").unlink()
        return source

    @rule()
    def restart(self) -> None:
        self.desk.database.close()
        self.desk = self._open("subject")

    @rule()
    def copy(self) -> None:
        desk, file = self.desk, self.desk.folder.root / "copy.zip"
        file.unlink(missing_ok=True)
        finish(archive.write(desk.database, desk.blobs, file, chat_markdown.page))

    @precondition(lambda self: self.words)
    @rule(place=PLACES)
    def ask(self, place: int) -> None:
        thing = list(self.words)[place % len(self.words)]
        finish(self.desk.chat.send(self.desk.chat.create().id, f"Who lives in house 1 of the {thing} of Ostwick?"))

    @invariant()
    def everything_stored_is_sound(self) -> None:
        type(self).steps += 1
        assert self.desk.problems() == []

    @invariant()
    def history_is_a_tree_whose_head_is_one_of_its_nodes(self) -> None:
        for expert in self.desk.experts.list():
            history = {one.id: one for one in self.desk.experts.history(expert.id)}
            assert [one.parent_id for one in history.values()].count(None) == 1
            assert all(one.parent_id is None or one.parent_id < one.id for one in history.values())
            assert {one.parent_id for one in history.values()} - {None} <= set(history)
            assert [one.id for one in history.values() if one.is_head] == [expert.head.id]
            assert expert.head.is_accepted

    @invariant()
    def what_was_forgotten_is_in_no_byte(self) -> None:
        if self.forgotten:
            assert traces.places(self.desk.folder, self.forgotten) == {}


class Timelines(Histories):
    """Heads that are moved about: every checkpoint stays what it was, and a move of one expert is no other's."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[int, tuple[str, str]] = {}  # the blob and the logits of every checkpoint
        self.marks: dict[int, tuple[str, bool]] = {}  # the name and the pin of every checkpoint
        self.undo: dict[int, list[Checkpoint]] = {}  # what each expert was rolled back from

    @initialize(first=st.sampled_from(THINGS), second=st.sampled_from(THINGS))
    def begin(self, first: str, second: str) -> None:
        self.add(first)
        self.add(second)

    @rule(thing=st.sampled_from(THINGS))
    def add(self, thing: str) -> None:
        """Learn a document, a changed one a second time."""
        before = self.heads()
        source = self.learn(thing)
        assert source.state is (SourceState.REMEMBERED if thing == DULL else SourceState.LEARNED)
        self._moved(before, {one.id for one in self.desk.experts.of_source(source.id)})

    @rule()
    def sleep(self) -> None:
        before, waiting = self.heads(), {one.source_id for one in self.desk.sleep.waiting()}
        finish(self.desk.sleep.run(BY_STEPS_S))
        slept = {one.id for source in waiting for one in self.desk.experts.of_source(source)}
        assert all(is_identity(self.desk.experts.get(one).head) for one in slept)
        self._moved(before, slept | {one.id for one in self.desk.experts.list() if one.level is Level.MID})

    @precondition(lambda self: self.words)
    @rule(place=PLACES)
    def forget_one(self, place: int) -> None:
        before, blobs = self.heads(), {path.name for path in self.files()}
        own = self.desk.experts.of_source(self.source(place).id)
        gone = self.forget(place)
        assert all(gone.id not in one.source_ids for one in self.known().values())
        assert {path.name for path in self.files()} - blobs <= self.desk.experts.referenced_blobs()
        shared = {one.id for one in self.desk.experts.list() if one.level is Level.MID}
        later = {one.id for one in self.desk.experts.list() if one.source_id is not None}  # may have slept with it
        self._moved({id: head for id, head in before.items() if id not in {one.id for one in own}}, shared | later)
        self.seen = {id: one for id, one in self.seen.items() if id in self.known()}
        self.marks = {id: one for id, one in self.marks.items() if id in self.known()}

    @precondition(lambda self: self.known())
    @rule(place=PLACES)
    def roll_back(self, place: int) -> None:
        before = self.heads()
        target = self.known()[sorted(self.known())[place % len(self.known())]]
        old = self.desk.experts.get(target.expert_id).head
        if not target.is_accepted:
            with pytest.raises(CheckpointError, match="rejected"):
                self.desk.expert_service.rollback(target.expert_id, target.id)
            assert self.heads() == before
            return
        self.desk.expert_service.rollback(target.expert_id, target.id)
        self._is_in_use(target)
        assert self.heads() == before | {target.expert_id: target.id}
        if old.id != target.id:
            self.undo.setdefault(target.expert_id, []).append(old)

    @precondition(lambda self: any(self.undo.values()))
    @rule(place=PLACES)
    def undo_it(self, place: int) -> None:
        before, moved = self.heads(), [id for id, stack in self.undo.items() if stack]
        expert = moved[place % len(moved)]
        old = self.undo[expert].pop()
        if old.id not in self.known():
            with pytest.raises(CheckpointError, match="knew a forgotten source"):
                self.desk.expert_service.restore(expert)
            assert self.heads() == before
            self.undo.pop(expert)
            return
        self.desk.expert_service.restore(expert)
        self._is_in_use(old)
        assert self.heads() == before | {expert: old.id}

    @precondition(lambda self: self.known())
    @rule(place=PLACES, name=st.sampled_from(("", "before the fair", "Mühle 水車")), is_pinned=st.booleans())
    def mark(self, place: int, name: str, is_pinned: bool) -> None:
        one = self.known()[sorted(self.known())[place % len(self.known())]]
        self.desk.expert_service.name(one.expert_id, one.id, name)
        self.desk.expert_service.pin(one.expert_id, one.id, is_pinned)
        self.marks[one.id] = name, is_pinned

    @invariant()
    def a_checkpoint_never_changes(self) -> None:
        known = self.known()
        assert set(self.seen) <= set(known), "nothing but forgetting deletes"
        for one in known.values():
            if one.id not in self.seen:
                self.seen[one.id] = one.blob, self._logits(one)
            assert one.blob == self.seen[one.id][0]
            assert (one.name, one.is_pinned) == self.marks.get(one.id, ("", False))

    def heads(self) -> dict[int, int]:
        return {one.id: one.head.id for one in self.desk.experts.list()}

    def known(self) -> dict[int, Checkpoint]:
        histories = (self.desk.experts.history(one.id) for one in self.desk.experts.list())
        return {one.id: one for history in histories for one in history}

    def files(self) -> list[Path]:
        return [path for path in self.desk.folder.blobs.rglob("*") if path.is_file()]

    def _is_in_use(self, wanted: Checkpoint) -> None:
        head = self.desk.experts.get(wanted.expert_id).head
        assert (head.id, (head.blob, self._logits(head))) == (wanted.id, self.seen[wanted.id])

    def _logits(self, checkpoint: Checkpoint) -> str:
        return logits(self.desk, self.nested, "" if is_identity(checkpoint) else checkpoint.blob)

    def _moved(self, before: dict[int, int], allowed: set[int]) -> None:
        """Check that no other expert moved, and take note that of those which did, no rollback can be undone."""
        heads = self.heads()
        moved = {id for id in heads if heads[id] != before.get(id)}
        assert moved <= allowed
        assert set(before) <= set(heads)
        for id in moved | (set(self.undo) - set(heads)):
            self.undo.pop(id, None)


class Forgetting(Histories):
    """Sources that come and go: the weights are always those of a desk that learned only what is there."""

    def __init__(self) -> None:
        super().__init__()
        self.journal: list[tuple[str, str]] = []  # what would have been done without the sources that were forgotten

    @rule(thing=st.sampled_from(THINGS))
    def add(self, thing: str) -> None:
        if thing not in self.words:
            self.learn(thing)
            self.journal.append(("learn", (self.papers / f"{thing}.txt").read_text(encoding="utf-8")))

    @rule()
    def sleep(self) -> None:
        finish(self.desk.sleep.run(BY_STEPS_S))
        self.journal.append(("sleep", ""))

    @precondition(lambda self: self.words)
    @rule(place=PLACES)
    def forget_one(self, place: int) -> None:
        said = (self.papers / f"{self.source(place).title}.txt").read_text(encoding="utf-8")
        self.forget(place)
        self.journal = [(what, told) for what, told in self.journal if told != said]
        control = self._open("control")
        try:
            for what, told in self.journal:
                if what == "sleep":
                    finish(control.sleep.run(BY_STEPS_S))
                    continue
                file = self.papers / f"{told.split()[1]}.txt"
                assert file.read_text(encoding="utf-8") == told
                learned(control, file)
            assert weights(self.desk) == weights(control)
        finally:
            control.database.close()
            shutil.rmtree(control.folder.root)


def learned(desk: Any, file: Path) -> Source:
    (added,) = finish(desk.learn.add([file]))
    return finish(desk.learn.run(added.id, BY_STEPS_S))


def weights(desk: Any) -> dict[str, str]:
    return {one.name: one.head.blob for one in desk.experts.list() if one.level is not Level.MID or one.head.source_ids}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Callable[[type[Histories]], None]:
    """Let a machine live through its histories."""
    folder = tmp_path_factory.mktemp("histories")
    nested = NestedModel(backbone.load(write_backbone(folder / "tiny")))
    open_desk(folder / "template", nested).database.close()

    def run(machine: type[Histories]) -> None:
        own = type(machine.__name__, (machine,), {"nested": nested, "template": folder / "template"})
        with quick_lessons():
            run_state_machine_as_test(own, settings=histories())
        print(f"{machine.__name__}: {own.steps} steps")

    return run


@pytest.mark.timeout(0)  # hypothesis has limits of its own, and the long profile goes on for minutes
@pytest.mark.parametrize("machine", [Timelines, Forgetting])
def test_every_history_holds(live: Callable[[type[Histories]], None], machine: type[Histories]) -> None:
    live(machine)
