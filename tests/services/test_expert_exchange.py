"""Experts go out and come in whole, wait for review, and change nothing before a person accepts them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nestdesk.core import prompts
from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Function, Level, Mode, SourceState
from nestdesk.engine.examining import Examine
from nestdesk.services import expert_file
from nestdesk.services.expert_kinds import is_identity
from tests.services.expert_files import (
    everything,
    exchanging,
    harbour,
    header_of,
    heads,
    safetensors,
    sent,
    slow,
    taken,
)
from tests.services.two_sources import ABOUT_HARBOUR, BAKERY, CANARY, HARBOUR, levels


def rewritten(file, tmp_path, **changes):
    """Write the same weights to a file that says something else of itself."""
    manifest = expert_file.read(file)
    expert_file.take_out(file, manifest, tmp_path / "weights")
    changed = tmp_path / "changed.expert"
    expert_file.write(tmp_path / "weights", replace(manifest, **changes), changed)
    return changed


# ------------------------------------------------------------------------------------------- with its text


def test_an_expert_with_its_text_waits_and_then_answers(theirs, ours, learned, tmp_path):
    file = sent(theirs, learned, tmp_path, with_text=True)
    before = heads(ours)
    found = taken(ours, file)

    assert (found.is_new, found.is_source_here, found.examined.blocks) == (True, True, learned.head.config["blocks"])
    assert ours.sources.list() == ()
    assert ours.recall.plan(ABOUT_HARBOUR, Mode.CLOSED).uses == ()
    assert is_identity(found.expert.head)
    assert ours.expert_exchange.held() == (found.expert,)
    assert {id: head for id, head in heads(ours).items() if id != found.expert.id} == before

    checkpoint = finish(ours.expert_exchange.accept(found.expert.id))
    (source,) = ours.sources.list()
    expert = ours.experts.of_source(source.id)[0]
    assert (checkpoint.blob, checkpoint.before, checkpoint.after) == (
        learned.head.blob,
        learned.head.before,
        learned.head.after,
    )
    assert expert.head == checkpoint
    assert (source.title, source.state, source.sha256) == (
        "harbour",
        SourceState.LEARNED,
        theirs.sources.list()[0].sha256,
    )
    their_id = theirs.sources.list()[0].id
    asked = tuple(replace(one, system=prompts.SHORT) for one in theirs.sources.items(their_id))
    assert ours.sources.items(source.id) == asked
    assert ours.sources.texts(source.id) == theirs.sources.texts(their_id)
    assert levels(ours, ABOUT_HARBOUR) == {Level.FAST, Level.SLOW}
    assert ours.expert_exchange.held() == ()
    assert ours.problems() == []


def test_what_was_accepted_is_rolled_back_and_forgotten_like_all_else(theirs, ours, learned, tmp_path):
    before = everything(ours)
    found = taken(ours, sent(theirs, learned, tmp_path, with_text=True))
    checkpoint = finish(ours.expert_exchange.accept(found.expert.id))
    ours.expert_service.rollback(checkpoint.expert_id, checkpoint.parent_id)
    assert levels(ours, ABOUT_HARBOUR) == set()
    ours.expert_service.restore(checkpoint.expert_id)
    assert levels(ours, ABOUT_HARBOUR) == {Level.FAST, Level.SLOW}
    (source,) = ours.sources.list()
    finish(ours.forget.forget(source.id))
    assert everything(ours) == before
    kept = [one for one in ours.folder.root.rglob("*") if one.is_file() and CANARY.encode() in one.read_bytes()]
    assert kept == []


# ---------------------------------------------------------------------------------------- without its text


def test_without_text_the_file_quotes_nothing(theirs, learned, tmp_path):
    silent, telling = sent(theirs, learned, tmp_path), sent(theirs, learned, tmp_path, "two.expert", with_text=True)
    assert CANARY.encode() in header_of(telling)
    for word in (CANARY, "lanterns", "Which", "seven"):
        assert word.encode() not in header_of(silent)
    about, after = expert_file.read(silent).about, expert_file.read(silent).after
    assert (about.title, about.text, after) == ("harbour", None, replace(learned.head.after, answers=()))


def test_without_text_it_needs_the_document(theirs, ours, learned, document, tmp_path):
    found = taken(ours, sent(theirs, learned, tmp_path))
    assert not found.is_source_here
    before = everything(ours)
    with pytest.raises(CheckpointError, match="“harbour”, and that document is not in your library"):
        finish(ours.expert_exchange.accept(found.expert.id))
    assert everything(ours) == before

    (source,) = finish(ours.learn.add([document("copy.txt", HARBOUR)]))
    finish(ours.learn.run(source.id, learns=False))
    assert levels(ours, ABOUT_HARBOUR) == set()
    checkpoint = finish(ours.expert_exchange.accept(found.expert.id))
    assert checkpoint.blob == learned.head.blob
    assert ours.experts.of_source(source.id)[0].head == checkpoint
    assert levels(ours, ABOUT_HARBOUR) == {Level.FAST, Level.SLOW}
    assert ours.sources.get(source.id).state is SourceState.REMEMBERED, "without study items it cannot sleep"
    assert ours.problems() == []


def test_weights_join_the_history_of_what_was_learned_here(theirs, ours, learned, document, tmp_path):
    finish(theirs.learn.run(finish(theirs.learn.again([learned.source_id]))[0].id))  # other weights, same document
    newer = theirs.experts.get(learned.id)
    own = ours.experts.of_source(harbour(ours, document).id)[0]
    assert own.head.blob != newer.head.blob
    found = taken(ours, sent(theirs, newer, tmp_path, with_text=True))
    assert ours.experts.get(own.id) == own
    checkpoint = finish(ours.expert_exchange.accept(found.expert.id))
    assert (checkpoint.expert_id, checkpoint.parent_id) == (own.id, own.head.id)
    assert ours.expert_service.rollback(own.id, own.head.id).blob == own.head.blob
    assert len(ours.sources.list()) == 1
    assert ours.problems() == []


def test_a_document_that_was_cut_otherwise_is_not_the_same(theirs, ours, learned, document, tmp_path):
    source = harbour(ours, document)
    file = sent(theirs, learned, tmp_path)
    about = expert_file.read(file).about
    other = rewritten(file, tmp_path, about=replace(about, prints=("0" * 16,) * len(about.prints)), name="other")
    ours.experts.delete_of_source(source.id)  # else these weights are known
    found = taken(ours, other)
    assert not found.is_source_here
    with pytest.raises(CheckpointError, match="not in your library"):
        finish(ours.expert_exchange.accept(found.expert.id))


def test_a_source_that_is_being_learned_is_left_alone(theirs, ours, learned, document, tmp_path):
    found = taken(ours, sent(theirs, learned, tmp_path))
    (source,) = finish(ours.learn.add([document("copy.txt", HARBOUR)]))
    finish(ours.learn.run(source.id, learns=False))
    ours.sources.set_state(source.id, SourceState.LEARNING)
    before = everything(ours)
    with pytest.raises(StorageError, match="is being learned just now"):
        finish(ours.expert_exchange.accept(found.expert.id))
    assert everything(ours) == before


def test_the_other_experts_of_a_source_stay_in_use(theirs, ours, learned, document, tmp_path):
    source = harbour(ours, document)
    kept = ours.experts.of_source(source.id)[0].head
    content = safetensors(b"another function", "position", "fast", 0)
    blob = theirs.blobs.put_bytes(content)
    there = theirs.experts.create(
        "harbour/position", Function.POSITION, Level.FAST, learned.backbone, 512, learned.source_id,
        birth_blob=blob, birth_config={},
    )  # fmt: skip
    found = taken(ours, sent(theirs, there, tmp_path))
    checkpoint = finish(ours.expert_exchange.accept(found.expert.id))
    assert {one.head.id for one in ours.experts.of_source(source.id)} == {kept.id, checkpoint.id}
    assert ours.problems() == []


# ------------------------------------------------------------------------------------------ shared experts


def test_slow_weights_take_the_place_of_those_in_use_and_can_be_taken_back(theirs, ours, tmp_path):
    attention = slow(theirs)[0]
    content = safetensors(b"taught elsewhere", "attention", "slow")
    blob = theirs.blobs.put_bytes(content)
    theirs.experts.record(attention.id, blob, len(content), (), None, None, {}, True, "Taught.")
    file = sent(theirs, attention, tmp_path)
    before = heads(ours)
    found = taken(ours, file)
    assert (found.manifest.about, found.examined.drift) == (None, 0.25)
    assert len(slow(ours)) == 2, "nothing takes it for a shared expert"
    assert [one.gate.checkpoint_id for one in ours.roster.slow()] == list(before.values())
    checkpoint = finish(ours.expert_exchange.accept(found.expert.id))
    own = slow(ours)[0]
    assert (own.head, checkpoint.blob, checkpoint.parent_id) == (checkpoint, blob, before[own.id])
    assert len(slow(ours)) == 2
    ours.expert_service.rollback(own.id, checkpoint.parent_id)
    assert heads(ours) == before
    assert ours.problems() == []


def test_slow_weights_are_taken_in_where_no_such_expert_was_shipped(theirs, make_desk, tmp_path):
    bare = make_desk(tmp_path / "bare")
    exchanging(bare)
    for one in bare.experts.list():
        bare.experts.delete(one.id)
    found = taken(bare, sent(theirs, slow(theirs)[0], tmp_path))
    checkpoint = finish(bare.expert_exchange.accept(found.expert.id))
    (own,) = slow(bare)
    assert own.head == checkpoint
    assert is_identity(bare.experts.history(own.id)[-1])
    assert bare.problems() == []
    bare.database.close()


# ------------------------------------------------------------------------------------- what nothing changes


@pytest.mark.parametrize("with_text", [True, False])
def test_importing_twice_adds_nothing(theirs, ours, learned, document, tmp_path, with_text):
    file = sent(theirs, learned, tmp_path, with_text=with_text)
    first = taken(ours, file)
    before = everything(ours)
    again = taken(ours, file)
    assert (again.is_new, again.expert, everything(ours)) == (False, first.expert, before)
    other = sent(theirs, learned, tmp_path, "two.expert", with_text=not with_text)
    assert not taken(ours, other).is_new, "the same weights, told otherwise"
    if not with_text:
        (source,) = finish(ours.learn.add([document("copy.txt", HARBOUR)]))
        finish(ours.learn.run(source.id, learns=False))
    finish(ours.expert_exchange.accept(first.expert.id))
    before = everything(ours)
    assert not taken(ours, file).is_new
    assert everything(ours) == before
    assert not taken(theirs, file).is_new, "where it came from"


def test_declining_leaves_no_trace(theirs, ours, learned, document, tmp_path):
    harbour(ours, document)
    (bakery,) = finish(theirs.learn.add([document("bakery.txt", BAKERY)]))
    finish(theirs.learn.run(bakery.id))
    before = everything(ours)
    file = sent(theirs, theirs.experts.of_source(bakery.id)[0], tmp_path, with_text=True)
    found = taken(ours, file)
    assert everything(ours) != before
    assert ours.expert_exchange.decline(found.expert.name).id == found.expert.id
    assert everything(ours) == before
    for act in (ours.expert_exchange.decline, lambda ref: finish(ours.expert_exchange.accept(ref))):
        with pytest.raises(CheckpointError, match="does not wait for review"):
            act(slow(ours)[0].id)


@pytest.mark.parametrize("steps", [1, 2])
def test_an_import_that_is_stopped_leaves_the_desk_as_it_was(theirs, ours, learned, tmp_path, steps):
    file = sent(theirs, learned, tmp_path, with_text=True)
    before = everything(ours)
    ours.models.ready = False
    job = ours.expert_exchange.take(file)
    try:
        for _ in range(steps):
            next(job)
    except StopIteration:
        assert ours.expert_exchange.held()
        return
    job.close()
    assert everything(ours) == before
    assert list(ours.folder.scratch.iterdir()) == []


def test_accepting_can_be_stopped_until_it_is_done(theirs, ours, learned, tmp_path):
    found = taken(ours, sent(theirs, learned, tmp_path, with_text=True))
    before, stops = everything(ours), 0
    while True:
        job = ours.expert_exchange.accept(found.expert.id)
        try:
            for _ in range(stops + 1):
                next(job)
        except StopIteration:
            break
        job.close()
        assert everything(ours) == before
        stops += 1
    assert stops > 2
    assert ours.problems() == []


# ------------------------------------------------------------------------------------------------ refusals


def refused(desk, file, words, error=CheckpointError):
    before = everything(desk)
    with pytest.raises(error, match=words):
        taken(desk, file)
    assert everything(desk) == before
    assert list(desk.folder.scratch.iterdir()) == []


def test_another_backbone_is_refused_in_plain_words(theirs, ours, learned, tmp_path):
    file = sent(theirs, learned, tmp_path)
    assert expert_file.read(file).backbone_name == "fake"
    refused(ours, rewritten(file, tmp_path, backbone="0" * 64), r"another backbone \(fake\) than the one in use")


def test_weights_of_another_backbone_than_the_file_says_are_refused(theirs, ours, learned, tmp_path):
    foreign = safetensors(b"foreign", learned.function, "fast", learned.head.config["blocks"], "another")
    blob = theirs.blobs.put_bytes(foreign)
    theirs.experts.record(
        learned.id, blob, len(foreign), (learned.source_id,), None, None, learned.head.config, True, "Foreign."
    )
    refused(ours, sent(theirs, learned, tmp_path), "belong to another backbone")


@pytest.mark.parametrize(
    "changes", [{"version": 99}, {"format": "other"}, {"update_period_tokens": -1}], ids=["newer", "other", "damaged"]
)
def test_what_cannot_be_read_is_refused(theirs, ours, learned, tmp_path, changes):
    file = rewritten(sent(theirs, learned, tmp_path), tmp_path, **changes)
    refused(ours, file, "Nothing was imported")


def test_a_cut_file_and_a_changed_one_are_refused(theirs, ours, learned, tmp_path):
    file = sent(theirs, learned, tmp_path, with_text=True)
    whole = file.read_bytes()
    for content in (whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), whole.replace(b"harbour", b"HARBOUR", 1), b"x"):
        file.write_bytes(content)
        refused(ours, file, "is damaged")
    refused(ours, tmp_path / "nowhere", "cannot be opened", StorageError)


def test_what_the_engine_refuses_is_not_held(theirs, ours, learned, tmp_path):
    file = sent(theirs, learned, tmp_path)

    def stream(request):
        assert isinstance(request, Examine)
        raise CheckpointError("These weights do not have the sizes of this backbone's experts, so they were refused.")
        yield

    ours.engine.stream = stream
    refused(ours, file, "do not have the sizes")


@pytest.mark.parametrize(
    ("function", "level", "blocks"), [("position", "fast", 1), ("memory", "mid", 1), ("memory", "fast", 9)]
)
def test_weights_that_are_not_what_the_file_says_are_refused(theirs, ours, learned, tmp_path, function, level, blocks):
    content = safetensors(b"other", function, level, blocks)
    blob = theirs.blobs.put_bytes(content)
    theirs.experts.record(
        learned.id, blob, len(content), (learned.source_id,), None, None, learned.head.config, True, "Other."
    )
    refused(ours, sent(theirs, learned, tmp_path), "is damaged")
