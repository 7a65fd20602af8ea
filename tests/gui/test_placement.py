"""What was in sight comes back after a restart; what was typed and not sent does not, and lies in no file."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings

from nestdesk.gui.placement import last_view

DRAFT = "a secret nobody was told"


@pytest.fixture
def state(tmp_path):
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def test_the_view_and_the_open_chat_come_back(make_desk, app, qtbot, tmp_path):
    first = make_desk(app).window
    first.chat.send("When was the lamp lit?")
    qtbot.waitUntil(lambda: not first.chat.is_busy and first.chat.conversation is not None)
    number = first.chat.conversation.id
    first.show_view("experts")
    first.save_state()
    second = make_desk(app).window
    qtbot.waitUntil(lambda: second.chat.conversation is not None)
    assert second.chat.conversation.id == number
    assert second.experts.isVisible()


def test_a_chat_begun_meanwhile_stays_in_sight(make_desk, app, qtbot, state):
    app.chat.create(False, None)
    state.setValue("chat", 1)
    state.sync()
    window = make_desk(app, wait=False).window
    window.chat.composer.box.setPlainText("I was first")
    qtbot.waitUntil(lambda: 1 in window.upkeep.conversations)
    assert window.chat.conversation is None


@pytest.mark.parametrize("stored", ["99", "nonsense", "-1"])
def test_a_chat_that_is_gone_is_not_missed(make_desk, app, qtbot, state, stored):
    state.setValue("chat", stored)
    state.sync()
    app.chat.create(False, None)
    window = make_desk(app).window
    qtbot.waitUntil(lambda: 1 in window.upkeep.conversations)
    assert window.chat.conversation is None


def test_neither_drafts_nor_temporary_chats_are_remembered(make_desk, app, qtbot, tmp_path, state):
    window = make_desk(app).window
    window.new_chat(is_temporary=True)
    window.chat.send("When was the lamp lit?")
    qtbot.waitUntil(lambda: not window.chat.is_busy and window.chat.conversation is not None)
    window.chat.composer.box.setPlainText(DRAFT)
    window.save_state()
    assert state.value("chat") in (0, "0")
    assert DRAFT not in (tmp_path / "window.ini").read_text(encoding="utf-8")


def test_an_unknown_view_is_the_first_one(state):
    assert last_view(state) == "chats"
    state.setValue("view", "nonsense")
    assert last_view(state) == "chats"
    state.setValue("view", "memory")
    assert last_view(state) == "memory"
