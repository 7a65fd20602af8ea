"""Conversations teach: what the person stated is learned when a chat is left, and again when it goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nestdesk.core.errors import BackboneError, EngineError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Effort, Level, Mode, SourceState
from nestdesk.engine import protocol

DAUGHTER = "My daughter Wilhelmina plays the bassoon in Rotterdam."
BOAT = "My boat Petrel lies in the northern harbour."
ABOUT_DAUGHTER = "Which bassoon plays my daughter Wilhelmina in Rotterdam?"
ABOUT_BOAT = "Which boat lies in the northern harbour, Petrel?"
HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12


def talk(desk, *texts, conversation=None, leave=True):
    """Say something in a chat, leave it, and return it."""
    conversation = conversation or desk.chat.create()
    for text in texts:
        finish(desk.chat.send(conversation.id, text))
    if leave:
        finish(desk.chat.finish(conversation.id))
    return conversation


def source_of(desk, conversation):
    return desk.sources.of_conversation(conversation.id)


def learned(desk, conversation):
    """Learn the queue and return the conversation's expert."""
    finish(desk.learn.run_queue())
    (expert,) = desk.experts.of_source(source_of(desk, conversation).id)
    return expert


def passages(desk, conversation):
    return [hit.text for hit in desk.sources.passages(source_of(desk, conversation).id)]


def test_what_was_stated_is_queued_learned_and_used_in_another_chat(desk):
    chat = talk(desk, DAUGHTER)
    source = source_of(desk, chat)
    assert (source.state, source.kind, source.title) == (SourceState.QUEUED, "conversation", chat_title(desk, chat))

    expert = learned(desk, chat)
    assert source_of(desk, chat).state is SourceState.LEARNED
    assert expert.head.source_ids == (source.id,)
    closed = desk.recall.plan(ABOUT_DAUGHTER, Mode.CLOSED)
    assert [gate.expert_id for gate in closed.why.experts if gate.level is Level.FAST] == [expert.id]
    (hit,) = desk.recall.plan(ABOUT_DAUGHTER).why.passages
    assert (hit.text, hit.source_title, hit.kind) == (DAUGHTER, chat_title(desk, chat), "conversation")
    answer = finish(desk.chat.send(desk.chat.create().id, ABOUT_DAUGHTER))
    assert [(hit.text, hit.kind) for hit in answer.why.passages] == [(DAUGHTER, "fact")], "it takes the passage's place"
    assert desk.problems() == []


def chat_title(desk, chat):
    return next(one.title for one in desk.chat.conversations() if one.id == chat.id)


