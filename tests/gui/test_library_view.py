"""What was learned, and what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from nestdesk.core.types import SourceState
from nestdesk.gui.document_page import DETAILS
from nestdesk.gui.item_models import ROW_ROLE
from nestdesk.gui.quiz_card import ScoreBar


def said(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def find(widget, words):
    return next(one for one in widget.findChildren(QPushButton) if one.isVisible() and words in one.text())


def open_library(desk, qtbot):
    desk.window.show_view("library")
    qtbot.waitUntil(lambda: desk.window.library.overview.list.ids() == [1, 2], timeout=10_000)
    return desk.window.library


def click(view, source_id):
    found = view.overview.list
    place = found.visualRect(found.model().index(found.ids().index(source_id), 0)).center()
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def test_every_source_tells_its_state_and_the_reason_of_a_failure(desk, qtbot):
    view = open_library(desk, qtbot)
    model = view.overview.list.model()
    spoken = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    learned = "Learned 41 facts from Lighthouse report: 12 of 41 answered before, 36 after."
    assert spoken == [
        f"Lighthouse report, learned. {learned}",
        "scan.pdf, not learned. scan.pdf has no text to learn from.",
    ]
    assert "scan.pdf has no text to learn from." in said(view)  # in the queue, where it can be tried again


def test_the_card_shows_five_questions_before_and_after(desk, qtbot):
    view = open_library(desk, qtbot)
    click(view, 1)
    qtbot.waitUntil(lambda: bool(view.findChildren(ScoreBar)), timeout=10_000)
    (card,) = (one for one in view.findChildren(QFrame) if one.accessibleName() == "Before and after")
    struck = [one for one in card.findChildren(QLabel) if one.property("kind") == "old"]
    assert [one.text() for one in struck] == ["Paris."] * 5
    assert {"answer 1", "Question 5?", "12 → 36", "1:24"} <= set(said(card))
    assert "Question 6?" not in said(card)


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
    qtbot.waitUntil(lambda: view.overview.list.ids() == [1, 2, 3], timeout=10_000)
    model = desk.window.rail.models["library"]
    assert [model.index(row).data(ROW_ROLE).picture for row in range(3)] == ["", "", "chats"]

    view.open_source(3)
    qtbot.waitUntil(lambda: any("Open the chat" in one.text() for one in view.findChildren(QPushButton)))
    assert any(text.startswith("from a chat · ") for text in said(view))
    view.document.tabs.setCurrentIndex(DETAILS)
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
