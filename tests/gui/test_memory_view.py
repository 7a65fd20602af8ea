"""What is known of the person is shown with where it is from, and can be added to, changed, switched and deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QInputDialog, QLabel, QMessageBox

from nestdesk.gui.fact_card import FactCard, arranged, origin
from nestdesk.gui.memory_view import PAGE
from nestdesk.gui.message_view import UserTurn
from tests.gui.memories import NOW

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs


def cards(desk):
    return [one for one in desk.window.memory.findChildren(FactCard) if one.parent() is not None]


def words_of(widget):
    return " ".join(one.text() for one in widget.findChildren(QLabel))


def press(widget, name):
    next(one for one in widget.findChildren(QAbstractButton) if one.accessibleName() == name).click()


def write(desk, qtbot, text):
    """Fill in the question for a text."""
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(QInputDialog)))
    box = desk.window.findChildren(QInputDialog)[0]
    box.setTextValue(text)
    box.accept()
    qtbot.waitUntil(lambda: not desk.window.findChildren(QInputDialog))


@pytest.fixture
def known(desk, qtbot):
    """A desk that knows two facts, one of which replaced another."""
    memory = desk.app.memory
    memory.put(1, "I live in Oslo.", replaced_by_id=2)
    memory.put(2, "I live in Bergen.", uses=3, conversation_id=7, message_id=5)
    memory.put(3, "I play the harp.")
    desk.window.show_view("memory")
    qtbot.waitUntil(lambda: len(cards(desk)) == 2)
    return desk


def test_a_fact_is_shown_with_its_origin_its_uses_and_what_it_replaced(known):
    newest, home = (words_of(card) for card in cards(known))
    assert "I play the harp." in newest
    assert "added by hand" in newest
    assert "not used yet" in newest
    assert "I live in Bergen." in home
    assert "said in “a chat”" in home
    assert "used 3 times" in home
    assert "Before: I live in Oslo." in home


def test_what_was_said_in_the_same_words_before_is_not_shown(known, qtbot):
    known.app.memory.put(4, "I play the harp.", replaced_by_id=5)
    known.app.memory.put(5, "I play the harp.")
    qtbot.waitUntil(lambda: len(cards(known)) == 3)
    assert not any("Before: I play the harp." in words_of(card) for card in cards(known))


def test_a_memory_is_added_and_edited(known, qtbot):
    press(known.window.memory, "Add a memory")
    write(known, qtbot, "My dog is called Bruno.")
    qtbot.waitUntil(lambda: len(cards(known)) == 3)
    press(known.window.memory, "Edit: I play the harp.")
    write(known, qtbot, "I play the tuba.")
    qtbot.waitUntil(lambda: any("I play the tuba." in words_of(card) for card in cards(known)))
    assert known.app.memory.kept[3].text == "I play the tuba."


def test_a_memory_that_is_too_long_is_refused_in_plain_words(known, qtbot):
    press(known.window.memory, "Add a memory")
    write(known, qtbot, "x" * 301)
    qtbot.waitUntil(lambda: known.window.notice.isVisible())
    assert "at most 300 characters" in known.window.notice.text.text()
    assert len(known.app.memory.kept) == 3


def test_a_fact_is_switched_off_and_on(known, qtbot):
    def switch(words):
        next(one for one in cards(known)[0].findChildren(QAbstractButton) if one.text() == words).click()

    switch("Switch off")
    qtbot.waitUntil(lambda: "off" in [one.text() for one in cards(known)[0].findChildren(QLabel)])
    assert not known.app.memory.kept[3].is_on
    switch("Switch on")
    qtbot.waitUntil(lambda: known.app.memory.kept[3].is_on)


def test_a_fact_is_deleted_only_after_a_yes(known, qtbot):
    for words, left in (("Keep", 3), ("Delete", 2)):
        press(known.window.memory, "Delete: I play the harp.")
        qtbot.waitUntil(lambda: bool(known.window.findChildren(QMessageBox)))
        box = known.window.findChildren(QMessageBox)[0]
        assert "cannot be undone" in box.informativeText()
        next(one for one in box.buttons() if one.text() == words).click()
        qtbot.waitUntil(lambda: not known.window.findChildren(QMessageBox))
        qtbot.waitUntil(lambda left=left: len(known.app.memory.kept) == left)


def test_below_a_message_stands_what_was_learned_from_it_until_it_is_undone(desk, qtbot):
    desk.app.memory.put(1, "My dog is called Bruno.", message_id=1, conversation_id=1)
    box = desk.window.chat.composer.box
    box.setPlainText("My dog is called Bruno.")
    QTest.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Learned just now: My dog is called Bruno." in words_of(desk.window.chat))
    (turn,) = desk.window.chat.findChildren(UserTurn)
    press(turn, "Undo: do not remember My dog is called Bruno.")
    qtbot.waitUntil(lambda: desk.app.memory.kept == {})
    assert "Learned just now" not in words_of(desk.window.chat)


def test_a_message_that_taught_nothing_says_nothing(desk, qtbot):
    box = desk.window.chat.composer.box
    box.setPlainText("When was the lamp lit?")
    QTest.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(desk.app.conversations()) == 1 and len(desk.app.messages(1)) == 2)
    qtbot.waitUntil(lambda: not desk.window.chat.is_busy)
    assert "Learned" not in words_of(desk.window.chat)


def test_history_stands_behind_what_replaced_it_newest_first(app):
    memory = app.memory
    memory.put(1, "Oslo", replaced_by_id=2)
    memory.put(2, "Bergen", replaced_by_id=4)
    memory.put(3, "harp")
    memory.put(4, "Tartu", conversation_id=9)
    shown = arranged(memory.facts(), {9: "Moving"})
    assert [(one.fact.text, [older.text for older in one.history]) for one in shown] == [
        ("Tartu", ["Bergen", "Oslo"]),
        ("harp", []),
    ]
    assert origin(shown[0]).startswith("said in “Moving”")


def test_many_facts_come_a_page_at_a_time(desk, qtbot):
    for number in range(1, PAGE + 11):
        desk.app.memory.put(number, f"I own {number} boats.")
    desk.window.show_view("memory")
    qtbot.waitUntil(lambda: len(cards(desk)) == PAGE)
    press(desk.window.memory, "Show more")
    assert len(cards(desk)) == PAGE + 10


@pytest.mark.parametrize(("days", "said"), [(-1, "over"), (40, "until")])
def test_a_fact_says_until_when_it_counts(app, days, said):
    fact = app.memory.put(1, "I have an exam.", expires_at=NOW + timedelta(days=days))
    (shown,) = arranged([fact], {})
    assert said in origin(shown)
