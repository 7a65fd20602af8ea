"""A preset is one manner for many chats; what a chat is told on top stays its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nestdesk.core.chats import Manner
from nestdesk.core.errors import StorageError
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
from nestdesk.storage.presets import PresetStore

BRIEF = Manner("Answer in one sentence.", 0.4, 64)


@pytest.fixture
def presets(database: Database) -> PresetStore:
    return PresetStore(database)


def test_presets_are_made_changed_and_deleted(presets: PresetStore) -> None:
    poet, brief = presets.create("poet", Manner()), presets.create(" Brief ", BRIEF)
    assert presets.list() == (brief, poet)
    assert (brief.name, brief.manner) == ("Brief", BRIEF)
    changed = replace(poet, name="Poet", manner=Manner("Answer in verse.", 1.0))
    assert presets.change(changed) == changed
    assert presets.list() == (brief, changed)
    presets.delete(brief.id)
    assert presets.list() == (changed,)
    with pytest.raises(StorageError, match="not there"):
        presets.delete(brief.id)


def test_a_name_is_given_once(presets: PresetStore) -> None:
    brief, poet = presets.create("Brief", BRIEF), presets.create("Poet", Manner())
    for name, wrong in (("Brief", "already"), (" ", "needs a name")):
        with pytest.raises(StorageError, match=wrong):
            presets.create(name, Manner())
        with pytest.raises(StorageError, match=wrong):
            presets.change(replace(poet, name=name))
    assert presets.list() == (brief, poet)


def test_a_chat_is_answered_as_its_preset_says_and_then_as_it_says_itself(
    presets: PresetStore, journal: Journal
) -> None:
    chat, brief = journal.create_conversation("Chat"), presets.create("Brief", BRIEF)
    assert presets.manner(chat) == Manner()
    presets.assign(chat.id, brief.id, "Call me Ada.")
    chat = journal.conversation(chat.id)
    assert presets.manner(chat) == replace(BRIEF, instructions="Answer in one sentence.\nCall me Ada.")
    presets.delete(brief.id)
    chat = journal.conversation(chat.id)
    assert (chat.preset_id, presets.manner(chat)) == (None, Manner("Call me Ada."))
    for chat_id, preset_id in ((chat.id, brief.id), (99, None)):
        with pytest.raises(StorageError):
            presets.assign(chat_id, preset_id, "")
