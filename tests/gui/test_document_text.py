"""A document of any length opens at once and at any place; what is in sight stays there while more is read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nestdesk.gui.document_text import MOST, NO_PASSAGE, STRETCH, DocumentText
from tests.gui.documents import PAGE, hit

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of windows

LONG = 800  # passages: 100,000 words at 125 a passage


@pytest.fixture
def text(desk, qtbot):
    desk.app.stored[1] = replace(desk.app.stored[1], passages=LONG)
    made = DocumentText(desk.bridge)
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    return made


def open_at(text, desk, qtbot, place=None):
    text.show_source(desk.app.stored[1])
    if place is None:
        qtbot.waitUntil(lambda: bool(text.in_memory), timeout=10_000)
    else:
        text.show_place(place)
        qtbot.waitUntil(lambda: place in text.in_memory, timeout=10_000)


def in_sight(text):
    """Return the place of the passage at a point a little below the upper edge."""
    block = text.cursorForPosition(QPoint(30, 60)).block()
    while block.userState() == NO_PASSAGE:
        block = block.next()
    return block.userState()


def scroll(text, value):
    text.verticalScrollBar().actionTriggered.emit(0)  # as a person's hand does
    text.verticalScrollBar().setValue(value)


def test_only_its_beginning_is_read(desk, text, qtbot):
    open_at(text, desk, qtbot)
    assert text.in_memory == range(STRETCH)
    assert desk.app.library.asked == [(0, STRETCH)]
    assert "keeper number 0 wrote" in text.toPlainText()
    assert "Page 1\n" in text.toPlainText()


def test_more_is_read_as_it_is_scrolled_and_what_is_in_sight_stays(desk, text, qtbot):
    open_at(text, desk, qtbot)
    bar = text.verticalScrollBar()
    scroll(text, bar.maximum() - 5)
    seen = in_sight(text)
    qtbot.waitUntil(lambda: text.in_memory.stop == 2 * STRETCH, timeout=10_000)
    assert in_sight(text) == seen
    assert text.toPlainText().count("keeper number 3 ") == 1


def test_little_of_a_long_document_is_in_memory_and_the_way_back_is_open(desk, text, qtbot):
    open_at(text, desk, qtbot)
    while text.in_memory.start == 0:
        stop = text.in_memory.stop
        scroll(text, text.verticalScrollBar().maximum())
        qtbot.waitUntil(lambda stop=stop: text.in_memory.stop > stop, timeout=10_000)
    assert len(text.in_memory) == MOST
    assert "keeper number 0 " not in text.toPlainText()
    scroll(text, 0)
    seen = in_sight(text)
    qtbot.waitUntil(lambda: text.in_memory.start == 0, timeout=10_000)
    assert in_sight(text) == seen
    assert len(text.in_memory) == MOST


@pytest.mark.parametrize("place", [0, 401, LONG - 1])
def test_a_passage_is_marked_and_in_sight(desk, text, qtbot, place):
    open_at(text, desk, qtbot, place)
    assert text.marked == place
    assert len(text.in_memory) <= 2 * STRETCH

    def is_in_sight():
        blocks = {block.userState() for block in text._blocks()}
        top = text._top(place) - text.verticalScrollBar().value()
        return place in blocks and 0 <= top < text.viewport().height()

    qtbot.waitUntil(is_in_sight, timeout=10_000)
    text.resize(500, 300)
    qtbot.waitUntil(is_in_sight, timeout=10_000)
    text.grab()  # draws the mark


def test_the_newest_of_two_places_asked_for_is_shown(desk, text, qtbot):
    text.show_source(desk.app.stored[1])
    text.show_place(300)
    text.show_place(600)
    qtbot.waitUntil(lambda: 600 in text.in_memory, timeout=10_000)
    assert 300 not in text.in_memory


def test_every_page_is_told_once_and_where_it_begins(desk, text, qtbot):
    open_at(text, desk, qtbot)
    lines = text.toPlainText().split("\n")
    pages = [line for line in lines if line.startswith("Page ")]
    assert pages == [f"Page {n}" for n in range(1, STRETCH // PAGE + 1)]
    at = lines.index("Page 3")
    assert f"keeper number {2 * PAGE} " in lines[at + 2]
    assert hit(desk.app.stored[1], 2 * PAGE).page == 3


def test_the_end_and_the_beginning_are_a_key_away(desk, text, qtbot):
    open_at(text, desk, qtbot)
    QTest.keyClick(text, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: LONG - 1 in text.in_memory, timeout=10_000)
    QTest.keyClick(text, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: 0 in text.in_memory, timeout=10_000)


def test_a_document_that_grows_stays_where_it_is(desk, text, qtbot):
    open_at(text, desk, qtbot, 401)
    qtbot.waitUntil(lambda: in_sight(text) in range(395, 410), timeout=10_000)
    desk.app.stored[1] = replace(desk.app.stored[1], passages=LONG + 50)
    text.show_source(desk.app.stored[1])
    assert 401 in text.in_memory
    text.show_source(replace(desk.app.stored[1], sha256="f" * 64))  # but another text is read anew
    qtbot.waitUntil(lambda: 0 in text.in_memory, timeout=10_000)
    assert text.marked is None
