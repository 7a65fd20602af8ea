"""Versions of messages: edit, ask again and switch, by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nestdesk.core.errors import EngineError
from nestdesk.gui.message_view import AnswerTurn, UserTurn


@pytest.fixture
def chat(desk, qtbot):
    """Return the view of a chat with two questions and their answers."""
    view = desk.window.chat
    for text in ("First question?", "Second question?"):
        ask(view, qtbot, text)
    return view


def ask(view, qtbot, text):
    view.composer.box.setPlainText(text)
    QTest.keyClick(view.composer.box, Qt.Key.Key_Return)
    settled(view, qtbot)


def settled(view, qtbot):
    qtbot.waitUntil(lambda: not view.is_busy and all(one.message_id for one in view._turns.all()))


def texts(view):
    return [one.text.toPlainText() for one in view._turns.all() if isinstance(one, UserTurn)]


def place(turn):
    return turn.versions.words.text() if turn.versions.isVisible() else ""


def test_an_edited_message_opens_a_branch_and_the_first_one_comes_back(chat, qtbot):
    first = chat._turns.all()[0]
    first.edit.click()
    assert chat.composer.editing.isVisible()
    assert chat.composer.box.toPlainText() == "First question?"
    ask(chat, qtbot, "Another question?")
    assert not chat.composer.editing.isVisible()
    assert texts(chat) == ["Another question?"]
    (edited, _) = chat._turns.all()
    qtbot.waitUntil(lambda: place(edited) == "2 / 2")
    assert not edited.versions.next.isEnabled()
    QTest.keyClick(edited.versions.previous, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: texts(chat) == ["First question?", "Second question?"])
    qtbot.waitUntil(lambda: place(chat._turns.all()[0]) == "1 / 2")


def test_editing_is_cancelled_by_escape(chat):
    chat._turns.all()[2].edit.click()
    chat.stop()
    assert not chat.composer.editing.isVisible()
    assert chat.composer.box.toPlainText() == ""
    assert chat._edited == 0


def test_another_answer_stands_beside_the_first(desk, chat, qtbot):
    action = next(one for one in desk.window.menus.actions if one.shortcut().toString() == "Ctrl+R")
    desk.app.chat.answer = ("It was ", "in June.")
    action.trigger()
    assert chat.is_busy
    settled(chat, qtbot)
    last = chat._turns.all()[-1]
    assert isinstance(last, AnswerTurn)
    assert last.raw == "It was in June."
    qtbot.waitUntil(lambda: place(last) == "2 / 2")
    assert last.versions.words.accessibleName() == "Version 2 of 2"
    last.versions.previous.click()
    qtbot.waitUntil(lambda: chat._turns.all()[-1].raw.startswith("The lamp"))
    assert len(chat._turns.all()) == 4


def test_an_answer_in_the_middle_is_asked_again_there(chat, qtbot):
    chat._turns.all()[1].again.click()
    assert texts(chat) == ["First question?"]
    settled(chat, qtbot)
    assert [place(one) for one in chat._turns.all()] == ["", "2 / 2"]


def test_that_there_is_no_other_answer_is_said(desk, chat, qtbot):
    desk.app.chat.has_other_answers = False
    chat._turns.all()[-1].again.click()
    qtbot.waitUntil(lambda: chat._turns.all()[-1].message_id != 0 and chat._turns.all()[-1].only_one.isVisible())
    assert len(chat._turns.all()) == 4


def test_an_answer_that_gave_way_to_the_one_that_was_there_leaves_no_buttons_behind(desk, chat, qtbot):
    test_that_there_is_no_other_answer_is_said(desk, chat, qtbot)
    tools = [one for one in QApplication.allWidgets() if one.accessibleName() == "Correct this answer"]
    assert len(tools) == 2
    assert all(one.window() is desk.window for one in tools)


def test_a_message_that_was_not_answered_can_be_asked_again(desk, qtbot):
    view = desk.window.chat
    desk.app.answer_error = EngineError("The engine stopped.")
    view.composer.box.setPlainText("Lost?")
    QTest.keyClick(view.composer.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view._turns.all()[0].again.isVisible())
    desk.app.answer_error = None
    view._turns.all()[0].again.click()
    qtbot.waitUntil(lambda: not view.is_busy and len(desk.app.messages(1)) == 2)
    qtbot.waitUntil(lambda: not view._turns.all()[0].again.isVisible())
    assert texts(view) == ["Lost?"]


def test_the_chosen_branch_is_there_when_the_chat_is_opened_again(desk, chat, qtbot):
    chat._turns.all()[0].edit.click()
    ask(chat, qtbot, "Another question?")
    chat._turns.all()[0].versions.previous.click()
    qtbot.waitUntil(lambda: len(texts(chat)) == 2)
    desk.window.new_chat()
    desk.window.rail.item_chosen.emit("chats", 1)
    qtbot.waitUntil(lambda: texts(chat) == ["First question?", "Second question?"])


def test_a_found_message_is_shown_with_its_branch(desk, chat, qtbot):
    second = desk.app.messages(1)[2]
    chat._turns.all()[0].edit.click()
    ask(chat, qtbot, "Another question?")
    desk.window.finder.open_message(second.id, 1)
    qtbot.waitUntil(lambda: texts(chat) == ["First question?", "Second question?"])


def test_every_control_below_a_message_is_named_and_reached_by_keys(chat, qtbot):
    chat._turns.all()[-1].again.click()
    settled(chat, qtbot)
    for turn in chat._turns.all():
        controls = [turn.versions.previous, turn.versions.next, turn.again]
        for control in controls + ([turn.edit] if isinstance(turn, UserTurn) else []):
            assert control.accessibleName()
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_chat_asks_the_collection_that_was_chosen(desk, qtbot):
    view = desk.window.chat
    assert not view.setup.scope.isVisible()
    work = desk.app.collections.named("Work")
    qtbot.waitUntil(view.setup.scope.isVisible)
    assert [view.setup.scope.itemText(at) for at in range(view.setup.scope.count())] == ["Everything", "Work"]
    view.setup.scope.setCurrentIndex(1)
    view.setup.scope.activated.emit(1)
    ask(view, qtbot, "When?")
    assert desk.app.conversations()[0].collection_id == work.id
    desk.window.new_chat()
    assert view.setup.scope.currentText() == "Everything"
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1)
    desk.window.rail.item_chosen.emit("chats", 1)
    assert view.setup.scope.currentText() == "Work"
    view.setup.scope.setCurrentIndex(0)
    view.setup.scope.activated.emit(0)
    qtbot.waitUntil(lambda: desk.app.conversations()[0].collection_id is None)
