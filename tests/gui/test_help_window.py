"""The help is read, searched and left by keys, shows its pages and nothing from elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from nestdesk.gui.help_window import HelpWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs


@pytest.fixture
def help_window(qtbot, theme):
    parent = QWidget()
    qtbot.addWidget(parent)
    made = HelpWindow(parent, lambda: [("Ctrl+K", "Find anything")])
    made.popup("library")
    yield made
    made.close()


def titles(window):
    return [window._model.index(place).data() for place in range(window._model.rowCount())]


def test_it_opens_at_the_page_that_was_asked_for(help_window):
    assert help_window.isVisible()
    assert help_window.text.toPlainText().startswith("Library")
    assert help_window.list.currentIndex().data() == "Library"
    assert not help_window.back.isEnabled()


def test_links_lead_from_page_to_page_and_back(help_window):
    help_window.text.anchorClicked.emit(QUrl("experts.md"))
    assert help_window.text.toPlainText().startswith("Experts")
    help_window.text.anchorClicked.emit(QUrl("words.md"))
    assert help_window.current == "words"
    help_window.back.click()
    help_window.back.click()
    assert help_window.current == "library"
    assert not help_window.back.isEnabled()


def test_the_links_on_the_page_are_those_of_the_text(help_window):
    assert 'href="experts.md"' in help_window.text.toHtml()


@pytest.mark.parametrize("url", ["https://example.org/", "file:///etc/passwd", "../birth/README.md"])
def test_a_link_to_elsewhere_does_nothing(help_window, url):
    help_window.text.anchorClicked.emit(QUrl(url))
    assert help_window.current == "library"
    assert not help_window.text.openLinks()
    assert help_window.text.loadResource(2, QUrl(url)) is None


def test_words_find_pages_and_their_place(help_window, qtbot):
    QTest.keyClicks(help_window.field, "receipt")
    assert "Words" in titles(help_window)
    assert "Experts" not in titles(help_window)
    found = help_window.current
    assert found != "library"
    qtbot.waitUntil(lambda: help_window.text.textCursor().selectedText().casefold() == "receipt", timeout=10_000)
    before = help_window.text.textCursor().position()
    QTest.keyClick(help_window.field, Qt.Key.Key_Return)
    assert help_window.text.textCursor().selectedText().casefold() == "receipt"
    assert help_window.text.textCursor().position() >= before
    assert help_window.current == found
    assert not help_window.back.isEnabled()  # letters on the way are no pages to go back to


def test_words_that_no_page_holds_are_said_to_be_missing(help_window):
    QTest.keyClicks(help_window.field, "bassoonist")
    assert titles(help_window) == []
    assert help_window.nothing.isVisible()
    assert help_window.current == "memory"  # which held the first letters


def test_the_keyboard_reaches_search_list_page_and_buttons(help_window):
    assert help_window.text.hasFocus() or help_window.focusWidget() is help_window.text
    for part in (help_window.field, help_window.list, help_window.text, help_window.back):
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert part.accessibleName()


def test_the_page_of_shortcuts_shows_those_of_the_menus(help_window):
    help_window.go_to("shortcuts")
    assert "Ctrl+K" in help_window.text.toPlainText()
    assert "Find anything" in help_window.text.toPlainText()
