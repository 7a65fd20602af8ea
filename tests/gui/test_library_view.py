"""What was learned, what went wrong, and forgetting."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton

from nestdesk.core.types import SourceState
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


def answer(desk, qtbot, words):
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(QMessageBox)))
    box = desk.window.findChildren(QMessageBox)[0]
    next(one for one in box.buttons() if one.text() == words).click()


@pytest.mark.qt_log_ignore("propagateSizeHints")  # what the offscreen platform says of every dialog
def test_a_source_is_forgotten_only_after_a_yes(desk, qtbot):
    view = open_library(desk, qtbot)
    view.open_source(1)
    qtbot.waitUntil(lambda: bool(view.findChildren(ScoreBar)))
    find(view, "Forget").click()
    answer(desk, qtbot, "Keep")
    assert 1 in desk.app.stored
    qtbot.waitUntil(lambda: not desk.window.findChildren(QMessageBox))
    find(view, "Forget").click()
    answer(desk, qtbot, "Forget")
    qtbot.waitUntil(lambda: 1 not in desk.app.stored)
    qtbot.waitUntil(lambda: desk.window.notice.isVisible())
    assert desk.window.notice.text.text().startswith("“Lighthouse report” is forgotten: 12 passages, 2 checkpoints")
    qtbot.waitUntil(lambda: len(view.findChildren(SourceRow)) == 1)
    assert view.current is None


def test_the_rail_opens_a_source_by_key(desk, qtbot):
    open_library(desk, qtbot)
    shown = desk.window.rail.lists["library"]
    shown.setFocus()
    shown.setCurrentIndex(shown.model().index(0, 0))
    qtbot.waitUntil(lambda: desk.window.library.current == 1)
