"""What a person says is remembered at once, used, shown with the answer, corrected, and gone when it is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from nestdesk.core.errors import SettingsError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import FactKind, Role
from nestdesk.services.chat import NOT_TOLD
from nestdesk.services.memory import FACT
from nestdesk.storage import facts as facts_module
from nestdesk.storage.columns import now
from nestdesk.storage.mentions import FORGOTTEN
from nestdesk.storage.models import CollectionRow, ConversationRow

DOG = "My dog is called Bruno."
ABOUT_DOG = "What is my dog's name?"


def say(desk, *texts, conversation=None, **more):
    """Say something in a chat of its own, or in a given one; return the last answer."""
    conversation = conversation or desk.chat.create(**more)
    answers = [finish(desk.chat.send(conversation.id, text)) for text in texts]
    return answers[-1]


def known(desk):
    return [fact.text for fact in desk.memory.facts()]


def used(answer):
    return [hit.text for hit in answer.why.passages if hit.kind == FACT]


def test_what_is_said_is_known_at_once_and_in_every_later_chat(desk):
    say(desk, DOG)
    assert known(desk) == [DOG]
    for _ in range(2):
        answer = say(desk, ABOUT_DOG)
        assert used(answer) == [DOG]
        assert DOG in desk.engine.requests[-1].asked.readings[0].passage
    assert desk.memory.facts()[0].uses == 2
    assert desk.memory.facts()[0].used_at is not None


def test_a_fact_is_known_behind_hundreds_of_others(desk):
    for number in range(150):
        finish(desk.memory.add(f"My colleague number {number} collects stamps of country {number}."))
    say(desk, DOG)
    for number in range(150):
        finish(desk.memory.add(f"My cousin {number} lives in village {number}."))
    assert used(say(desk, ABOUT_DOG)) == [DOG]


def test_the_newest_of_two_that_contradict_counts_and_the_older_is_kept(desk):
    say(desk, "I live in Oslo.")
    say(desk, "We have moved to Bergen.")
    assert used(say(desk, "Where do I live?")) == ["We have moved to Bergen."]
    newest, oldest = desk.memory.facts()
    assert (oldest.text, oldest.replaced_by_id) == ("I live in Oslo.", newest.id)


def test_a_correction_replaces_too(desk):
    say(desk, DOG, ABOUT_DOG, "No, it's Rufus.")
    assert used(say(desk, "What is my dog called?")) == ["What is my dog's name? It's Rufus."]


def test_what_is_over_answers_nothing(desk):
    say(desk, DOG)
    say(desk, "I no longer have a dog.")
    assert say(desk, ABOUT_DOG).text == NOT_TOLD
    assert [fact.text for fact in desk.memory.facts() if not fact.replaced_by_id] == ["I no longer have a dog."]


@pytest.mark.parametrize("question", ["What is my cat's name?", "How old is my dog?", "Where do I work?", "Who am I?"])
def test_what_was_never_told_is_not_answered_from_something_else(desk, question):
    say(desk, DOG)
    answer = say(desk, question)
    assert (answer.text, answer.why.passages, answer.why.memories) == (NOT_TOLD, (), ())
    assert desk.memory.facts()[0].uses == 0


def test_a_question_that_points_back_asks_about_what_it_points_to(desk):
    say(desk, DOG, "My dog is seven.")
    chat = desk.chat.create()
    assert used(say(desk, ABOUT_DOG, conversation=chat)) == [DOG]
    assert used(say(desk, "And how old is it?", conversation=chat)) == ["My dog is seven."]
    assert say(desk, "When is its birthday?", conversation=chat).text == NOT_TOLD


def test_what_was_said_in_a_temporary_chat_is_left_to_the_model_that_reads_it(desk):
    temporary = desk.chat.create(is_temporary=True)
    answer = say(desk, DOG, ABOUT_DOG, conversation=temporary)
    assert answer.text == desk.engine.answer
    assert known(desk) == []


def test_a_temporary_chat_reads_the_memory(desk):
    say(desk, DOG)
    assert used(say(desk, ABOUT_DOG, is_temporary=True)) == [DOG]


def test_nothing_is_taken_where_chats_may_not_teach(desk):
    desk.settings = replace(desk.settings, learns_from_chats=False)
    say(desk, DOG)
    assert known(desk) == []


def test_only_the_person_is_listened_to(desk):
    desk.engine.answer = "My sister is called Ines. I live in Rome."
    say(desk, "Tell me a joke.", "My sister is called Ines.")
    say(desk, "> My cat is called Tom.", 'He said "my dog is called Max".')
    assert known(desk) == []


def test_the_same_is_remembered_once(desk):
    say(desk, DOG, "my dog is called Bruno")
    say(desk, DOG)
    assert known(desk) == [DOG]


def test_what_was_learned_from_a_message_is_undone_and_what_it_replaced_counts_again(desk):
    say(desk, "I live in Oslo.")
    chat = desk.chat.create()
    say(desk, "I moved to Bergen and my dog is called Bruno.", conversation=chat)
    (message,) = (one for one in desk.chat.messages(chat.id) if one.role is Role.USER)
    assert len(desk.memory.learned(message.id)) == 2
    finish(desk.forget.take_back(message.id))
    assert known(desk) == ["I live in Oslo."]
    assert used(say(desk, "Where do I live?")) == ["I live in Oslo."]
    finish(desk.chat.finish(chat.id))
    assert desk.library.sources() == (), "it is not learned in weights either"


def test_a_deleted_fact_leaves_no_trace_but_the_chat_it_was_said_in(desk):
    chat = desk.chat.create()
    say(desk, "My dog is called Bruno and he is a beagle.", conversation=chat)
    finish(desk.chat.finish(chat.id))
    asked = desk.chat.create()
    say(desk, ABOUT_DOG, "Please write about my dog Bruno.", conversation=asked)
    (fact,) = desk.memory.facts()
    assert finish(desk.forget.forget_fact(fact.id)).title == fact.text
    assert (known(desk), desk.chat.summaries()) == ([], ())
    copied, written = (one for one in desk.chat.messages(asked.id) if one.role is Role.ASSISTANT)
    assert copied.text == FORGOTTEN
    assert not any("Bruno" in str(one.why) for one in (copied, written))
    assert "Bruno" in desk.chat.messages(chat.id)[0].text


@pytest.mark.parametrize("way", ["delete_conversation", "forget_said"])
def test_facts_go_with_the_conversation(desk, way):
    chat = desk.chat.create()
    say(desk, DOG, conversation=chat)
    finish(getattr(desk.forget, way)(chat.id))
    assert known(desk) == []
    assert say(desk, ABOUT_DOG).text == NOT_TOLD


def test_a_fact_that_is_switched_off_answers_nothing(desk):
    say(desk, DOG)
    (fact,) = desk.memory.facts()
    desk.memory.switch(fact.id, False)
    assert say(desk, ABOUT_DOG).text == NOT_TOLD
    desk.memory.switch(fact.id, True)
    assert used(say(desk, ABOUT_DOG)) == [DOG]


def test_an_event_is_over_after_its_day(desk, monkeypatch):
    say(desk, "I have a dentist appointment tomorrow at 9.")
    assert used(say(desk, "When is my dentist appointment?"))
    in_three_days = now() + timedelta(days=3)
    in_force = facts_module.FactStore.in_force
    monkeypatch.setattr(
        facts_module.FactStore, "in_force", lambda store, moment, *more: in_force(store, in_three_days, *more)
    )
    assert say(desk, "When is my dentist appointment?").text == NOT_TOLD


def test_instructions_and_near_facts_are_in_the_prompt_of_a_written_answer(desk):
    say(desk, "Please always answer in French.")
    say(desk, "My daughter Wilhelmina plays the bassoon.", "I collect porcelain elephants.")
    answer = say(desk, "Please write to Wilhelmina about the bassoon")
    assert set(answer.why.memories) == {"Please always answer in French.", "My daughter Wilhelmina plays the bassoon."}
    system = desk.engine.requests[-1].asked.turns[0].text
    assert all(memory in system for memory in answer.why.memories)
    uses = {fact.text: fact.uses for fact in desk.memory.facts()}
    assert uses["I collect porcelain elephants."] == 0
    assert uses["My daughter Wilhelmina plays the bassoon."] == 1


def test_what_was_learned_from_a_chat_too_is_shown_once_and_never_outdated(desk):
    first = desk.chat.create()
    say(desk, "I live in the village of Brackwater.", conversation=first)
    finish(desk.chat.finish(first.id))
    finish(desk.learn.run_queue())
    assert len(desk.library.sources()) == 1
    answer = say(desk, "Where do I live, in which village of Brackwater?")
    assert [hit.text for hit in answer.why.passages] == ["I live in the village of Brackwater."]
    say(desk, "I have moved to Ostwick.")
    answer = say(desk, "Where do I live?")
    assert [hit.text for hit in answer.why.passages] == ["I have moved to Ostwick."]
    answer = say(desk, "Which village of Brackwater is it?")
    assert answer.why.passages == (), "a passage of the chat does not tell what does not count any more"


def test_a_deleted_fact_is_not_answered_from_what_the_chat_taught_either(desk):
    chat = desk.chat.create()
    say(desk, "I live in the village of Brackwater.", conversation=chat)
    finish(desk.chat.finish(chat.id))
    finish(desk.learn.run_queue())
    question = "Where do I live, in the village of Brackwater?"
    assert say(desk, question).why.passages
    finish(desk.forget.forget_fact(desk.memory.facts()[0].id))
    assert say(desk, question).why.passages == ()


def test_what_is_known_of_me_is_quoted(desk):
    say(desk, DOG, "I collect porcelain elephants.")
    answer = say(desk, "What do you know about me?")
    assert "Bruno" in answer.text
    assert "porcelain elephants" in answer.text


def test_a_fact_of_a_collection_counts_there_only(desk):
    work, other = desk.chat.create(), desk.chat.create()
    with desk.database.session() as session:
        session.add(CollectionRow(id=7, name="Work", created_at=now()))
        session.flush()
        session.get(ConversationRow, work.id).collection_id = 7
    say(desk, "I live in Oslo.", conversation=other)
    say(desk, "I live in Tartu.", conversation=work)
    assert used(say(desk, "Where do I live?", conversation=work)) == ["I live in Tartu."]
    assert used(say(desk, "Where do I live?", conversation=other)) == ["I live in Oslo."]
    assert all(fact.replaced_by_id is None for fact in desk.memory.facts())


def test_a_memory_is_written_and_changed_by_hand(desk):
    fact = finish(desk.memory.add("  I prefer   window seats. "))
    assert (fact.text, fact.kind, fact.message_id) == ("I prefer window seats.", FactKind.PREFERENCE, None)
    assert finish(desk.memory.edit(fact.id, "I prefer aisle seats.")).id == fact.id
    assert known(desk) == ["I prefer aisle seats."]
    for text in (" ", "x" * 301):
        with pytest.raises(SettingsError, match="300"):
            finish(desk.memory.add(text))
    for act in (lambda: finish(desk.memory.edit(9, "I live in Oslo.")), lambda: finish(desk.forget.forget_fact(9))):
        with pytest.raises(StorageError, match="memory 9"):
            act()


def test_what_is_written_twice_is_one_memory_and_outlives_the_chat_that_said_it_too(desk):
    said = say(desk, DOG)
    by_hand = finish(desk.memory.add(DOG))
    assert finish(desk.memory.add(f" {DOG.upper()} ")).id == by_hand.id
    assert [fact.id for fact in desk.memory.facts() if fact.replaced_by_id is None] == [by_hand.id]
    finish(desk.forget.delete_conversation(said.conversation_id))
    assert known(desk) == [DOG]
    assert used(say(desk, ABOUT_DOG)) == [DOG]


def test_whoever_listens_is_told_of_every_change(desk):
    heard = []
    desk.changes.subscribe(lambda changes: heard.append(changes.kinds))
    fact = finish(desk.memory.add(DOG))
    desk.memory.switch(fact.id, False)
    finish(desk.memory.edit(fact.id, "My dog is called Rex."))
    told = len(heard)
    finish(desk.forget.forget_fact(fact.id))
    assert told == 3
    assert all("memory" in kinds for kinds in heard[:told])
    assert any("memory" in kinds for kinds in heard[told:])
