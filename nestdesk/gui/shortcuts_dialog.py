"""The list of shortcuts (Ctrl+/): every command with its keys, which can be changed and put back."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QKeySequenceEdit, QLineEdit, QVBoxLayout, QWidget

from nestdesk.gui import shortcuts
from nestdesk.gui.elements import button, label, row
from nestdesk.gui.item_models import Row, RowsModel
from nestdesk.gui.language import mark, tr
from nestdesk.gui.rail import row_list
from nestdesk.gui.shortcuts import Shortcuts

HOW = mark(
    "Choose a command, then press the keys it shall have. Enter sends a message and Shift+Enter breaks its line; "
    "these two stay."
)


class ShortcutsDialog(QDialog):
    """Changes the keys of one command at a time."""

    def __init__(self, keys: Shortcuts, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.resize(520, 560)
        self.setMinimumSize(420, 400)
        self._keys = keys
        self._model = RowsModel(self)
        self.list = row_list(tr("Commands"), self._model)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.field = QKeySequenceEdit()
        self.field.setAccessibleName(tr("Keys of the command"))
        self.field.setMaximumSequenceLength(1)
        self.field.setClearButtonEnabled(True)
        for line in self.field.findChildren(QLineEdit):
            line.setAccessibleName(tr("Keys of the command"))
        self.field.editingFinished.connect(self._change)
        self.reset = button(tr("Put back"), self._reset)
        self.refusal = label("", "danger", wraps=True)
        self.refusal.setMinimumHeight(34)
        all_back = button(tr("Put all back"), self._reset_all, "quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(label(tr("Keyboard shortcuts"), "section"))
        layout.addWidget(label(tr(HOW), "muted", wraps=True))
        layout.addWidget(self.list, 1)
        layout.addLayout(row(self.field, self.reset))
        layout.addWidget(self.refusal)
        layout.addLayout(row(all_back, None, button(tr("Close"), self.close, "primary")))

    def popup(self) -> None:
        """Show it at the first command."""
        self._show()
        self.list.setCurrentIndex(self._model.index(0))
        self.open()
        self.list.setFocus()

    @property
    def current(self) -> QAction | None:
        """The command that is chosen."""
        place = self.list.currentIndex()
        return self._keys.actions[place.row()] if place.isValid() else None

    def _show(self) -> None:
        self._model.show(
            [
                Row(at, shortcuts.name(one), shortcuts.keys(one), "accent" if self._keys.is_changed(one) else "muted")
                for at, one in enumerate(self._keys.actions)
            ]
        )

    @Slot(QModelIndex)
    def _choose(self, _: QModelIndex) -> None:
        self.refusal.clear()
        self._show_current()

    def _show_current(self) -> None:
        action = self.current
        self.field.setKeySequence(action.shortcut() if action is not None else QKeySequence())
        self.reset.setEnabled(action is not None and self._keys.is_changed(action))

    @Slot()
    def _change(self) -> None:
        action = self.current
        if action is not None and self.field.keySequence() != action.shortcut():
            self._tell(self._keys.change(action, self.field.keySequence()))

    def _reset(self) -> None:
        if (action := self.current) is not None:
            self._tell(self._keys.reset(action))

    def _reset_all(self) -> None:
        self._keys.reset_all()
        self._tell("")

    def _tell(self, refusal: str) -> None:
        self.refusal.setText(refusal)
        self._show()
        self._show_current()
