"""Ctrl+K finds anything, opens what is chosen, and carries out commands, by keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs


@pytest.fixture
def finder(desk, qtbot):
    """Return the palette, opened by its keys."""
    action = next(one for one in desk.window.menus.actions if one.text().startswith("&Find"))
    assert action.shortcut() == QKeySequence("Ctrl+K")
    action.trigger()
    found = desk.window.finder
    qtbot.waitUntil(lambda: found.isVisible() and found.model.rowCount() > 0)
    return found


def titles(finder):
    return [finder.model.index(place).data() for place in range(finder.model.rowCount())]


def look_for(finder, qtbot, text, expected):
    QTest.keyClicks(finder.field, text)
    qtbot.waitUntil(lambda: expected(titles(finder)))


def test_at_first_it_shows_what_there_is_and_no_command(finder):
    assert titles(finder)[:2] == ["Lighthouse report", "scan.pdf"]
    assert "New chat" not in titles(finder)


def test_what_is_chosen_by_keys_is_opened_in_its_view(desk, finder, qtbot):
    look_for(finder, qtbot, "lighthouse", lambda shown: shown == ["Lighthouse report", "Lighthouse report/memory"])
    QTest.keyClick(finder.field, Qt.Key.Key_Down)
    QTest.keyClick(finder.field, Qt.Key.Key_Down)
    assert finder.list.currentIndex().data() == "Lighthouse report/memory"
    QTest.keyClick(finder.field, Qt.Key.Key_Up)
    QTest.keyClick(finder.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not finder.isVisible())
    assert desk.window.desk.page == "library"
    qtbot.waitUntil(lambda: desk.window.library.current == 1)


def test_a_command_is_carried_out(desk, finder, qtbot):
    look_for(finder, qtbot, "memory", lambda shown: "4 Memory" in shown)
    place = titles(finder).index("4 Memory")
    finder.list.clicked.emit(finder.model.index(place))
    assert desk.window.desk.page == "memory"
    assert not finder.isVisible()


def test_nothing_found_is_said(finder, qtbot):
    look_for(finder, qtbot, "submarine", lambda shown: shown == [])
    assert finder.nothing.isVisible()
    assert finder.nothing.text() == "Nothing holds “submarine”."
    QTest.keyClick(finder.field, Qt.Key.Key_Return)
    assert finder.isVisible()


def test_quick_typing_is_looked_up_once(desk, app, finder, qtbot):
    before = len(app.find.asked)
    look_for(finder, qtbot, "scan", lambda shown: shown == ["scan.pdf"])
    assert app.find.asked[before:] == ["scan"]
