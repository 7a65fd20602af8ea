"""The rail's list of chats: in groups that fold away, with a menu for each chat and each folder.

By keys: Enter, Space, Left and Right fold on a heading; F2 renames and Del deletes what is current.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent

from nestdesk.core.chats import ChatFolder
from nestdesk.core.types import Conversation
from nestdesk.gui import item_menu
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.chat_drag import ChatDrag
from nestdesk.gui.chat_groups import ARCHIVED, chat_rows, folder_of
from nestdesk.gui.feed import Feed
from nestdesk.gui.item_models import ROW_ROLE, Heading
from nestdesk.gui.rail import Rail

_FOLDING = {
    Qt.Key.Key_Return: None,  # the other way round
    Qt.Key.Key_Enter: None,
    Qt.Key.Key_Space: None,
    Qt.Key.Key_Left: False,
    Qt.Key.Key_Right: True,
}


class ChatShelf(QObject):
    """Shows the chats in their order, and changes it."""

    deletion_requested = Signal(object)  # Conversation

    def __init__(self, bridge: Bridge, feed: Feed, rail: Rail, parent: QObject) -> None:
        """Follow the feed; the archive is closed at first."""
        super().__init__(parent)
        self._bridge, self._rail = bridge, rail
        self._model, self._list = rail.models["chats"], rail.lists["chats"]
        self._chats: dict[int, Conversation] = {}
        self._folders: dict[int, ChatFolder] = {}
        self._folded = {ARCHIVED}
        feed.folders_loaded.connect(self._take_folders)
        feed.conversations_loaded.connect(self._take_chats)
        rail.menu_requested.connect(self._offer)
        self._list.clicked.connect(self._fold_clicked)
        self._list.installEventFilter(self)
        ChatDrag(bridge, self._list)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that mean something here."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not event.modifiers():
            row = self._list.currentIndex().data(ROW_ROLE)
            if row is not None and self._press(row.id, Qt.Key(event.key())):
                return True
        return super().eventFilter(watched, event)

    def fold(self, heading_id: int, is_open: bool | None = None) -> None:
        """Open or close a group; None: the other way round."""
        wanted = heading_id in self._folded if is_open is None else is_open
        (self._folded.discard if wanted else self._folded.add)(heading_id)
        self._show()
        index = self._model.index(self._model.row_of(heading_id))
        self._list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    @Slot(object)
    def _take_folders(self, folders: Sequence[ChatFolder]) -> None:
        self._folders = {one.id: one for one in folders}

    @Slot(object)
    def _take_chats(self, chats: Sequence[Conversation]) -> None:
        self._chats = {one.id: one for one in chats}
        self._show()

    def _show(self) -> None:
        """List everything anew; what was chosen stays chosen."""
        self._model.show(chat_rows(tuple(self._chats.values()), tuple(self._folders.values()), self._folded))
        self._rail.select("chats", self._rail.chosen.get("chats"))

    def _press(self, id: int, key: Qt.Key) -> bool:
        """Do what a key means on a row, and say whether it means anything."""
        chat, folder = self._chats.get(id), self._folders.get(folder_of(id) or 0)
        if id < 0 and key in _FOLDING:
            self.fold(id, _FOLDING[key])
        elif chat is not None and key == Qt.Key.Key_F2:
            item_menu.rename(self._rail, self._bridge, chat)
        elif chat is not None and key == Qt.Key.Key_Delete:
            self.deletion_requested.emit(chat)
        elif folder is not None and key == Qt.Key.Key_F2:
            item_menu.rename_folder(self._rail, self._bridge, folder)
        elif folder is not None and key == Qt.Key.Key_Delete:
            item_menu.delete_folder(self._rail, self._bridge, folder)
        else:
            return False
        return True

    @Slot(QModelIndex)
    def _fold_clicked(self, index: QModelIndex) -> None:
        if isinstance(row := index.data(ROW_ROLE), Heading):
            self.fold(row.id)

    @Slot(str, int, QPoint)
    def _offer(self, view: str, id: int, place: QPoint) -> None:
        if view != "chats":
            return
        chat, folder = self._chats.get(id), self._folders.get(folder_of(id) or 0)
        if chat is not None:
            folders = tuple(self._folders.values())

            def delete() -> None:
                self.deletion_requested.emit(chat)

            item_menu.show_chat_menu(self._rail, self._bridge, chat, folders, delete, place)
        elif folder is not None:
            item_menu.show_folder_menu(self._rail, self._bridge, folder, place)
