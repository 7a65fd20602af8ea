"""A chat as a tree: editing and asking again keep what was there, and what is out of sight does not count."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import BackboneError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Role
from nestdesk.engine import protocol
from nestdesk.services.chat import NOT_TOLD

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12
DOG, ABOUT_DOG = "My dog is called Bruno.", "What is my dog's name?"


def say(desk, chat, *texts):
    return [finish(desk.chat.send(chat.id, text)) for text in texts][-1]


def said(desk, chat):
    return [message.text for message in desk.chat.messages(chat.id)]


def known(desk):
    return [fact.text for fact in desk.memory.facts() if not fact.is_left]


def test_an_edited_message_is_answered_on_a_branch_of_its_own(desk):
    chat = desk.chat.create()
    say(desk, chat, "Hello there", "Go on please")
    first, answer, further, _ = desk.chat.messages(chat.id)
    again = finish(desk.chat.edit(further.id, "Stop please"))
    assert said(desk, chat) == ["Hello there", answer.text, "Stop please", again.text]
    assert [turn.text for turn in desk.engine.requests[-1].asked.turns[1:]] == [
        "Hello there",
        answer.text,
        "Stop please",
    ]
    desk.chat.show(further.id)
    assert said(desk, chat)[2] == "Go on please"
    finish(desk.chat.edit(first.id, "Good evening"))
    assert said(desk, chat)[0] == "Good evening"
    assert desk.chat.conversations()[0].title == "Good evening"
    assert len(desk.journal.tree(chat.id)) == 8, "nothing is lost"


def test_an_edit_is_stored_before_anything_can_go_wrong(desk, monkeypatch):
    chat = desk.chat.create()
    say(desk, chat, "Hello there")

    def refuse(texts):
        raise BackboneError("The backbone is missing.")

    with monkeypatch.context() as patched:
        patched.setattr(desk.engine, "embed", refuse)
        with pytest.raises(BackboneError):
            finish(desk.chat.edit(desk.chat.messages(chat.id)[0].id, "Good evening"))
    assert said(desk, chat) == ["Good evening"]
    asked = desk.chat.messages(chat.id)[-1]
    assert finish(desk.chat.regenerate(asked.id)).parent_id == asked.id, "it can be asked again"


def test_the_model_is_asked_for_another_sample_each_time(desk):
    chat = desk.chat.create()
    first = say(desk, chat, "Please compose music about mountains")
    seeds = [(desk.engine.requests[-1].temperature, desk.engine.requests[-1].seed)]
    prompts = [desk.engine.requests[-1].asked]
    for _ in range(2):
        second = finish(desk.chat.regenerate(first.id))
        seeds.append((desk.engine.requests[-1].temperature, desk.engine.requests[-1].seed))
        prompts.append(desk.engine.requests[-1].asked)
    assert second.parent_id == first.parent_id
    assert seeds[0] == (0.0, 0)
    assert [seed for _, seed in seeds[1:]] == [1, 2]
    assert all(heat > 0 for heat, _ in seeds[1:])
    assert prompts[0] == prompts[1] == prompts[2], "an earlier answer is no part of the prompt of another one"
    assert desk.chat.branch(chat.id).versions[second.id][0] == first.id


def test_a_copied_answer_is_followed_by_one_from_another_passage_and_then_by_the_models_own_words(desk, document):
    texts = (HARBOUR, "Seven lanterns of the harbour master hang in a boathouse in Tarn. " * 12)
    for number, text in enumerate(texts):
        (source,) = finish(desk.learn.add([document(f"{number}.txt", text)]))
        finish(desk.learn.run(source.id))
    chat = desk.chat.create()
    answers = [say(desk, chat, "Where does the harbour master keep seven lanterns?")]
    while isinstance(desk.engine.requests[-1].asked, protocol.Seeking):
        answers.append(finish(desk.chat.regenerate(answers[0].id)))
        assert len(answers) < 9
    used = [one.why.passages[0].passage_id for one in answers[:-1]]
    assert len(used) == len(set(used)) > 1
    assert desk.engine.requests[-1].temperature > 0
    assert "nothing else tells it" in answers[-1].why.note


def test_what_is_known_without_the_model_has_no_other_answer(desk):
    chat = desk.chat.create()
    answer = say(desk, chat, ABOUT_DOG)
    assert answer.text == NOT_TOLD
    assert finish(desk.chat.regenerate(answer.id)) == answer
    assert desk.chat.branch(chat.id).versions == {}


def test_an_answer_to_nothing_has_no_other_one(desk):
    chat = desk.chat.create()
    alone = desk.journal.add_message(chat.id, Role.ASSISTANT, "Welcome")
    with pytest.raises(StorageError, match="answers nothing"):
        finish(desk.chat.regenerate(alone.id))


def test_what_was_said_on_a_branch_that_was_left_is_not_known(desk):
    chat = desk.chat.create()
    say(desk, chat, DOG)
    first = desk.chat.messages(chat.id)[0]
    finish(desk.chat.edit(first.id, "My dog is called Rex."))
    assert known(desk) == ["My dog is called Rex."]
    other = desk.chat.create()
    assert "Rex" in say(desk, other, ABOUT_DOG).why.passages[0].text
    desk.chat.show(first.id)
    assert known(desk) == [DOG]
    assert "Bruno" in say(desk, other, ABOUT_DOG).why.passages[0].text


def test_learned_statements_of_a_branch_that_was_left_answer_nothing(desk):
    chat = desk.chat.create()
    say(desk, chat, "My boat Petrel lies in the harbour of Brackwater. I live in Porto.")
    finish(desk.chat.finish(chat.id))
    finish(desk.learn.run_queue())
    first = desk.chat.messages(chat.id)[0]
    finish(desk.chat.edit(first.id, "I live in Porto."))
    other = desk.chat.create()
    asked = "Where does my boat Petrel lie?"
    assert say(desk, other, asked).why.passages == ()
    assert "Porto" in say(desk, other, "Where do I live?").why.passages[0].text, "it is said on this branch too"
    desk.chat.show(first.id)
    assert "Brackwater" in say(desk, other, asked).why.passages[0].text


def test_a_message_that_only_tells_is_acknowledged_without_the_model(desk):
    chat = desk.chat.create()
    answer = say(desk, chat, "My dog is called Rex and I live in Porto.")
    assert answer.text == "Noted:\n\n- Your dog is called Rex.\n- You live in Porto."
    assert [hit.text for hit in answer.why.passages] == ["My dog is called Rex.", "I live in Porto."]
    assert not any(isinstance(one, protocol.Generate) for one in desk.engine.requests)
    assert {fact.uses for fact in desk.memory.facts()} == {0}
    assert say(desk, chat, "I live in Porto.").text == "I remember that already: you live in Porto."


def test_undoing_takes_the_acknowledgement_back(desk):
    chat = desk.chat.create()
    say(desk, chat, DOG)
    asked, _ = desk.chat.messages(chat.id)
    finish(desk.forget.take_back(asked.id))
    assert "Bruno" not in desk.chat.messages(chat.id)[1].text
    assert finish(desk.chat.regenerate(asked.id)).text == desk.engine.answer, "nothing is noted any more"
    assert known(desk) == []


def test_a_fact_and_a_question_are_answered(desk):
    chat = desk.chat.create()
    assert "Rex" in say(desk, chat, "My dog is called Rex. What is my dog's name?").why.passages[0].text
    assert say(desk, chat, "I live in Porto. Please compose music").text == desk.engine.answer


def test_a_temporary_chat_notes_nothing_and_says_so_by_asking_the_model(desk):
    chat = desk.chat.create(is_temporary=True)
    assert say(desk, chat, DOG).text == desk.engine.answer


def test_a_chat_asks_its_own_collection(desk, document):
    work = desk.collections.create("Work")
    (inside,) = finish(desk.learn.add([document("a.txt", HARBOUR)], collection_id=work.id))
    (outside,) = finish(desk.learn.add([document("b.txt", HARBOUR.replace("Vance", "Moss"))]))
    for source in (inside, outside):
        finish(desk.learn.run(source.id))
    question = "Which harbour master keeps seven lanterns?"
    chat = desk.chat.create(collection_id=work.id)
    assert {hit.source_id for hit in say(desk, chat, question).why.passages} == {inside.id}
    empty = desk.collections.create("Empty")
    desk.chat.tie(chat.id, empty.id)
    assert say(desk, chat, question).why.passages == ()
    desk.chat.tie(chat.id, None)
    assert say(desk, chat, question).why.passages
    assert desk.chat.conversations()[0].collection_id is None


def test_plans_of_other_answers_keep_their_form_while_passages_are_left(desk, document):
    (source,) = finish(desk.learn.add([document("a.txt", HARBOUR)]))
    finish(desk.learn.run(source.id))
    chat = desk.chat.create()
    told = say(desk, chat, "Tell me about the harbour master and the lighthouse")
    again = finish(desk.chat.regenerate(told.id))
    used = {hit.passage_id for hit in told.why.passages}
    assert again.why.passages
    is_quoted = "Quoted" in again.why.note
    assert is_quoted == (not used & {hit.passage_id for hit in again.why.passages})
