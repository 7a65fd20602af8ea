"""The lists of the rail as Qt models: core values become rows, rows become items. No database behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from nestdesk.core.types import Conversation, Expert, Level, MemorySummary, Source
from nestdesk.gui import words
from nestdesk.gui.language import tr
from nestdesk.gui.plain import tip

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_MIME = "application/x-nestdesk-row"  # the id of a row that is dragged
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Row:
    """One line of a list: what it is called, what is said below it and in which tone."""

    id: int
    title: str
    note: str = ""
    tone: str = "muted"
    picture: str = ""

    @property
    def spoken(self) -> str:
        """What is read out."""
        return f"{self.title}, {self.note}" if self.note else self.title


@dataclass(frozen=True)
class Heading(Row):
    """A line above rows that belong together; they can be folded away. Its id is below 0, so it is no row's."""

    count: int = 0  # rows, whether they are shown or not
    is_open: bool = True

    @property
    def spoken(self) -> str:
        """What is read out."""
        held = tr("%Ln entries", self.count)
        state = tr("open", about="a heading") if self.is_open else tr("closed", about="a heading")
        return f"{self.title}, {held}, {state}"


class RowsModel(QAbstractListModel):
    """A list of rows that is replaced as a whole; rows that stay keep their place and selection."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows; rows have no children."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return one row's title, tip, spoken text, id (UserRole) or the row itself (ROW_ROLE)."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(row.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.UserRole:
            return row.id
        return row if role == ROW_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows be dragged, where a list allows it; let headings be reached by keys, but not chosen."""
        own, row = super().flags(index), index.data(ROW_ROLE)
        if row is None:
            return own
        return own & ~Qt.ItemFlag.ItemIsSelectable if isinstance(row, Heading) else own | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """Return what a dragged row is."""
        return [ROW_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the row that is dragged; only one can be."""
        data = QMimeData()
        data.setData(ROW_MIME, str(indexes[0].data(Qt.ItemDataRole.UserRole)).encode())
        return data

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        new = tuple(rows)
        if [row.id for row in new] == [row.id for row in self._rows]:
            changed = [i for i, (old, now) in enumerate(zip(self._rows, new, strict=True)) if old != now]
            self._rows = new
            for i in changed:
                self.dataChanged.emit(self.index(i), self.index(i))
            return
        self.beginResetModel()
        self._rows = new
        self.endResetModel()

    def row_of(self, item_id: int) -> int:
        """Return where an id stands, or -1."""
        return next((i for i, row in enumerate(self._rows) if row.id == item_id), -1)


def conversation_rows(conversations: Sequence[Conversation]) -> list[Row]:
    """Return the chats, newest first as given."""
    return [
        Row(
            entry.id,
            words.chat(entry.title),
            tr("temporary") if entry.is_temporary else words.when(entry.updated_at),
            picture=tr("temporary") if entry.is_temporary else "",
        )
        for entry in conversations
    ]


def source_rows(sources: Sequence[Source]) -> list[Row]:
    """Return the sources with their state."""
    rows = []
    for source in sources:
        state, tone = words.STATE_WORDS[source.state]
        state = tr(state)
        note = state
        if source.after is not None and source.before is not None and source.state.value == "learned":
            note = tr(
                "{before} → {after} of {probes}",
                before=source.before.answered,
                after=source.after.answered,
                probes=source.after.probes,
            )
        rows.append(Row(source.id, source.title, note, tone, "chats" if words.is_chat(source) else ""))
    return rows


LEVEL_ORDER = (Level.FAST, Level.MID, Level.SLOW)


def expert_rows(experts: Sequence[Expert]) -> list[Row]:
    """Return the experts, fast ones first."""
    ordered = sorted(experts, key=lambda expert: LEVEL_ORDER.index(expert.level))
    return [
        Row(one.id, words.expert(one), _kind(one), "warning" if words.waits(one) else str(one.level)) for one in ordered
    ]


def _kind(one: Expert) -> str:
    if words.waits(one):
        return tr("held for review")
    return f"{words.level(one.level)} · {words.function(one.function)}"


def summary_rows(summaries: Sequence[MemorySummary]) -> list[Row]:
    """Return what is kept of earlier chats."""
    return [Row(one.id, words.first_line(one.text, 60), words.when(one.created_at)) for one in summaries]
