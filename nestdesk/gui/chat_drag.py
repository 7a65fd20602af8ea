"""A chat is dragged to where it should stand: into a folder, to the pinned ones, into the archive, or out of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from nestdesk.gui.bridge import Bridge
from nestdesk.gui.chat_groups import ARCHIVED, PINNED, folder_of
from nestdesk.gui.item_models import ROW_MIME, ROW_ROLE, Heading
from nestdesk.gui.rail import RowDelegate

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

_HELD = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


class ChatDrag(QObject):
    """Lets the rows of a list be dropped on its headings, or among the rows below one; files go to the window."""

    def __init__(self, bridge: Bridge, shown: QListView) -> None:
        """Watch a list."""
        super().__init__(shown)
        self._bridge, self._list = bridge, shown
        shown.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        shown.setDropIndicatorShown(False)
        shown.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a row that is held over the list or dropped on it, and nothing else."""
        kind = event.type()
        if kind == QEvent.Type.DragLeave:
            self._mark(None)
        if not isinstance(event, QDropEvent):  # which what is held is too
            return super().eventFilter(watched, event)
        chat = bytes(event.mimeData().data(ROW_MIME).data())
        group = self._group_at(event.position().toPoint()) if chat else None
        self._mark(group if kind in _HELD else None)
        if group is None:
            event.ignore()
        else:
            event.acceptProposedAction()
            if kind == QEvent.Type.Drop:
                self._bridge.ask(_put(int(chat), group))
        return True

    def _group_at(self, place: QPoint) -> int | None:
        """Return the heading at a place, or the nearest one above it."""
        index = self._list.indexAt(place)
        model = self._list.model()
        rows = (model.index(at, 0).data(ROW_ROLE) for at in range(index.row(), -1, -1))
        return next((row.id for row in rows if isinstance(row, Heading)), None)

    def _mark(self, group: int | None) -> None:
        delegate = self._list.itemDelegate()
        assert isinstance(delegate, RowDelegate)
        delegate.target = group
        self._list.viewport().update()


def _put(conversation_id: int, group: int) -> Callable[[App], None]:
    """Return what puts a chat into a group; it stands in one only, so it leaves the others."""

    def act(app: App) -> None:
        if group not in (PINNED, ARCHIVED):
            app.chat_order.move(conversation_id, folder_of(group))
        if group != ARCHIVED:
            app.chat_order.pin(conversation_id, group == PINNED)
        app.chat_order.archive(conversation_id, group == ARCHIVED)

    return act
