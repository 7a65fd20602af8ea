"""Watched folders and collections in the library."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel, QMenu, QMessageBox, QPushButton

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
    """Open a menu and return its actions by their text, those of a menu within it after a slash."""
    qtbot.waitUntil(lambda: not any(one.isVisible() for one in view.findChildren(QMenu)))
    open_menu()
    qtbot.waitUntil(lambda: any(one.isVisible() for one in view.findChildren(QMenu)))
    shown = next(one for one in view.findChildren(QMenu) if one.isVisible())
    found = {}
    for action in shown.actions():
        inner = action.menu()
        for one in inner.actions() if inner else [action]:
            name = f"{action.text()}/{one.text()}" if inner else one.text()
            found[name] = lambda one=one: (one.trigger(), shown.close())
    return {name: act for name, act in found.items() if name and not name.endswith("/")}


def rows(view):
    return [row.source_id for row in view.findChildren(SourceRow) if row.isVisible()]


def choose(combo, words):
    combo.setCurrentText(words)
    combo.activated.emit(combo.currentIndex())


def name_it(view, qtbot, name, before=""):
    """Answer the question for a name."""
    qtbot.waitUntil(lambda: any(one.isVisible() for one in view.findChildren(QInputDialog)))
    box = next(one for one in view.findChildren(QInputDialog) if one.isVisible())
    assert box.textValue() == before
    box.setTextValue(name)
    box.accept()


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
    assert view.filters.collection.isHidden()
    view.open_source(1)
    qtbot.waitUntil(lambda: any("Move to collection" in one.text() for one in view.findChildren(QPushButton)))
    actions = menu(view, qtbot, find(view, "Move to collection").click)
    assert list(actions) == ["New collection …"]
    actions["New collection …"]()
    name_it(view, qtbot, "north")
    qtbot.waitUntil(lambda: desk.app.stored[1].collection_id == 1)
    qtbot.waitUntil(lambda: view.filters.collection.count() == 3)
    view.show_overview()
    for words, wanted in (("north", [1]), ("No collection", [2]), ("All sources", [1, 2])):
        choose(view.filters.collection, words)
        qtbot.waitUntil(lambda wanted=wanted: rows(view) == wanted)


def test_collections_are_made_renamed_deleted_and_brought_back(desk, view, qtbot):
    actions = menu(view, qtbot, find(view, "Collections").click)
    everything = "Move all that is shown (2) to"
    assert list(actions) == ["New collection …", f"{everything}/New collection …"]
    actions["New collection …"]()
    name_it(view, qtbot, "north")
    qtbot.waitUntil(lambda: view.filters.collection.count() == 3)
    menu(view, qtbot, find(view, "Collections").click)[f"{everything}/north"]()
    qtbot.waitUntil(lambda: [one.collection_id for one in desk.app.stored.values()] == [1, 1])

    choose(view.filters.collection, "north")
    qtbot.waitUntil(lambda: rows(view) == [1, 2])
    menu(view, qtbot, find(view, "Collections").click)["Rename north …"]()
    name_it(view, qtbot, "south", before="north")
    qtbot.waitUntil(lambda: view.filters.collection.currentText() == "south")
    menu(view, qtbot, find(view, "Collections").click)["Delete south"]()
    told = "Deleted south: its 2 sources stay and can still be asked about."
    qtbot.waitUntil(lambda: told in said(view))
    assert desk.app.collections.made == {}
    qtbot.waitUntil(lambda: rows(view) == [1, 2])
    qtbot.waitUntil(lambda: view.filters.collection.isHidden())

    undo = find(view, "Undo")
    assert undo.accessibleName() == "Undo: bring the collection south back"
    undo.click()
    qtbot.waitUntil(lambda: [one.collection_id for one in desk.app.stored.values()] == [1, 1])
    qtbot.waitUntil(lambda: view.filters.collection.count() == 3)
    assert told not in said(view)


def test_a_name_that_is_taken_is_told(desk, view, qtbot):
    desk.app.collections.create("north")
    qtbot.waitUntil(lambda: view.filters.collection.count() == 3)
    menu(view, qtbot, find(view, "Collections").click)["New collection …"]()
    name_it(view, qtbot, "north")
    qtbot.waitUntil(lambda: "There is a collection called north already." in said(desk.window))


def test_a_row_goes_to_a_collection_by_its_own_menu(desk, view, qtbot):
    desk.app.collections.create("north")
    qtbot.waitUntil(lambda: view.filters.collection.count() == 3)
    row = next(one for one in view.findChildren(SourceRow) if one.source_id == 2)

    def press_menu_key():
        middle = row.rect().center()
        QApplication.sendEvent(
            row, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, row.mapToGlobal(middle))
        )

    actions = menu(view, qtbot, press_menu_key)
    assert list(actions) == ["north", "New collection …"]
    actions["north"]()
    qtbot.waitUntil(lambda: desk.app.stored[2].collection_id == 1)


def test_types_are_listed_one_at_a_time_too(desk, view, qtbot, fake):
    desk.app.stored[3] = fake.chat_source(3, "My daughter plays", 1)
    desk.app.changes.publish("source")
    qtbot.waitUntil(lambda: rows(view) == [1, 2, 3])
    kinds = view.filters.type
    assert [kinds.itemText(at) for at in range(kinds.count())] == ["All types", "Chats", "Other files", "PDF"]
    for words, wanted in (("PDF", [2]), ("Chats", [3]), ("Other files", [1]), ("All types", [1, 2, 3])):
        choose(kinds, words)
        qtbot.waitUntil(lambda wanted=wanted: rows(view) == wanted)


def test_a_watched_folder_goes_to_a_collection(desk, view, qtbot, tmp_path):
    desk.app.watch.add(tmp_path)
    desk.app.collections.create("north")
    qtbot.waitUntil(lambda: view.filters.collection.count() == 3)
    where = f"Documents of {tmp_path.name} go to"
    actions = menu(view, qtbot, find(view, "Folders").click)
    assert [name for name in actions if name.startswith(where)] == [f"{where}/north", f"{where}/New collection …"]
    actions[f"{where}/north"]()
    qtbot.waitUntil(lambda: desk.app.watch.folders[0].collection_id == 1)
    menu(view, qtbot, find(view, "Folders").click)[f"{where}/No collection"]()
    qtbot.waitUntil(lambda: desk.app.watch.folders[0].collection_id is None)


def test_filters_are_named_and_reached_by_the_keyboard(desk, view, qtbot):
    desk.app.collections.create("north")
    qtbot.waitUntil(lambda: view.filters.collection.isVisible())
    for one in (view.filters.collection, view.filters.type, view.filters.menu):
        assert one.accessibleName()
        assert one.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_language_and_remarks_are_shown(desk, view, qtbot):
    remark = "2 of 9 pages have no text (pictures or scans)."
    desk.app.stored[1] = replace(desk.app.stored[1], language="en", notes=(remark,))
    view.open_source(1)
    qtbot.waitUntil(lambda: remark in said(view))
    assert any("language: en" in text for text in said(view))
