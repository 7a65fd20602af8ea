"""Watched folders in the library: how each stands, what is left out of it, and what is gone."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QMenu, QMessageBox, QPushButton

from nestdesk.core.folders import WatchedFolder
from nestdesk.gui import dialogs
from nestdesk.services.watch import Look
from nestdesk.storage.folders import LeftOut

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs and menus


def said(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def press(view, name):
    next(one for one in view.findChildren(QPushButton) if one.isVisible() and one.accessibleName() == name).click()


@pytest.fixture
def view(desk, qtbot):
    desk.window.show_view("library")
    qtbot.waitUntil(lambda: desk.window.library.overview.list.ids() == [1, 2], timeout=10_000)
    qtbot.waitUntil(lambda: ("look", 0) in desk.app.calls, timeout=10_000)
    return desk.window.library


def test_folders_are_watched_and_left_from_the_library(desk, view, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(dialogs, "choose_folder", lambda _, act: act([tmp_path]))
    press(view, "Folders")
    assert "No folder is watched" in said(view)
    press(view, "Watch a folder …")
    qtbot.waitUntil(lambda: ("look", 1) in desk.app.calls, timeout=10_000)
    qtbot.waitUntil(lambda: "not looked at yet · 3 documents" in said(view), timeout=10_000)
    assert str(tmp_path) in said(view)
    press(view, f"Stop watching {tmp_path}")
    qtbot.waitUntil(lambda: "No folder is watched" in said(view), timeout=10_000)
    view.back.click()
    assert view.overview.isVisible()


def test_a_look_is_asked_for_and_told(desk, view, qtbot, fake):
    desk.app.watch.folders = [WatchedFolder(1, "/papers", fake.NOW, fake.NOW)]
    press(view, "Folders")
    qtbot.waitUntil(lambda: any(text.startswith("looked at today ") for text in said(view)), timeout=10_000)
    press(view, "Look for changes now")
    qtbot.waitUntil(lambda: ("look", 1) in desk.app.calls, timeout=10_000)


def test_a_file_that_is_left_out_is_taken_in_again(desk, view, qtbot, fake):
    desk.app.watch.folders = [WatchedFolder(1, "/papers", fake.NOW)]
    desk.app.watch.left = [LeftOut(f"/papers/{n}/diary.pdf", 1, "x", fake.NOW) for n in range(12)]
    press(view, "Folders")
    qtbot.waitUntil(lambda: "0/diary.pdf" in said(view), timeout=10_000)
    assert "and 2 more" in said(view)
    press(view, "Take in 0/diary.pdf again")
    qtbot.waitUntil(lambda: len(desk.app.watch.left) == 11, timeout=10_000)
    qtbot.waitUntil(lambda: "0/diary.pdf" not in said(view), timeout=10_000)


def test_a_watched_folder_goes_to_a_collection(desk, view, qtbot, fake):
    desk.app.watch.folders = [WatchedFolder(1, "/papers", fake.NOW)]
    desk.app.collections.create("north")
    qtbot.waitUntil(lambda: bool(view.filters.collections), timeout=10_000)
    press(view, "Folders")
    qtbot.waitUntil(lambda: "/papers" in said(view), timeout=10_000)
    press(view, "Choose where documents of /papers go")
    qtbot.waitUntil(lambda: any(one.isVisible() for one in view.findChildren(QMenu)), timeout=10_000)
    menu = next(one for one in view.findChildren(QMenu) if one.isVisible())
    assert [one.text() for one in menu.actions()] == ["north", "New collection …"]
    menu.actions()[0].trigger()
    menu.close()
    qtbot.waitUntil(lambda: any("goes to north" in text for text in said(view)), timeout=10_000)
    assert desk.app.watch.folders[0].collection_id == 1


def test_what_is_gone_is_told_and_forgotten_only_after_a_yes(desk, view, qtbot):
    folder = WatchedFolder(1, "/papers", desk.app.stored[1].added_at)
    desk.app.watch.looks = [Look(folder, missing=(desk.app.stored[2],)), Look(folder, problem="The disk is away.")]
    view.watching.look()
    qtbot.waitUntil(lambda: any("scan.pdf" in text and "The disk is away." in text for text in said(view)))
    assert 2 in desk.app.stored

    press(view, "Forget them …")
    qtbot.waitUntil(lambda: bool(view.findChildren(QMessageBox)))
    box = view.findChild(QMessageBox)
    assert "1 document" in box.text()
    next(one for one in box.buttons() if one.text() == "Forget").click()
    qtbot.waitUntil(lambda: 2 not in desk.app.stored)
    qtbot.waitUntil(lambda: not any("The disk is away." in text for text in said(view)))
    assert 1 in desk.app.stored
