"""The library's sources as a list: painted as it scrolls, opened by a click or Enter, several chosen and dragged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nestdesk.core.jobs import Progress
from nestdesk.core.types import Source, SourceState
from nestdesk.gui import stages, words
from nestdesk.gui.language import tr
from nestdesk.gui.plain import tip
from nestdesk.gui.theme import color
from nestdesk.gui.trust import PILLS
from nestdesk.gui.words import only_in

SOURCE_ROLE = Qt.ItemDataRole.UserRole + 1
PROGRESS_ROLE = Qt.ItemDataRole.UserRole + 2
CHAT_ROLE = Qt.ItemDataRole.UserRole + 3  # which chat alone finds it; "" for what is in the library
SOURCES_MIME = "application/x-nestdesk-sources"  # a JSON list of ids
ROW_PX, GAP_PX = 64, 8
BUSY = (SourceState.READING, SourceState.LEARNING)
_CHOOSING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
Index = QModelIndex | QPersistentModelIndex


class SourceModel(QAbstractListModel):
    """Sources as rows; those that stay keep their place and are updated there."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._sources: tuple[Source, ...] = ()
        self._progress: Progress | None = None
        self._chats: Mapping[int, str] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of sources; rows have no children."""
        return 0 if parent.isValid() else len(self._sources)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every source be dragged."""
        own = super().flags(index)
        return own | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else own

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a source's title, tip, spoken text, id (UserRole), the source itself or how far it is."""
        if not index.isValid() or not 0 <= index.row() < len(self._sources):
            return None
        source = self._sources[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return source.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip("\n".join(filter(None, (source.title, index.data(CHAT_ROLE), stages.outcome(source)))))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            trusted = f", {tr(PILLS[source.trust][0])}" if source.trust in PILLS else ""
            told = f"{source.title}, {tr(words.STATE_WORDS[source.state][0])}{trusted}"
            return f"{', '.join(filter(None, (told, index.data(CHAT_ROLE))))}. {stages.outcome(source)}"
        if role == Qt.ItemDataRole.UserRole:
            return source.id
        if role == CHAT_ROLE:
            return only_in(self._chats.get(source.attached_to or 0, "")) if source.attached_to is not None else ""
        if role == PROGRESS_ROLE:
            is_it = self._progress is not None and self._progress.source_id == source.id and source.state in BUSY
            return self._progress if is_it else None
        return source if role == SOURCE_ROLE else None

    def mimeTypes(self) -> list[str]:
        """Return what a drag of sources holds."""
        return [SOURCES_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the ids of the sources that are dragged."""
        held = QMimeData()
        held.setData(SOURCES_MIME, json.dumps([self._sources[one.row()].id for one in indexes]).encode())
        return held

    def show(self, sources: Sequence[Source]) -> None:
        """Show these sources."""
        new = tuple(sources)
        if [one.id for one in new] == [one.id for one in self._sources]:
            changed = [i for i, (old, now) in enumerate(zip(self._sources, new, strict=True)) if old != now]
            self._sources = new
            for place in changed:
                self.dataChanged.emit(self.index(place), self.index(place))
            return
        self.beginResetModel()
        self._sources = new
        self.endResetModel()

    def show_chats(self, titles: Mapping[int, str]) -> None:
        """Know what the chats are called that sources are attached to."""
        if titles != self._chats:
            self._chats = titles
            self.dataChanged.emit(self.index(0), self.index(len(self._sources) - 1), [CHAT_ROLE])

    def show_progress(self, progress: Progress) -> None:
        """Show how far the source in work is."""
        self._progress = progress
        for place, source in enumerate(self._sources):
            if source.id == progress.source_id:
                self.dataChanged.emit(self.index(place), self.index(place), [PROGRESS_ROLE])


class SourceDelegate(QStyledItemDelegate):
    """Paints a source as a card: title, extent and state above what became of it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return a fixed height, so that long lists lay out fast."""
        return QSize(240, ROW_PX + GAP_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one source."""
        source: Source = index.data(SOURCE_ROLE)
        state: QStyle.StateFlag = option.state
        card: QRect = option.rect.adjusted(0, 0, -1, -GAP_PX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        is_near = state & QStyle.StateFlag.State_MouseOver or state & QStyle.StateFlag.State_HasFocus
        painter.setPen(QPen(color("accent" if is_near or is_chosen else "border"), 1))
        painter.setBrush(color("selected" if is_chosen else "surface"))
        painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        inner = card.adjusted(16, 12, -16, -12)
        left = self._head(painter, inner, option.font, source, index.data(CHAT_ROLE))
        title = QFont(option.font)
        title.setPixelSize(13)
        title.setWeight(QFont.Weight.DemiBold)
        _text(painter, QRect(inner.left(), inner.top(), left - inner.left() - 12, 18), title, "text", source.title)
        progress: Progress | None = index.data(PROGRESS_ROLE)
        plain = QFont(option.font)
        plain.setPixelSize(13)
        below = QRect(inner.left(), inner.top() + 22, inner.width(), 18)
        if progress is None:
            tone = "danger" if source.state is SourceState.FAILED else "muted"
            _text(painter, below, plain, tone, stages.outcome(source) or words.first_line(source.path, 120))
        else:
            _text(painter, below, plain, "muted", stages.line(progress))
            self._bar(painter, QRectF(inner.left(), card.bottom() - 6, inner.width(), 3), progress.done)
        painter.restore()

    def _head(self, painter: QPainter, inner: QRect, font: QFont, source: Source, chat: str) -> int:
        """Draw the state at the right and the extent beside it; return where they begin."""
        word, tone = words.STATE_WORDS[source.state]
        word = tr(word)
        small = QFont(font)
        small.setPixelSize(11)
        metrics = QFontMetrics(small)
        width = metrics.horizontalAdvance(word) + 18
        pill = QRectF(inner.right() - width, inner.top(), width, 18)
        painter.setPen(QPen(color("border"), 1))
        painter.setBrush(color("sunken"))
        painter.drawRoundedRect(pill, 9, 9)
        painter.setFont(small)
        painter.setPen(color(tone))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, word)
        trusted = tr(PILLS[source.trust][0]) if source.trust in PILLS else ""
        facts = (trusted, words.extent(source), words.when(source.added_at))
        note = chat or " · ".join(filter(None, facts))
        noted = metrics.horizontalAdvance(note)
        if inner.width() < 2 * (width + noted):  # in a narrow list the title needs the room
            if not chat:
                return int(pill.left())
            noted = max(0, inner.width() // 2 - int(width))
        left = int(pill.left()) - 12 - noted
        _text(painter, QRect(left, inner.top(), noted + 1, 18), small, "muted", note)
        return left

    def _bar(self, painter: QPainter, track: QRectF, done: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("border"))
        painter.drawRoundedRect(track, 1.5, 1.5)
        painter.setBrush(color("accent"))
        track.setWidth(track.width() * max(0.0, done))
        painter.drawRoundedRect(track, 1.5, 1.5)


def _text(painter: QPainter, box: QRect, font: QFont, tone: str, text: str) -> None:
    painter.setFont(font)
    painter.setPen(color(tone))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class SourceList(QListView):
    """A click opens a source; with Ctrl or Shift it chooses several, which can be dragged and acted on together."""

    opened = Signal(int)
    chosen_changed = Signal()
    menu_requested = Signal(QPoint)  # on the screen, for what is chosen
    forget_requested = Signal()

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.sources = SourceModel(self)
        self._keys = Qt.KeyboardModifier.NoModifier  # held at the last click
        self._place = 0  # id of the source that the keys were at
        self.setAccessibleName(tr("Sources"))
        self.setModel(self.sources)
        self.setItemDelegate(SourceDelegate(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._open)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)
        self.sources.modelAboutToBeReset.connect(self._note_place)
        self.sources.modelReset.connect(self._find_place)
        self.sources.modelReset.connect(self.chosen_changed)

    @property
    def chosen(self) -> list[Source]:
        """The sources that are chosen, in their order."""
        return [one.data(SOURCE_ROLE) for one in sorted(self.selectedIndexes(), key=QModelIndex.row)]

    def ids(self) -> list[int]:
        """Return the ids of all sources in their order."""
        return [self.sources.index(row).data(Qt.ItemDataRole.UserRole) for row in range(self.sources.rowCount())]

    @Slot()
    def _note_place(self) -> None:
        self._place = self.currentIndex().data(Qt.ItemDataRole.UserRole) or self._place

    @Slot()
    def _find_place(self) -> None:
        """Leave the keys at their source when sources come and go."""
        if self._place in (ids := self.ids()):
            index = self.sources.index(ids.index(self._place))
            self.selectionModel().setCurrentIndex(index, self.selectionModel().SelectionFlag.NoUpdate)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if index.isValid() and not self._keys & _CHOOSING:
            self.clearSelection()
            self.opened.emit(index.data(Qt.ItemDataRole.UserRole))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Note which keys are held: with Ctrl or Shift a click chooses and opens nothing."""
        self._keys = event.modifiers()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the source by Enter, forget what is chosen by Delete."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().data(Qt.ItemDataRole.UserRole))
        elif event.key() == Qt.Key.Key_Delete and self.selectedIndexes():
            self.forget_requested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with what is chosen, by the mouse or by the menu key."""
        is_by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        if not self.selectionModel().isSelected(index):
            self.selectionModel().setCurrentIndex(index, self.selectionModel().SelectionFlag.ClearAndSelect)
        place = self.visualRect(index).center() if is_by_key else event.pos()
        self.menu_requested.emit(self.viewport().mapToGlobal(place))
