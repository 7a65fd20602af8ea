"""A checkpoint's name and pin, as a person gives them and takes them back."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from nestdesk.core.types import Checkpoint
from nestdesk.gui.elements import icon_button, row
from nestdesk.gui.language import tr

NAME_CHARS = 60


class CheckpointMarks(QWidget):
    """One line: the name, and whether the checkpoint is pinned."""

    named = Signal(object, str)  # Checkpoint
    pinned = Signal(object, bool)  # Checkpoint

    def __init__(self) -> None:
        """Start without a checkpoint."""
        super().__init__()
        self.setObjectName("transparent")
        self._checkpoint: Checkpoint | None = None
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_CHARS)
        self.name.setAccessibleName(tr("Name of the checkpoint"))
        self.name.editingFinished.connect(self._rename)
        self.pin = icon_button("pin", tr("Pin this checkpoint"), self._toggle)
        self.pin.setCheckable(True)
        layout = row(self.name, self.pin)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def show_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Show one checkpoint's name and pin."""
        was, self._checkpoint = self._checkpoint, checkpoint
        self.name.setPlaceholderText(tr("Name checkpoint {id}, for instance: before the merger", id=checkpoint.id))
        if was is None or (was.id, was.name) != (checkpoint.id, checkpoint.name):  # else what is typed would be lost
            self.name.setText(checkpoint.name)
            self.name.setCursorPosition(0)
        self.pin.setChecked(checkpoint.is_pinned)
        told = (
            tr("Take the pin away")
            if checkpoint.is_pinned
            else tr("Pin this checkpoint: it is offered first to roll back to")
        )
        self.pin.setToolTip(told)
        self.pin.setAccessibleName(told)

    @Slot()
    def _rename(self) -> None:
        if self._checkpoint is not None and self.name.text().strip() != self._checkpoint.name:
            self.named.emit(self._checkpoint, self.name.text().strip())

    def _toggle(self) -> None:
        if self._checkpoint is not None:
            self.pinned.emit(self._checkpoint, self.pin.isChecked())
