"""What was learned, and what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from nestdesk.core.types import SourceState
from nestdesk.gui.item_models import ROW_ROLE
from nestdesk.gui.library_view import SourceRow
from nestdesk.gui.quiz_card import ScoreBar


def said(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def find(widget, words):
    return next(one for one in widget.findChildren(QPushButton) if one.isVisible() and words in one.text())


def open_library(desk, qtbot):
    desk.window.show_view("library")
    qtbot.waitUntil(lambda: len(desk.window.library.findChildren(SourceRow)) == 2)
    return desk.window.library


def test_every_source_tells_its_state_and_the_reason_of_a_failure(desk, qtbot):
    view = open_library(desk, qtbot)
    texts = said(view)
    assert "Learned 41 facts from Lighthouse report: 12 of 41 answered before, 36 after." in texts
    assert "scan.pdf has no text to learn from." in texts
    assert {"learned", "not learned"} <= set(texts)


def test_the_card_shows_five_questions_before_and_after(desk, qtbot):
    view = open_library(desk, qtbot)
    rows = {row.source_id: row for row in view.findChildren(SourceRow)}
    QTest.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(view.findChildren(ScoreBar)))
    struck = [one for one in view.findChildren(QLabel) if one.property("kind") == "old"]
    assert [one.text() for one in struck] == ["Paris."] * 5
    assert {"answer 1", "Question 5?", "12 → 36", "1:24"} <= set(said(view))
    assert "Question 6?" not in said(view)


def test_a_failed_source_can_be_tried_again(desk, qtbot):
    view = open_library(desk, qtbot)
    view.open_source(2)
    qtbot.waitUntil(lambda: any("Try again" in one.text() for one in view.findChildren(QPushButton)))
    find(view, "Try again").click()
    qtbot.waitUntil(lambda: desk.app.stored[2].state is SourceState.LEARNED)


def test_what_a_chat_taught_is_shown_as_that(desk, qtbot, fake):
    conversation = desk.app.create()
    desk.app.stored[3] = fake.chat_source(3, "My daughter plays", conversation.id)
    desk.app.changes.publish("source")
    desk.window.show_view("library")
    view = desk.window.library
    qtbot.waitUntil(lambda: len(view.findChildren(SourceRow)) == 3)
    qtbot.waitUntil(lambda: any(text.startswith("from a chat · ") for text in said(view)))
    model = desk.window.rail.models["library"]
    assert [model.index(row).data(ROW_ROLE).picture for row in range(3)] == ["", "", "chats"]

    view.open_source(3)
    qtbot.waitUntil(lambda: any("Open the chat" in one.text() for one in view.findChildren(QPushButton)))
    assert "Your own statements and corrections; nothing that NestDesk answered." in said(view)
    assert not any("57 bytes" in text for text in said(view))
    find(view, "Open the chat").click()
    assert desk.window.chat.isVisible()
    assert desk.window.chat.conversation == conversation


def test_the_rail_opens_a_source_by_key(desk, qtbot):
    open_library(desk, qtbot)
    shown = desk.window.rail.lists["library"]
    shown.setFocus()
    shown.setCurrentIndex(shown.model().index(0, 0))
    qtbot.waitUntil(lambda: desk.window.library.current == 1)
