"""A chat that is dropped stands where it was dropped, and nowhere else; files are left to the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from nestdesk.gui.chat_groups import ARCHIVED, OTHERS, PINNED, folder_heading
from nestdesk.gui.item_models import ROW_MIME

WORK = folder_heading(1)


@pytest.fixture
def desk(desk, qtbot):
    """A desk whose rail has every group: chats 1 pinned, 2 in a folder, 3 in none, 4 archived."""
    for _ in range(4):
        desk.app.create()
    desk.app.chat_order.named("Work")
    desk.app.chat_order.pin(1, True)
    desk.app.chat_order.move(2, 1)
    desk.app.chat_order.archive(4, True)
    settled(desk, qtbot, PINNED, 1, WORK, 2, OTHERS, 3, ARCHIVED)
    return desk


def settled(desk, qtbot, *ids):
    model = desk.window.rail.models["chats"]

    def shown():
        return [model.index(at).data(Qt.ItemDataRole.UserRole) for at in range(model.rowCount())]

    qtbot.waitUntil(lambda: shown() == list(ids), timeout=10_000)


def held(desk, id, data, kind=QDropEvent):
    """Hold something over a row, or drop it there; return whether the list takes it."""
    rail = desk.window.rail
    rows = rail.lists["chats"]
    place = rows.visualRect(rail.models["chats"].index(rail.models["chats"].row_of(id))).center()
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event = QDragEnterEvent(place, *how)
    event.ignore()
    QApplication.sendEvent(rows.viewport(), event)  # what was not taken as it came is not told of again
    if event.isAccepted() and kind is not QDragEnterEvent:
        event = kind(QPointF(place) if kind is QDropEvent else place, *how)
        event.ignore()
        QApplication.sendEvent(rows.viewport(), event)
    return event.isAccepted()


def row(desk, id):
    """Return what is dragged of a row."""
    model = desk.window.rail.models["chats"]
    return model.mimeData([model.index(model.row_of(id))])


@pytest.mark.parametrize(
    ("chat", "target", "rows"),
    [
        (3, WORK, (PINNED, 1, WORK, 3, 2, ARCHIVED)),
        (3, 2, (PINNED, 1, WORK, 3, 2, ARCHIVED)),
        (1, WORK, (WORK, 2, 1, OTHERS, 3, ARCHIVED)),
        (2, PINNED, (PINNED, 2, 1, WORK, OTHERS, 3, ARCHIVED)),
        (2, 3, (PINNED, 1, WORK, OTHERS, 3, 2, ARCHIVED)),
        (1, ARCHIVED, (WORK, 2, OTHERS, 3, ARCHIVED)),
    ],
)
def test_a_chat_goes_where_it_is_dropped(desk, qtbot, chat, target, rows):
    assert held(desk, target, row(desk, chat))
    settled(desk, qtbot, *rows)


def test_the_group_that_would_take_it_is_marked_until_it_leaves(desk):
    delegate = desk.window.rail.lists["chats"].itemDelegate()
    assert held(desk, 2, row(desk, 3), QDragMoveEvent)
    assert delegate.target == WORK
    assert held(desk, ARCHIVED, row(desk, 3))
    assert delegate.target is None


def test_files_are_left_to_the_window(desk, qtbot, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "report.pdf"))])
    assert not data.hasFormat(ROW_MIME)
    held(desk, WORK, data, QDragEnterEvent)
    assert desk.window.drop.overlay.isVisible()
    assert desk.window.rail.lists["chats"].itemDelegate().target is None
    with qtbot.waitSignal(desk.window.drop.dropped, timeout=10_000) as dropped:
        held(desk, WORK, data)
    assert dropped.args == [[tmp_path / "report.pdf"]]
