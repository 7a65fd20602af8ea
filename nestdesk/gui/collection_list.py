"""The collections beside the library's list: one is shown at a time, and sources that are dropped on one move there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QFontMetrics,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nestdesk.core.types import Collection, Source
from nestdesk.gui import words
from nestdesk.gui.language import tr
from nestdesk.gui.source_list import SOURCES_MIME
from nestdesk.gui.theme import color

EVERYTHING, UNCOLLECTED, ATTACHED = -1, 0, -2  # what is listed besides a collection
ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Entry:
    """One line: a collection, everything, or what is in none."""

    id: int
    name: str
    count: int


class CollectionModel(QAbstractListModel):
    """Everything, the collections by name, what is in none, and what is attached to chats."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start with nothing but everything."""
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = (Entry(EVERYTHING, tr("All sources"), 0),)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of lines; they have no children."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a line's name, spoken text, id (UserRole) or the line itself."""
        if not index.isValid() or not 0 <= index.row() < len(self.entries):
            return None
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return entry.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.name}, {entry.count}"
        if role == Qt.ItemDataRole.UserRole:
            return entry.id
        return entry if role == ENTRY_ROLE else None

    def show(self, collections: Sequence[Collection], sources: Sequence[Source]) -> None:
        """Show these collections with how many of the sources each has; what is attached to chats is in none."""
        homes = [source.collection_id for source in sources if source.attached_to is None]
        attached = len(sources) - len(homes)
        entries = (
            Entry(EVERYTHING, tr("All sources"), len(homes)),
            *(Entry(one.id, one.name, homes.count(one.id)) for one in collections),
            Entry(UNCOLLECTED, tr("No collection"), homes.count(None)),
            *([Entry(ATTACHED, tr("Only in chats"), attached)] if attached else ()),
        )
        if [one.id for one in entries] == [one.id for one in self.entries]:
            self.entries = entries
            self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))
            return
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()


class CollectionDelegate(QStyledItemDelegate):
    """Paints a line: its name, how many it has, and a frame while sources are held over it."""

    held: QPersistentModelIndex | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return a fixed height."""
        return QSize(120, 32)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one line."""
        entry: Entry = index.data(ENTRY_ROLE)
        state: QStyle.StateFlag = option.state
        box: QRect = option.rect
        is_held = self.held is not None and self.held.row() == index.row()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_focus = state & QStyle.StateFlag.State_HasFocus
        painter.setPen(QPen(color("accent"), 1.5) if is_held or has_focus else Qt.PenStyle.NoPen)
        if is_held:
            painter.setBrush(color("accent", 0.12))
        elif state & QStyle.StateFlag.State_Selected:
            painter.setBrush(color("selected"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(color("hover"))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), 8, 8)
        font = QFont(option.font)
        font.setPixelSize(11)
        count = words.number(entry.count)
        inner = box.adjusted(10, 0, -10, 0)
        painter.setFont(font)
        painter.setPen(color("muted"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        inner.setRight(inner.right() - QFontMetrics(font).horizontalAdvance(count) - 8)
        font.setPixelSize(13)
        painter.setFont(font)
        painter.setPen(color("text"))
        name = QFontMetrics(font).elidedText(entry.name, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()


class CollectionList(QListView):
    """The lines to choose from; collections, and the line for none, take sources in."""

    chosen = Signal()
    sources_dropped = Signal(list, object)  # ids of sources, id of the collection or None

    def __init__(self) -> None:
        """Start with everything."""
        super().__init__()
        self.lines = CollectionModel(self)
        self._delegate = CollectionDelegate(self)
        self.setAccessibleName(tr("Which collection is shown"))
        self.setModel(self.lines)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.select(EVERYTHING)
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen.emit())

    @property
    def home(self) -> int:
        """What is chosen: a collection's id, EVERYTHING or UNCOLLECTED."""
        index = self.currentIndex()
        return index.data(Qt.ItemDataRole.UserRole) if index.isValid() else EVERYTHING

    def show_collections(self, collections: Sequence[Collection], sources: Sequence[Source]) -> None:
        """Show these collections; what was chosen stays chosen if it is there still."""
        before = self.home
        self.lines.show(collections, sources)
        self.select(before)

    def select(self, home: int) -> None:
        """Choose a line by its id; the first one if there is none such."""
        ids = [one.id for one in self.lines.entries]
        self.setCurrentIndex(self.lines.index(ids.index(home) if home in ids else 0))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take sources, and nothing else."""
        if event.mimeData().hasFormat(SOURCES_MIME):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Mark the collection that the sources are held over."""
        index = self.indexAt(event.position().toPoint())
        can_drop = index.isValid() and index.data(Qt.ItemDataRole.UserRole) not in (EVERYTHING, ATTACHED)
        self._mark(index if can_drop else None)
        event.setAccepted(can_drop)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Mark nothing any more."""
        self._mark(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Say which sources were dropped on which collection."""
        self._mark(None)
        index = self.indexAt(event.position().toPoint())
        ids = _held(event.mimeData())
        home = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else EVERYTHING
        if ids and home not in (EVERYTHING, ATTACHED):
            event.acceptProposedAction()
            self.sources_dropped.emit(ids, home or None)

    def _mark(self, index: QModelIndex | None) -> None:
        self._delegate.held = QPersistentModelIndex(index) if index is not None else None
        self.viewport().update()


def _held(data: QMimeData) -> list[int]:
    return list(json.loads(bytes(data.data(SOURCES_MIME).data()))) if data.hasFormat(SOURCES_MIME) else []
