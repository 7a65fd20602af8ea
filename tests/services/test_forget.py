"""Forgetting leaves nothing behind, in rows, files or weights."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from nestdesk.core.errors import EngineError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Level, SourceState
from nestdesk.engine import protocol
from nestdesk.services.expert_kinds import is_identity
from nestdesk.storage.mentions import FORGOTTEN
from tests.services.two_sources import ABOUT_BAKERY, ABOUT_HARBOUR, BAKERY, CANARY, HARBOUR, head, levels, mid

SHARED_LOCK = 128  # the byte of the -shm file that every user of a database has locked


def holds(desk, word):
    return [file for file in desk.folder.root.rglob("*") if file.is_file() and word.encode() in file.read_bytes()]


def test_forgetting_a_source_leaves_nothing_of_it(desk, two):
    harbour, bakery = two
    conversation = desk.chat.create()
    finish(desk.chat.send(conversation.id, ABOUT_HARBOUR))
    assert holds(desk, CANARY)
    receipt = finish(desk.forget.forget(harbour.id))

    assert (receipt.title, receipt.passages, receipt.experts) == ("harbour", harbour.passages, ("harbour/memory",))
    assert receipt.bytes_freed > 0
    assert desk.experts.of_source(harbour.id) == ()
    assert desk.blobs.collect(desk.experts.referenced_blobs()) == 0
    assert holds(desk, CANARY) == []
    assert levels(desk, ABOUT_BAKERY) == {Level.FAST, Level.SLOW}
    assert [source.id for source in desk.library.sources()] == [bakery.id]
    assert desk.problems() == []
    with pytest.raises(StorageError):
        finish(desk.forget.forget(harbour.id))


@pytest.mark.skipif(sys.platform != "linux", reason="locks are looked for as Linux has them")
def test_forgetting_gives_up_no_lock_on_the_open_database(desk, two):
    finish(desk.forget.forget(two[0].id))
    shared = f"{desk.folder.database}-shm"
    program = f"import fcntl; fcntl.lockf(open({shared!r}, 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, {SHARED_LOCK})"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "BlockingIOError" in other.stderr, "another program would take the database for one that nobody uses"


def test_forgetting_a_consolidated_source_replays_the_others_without_it(desk, two):
    harbour, bakery = two
    finish(desk.sleep.run())
    receipt = finish(desk.forget.forget(harbour.id))

    assert receipt.rebuilt_experts == ("everything/memory",)
    assert receipt.replayed_sources == ("bakery",)
    request = desk.engine.requests[-1]
    assert isinstance(request, protocol.Sleep)
    assert [source.source_id for source in request.sources] == [bakery.id]
    assert request.current == ()
    assert mid(desk).head.source_ids == (bakery.id,)
    assert is_identity(head(desk, bakery))
    assert holds(desk, CANARY) == []
    assert desk.problems() == []


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_stopping_the_replay_keeps_the_other_sources_own_experts(desk, two, steps):
    harbour, _ = two
    finish(desk.sleep.run())
    job = desk.forget.forget(harbour.id)
    for _ in range(steps):
        next(job)
    job.close()
    if steps > 1:
        assert holds(desk, CANARY) == []
        assert levels(desk, ABOUT_BAKERY) == {Level.FAST, Level.SLOW}
    assert desk.problems() == []


def test_a_replay_that_fails_is_a_note_on_the_receipt(desk, two):
    finish(desk.sleep.run())
    desk.engine.error = EngineError("The engine died.")
    receipt = finish(desk.forget.forget(two[0].id))
    assert "The engine died." in receipt.note
    assert not is_identity(head(desk, two[1]))


def test_a_source_that_is_being_learned_is_not_forgotten_under_it(desk, document):
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    job = desk.learn.run(source.id)
    next(job)
    with pytest.raises(StorageError, match="being learned"):
        finish(desk.forget.forget(source.id))
    job.close()
    finish(desk.forget.forget(source.id))
    assert desk.library.sources() == ()


# ---------------------------------------------------------------------------------------------- conversations

DAUGHTER = f"My daughter {CANARY} plays the bassoon in Rotterdam."
BOAT = "My boat Petrel lies in the southern harbour."
ABOUT_DAUGHTER = "Which bassoon plays my daughter in Rotterdam?"


def said(desk, *texts, conversation=None):
    conversation = conversation or desk.chat.create()
    desk.chat.rename(conversation.id, "Music")
    for text in texts:
        finish(desk.chat.send(conversation.id, text))
    finish(desk.chat.finish(conversation.id))
    finish(desk.learn.run_queue())
    return conversation


def from_source(desk, conversation):
    return desk.forget.forget(desk.sources.of_conversation(conversation.id).id)


def from_memory(desk, conversation):
    return desk.forget.forget_said(conversation.id)


def from_chat(desk, conversation):
    return desk.forget.delete_conversation(conversation.id)


WAYS = pytest.mark.parametrize("forget", [from_source, from_memory, from_chat])


def kept_of(desk, conversation):
    """Return what may bring a chat back: its source, memories, experts and what an answer would use."""
    plan = desk.recall.plan(ABOUT_DAUGHTER)
    own = desk.sources.of_conversation(conversation.id)
    memories = tuple(one for one in desk.chat.summaries() if one.conversation_id == conversation.id)
    return own, memories, desk.experts.list()[2:], plan.passages, plan.uses


@WAYS
def test_whatever_is_forgotten_of_a_chat_nothing_of_it_is_used_again(desk, forget):
    conversation = said(desk, DAUGHTER)
    other = desk.chat.create()
    written = finish(desk.chat.send(other.id, "Please greet my daughter with the bassoon in Rotterdam"))
    assert written.why.passages
    assert written.why.memories
    answer = finish(desk.chat.send(other.id, ABOUT_DAUGHTER))
    assert answer.why.passages
    receipt = finish(forget(desk, conversation))

    assert (receipt.title, receipt.passages, len(receipt.experts)) == ("Music", 1, 1)
    assert kept_of(desk, conversation) == (None, (), (), (), ())
    assert desk.problems() == []
    for message in desk.chat.messages(other.id)[1::2]:
        assert (message.text, message.why.passages, message.why.memories) == (FORGOTTEN, (), ())
    is_deleted = forget is from_chat
    assert bool(holds(desk, CANARY)) is not is_deleted, "the words are only in the chat that stays"
    finish(desk.chat.finish_all())
    finish(desk.learn.run_queue())
    assert kept_of(desk, conversation) == (None, (), (), (), ())
    if is_deleted:
        assert [one.id for one in desk.chat.conversations()] == [other.id]
        return
    assert desk.chat.messages(conversation.id)[0].text == DAUGHTER
    finish(desk.chat.finish(conversation.id))
    assert kept_of(desk, conversation) == (None, (), (), (), ())


@pytest.mark.parametrize("forget", [from_source, from_memory])
def test_a_forgotten_chat_that_goes_on_teaches_only_what_is_new(desk, forget):
    conversation = said(desk, DAUGHTER)
    finish(forget(desk, conversation))
    said(desk, BOAT, conversation=conversation)
    source = desk.sources.of_conversation(conversation.id)
    assert source.state is SourceState.LEARNED
    assert [hit.text for hit in desk.sources.passages(source.id)] == [BOAT]
    assert [one.text for one in desk.chat.summaries()] == [BOAT]


@WAYS
def test_a_chat_that_is_being_learned_is_not_forgotten_under_it(desk, forget):
    conversation = said(desk, DAUGHTER)
    finish(desk.chat.send(conversation.id, BOAT))
    finish(desk.chat.finish(conversation.id))
    job = desk.learn.run_queue()
    next(job)
    before = desk.chat.messages(conversation.id), desk.chat.summaries()
    with pytest.raises(StorageError, match="Music is being learned just now"):
        finish(forget(desk, conversation))
    assert (desk.chat.messages(conversation.id), desk.chat.summaries()) == before
    finish(job)
    finish(forget(desk, conversation))
    assert kept_of(desk, conversation) == (None, (), (), (), ())


@WAYS
def test_a_queued_chat_is_forgotten_before_it_is_learned(desk, forget):
    conversation = desk.chat.create()
    finish(desk.chat.send(conversation.id, DAUGHTER))
    finish(desk.chat.finish(conversation.id))
    finish(forget(desk, conversation))
    assert finish(desk.learn.run_queue()) == ()
    assert kept_of(desk, conversation)[:3] == (None, (), ())


@pytest.mark.parametrize("forget", [from_memory, from_chat])
def test_a_chat_that_taught_nothing_is_forgotten_without_a_receipt(desk, forget):
    conversation = desk.chat.create()
    finish(desk.chat.send(conversation.id, f"Who is the harbour master {CANARY}?"))
    finish(desk.chat.finish(conversation.id))
    assert desk.chat.summaries()
    heard = set()
    desk.changes.subscribe(lambda changes: heard.update(changes.kinds))
    assert finish(forget(desk, conversation)) is None
    assert heard == {"conversation", "message", "memory"}
    assert desk.chat.summaries() == ()
    assert bool(holds(desk, CANARY)) is (forget is from_memory)
    assert desk.problems() == []


def test_a_chat_that_slept_is_forgotten_in_the_shared_weights_too(desk, document):
    conversation = said(desk, DAUGHTER)
    (bakery,) = finish(desk.learn.add([document("bakery.txt", BAKERY)]))
    finish(desk.learn.run(bakery.id))
    finish(desk.sleep.run())
    receipt = finish(desk.forget.delete_conversation(conversation.id))
    assert receipt.rebuilt_experts == ("everything/memory",)
    assert receipt.replayed_sources == ("bakery",)
    assert mid(desk).head.source_ids == (bakery.id,)
    assert holds(desk, CANARY) == []


def test_an_unknown_chat_is_an_expected_error(desk):
    for forget in (desk.forget.forget_said, desk.forget.delete_conversation, desk.forget.forget_fact):
        with pytest.raises(StorageError):
            finish(forget(99))


# ------------------------------------------------------------------------------------------------------ facts

DOG = f"My dog is called {CANARY}."


def fact_of(desk, text):
    return next(one for one in desk.memory.facts() if one.text == text)


def test_a_forgotten_fact_is_unlearned_and_its_chat_is_learned_again_without_it(desk):
    conversation = said(desk, DOG, BOAT)
    first = desk.sources.of_conversation(conversation.id)
    weights = [one.blob for one in desk.experts.history(desk.experts.of_source(first.id)[0].id) if one.source_ids]
    receipt = finish(desk.forget.forget_fact(fact_of(desk, DOG).id))

    assert (receipt.title, receipt.passages, receipt.learned_again) == (DOG, 2, ("Music",))
    assert not any((desk.folder.blobs / one).exists() for one in weights)
    again = desk.sources.of_conversation(conversation.id)
    assert (again.id > first.id, again.state, again.effort) == (True, SourceState.QUEUED, first.effort)
    finish(desk.learn.run_queue())
    assert [hit.text for hit in desk.sources.passages(again.id)] == [BOAT]
    assert CANARY not in str([one for one in desk.engine.requests if isinstance(one, protocol.Learn)][-1])
    assert desk.chat.messages(conversation.id)[0].text == DOG, "the chat stays"
    assert desk.problems() == []
    finish(desk.forget.delete_conversation(conversation.id))
    assert holds(desk, CANARY) == []


def test_a_fact_that_slept_is_forgotten_in_the_shared_weights_too(desk, document):
    said(desk, DOG)
    (bakery,) = finish(desk.learn.add([document("bakery.txt", BAKERY)]))
    finish(desk.learn.run(bakery.id))
    finish(desk.sleep.run())
    receipt = finish(desk.forget.forget_fact(fact_of(desk, DOG).id))
    assert (receipt.rebuilt_experts, receipt.replayed_sources) == (("everything/memory",), ("bakery",))
    assert mid(desk).head.source_ids == (bakery.id,)
    assert receipt.learned_again == (), "nothing else was said"


def test_a_fact_goes_with_what_it_replaced_from_all_their_chats(desk):
    old, new = said(desk, "I live in Oslo."), said(desk, "We have moved to Bergen.")
    finish(desk.forget.forget_fact(fact_of(desk, "We have moved to Bergen.").id))
    assert desk.memory.facts() == ()
    assert [desk.sources.of_conversation(chat.id) for chat in (old, new)] == [None, None]


def test_a_fact_written_by_hand_touches_nothing_that_was_learned(desk, two):
    fact = finish(desk.memory.add("My cat is called Zebulon."))
    experts = desk.experts.list()
    receipt = finish(desk.forget.forget_fact(fact.id))
    assert (receipt.source_id, receipt.passages, receipt.experts) == (0, 0, ())
    assert (desk.memory.facts(), desk.experts.list()) == ((), experts)
    assert holds(desk, "Zebulon") == []


def test_a_chat_that_was_named_after_a_forgotten_fact_loses_its_name(desk):
    conversation = desk.chat.create()
    finish(desk.chat.send(conversation.id, DOG))
    assert desk.chat.conversations()[0].title == DOG
    finish(desk.forget.forget_fact(fact_of(desk, DOG).id))
    assert desk.chat.conversations()[0].title == "New chat"


def test_taking_back_unlearns_only_what_was_learned_already(desk):
    conversation = said(desk, DOG, BOAT)
    first = desk.chat.messages(conversation.id)[0]
    assert finish(desk.forget.take_back(first.id)).learned_again == ("Music",)
    assert desk.memory.facts() == ()
    other = desk.chat.create()
    finish(desk.chat.send(other.id, "I live in Oslo."))
    assert finish(desk.forget.take_back(desk.chat.messages(other.id)[0].id)) is None
    assert desk.memory.facts() == ()


def test_a_fact_of_a_chat_that_is_being_learned_is_not_forgotten_under_it(desk):
    conversation = desk.chat.create()
    finish(desk.chat.send(conversation.id, DOG))
    finish(desk.chat.finish(conversation.id))
    job = desk.learn.run_queue()
    next(job)
    with pytest.raises(StorageError, match="being learned just now"):
        finish(desk.forget.forget_fact(fact_of(desk, DOG).id))
    assert fact_of(desk, DOG)
    job.close()


# ---------------------------------------------------------------------------------------------------- receipt


def test_later_sources_sleep_again_as_they_slept(desk, document, two):
    harbour, bakery = two
    finish(desk.sleep.run(only=[harbour.id]))
    finish(desk.sleep.run(only=[bakery.id]))
    (third,) = finish(desk.learn.add([document("c.txt", BAKERY.replace("bakery", "brewery"))]))
    finish(desk.learn.run(third.id))
    finish(desk.sleep.run())
    before = len(desk.engine.requests)
    finish(desk.forget.forget(harbour.id, 7.0))
    slept = [[one.source_id for one in request.sources] for request in desk.engine.requests[before:]]
    assert slept == [[bakery.id], [third.id]]
    assert {request.budget_s for request in desk.engine.requests[before:]} == {7.0}


def test_the_receipt_says_what_went_what_was_replayed_and_what_is_the_persons(desk, two):
    finish(desk.sleep.run())
    with zipfile.ZipFile(desk.folder.root / "mine.zip", "w") as archive:
        archive.writestr("manifest.json", "{}")
        archive.writestr("tables/fact.jsonl", CANARY)
    (desk.folder.root / "notes.txt").write_text("no export")
    told = finish(desk.forget.forget(two[0].id)).words()
    assert told.startswith("“harbour” is forgotten: ")
    assert "1 export in the data folder" in told
    assert "Gone back to before it: everything/memory. Consolidated again without it: bakery." in told
    assert told.endswith("saved elsewhere are yours: they still hold it until you delete them.")
    assert [file.name for file in desk.folder.root.glob("*.*") if "nestdesk" not in file.name] == ["notes.txt"]


def test_several_sources_are_forgotten_together_or_none_is(desk, two, document):
    (third,) = finish(desk.learn.add([document("quarry.txt", HARBOUR.replace("harbour", "quarry"))]))
    third = finish(desk.learn.run(third.id))
    with pytest.raises(StorageError):
        finish(desk.forget.forget_all([two[0].id, 99]))
    assert len(desk.library.sources()) == 3

    receipt = finish(desk.forget.forget_all([two[0].id, third.id]))
    assert [one.id for one in desk.library.sources()] == [two[1].id]
    assert receipt.passages == two[0].passages + third.passages
    assert receipt.words().startswith("“harbour and 1 more” is forgotten: ")
    assert not holds(desk, CANARY)
    assert desk.problems() == []
