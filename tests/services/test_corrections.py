"""A correction is a message that is remembered and learned at once, however it was made."""

from __future__ import annotations

import pytest

from nestdesk.core.corrections import Outlook
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import finish
from nestdesk.core.settings import Settings
from nestdesk.core.types import Mode, SourceState
from nestdesk.engine import protocol
from nestdesk.services.corrections import Corrections

QUESTION = "Who keeps the seven lanterns of Brackwater?"
LEARNED = "Who keeps the seven lanterns of Brackwater? It is Ines Holm."


@pytest.fixture
def corrections(desk):
    return Corrections(desk.journal, desk.sources, desk.learn, desk.recall, lambda: desk.settings)


def asked(desk, *texts, is_temporary=False):
    chat = desk.chat.create(is_temporary)
    return chat, [finish(desk.chat.send(chat.id, text)) for text in texts]


def correct(desk, corrections, chat, answer, text):
    """Correct an answer as the window does; returns the message."""
    finish(desk.chat.send(chat.id, corrections.worded(answer.id, text)))
    return desk.chat.messages(chat.id)[-2]


@pytest.mark.parametrize("text", ["It is Ines Holm.", "It is Ines Holm", "No, it is Ines Holm.", "it is Ines  Holm"])
def test_the_last_answer_is_corrected_as_if_it_had_been_typed(desk, corrections, text):
    chat, (answer,) = asked(desk, QUESTION)
    assert corrections.worded(answer.id, text) == "No, it is Ines Holm."
    message = correct(desk, corrections, chat, answer, text)
    assert [fact.text for fact in desk.memory.learned(message.id)] == [LEARNED]
    assert desk.chat.messages(chat.id)[-1].text == f"Noted: {LEARNED}", "and no model was asked for that"


def test_an_earlier_answer_is_corrected_by_its_question(desk, corrections):
    chat, (answer, _) = asked(desk, QUESTION, "What is salt?")
    message = correct(desk, corrections, chat, answer, "It is Ines Holm.")
    assert message.text == f"About “{QUESTION}”: No, it is Ines Holm."
    assert [fact.text for fact in desk.memory.learned(message.id)] == [LEARNED]
    assert len(desk.chat.messages(chat.id)) == 6, "nothing that was said since is left out of sight"
    assert corrections.question(message.id) == QUESTION


def test_what_the_weights_answer_is_right_if_the_correction_says_it(desk, corrections):
    chat, (answer,) = asked(desk, QUESTION)
    message = correct(desk, corrections, chat, answer, "It is Ines Holm.")
    desk.engine.answer = "Ines Holm"
    assert finish(corrections.teach(message.id)).is_right


def test_it_is_learned_at_once_and_asked_of_the_weights_alone(desk, corrections):
    chat, (answer,) = asked(desk, QUESTION)
    message = correct(desk, corrections, chat, answer, "It is Ines Holm.")
    stages = []
    taught = finish(corrections.teach(message.id), lambda step: stages.append(step.stage))
    assert taught.question == QUESTION
    assert taught.source.state is SourceState.LEARNED
    assert taught.source.conversation_id == chat.id
    assert taught.answer == desk.engine.answer
    assert not taught.is_right, "the correction says otherwise"
    assert "asking" in stages
    assert [hit.text for hit in desk.sources.passages(taught.source.id)] == [LEARNED]
    last = next(one for one in reversed(desk.engine.requests) if isinstance(one, protocol.Generate))
    assert "Ines" not in str([(one.turns, one.passage) for one in last.asked.readings]), "no text helped the weights"
    assert desk.recall.plan(QUESTION, Mode.CLOSED).uses == last.asked.readings[0].experts
    assert finish(desk.chat.finish(chat.id)) is not None
    assert desk.sources.of_conversation(chat.id).state is SourceState.LEARNED, "leaving the chat learns nothing twice"


def test_taking_it_back_unlearns_it(desk, corrections):
    chat, (answer,) = asked(desk, QUESTION)
    message = correct(desk, corrections, chat, answer, "It is Ines Holm.")
    source = finish(corrections.teach(message.id)).source
    assert desk.experts.of_source(source.id)
    finish(desk.forget.take_back(message.id))
    assert desk.memory.learned(message.id) == ()
    assert desk.sources.of_conversation(chat.id) is None
    with pytest.raises(SettingsError):
        finish(corrections.teach(message.id))
    assert desk.problems() == []


def test_stopping_leaves_it_unlearned(desk, corrections):
    chat, (answer,) = asked(desk, QUESTION)
    message = correct(desk, corrections, chat, answer, "It is Ines Holm.")
    job = corrections.teach(message.id)
    next(job)
    next(job)
    corrections.stop(message.id)
    assert finish(job).source.state is SourceState.CANCELLED


def test_what_states_nothing_is_refused_before_it_is_said(desk, corrections):
    chat, (answer,) = asked(desk, QUESTION)
    for text in ("", "no", "Is it Ines Holm?", "That is wrong"):
        with pytest.raises(SettingsError):
            corrections.worded(answer.id, text)
    assert len(desk.chat.messages(chat.id)) == 2


def test_nothing_is_learned_of_a_temporary_chat_or_against_the_settings(desk, corrections):
    chat, (answer,) = asked(desk, QUESTION, is_temporary=True)
    assert corrections.outlook(answer.id) is Outlook.TEMPORARY
    message = correct(desk, corrections, chat, answer, "It is Ines Holm.")
    assert corrections.question(message.id) == ""

    desk.settings = Settings(learns_from_chats=False)
    chat, (answer,) = asked(desk, QUESTION)
    assert corrections.outlook(answer.id) is Outlook.OFF
    message = correct(desk, corrections, chat, answer, "It is Ines Holm.")
    assert corrections.question(message.id) == ""
    with pytest.raises(SettingsError):
        finish(corrections.teach(message.id))
    assert desk.sources.list() == ()


def test_other_messages_correct_nothing(desk, corrections):
    chat, _ = asked(desk, QUESTION, "My boat Petrel lies in the northern harbour.")
    said = desk.chat.messages(chat.id)[::2]
    assert [corrections.question(message.id) for message in said] == ["", ""]
