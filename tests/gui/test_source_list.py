"""A click opens a source; several are chosen with Ctrl, and dragged, moved, learned again or forgotten together."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QPushButton

from nestdesk.core.jobs import Progress
from nestdesk.core.types import SourceState
from nestdesk.gui.collection_list import CollectionModel
from nestdesk.gui.source_list import SOURCES_MIME, SourceModel

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs and menus


def test_the_models_keep_qts_rules(qtmodeltester, fake):
    sources, collections = SourceModel(), CollectionModel()
    shown = [fake.source(n, f"{n}.pdf", SourceState.LEARNED) for n in (1, 2)]
    for some in (shown, shown[:1], []):
        sources.show(some)
        collections.show([], some)
        qtmodeltester.check(sources)
        qtmodeltester.check(collections)


def test_progress_redraws_one_row_and_keeps_what_is_chosen(fake, qtbot):
    model = SourceModel()
    shown = [fake.source(n, f"{n}.pdf", SourceState.LEARNING) for n in (1, 2, 3)]
    model.show(shown)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        model.show_progress(Progress("studying", 0.5, source_id=2))
    assert changed.args[0].row() == changed.args[1].row() == 1
    spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("1.pdf, learning")


@pytest.fixture
def view(desk, qtbot, fake):
    for n in (3, 4):
        desk.app.stored[n] = fake.source(n, f"{n}.pdf", SourceState.LEARNED, passages=3)
    desk.app.collections.create("north")
    desk.app.changes.publish("source")
    desk.window.show_view("library")
    shown = desk.window.library
    qtbot.waitUntil(lambda: shown.overview.list.ids() == [1, 2, 3, 4], timeout=10_000)
    qtbot.waitUntil(lambda: shown.filters.collection.isVisible(), timeout=10_000)
    return shown


def place(found, row):
    return found.visualRect(found.model().index(row, 0)).center()


def click(found, row, keys=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, keys, place(found, row))


def choose(view, *rows):
    for row in rows:
        click(view.overview.list, row, Qt.KeyboardModifier.ControlModifier)
    assert [one.id for one in view.overview.list.chosen] == [row + 1 for row in rows]


def press(view, name):
    next(one for one in view.findChildren(QPushButton) if one.isVisible() and one.accessibleName() == name).click()


def act(view, qtbot, name):
    """Choose from the menu that is open."""
    qtbot.waitUntil(lambda: any(one.isVisible() for one in view.findChildren(QMenu)), timeout=10_000)
    shown = next(one for one in view.findChildren(QMenu) if one.isVisible())
    inner = [one for action in shown.actions() if action.menu() for one in action.menu().actions()]
    next(one for one in [*shown.actions(), *inner] if one.text() == name).trigger()
    shown.close()


def test_a_click_opens_and_one_with_ctrl_chooses(view, qtbot):
    choose(view, 0, 2)
    assert view.current is None
    click(view.overview.list, 1)
    qtbot.waitUntil(lambda: view.current == 2, timeout=10_000)


def test_enter_opens_the_current_source(view, qtbot):
    found = view.overview.list
    found.setFocus()
    found.setCurrentIndex(found.model().index(0, 0))
    QTest.keyClick(found, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.current == 1, timeout=10_000)


def held(*ids):
    data = QMimeData()
    data.setData(SOURCES_MIME, json.dumps(ids).encode())
    return data


def hold_over(target, row, data):
    """Hold something over a line, let go there, and return whether it would be taken."""
    where = place(target, row)
    action, button, keys = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target.viewport(), QDragEnterEvent(QPoint(5, 5), action, data, button, keys))
    move = QDragMoveEvent(where, action, data, button, keys)
    QApplication.sendEvent(target.viewport(), move)
    QApplication.sendEvent(target.viewport(), QDropEvent(QPointF(where), action, data, button, keys))
    return move.isAccepted()


def homes(desk):
    return [one.collection_id for one in desk.app.stored.values()]


def test_a_drag_holds_all_that_is_chosen(view):
    choose(view, 0, 2)
    found = view.overview.list
    data = found.model().mimeData(found.selectedIndexes())
    assert sorted(json.loads(bytes(data.data(SOURCES_MIME).data()))) == [1, 3]
    assert not data.hasUrls()  # the window would take it for files to learn


def test_sources_dropped_on_a_collection_move_there_and_back_by_undo(desk, view, qtbot):
    target = view.filters.collection
    assert hold_over(target, 1, held(1, 3))
    qtbot.waitUntil(lambda: homes(desk) == [1, None, 1, None], timeout=10_000)
    undo = desk.window.desk.undo
    qtbot.waitUntil(undo.isVisible, timeout=10_000)
    assert undo.text.text() == "Moved 2 sources to north."
    undo.undo_button.click()
    qtbot.waitUntil(lambda: homes(desk) == [None] * 4, timeout=10_000)
    assert undo.isHidden()


def test_no_collection_takes_sources_out_of_theirs(desk, view, qtbot):
    hold_over(view.filters.collection, 1, held(2))
    qtbot.waitUntil(lambda: homes(desk)[1] == 1, timeout=10_000)
    hold_over(view.filters.collection, 2, held(2))
    qtbot.waitUntil(lambda: homes(desk) == [None] * 4, timeout=10_000)


def test_everything_is_no_place_to_drop_on_and_files_are_not_sources(desk, view):
    target = view.filters.collection
    assert not hold_over(target, 0, held(1))
    text = QMimeData()
    text.setText("[1]")
    hold_over(target, 1, text)
    assert homes(desk) == [None] * 4


def test_several_are_learned_again_together(desk, view, qtbot):
    choose(view, 0, 2)
    press(view, "Learn again")
    qtbot.waitUntil(lambda: ("again", (1, 3)) in desk.app.calls, timeout=10_000)
    qtbot.waitUntil(lambda: desk.app.stored[3].after is not None, timeout=10_000)  # the queue took them up


def test_several_are_moved_together_by_their_menu(desk, view, qtbot):
    choose(view, 1, 3)
    view.overview.list.menu_requested.emit(view.mapToGlobal(QPoint(9, 9)))
    act(view, qtbot, "north")
    qtbot.waitUntil(lambda: homes(desk) == [None, 1, None, 1], timeout=10_000)


def test_several_are_forgotten_together_after_one_yes(desk, view, qtbot):
    choose(view, 1, 2)
    QTest.keyClick(view.overview.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(QMessageBox)), timeout=10_000)
    box = desk.window.findChildren(QMessageBox)[0]
    assert box.text() == "Forget 2 sources?"
    next(one for one in box.buttons() if one.text() == "Forget").click()
    qtbot.waitUntil(lambda: list(desk.app.stored) == [1, 4], timeout=10_000)


def test_a_failed_and_a_learned_one_offer_what_fits_each(desk, view, qtbot):
    choose(view, 0, 1)
    view.overview.list.menu_requested.emit(view.mapToGlobal(QPoint(9, 9)))
    qtbot.waitUntil(lambda: any(one.isVisible() for one in view.findChildren(QMenu)), timeout=10_000)
    shown = next(one for one in view.findChildren(QMenu) if one.isVisible())
    assert [one.text() for one in shown.actions() if one.text()] == [
        "Try again",
        "Learn again",
        "Move to",
        "Trust",
        "Forget …",
    ]
    shown.close()
