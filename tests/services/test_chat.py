"""Conversations: nothing said is lost, stopping keeps the answer so far, memory holds only what the person said."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import BackboneError, EngineError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Role
from nestdesk.services import chat as chat_module
from nestdesk.services.responses import UNTOLD

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12


def texts(desk, conversation):
    return [(message.role, message.text, message.is_complete) for message in desk.chat.messages(conversation.id)]


def test_the_message_is_stored_before_anything_can_go_wrong(desk, monkeypatch):
    def refuse(texts):
        raise BackboneError("The backbone is missing.")

    monkeypatch.setattr(desk.engine, "embed", refuse)
    conversation = desk.chat.create()
    with pytest.raises(BackboneError):
        finish(desk.chat.send(conversation.id, "Hello there"))
    assert texts(desk, conversation) == [(Role.USER, "Hello there", True)]


def test_an_answer_is_streamed_stored_and_explained(desk):
    conversation = desk.chat.create()
    streamed = []
    message = finish(desk.chat.send(conversation.id, "Hello there"), lambda progress: streamed.append(progress.text))

    assert "".join(streamed).strip() == message.text == desk.engine.answer
    assert texts(desk, conversation) == [(Role.USER, "Hello there", True), (Role.ASSISTANT, desk.engine.answer, True)]
    assert message.parent_id == desk.chat.messages(conversation.id)[0].id
    assert message.why is not None
    assert message.why.experts == ()
    assert desk.chat.conversations()[0].title == "Hello there"


@pytest.mark.parametrize("tokens", [1, 2, 3, 4])
def test_stopping_keeps_the_answer_so_far(desk, tokens):
    conversation = desk.chat.create()
    job = desk.chat.send(conversation.id, "Hello there")
    streamed = "".join(next(job).text for _ in range(tokens))
    job.close()
    assert texts(desk, conversation)[1:] == [(Role.ASSISTANT, streamed, False)]
    assert desk.problems() == []


def test_a_dead_engine_keeps_the_answer_so_far(desk):
    desk.engine.error = EngineError("The engine died.")
    conversation = desk.chat.create()
    with pytest.raises(EngineError):
        finish(desk.chat.send(conversation.id, "Hello there"))
    assert texts(desk, conversation)[1:] == [(Role.ASSISTANT, "an ", False)]


def test_earlier_turns_go_into_the_prompt_within_its_budget(desk):
    conversation = desk.chat.create()
    for number in range(12):
        finish(desk.chat.send(conversation.id, f"Message {number}. " + "word " * 300))
    prompt = desk.engine.requests[-1].asked.turns
    assert prompt[0].role is Role.SYSTEM
    assert prompt[-1].text.startswith("Message 11.")
    assert prompt[-3].text.startswith("Message 10.")
    assert "Message 0." not in "".join(turn.text for turn in prompt[1:])
    assert sum(len(turn.text) for turn in prompt) / 3.5 < chat_module.PROMPT_TOKENS * 1.2


def test_a_follow_up_is_looked_up_with_the_question_before(desk, document):
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    finish(desk.learn.run(source.id))
    conversation = desk.chat.create()
    finish(desk.chat.send(conversation.id, "Which harbour master keeps seven lanterns?"))
    follow_up = finish(desk.chat.send(conversation.id, "Where does she keep them?"))
    assert {hit.source_id for hit in follow_up.why.passages} == {source.id}
    unrelated = finish(desk.chat.send(conversation.id, "Please compose music about mountains"))
    assert unrelated.why.passages == ()


def test_what_no_passage_tells_is_answered_as_any_other_message(desk, document):
    finish(desk.learn.run(finish(desk.learn.add([document("harbour.txt", HARBOUR)]))[0].id))
    conversation = desk.chat.create()
    finish(desk.chat.send(conversation.id, "Please compose music about mountains"))
    desk.engine.fit = -8.0
    answer = finish(desk.chat.send(conversation.id, "Which harbour master keeps seven lanterns?"))
    assert (answer.text, answer.why.note, answer.why.passages) == (desk.engine.answer, UNTOLD, ())
    turns = desk.engine.requests[-1].asked.turns
    assert [turn.role for turn in turns] == [Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.USER]
    assert turns[-1].text == "Which harbour master keeps seven lanterns?"


def test_what_the_person_said_is_believed_and_what_they_did_not_say_is_not_made_up(desk, document):
    finish(desk.learn.run(finish(desk.learn.add([document("harbour.txt", HARBOUR)]))[0].id))
    desk.engine.fit = -8.0
    conversation = desk.chat.create()
    finish(desk.chat.send(conversation.id, "My harbour master is called Ellinor Vance."))
    told = finish(desk.chat.send(conversation.id, "What is my harbour master called?"))
    assert [hit.source_id for hit in told.why.passages] == [0]
    assert finish(desk.chat.send(conversation.id, "Where is my lighthouse?")).text == chat_module.NOT_TOLD


def test_quoted_documents_are_no_part_of_what_the_model_goes_on_from(desk, document):
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    finish(desk.learn.run(source.id))
    conversation = desk.chat.create()
    told = finish(desk.chat.send(conversation.id, "Tell me about the harbour master and the lighthouse"))
    assert "Ellinor Vance" in told.text
    finish(desk.chat.send(conversation.id, "Please compose music about mountains"))
    prompt = desk.engine.requests[-1].asked.turns
    assert [turn.role for turn in prompt] == [Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.USER]
    assert "Ellinor" not in " ".join(turn.text for turn in prompt)


def test_what_was_said_is_remembered_in_the_next_conversation(desk):
    first = desk.chat.create()
    finish(desk.chat.send(first.id, "My daughter Wilhelmina plays the bassoon in Rotterdam. Thanks!"))
    summary = finish(desk.chat.finish(first.id))
    assert "Wilhelmina" in summary.text
    assert desk.engine.answer not in summary.text

    second = desk.chat.create()
    answer = finish(desk.chat.send(second.id, "Please write to my daughter Wilhelmina about the bassoon"))
    assert answer.why.memories == (summary.text,), "the fact in it is not told twice"
    assert desk.memory.facts()[0].uses == 1
    assert summary.text in desk.engine.requests[-1].asked.turns[0].text
    unrelated = finish(desk.chat.send(second.id, "Please compose music about mountains"))
    assert unrelated.why.memories == ()


def test_a_temporary_conversation_reads_memory_but_leaves_nothing(desk):
    first = desk.chat.create()
    finish(desk.chat.send(first.id, "My daughter Wilhelmina plays the bassoon in Rotterdam."))
    finish(desk.chat.finish_all())
    temporary = desk.chat.create(is_temporary=True)
    answer = finish(desk.chat.send(temporary.id, "Please write to my daughter Wilhelmina about the bassoon"))
    assert answer.why.memories
    assert finish(desk.chat.finish(temporary.id)) is None

    assert finish(desk.chat.finish_all()) == ()
    assert [conversation.id for conversation in desk.chat.conversations()] == [first.id]
    assert len(desk.chat.summaries()) == 1


def test_small_talk_is_not_remembered(desk):
    conversation = desk.chat.create()
    finish(desk.chat.send(conversation.id, "Thanks! Go on."))
    assert finish(desk.chat.finish(conversation.id)) is None


def test_an_unknown_conversation_is_an_expected_error(desk):
    with pytest.raises(StorageError):
        finish(desk.chat.send(99, "Hello"))


def test_leaving_a_chat_fetches_no_model(desk):
    chat = desk.chat.create()
    desk.journal.add_message(chat.id, Role.USER, "My boat is called Petrel and lies in Brackwater.")
    desk.models.ready = False
    assert finish(desk.chat.finish(chat.id)) is None
    assert not desk.models.ready
    desk.models.ready = True
    assert "Petrel" in finish(desk.chat.finish(chat.id)).text  # nothing is lost by it
