"""Watched folders and collections in the library."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QInputDialog, QLabel, QMenu, QMessageBox, QPushButton

from nestdesk.core.types import WatchedFolder
from nestdesk.gui import dialogs
from nestdesk.gui.library_view import SourceRow
from nestdesk.services.watch import Look

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs and menus


def said(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def find(widget, words):
    return next(one for one in widget.findChildren(QPushButton) if one.isVisible() and words in one.text())


@pytest.fixture
def view(desk, qtbot):
    desk.window.show_view("library")
    qtbot.waitUntil(lambda: len(desk.window.library.findChildren(SourceRow)) == 2)
    qtbot.waitUntil(lambda: ("look", 0) in desk.app.calls)
    return desk.window.library


def menu(view, qtbot, open_menu):
    """Open a menu and return its actions by their text."""
    open_menu()
    qtbot.waitUntil(lambda: any(one.isVisible() for one in view.findChildren(QMenu)))
    shown = next(one for one in view.findChildren(QMenu) if one.isVisible())
    return {action.text(): (lambda action=action: (action.trigger(), shown.close())) for action in shown.actions()}


def test_folders_are_watched_and_left_from_the_library(desk, view, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(dialogs, "choose_folder", lambda _: [tmp_path])
    actions = menu(view, qtbot, find(view, "Folders").click)
    assert list(actions) == ["Watch a folder …"]
    actions["Watch a folder …"]()
    qtbot.waitUntil(lambda: ("look", 1) in desk.app.calls)
    qtbot.waitUntil(lambda: not any(one.isVisible() for one in view.findChildren(QMenu)))

    actions = menu(view, qtbot, find(view, "Folders").click)
    actions[f"Stop watching {tmp_path.name}"]()
    qtbot.waitUntil(lambda: desk.app.watch.folders == [])


def test_what_is_gone_is_told_and_forgotten_only_after_a_yes(desk, view, qtbot):
    folder = WatchedFolder(1, "/papers", desk.app.stored[1].added_at)
    desk.app.watch.looks = [Look(folder, missing=(desk.app.stored[2],)), Look(folder, problem="The disk is away.")]
    view.watching.look()
    qtbot.waitUntil(lambda: any("scan.pdf" in text and "The disk is away." in text for text in said(view)))
    assert 2 in desk.app.stored

    find(view, "Forget them").click()
    qtbot.waitUntil(lambda: bool(view.findChildren(QMessageBox)))
    box = view.findChild(QMessageBox)
    assert "1 document" in box.text()
    next(one for one in box.buttons() if one.text() == "Forget").click()
    qtbot.waitUntil(lambda: 2 not in desk.app.stored)
    qtbot.waitUntil(lambda: not any("The disk is away." in text for text in said(view)))
    assert 1 in desk.app.stored


def test_a_source_moves_to_a_new_collection_and_the_overview_shows_one_at_a_time(desk, view, qtbot):
    assert view.filter.isHidden()
    view.open_source(1)
    qtbot.waitUntil(lambda: any("Move to collection" in one.text() for one in view.findChildren(QPushButton)))
    actions = menu(view, qtbot, find(view, "Move to collection").click)
    assert list(actions) == ["New collection …"]
    actions["New collection …"]()
    qtbot.waitUntil(lambda: bool(view.findChildren(QInputDialog)))
    box = view.findChild(QInputDialog)
    box.setTextValue("north")
    box.accept()
    qtbot.waitUntil(lambda: desk.app.stored[1].collection_id == 1)
    qtbot.waitUntil(lambda: view.filter.count() == 3)

    def rows():
        return [row.source_id for row in view.findChildren(SourceRow) if row.isVisible()]

    for words, wanted in (("north", [1]), ("No collection", [2]), ("All sources", [1, 2])):
        view.filter.setCurrentText(words)
        view.filter.activated.emit(view.filter.currentIndex())
        qtbot.waitUntil(lambda wanted=wanted: rows() == wanted)


def test_language_and_remarks_are_shown(desk, view, qtbot):
    remark = "2 of 9 pages have no text (pictures or scans)."
    desk.app.stored[1] = replace(desk.app.stored[1], language="en", notes=(remark,))
    view.open_source(1)
    qtbot.waitUntil(lambda: remark in said(view))
    assert any("language: en" in text for text in said(view))
