"""A table of things to choose from: a line to filter by, a check before each row, and a count of what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QHeaderView, QLineEdit, QToolButton, QTreeView, QVBoxLayout, QWidget

from nestdesk.gui import words
from nestdesk.gui.elements import button, label, row
from nestdesk.gui.language import tr

Index = QModelIndex | QPersistentModelIndex
Key = str | int
SORT_ROLE = Qt.ItemDataRole.UserRole
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@dataclass(frozen=True)
class Choice:
    """One row: what it is, what is said of it in the further columns, and by what each column is sorted."""

    key: Key
    title: str
    notes: tuple[str, ...]
    order: tuple[Any, ...]  # for each note something that can be compared
    tip: str = ""


class ChoicesModel(QAbstractTableModel):
    """Rows with a check before each."""

    def __init__(self, columns: Sequence[str], parent: QObject | None = None) -> None:
        """Start empty; columns are the titles of the title and of the notes."""
        super().__init__(parent)
        self._columns = tuple(columns)
        self._choices: tuple[Choice, ...] = ()
        self._checked: set[Key] = set()

    @property
    def checked(self) -> tuple[Choice, ...]:
        """What is chosen, in the order it was given."""
        return tuple(one for one in self._choices if one.key in self._checked)

    def show(self, choices: Sequence[Choice], checked: Sequence[Key]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._choices, self._checked = tuple(choices), set(checked)
        self.endResetModel()

    def check(self, rows: Sequence[int], is_wanted: bool) -> None:
        """Check rows, or take their checks away."""
        keys = {self._choices[at].key for at in rows}
        self._checked = self._checked | keys if is_wanted else self._checked - keys
        if self._choices:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._choices) - 1, 0))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows; rows have no children."""
        return 0 if parent.isValid() else len(self._choices)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title."""
        is_title = way is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._columns[section] if is_title and section < len(self._columns) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, its check, its tip, what is read out, or what it is sorted by."""
        if not index.isValid():
            return None
        choice, column = self._choices[index.row()], index.column()
        shown = choice.notes[column - 1] if column else choice.title
        if role == Qt.ItemDataRole.CheckStateRole and column == 0:
            return (CHECKED if choice.key in self._checked else UNCHECKED).value  # the enum itself is no number to Qt
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((choice.title, *choice.notes)) if column == 0 else shown
        if role == Qt.ItemDataRole.ToolTipRole:
            return choice.tip or shown
        if role == SORT_ROLE:
            return choice.order[column - 1] if column else choice.title.casefold()
        return shown if role == Qt.ItemDataRole.DisplayRole else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take over a check that a person set or took away."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self.check([index.row()], Qt.CheckState(value) == CHECKED)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that the first column can be checked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags


class Chooser(QWidget):
    """The table with its filter; "all" and "none" act on the rows that the filter leaves in sight."""

    changed = Signal()
    row_entered = Signal(object)  # a key

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        """Name the table for screen readers; each row is a chat."""
        super().__init__()
        self.model = ChoicesModel(columns, self)
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.model)
        self.sorted.setSortRole(SORT_ROLE)
        self.sorted.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.sorted.setFilterKeyColumn(-1)
        self.filter = QLineEdit()
        self.filter.setAccessibleName(tr("Filter the chats"))
        self.filter.setPlaceholderText(tr("Filter the chats"))
        self.filter.setClearButtonEnabled(True)
        for clear in self.filter.findChildren(QToolButton):
            clear.setAccessibleName(tr("Clear the filter"))
        self.filter.textChanged.connect(self.sorted.setFilterFixedString)
        self.filter.textChanged.connect(lambda _: self._count())
        self.all = button(tr("All"), lambda: self._check_shown(True), "quiet")
        self.none = button(tr("None"), lambda: self._check_shown(False), "quiet")
        self.all.setAccessibleName(tr("Choose all chats in sight"))
        self.none.setAccessibleName(tr("Choose none of the chats in sight"))
        self.view = _tree(name, self.sorted)
        self.view.selectionModel().currentChanged.connect(self._enter)
        self.counted = label("", "small")
        self.nothing = label("", "muted")
        self.nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row(self.filter, self.all, self.none))
        layout.addWidget(self.nothing)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.counted)
        self.model.dataChanged.connect(self._count)

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """What is checked, also where the filter hides it."""
        return self.model.checked

    def show_choices(self, choices: Sequence[Choice], checked: Sequence[Key]) -> None:
        """Show these rows, the filter empty."""
        self.filter.clear()
        self.model.show(choices, checked)
        if choices:
            self.view.setCurrentIndex(self.sorted.index(0, 0))
        self._count()

    @Slot()
    def _count(self) -> None:
        self.counted.setText(
            tr("{chosen} of %Ln chat(s) chosen", self.model.rowCount(), chosen=words.number(len(self.chosen)))
        )
        hides_all = self.sorted.rowCount() == 0 < self.model.rowCount()
        self.nothing.setText(tr("No chat holds “{sought}”.", sought=self.filter.text()))
        self.nothing.setVisible(hides_all)
        self.changed.emit()

    def _check_shown(self, is_wanted: bool) -> None:
        shown = [self.sorted.mapToSource(self.sorted.index(at, 0)).row() for at in range(self.sorted.rowCount())]
        self.model.check(shown, is_wanted)

    @Slot(QModelIndex)
    def _enter(self, index: QModelIndex) -> None:
        if index.isValid():
            place = self.sorted.mapToSource(index).row()
            self.row_entered.emit(self.model._choices[place].key)


def _tree(name: str, model: QSortFilterProxyModel) -> QTreeView:
    view = QTreeView()
    view.setAccessibleName(name)
    view.setModel(model)
    view.setRootIsDecorated(False)
    view.setUniformRowHeights(True)
    view.setAllColumnsShowFocus(True)
    view.setTabKeyNavigation(False)
    header = view.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    view.setSortingEnabled(True)
    return view
