"""Collections and types in the library: one part is shown at a time, and what belongs where is changed by menus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLabel, QMenu, QPushButton

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs and menus


def said(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def find(widget, words):
    return next(one for one in widget.findChildren(QPushButton) if one.isVisible() and words in one.text())


@pytest.fixture
def view(desk, qtbot):
    desk.window.show_view("library")
    qtbot.waitUntil(lambda: desk.window.library.overview.list.ids() == [1, 2], timeout=10_000)
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
    return view.overview.list.ids()


def show(view, name):
    """Choose a collection."""
    lines = view.filters.collection.lines
    view.filters.collection.select(next(one.id for one in lines.entries if one.name == name))


def names(view):
    return [one.name for one in view.filters.collection.lines.entries]


def name_it(view, qtbot, name, before=""):
    """Answer the question for a name."""
    qtbot.waitUntil(lambda: any(one.isVisible() for one in view.findChildren(QInputDialog)))
    box = next(one for one in view.findChildren(QInputDialog) if one.isVisible())
    assert box.textValue() == before
    box.setTextValue(name)
    box.accept()


def test_a_source_moves_to_a_new_collection_and_the_overview_shows_one_at_a_time(desk, view, qtbot):
    assert view.filters.collection.isHidden()
    view.open_source(1)
    qtbot.waitUntil(lambda: any("Move …" in one.text() and one.isVisible() for one in view.findChildren(QPushButton)))
    actions = menu(view, qtbot, find(view, "Move …").click)
    assert list(actions) == ["New collection …"]
    actions["New collection …"]()
    name_it(view, qtbot, "north")
    qtbot.waitUntil(lambda: desk.app.stored[1].collection_id == 1)
    qtbot.waitUntil(lambda: len(names(view)) == 3)
    view.show_overview()
    for words, wanted in (("north", [1]), ("No collection", [2]), ("All sources", [1, 2])):
        show(view, words)
        qtbot.waitUntil(lambda wanted=wanted: rows(view) == wanted)


def test_collections_are_made_renamed_deleted_and_brought_back(desk, view, qtbot):
    actions = menu(view, qtbot, find(view, "Collections").click)
    everything = "Move all that is shown (2) to"
    assert list(actions) == ["New collection …", f"{everything}/New collection …"]
    actions["New collection …"]()
    name_it(view, qtbot, "north")
    qtbot.waitUntil(lambda: len(names(view)) == 3)
    menu(view, qtbot, find(view, "Collections").click)[f"{everything}/north"]()
    qtbot.waitUntil(lambda: [one.collection_id for one in desk.app.stored.values()] == [1, 1])

    show(view, "north")
    qtbot.waitUntil(lambda: rows(view) == [1, 2])
    menu(view, qtbot, find(view, "Collections").click)["Rename north …"]()
    name_it(view, qtbot, "south", before="north")
    qtbot.waitUntil(lambda: "south" in names(view))
    menu(view, qtbot, find(view, "Collections").click)["Delete south"]()
    undo = desk.window.desk.undo
    told = "Deleted south: its 2 sources stay and can still be asked about."
    qtbot.waitUntil(lambda: undo.isVisible() and undo.text.text() == told)
    assert desk.app.collections.made == {}
    qtbot.waitUntil(lambda: rows(view) == [1, 2])
    qtbot.waitUntil(lambda: view.filters.collection.isHidden())

    undo.undo_button.click()
    qtbot.waitUntil(lambda: [one.collection_id for one in desk.app.stored.values()] == [1, 1])
    qtbot.waitUntil(lambda: len(names(view)) == 3)


def test_a_name_that_is_taken_is_told(desk, view, qtbot):
    desk.app.collections.create("north")
    qtbot.waitUntil(lambda: len(names(view)) == 3)
    menu(view, qtbot, find(view, "Collections").click)["New collection …"]()
    name_it(view, qtbot, "north")
    qtbot.waitUntil(lambda: "There is a collection called north already." in said(desk.window))


def test_types_are_listed_one_at_a_time_too(desk, view, qtbot, fake):
    desk.app.stored[3] = fake.chat_source(3, "My daughter plays", 1)
    desk.app.changes.publish("source")
    qtbot.waitUntil(lambda: rows(view) == [1, 2, 3])
    kinds = view.filters.type
    assert [kinds.itemText(at) for at in range(kinds.count())] == ["All types", "Chats", "Other files", "PDF"]
    for words, wanted in (("PDF", [2]), ("Chats", [3]), ("Other files", [1]), ("All types", [1, 2, 3])):
        kinds.setCurrentText(words)
        kinds.activated.emit(kinds.currentIndex())
        qtbot.waitUntil(lambda wanted=wanted: rows(view) == wanted)


def test_filters_are_named_and_reached_by_the_keyboard(desk, view, qtbot):
    desk.app.collections.create("north")
    qtbot.waitUntil(lambda: view.filters.collection.isVisible())
    for one in (view.filters.collection, view.filters.type, view.filters.menu):
        assert one.accessibleName()
        assert one.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_part_with_nothing_in_it_says_so_and_leads_back(desk, view, qtbot):
    desk.app.collections.create("north")
    qtbot.waitUntil(lambda: len(names(view)) == 3)
    show(view, "north")
    qtbot.waitUntil(lambda: "No source here" in said(view))
    find(view, "Show all sources").click()
    qtbot.waitUntil(lambda: rows(view) == [1, 2])
    assert view.overview.list.isVisible()
