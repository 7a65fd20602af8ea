"""Chats are pinned, put into folders, archived and renamed in the rail, by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QMenu, QMessageBox

from nestdesk.gui.chat_groups import ARCHIVED, OTHERS, PINNED, folder_heading

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs and menus


def shown(desk):
    model = desk.window.rail.models["chats"]
    return [model.index(at).data(Qt.ItemDataRole.UserRole) for at in range(model.rowCount())]


def settled(desk, qtbot, *ids):
    qtbot.waitUntil(lambda: shown(desk) == list(ids), timeout=10_000)


def actions(menu):
    return {one.text(): one for one in menu.actions() if not one.isSeparator()}


def close_menus(desk):
    for menu in desk.window.findChildren(QMenu):
        if menu.isVisible():
            menu.close()


def offered(desk, id):
    """Open the menu of a row and return its actions."""
    close_menus(desk)
    desk.window.rail.menu_requested.emit("chats", id, desk.window.mapToGlobal(QPoint(80, 300)))
    menu = next(one for one in desk.window.findChildren(QMenu) if one.isVisible() and actions(one))
    return actions(menu)


def choose(desk, id, *path):
    """Trigger an action of a row's menu, by way of its inner menus."""
    found = offered(desk, id)
    for name in path[:-1]:
        found = actions(found[name].menu())
    found[path[-1]].trigger()
    close_menus(desk)


def write(desk, qtbot, text):
    """Answer the question for a name."""
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(QInputDialog)), timeout=10_000)
    box = desk.window.findChildren(QInputDialog)[0]
    box.setTextValue(text)
    box.accept()
    qtbot.waitUntil(lambda: not desk.window.findChildren(QInputDialog), timeout=10_000)


@pytest.fixture
def three(desk, qtbot):
    """A desk with three chats, the newest first."""
    for _ in range(3):
        desk.app.create()
    settled(desk, qtbot, 3, 2, 1)
    return desk


def test_a_pinned_chat_goes_above_all_and_back(three, qtbot):
    choose(three, 1, "Pin")
    settled(three, qtbot, PINNED, 1, OTHERS, 3, 2)
    choose(three, 1, "Unpin")
    settled(three, qtbot, 3, 2, 1)


def test_an_archived_chat_is_behind_the_last_entry(three, qtbot):
    choose(three, 2, "Archive")
    settled(three, qtbot, 3, 1, ARCHIVED)
    three.window.upkeep.shelf.fold(ARCHIVED)
    settled(three, qtbot, 3, 1, ARCHIVED, 2)
    choose(three, 2, "Unarchive")
    settled(three, qtbot, 3, 2, 1)


def test_a_chat_moves_into_a_new_folder_and_out_again(three, qtbot):
    choose(three, 2, "Move to folder", "New folder …")
    write(three, qtbot, "Work")
    work = folder_heading(1)
    settled(three, qtbot, work, 2, OTHERS, 3, 1)
    assert "Work" not in actions(offered(three, 2)["Move to folder"].menu()), "it is there already"
    choose(three, 3, "Move to folder", "Work")
    settled(three, qtbot, work, 3, 2, OTHERS, 1)
    choose(three, 3, "Move to folder", "No folder")
    settled(three, qtbot, work, 2, OTHERS, 3, 1)


def test_a_folder_is_renamed_and_deleted_without_its_chats(three, qtbot):
    three.app.chat_order.named("Work")
    three.app.chat_order.move(2, 1)
    work = folder_heading(1)
    settled(three, qtbot, work, 2, OTHERS, 3, 1)
    choose(three, work, "Rename the folder …")
    write(three, qtbot, "Office")
    qtbot.waitUntil(lambda: three.window.rail.models["chats"].index(0).data() == "Office", timeout=10_000)
    choose(three, work, "Delete the folder …")
    qtbot.waitUntil(lambda: bool(three.window.findChildren(QMessageBox)), timeout=10_000)
    box = three.window.findChildren(QMessageBox)[0]
    assert "Its chats stay" in box.informativeText()
    next(one for one in box.buttons() if one.text() == "Delete").click()
    settled(three, qtbot, 3, 2, 1)


def test_a_temporary_chat_can_only_be_renamed_or_deleted(desk, qtbot):
    desk.app.create(is_temporary=True)
    settled(desk, qtbot, 1)
    assert set(offered(desk, 1)) == {"Rename …", "Delete"}


def test_groups_fold_by_click_and_the_open_chat_stays_chosen(three, qtbot):
    three.app.chat_order.pin(1, True)
    settled(three, qtbot, PINNED, 1, OTHERS, 3, 2)
    rail = three.window.rail
    rail.item_chosen.emit("chats", 1)
    qtbot.waitUntil(lambda: three.window.chat.conversation is not None, timeout=10_000)
    rows = rail.lists["chats"]
    heading = rows.visualRect(rails_index(rail, PINNED)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=heading)
    settled(three, qtbot, PINNED, OTHERS, 3, 2)
    assert three.window.chat.conversation.id == 1, "it is out of sight in the rail only"
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=heading)
    settled(three, qtbot, PINNED, 1, OTHERS, 3, 2)
    assert [one.data(Qt.ItemDataRole.UserRole) for one in rows.selectedIndexes()] == [1]


def rails_index(rail, id):
    return rail.models["chats"].index(rail.models["chats"].row_of(id))


def test_everything_can_be_done_by_keys(three, qtbot):
    three.app.chat_order.named("Work")
    three.app.chat_order.move(2, 1)
    work = folder_heading(1)
    settled(three, qtbot, work, 2, OTHERS, 3, 1)
    rows = three.window.rail.lists["chats"]
    rows.setFocus()
    rows.setCurrentIndex(rails_index(three.window.rail, 2))
    QTest.keyClick(rows, Qt.Key.Key_Up)
    assert rows.currentIndex().data(Qt.ItemDataRole.UserRole) == work
    for key, ids in (
        (Qt.Key.Key_Left, (work, OTHERS, 3, 1)),
        (Qt.Key.Key_Left, (work, OTHERS, 3, 1)),
        (Qt.Key.Key_Right, (work, 2, OTHERS, 3, 1)),
        (Qt.Key.Key_Return, (work, OTHERS, 3, 1)),
        (Qt.Key.Key_Space, (work, 2, OTHERS, 3, 1)),
    ):
        QTest.keyClick(rows, key)
        settled(three, qtbot, *ids)
        assert rows.currentIndex().data(Qt.ItemDataRole.UserRole) == work, "the keys go on where they were"
    QTest.keyClick(rows, Qt.Key.Key_F2)
    write(three, qtbot, "Office")
    qtbot.waitUntil(lambda: three.app.chat_order.made[1].name == "Office", timeout=10_000)
    rows.setCurrentIndex(rails_index(three.window.rail, 3))
    QTest.keyClick(rows, Qt.Key.Key_F2)
    write(three, qtbot, "The third")
    qtbot.waitUntil(lambda: three.app.conversations()[0].title == "The third", timeout=10_000)
    settled(three, qtbot, work, 2, OTHERS, 3, 1)
    rows.setCurrentIndex(rails_index(three.window.rail, 3))
    QTest.keyClick(rows, Qt.Key.Key_Delete)
    settled(three, qtbot, work, 2, OTHERS, 1)
    three.window.desk.undo.undo_button.click()
    settled(three, qtbot, work, 2, OTHERS, 3, 1)
