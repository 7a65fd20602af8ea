"""A chat's preset and instructions reach the model where it writes itself, and change nothing that is copied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nestdesk.core.chats import INSTRUCTION_CHARS, Manner
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import finish
from nestdesk.core.prompts import CHAT
from nestdesk.engine import protocol
from nestdesk.services import chat as chat_module
from nestdesk.services.presets import Presets
from nestdesk.storage.presets import PresetStore

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12
FREELY = "Please compose music about mountains"
BRIEF = Manner("Answer in one sentence.", 0.4, 64)


@pytest.fixture
def presets(desk):
    return Presets(PresetStore(desk.database), desk.changes)


def test_the_model_is_told_what_the_preset_and_the_chat_say(desk, presets):
    chat = desk.chat.create()
    finish(desk.chat.send(chat.id, FREELY))
    plain = desk.engine.requests[-1]
    assert (plain.asked.turns[0].text, plain.temperature) == (CHAT, 0.0)
    assert plain.max_tokens == desk.settings.max_answer_tokens

    presets.assign(chat.id, presets.create("Brief", BRIEF).id, "Call me Ada.")
    answer = finish(desk.chat.send(chat.id, FREELY))
    told = desk.engine.requests[-1]
    assert told.asked.turns[0].text == f"{CHAT}\nAnswer in one sentence.\nCall me Ada."
    assert (told.max_tokens, told.temperature, told.seed) == (64, 0.4, 0)
    finish(desk.chat.regenerate(answer.id))
    again = desk.engine.requests[-1]
    assert (again.asked, again.temperature, again.seed) == (told.asked, 0.4, 1)

    other = desk.chat.create()
    finish(desk.chat.send(other.id, FREELY))
    assert desk.engine.requests[-1] == plain, "another chat is not touched"


def test_what_is_copied_stays_as_it_is_and_the_models_own_words_on_it_follow(desk, presets, document):
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    finish(desk.learn.run(source.id))
    chat = desk.chat.create()
    question = "Which harbour master keeps seven lanterns?"
    before = finish(desk.chat.send(chat.id, question))
    plain = desk.engine.requests[-1]
    assert isinstance(plain.asked, protocol.Seeking)
    presets.assign(chat.id, presets.create("Brief", BRIEF).id, "")
    after = finish(desk.chat.regenerate(desk.chat.messages(chat.id)[0].id))
    assert isinstance(desk.engine.requests[-1].asked, protocol.Asked), "its passage is used up"
    assert desk.engine.requests[-1].asked.turns[0].text == f"{CHAT}\n{BRIEF.instructions}"
    assert desk.engine.requests[-1].max_tokens == 64
    assert after.id != before.id

    copied = finish(desk.chat.send(chat.id, question))
    assert desk.engine.requests[-1] == plain
    assert copied.text == before.text


def test_long_instructions_take_the_place_of_earlier_turns(desk, presets):
    chat = desk.chat.create()
    presets.assign(chat.id, presets.create("Long", Manner("p" * INSTRUCTION_CHARS)).id, "c" * INSTRUCTION_CHARS)
    for number in range(12):
        finish(desk.chat.send(chat.id, f"Message {number}. " + "word " * 300))
    prompt = desk.engine.requests[-1].asked.turns
    assert prompt[-1].text.startswith("Message 11.")
    assert "c" * INSTRUCTION_CHARS in prompt[0].text
    assert sum(len(turn.text) for turn in prompt) / 3.5 < chat_module.PROMPT_TOKENS * 1.2


def test_a_manner_that_no_model_can_follow_is_refused(desk, presets):
    kept = presets.create("Brief", BRIEF)
    chat = desk.chat.create()
    for manner in (
        Manner("x" * (INSTRUCTION_CHARS + 1)),
        Manner(temperature=-0.1),
        Manner(temperature=float("nan")),
        Manner(max_answer_tokens=-1),
        Manner(max_answer_tokens=100_000),
    ):
        with pytest.raises(SettingsError):
            presets.create("Other", manner)
        with pytest.raises(SettingsError):
            presets.change(replace(kept, manner=manner))
    with pytest.raises(SettingsError, match="1,200 characters at most"):
        presets.assign(chat.id, kept.id, "x" * (INSTRUCTION_CHARS + 1))
    assert presets.list() == (kept,)
    assert desk.journal.conversation(chat.id) == replace(chat, messages=0)


def test_changes_are_told(desk, presets):
    told = []
    desk.changes.subscribe(lambda changes: told.append(changes.kinds))
    made = presets.create("Brief", BRIEF)
    presets.change(replace(made, name="Terse"))
    presets.assign(desk.journal.create_conversation("Chat").id, made.id, "")
    presets.delete(made.id)
    assert told == [{"preset"}, {"preset"}, {"conversation"}, {"preset", "conversation"}]