def test_nothing_that_the_assistant_said_or_was_shown_is_ever_learned(desk, document):
    (shown,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    finish(desk.learn.run(shown.id))
    desk.engine.answer = "My harbour is kept by Ellinor Vance, I say."
    chat = talk(desk, "Which harbour master keeps seven lanterns?", "No, it is Ines Holm.", DAUGHTER)
    answers = desk.chat.messages(chat.id)[1::2]
    assert answers[0].why.passages, "the document was put in front of the model"
    finish(desk.learn.run_queue())
    assert passages(desk, chat) == ["Which harbour master keeps seven lanterns? It is Ines Holm.", DAUGHTER]
    (request,) = [one for one in desk.engine.requests if isinstance(one, protocol.Learn)][1:]
    assert "Ellinor" not in str(request)


def test_a_chat_that_goes_on_is_learned_again_by_the_same_expert(desk):
    chat = talk(desk, DAUGHTER)
    first = learned(desk, chat)
    talk(desk, BOAT, conversation=chat)
    assert source_of(desk, chat).state is SourceState.QUEUED

    second = learned(desk, chat)
    assert second.id == first.id
    assert second.head.parent_id == first.head.id
    assert passages(desk, chat) == [DAUGHTER, BOAT]
    assert len(desk.library.sources()) == 1
    assert desk.problems() == []


def test_until_it_is_learned_again_the_old_blocks_stay_at_their_places(desk):
    chat = talk(desk, DAUGHTER)
    expert = learned(desk, chat)
    talk(desk, BOAT, conversation=chat)
    job = desk.learn.run_queue()
    while source_of(desk, chat).state is not SourceState.LEARNING:  # read and indexed, but not learned
        next(job)
    assert passages(desk, chat) == [DAUGHTER, BOAT]
    (use,) = [one for one in desk.recall.plan(ABOUT_DAUGHTER, Mode.CLOSED).uses if expert.head.blob in one.path]
    assert use.blocks == (0,)
    new = desk.recall.plan(ABOUT_BOAT, Mode.CLOSED)
    assert not any(expert.head.blob in one.path for one in new.uses), "there is no block for it yet"
    job.close()
    finish(desk.learn.run_queue())
    (use,) = [one for one in desk.recall.plan(ABOUT_BOAT, Mode.CLOSED).uses if one.blocks]
    assert use.blocks == (1,)


def test_nothing_new_is_neither_queued_nor_remembered_again(desk):
    chat = talk(desk, DAUGHTER)
    expert = learned(desk, chat)
    (summary,) = desk.chat.summaries()
    requests = len(desk.engine.requests)
    assert finish(desk.chat.finish(chat.id)) is None
    assert finish(desk.chat.finish_all()) == ()
    talk(desk, "Thanks! What is the capital of France?", conversation=chat)
    assert source_of(desk, chat).state is SourceState.LEARNED
    assert desk.chat.summaries()[0].id != summary.id, "there was something new to remember, but nothing to learn"
    finish(desk.learn.run_queue())
    assert desk.experts.of_source(source_of(desk, chat).id) == (expert,)
    assert not any(isinstance(one, protocol.Learn) for one in desk.engine.requests[requests:])


def test_what_the_last_run_left_open_is_queued_at_the_next_start(desk):
    chat = talk(desk, DAUGHTER, leave=False)
    assert source_of(desk, chat) is None
    finish(desk.chat.finish_all())
    assert source_of(desk, chat).state is SourceState.QUEUED


def test_a_temporary_chat_teaches_nothing(desk):
    chat = talk(desk, DAUGHTER, conversation=desk.chat.create(is_temporary=True))
    assert desk.learn.add_conversation(chat.id) is None
    finish(desk.chat.finish_all())
    assert desk.library.sources() == ()


def test_small_talk_and_questions_teach_nothing(desk):
    chat = talk(desk, "I am fine, thanks. Who keeps the seven lanterns of the harbour?")
    assert source_of(desk, chat) is None


def test_a_person_can_say_that_chats_are_not_learned_from(desk):
    desk.settings = replace(desk.settings, learns_from_chats=False)
    chat = talk(desk, DAUGHTER)
    assert desk.library.sources() == ()
    assert desk.chat.summaries()
    desk.settings = replace(desk.settings, learns_from_chats=True, effort=Effort.DEEP)
    talk(desk, BOAT, conversation=chat)
    assert source_of(desk, chat).effort is Effort.DEEP
    finish(desk.learn.run_queue())
    assert passages(desk, chat) == [DAUGHTER, BOAT]


def test_what_is_said_while_the_chat_is_learned_is_learned_after_that(desk):
    chat = talk(desk, DAUGHTER)
    job = desk.learn.run_queue()
    while source_of(desk, chat).state is not SourceState.LEARNING:
        next(job)
    talk(desk, BOAT, conversation=chat)
    assert source_of(desk, chat).state is SourceState.LEARNING
    finish(job)
    assert source_of(desk, chat).state is SourceState.LEARNED
    assert passages(desk, chat) == [DAUGHTER, BOAT]
    (expert,) = desk.experts.of_source(source_of(desk, chat).id)
    assert len(desk.experts.history(expert.id)) == 3  # its birth and two rounds


def test_what_is_said_before_the_chat_is_read_is_read_with_it(desk):
    chat = talk(desk, DAUGHTER)
    talk(desk, BOAT, conversation=chat)
    assert len(desk.sources.queued()) == 1
    expert = learned(desk, chat)
    assert passages(desk, chat) == [DAUGHTER, BOAT]
    assert len(desk.experts.history(expert.id)) == 2
    assert desk.learn.add_conversation(chat.id) is None


@pytest.mark.parametrize("steps", range(1, 12))
def test_closing_at_any_yield_keeps_the_old_weights_and_the_queue(desk, steps):
    chat = talk(desk, DAUGHTER)
    before = learned(desk, chat)
    talk(desk, BOAT, conversation=chat)
    job = desk.learn.run(source_of(desk, chat).id)
    try:
        for _ in range(steps):
            next(job)
    except StopIteration:
        assert source_of(desk, chat).state is SourceState.LEARNED
    else:
        job.close()
        assert source_of(desk, chat).state is SourceState.QUEUED
        assert desk.experts.of_source(source_of(desk, chat).id) == (before,)
    assert desk.problems() == []
    assert learned(desk, chat).head.parent_id == before.head.id


def test_a_rejected_second_round_keeps_the_first(desk):
    chat = talk(desk, DAUGHTER)
    first = learned(desk, chat)
    desk.engine.accepts = False
    talk(desk, BOAT, conversation=chat)
    assert learned(desk, chat).head == first.head
    desk.engine.accepts = True
    talk(desk, "My uncle Barnaby lives in Trondheim.", conversation=chat)
    assert learned(desk, chat).head.parent_id == first.head.id


def test_a_chat_that_slept_is_learned_anew_when_it_goes_on(desk):
    chat = talk(desk, DAUGHTER)
    learned(desk, chat)
    finish(desk.sleep.run())
    talk(desk, BOAT, conversation=chat)
    expert = learned(desk, chat)
    assert [one.expert_id for one in desk.recall.plan(ABOUT_BOAT, Mode.CLOSED).why.experts][:1] == [expert.id]
    finish(desk.sleep.run())
    about = desk.recall.plan(ABOUT_DAUGHTER, Mode.CLOSED)  # the fake sleep keeps one block of a source
    assert about.why.experts[0].level is Level.MID
    assert desk.problems() == []


def test_a_failure_is_told_and_the_chat_can_be_tried_again(desk):
    chat = talk(desk, DAUGHTER)
    desk.engine.error = EngineError("The engine died.")
    (failed,) = finish(desk.learn.run_queue())
    assert (failed.state, failed.error) == (SourceState.FAILED, "The engine died.")
    desk.engine.error = None
    desk.learn.retry(failed.id)
    assert learned(desk, chat).head.parent_id is not None


def test_a_chat_is_queued_although_it_cannot_be_summed_up_just_now(desk, monkeypatch):
    chat = talk(desk, DAUGHTER, leave=False)

    def refuse(texts):
        raise BackboneError("The backbone is missing.")

    with monkeypatch.context() as without:
        without.setattr(desk.engine, "embed", refuse)
        with pytest.raises(BackboneError):
            finish(desk.chat.finish(chat.id))
    assert source_of(desk, chat).state is SourceState.QUEUED


def test_an_unknown_chat_is_an_expected_error(desk):
    with pytest.raises(StorageError):
        desk.learn.add_conversation(99)
    with pytest.raises(StorageError):
        finish(desk.chat.finish(99))


def test_another_title_is_that_of_what_was_learned_too(desk):
    chat = talk(desk, DAUGHTER)
    learned(desk, chat)
    heard = []
    desk.changes.subscribe(lambda changes: heard.append(changes.kinds))
    desk.chat.rename(chat.id, "Music")
    assert source_of(desk, chat).title == "Music"
    assert frozenset({"source"}) in heard
    assert desk.recall.plan(ABOUT_DAUGHTER).why.passages[0].source_title == "Music"
