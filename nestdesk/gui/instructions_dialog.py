"""What the model is told first, in one chat alone."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from nestdesk.core.chats import INSTRUCTION_CHARS
from nestdesk.gui import words
from nestdesk.gui.elements import button, frame, label, restyle, row
from nestdesk.gui.language import mark, tr

EXTENT = mark(
    "Instructions count where the model writes an answer itself. Answers that are copied or quoted from your "
    "documents, and from what you said, are not changed by them."
)


class InstructionsBox(QPlainTextEdit):
    """Instructions as they are written, with the number of characters that they may have."""

    def __init__(self, name: str, example: str) -> None:
        """Start empty."""
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(example)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(112)
        self.count = label("", "small")
        self.card = frame("card")
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.addWidget(self)
        self.textChanged.connect(self._count)
        self._count()

    @property
    def fits(self) -> bool:
        """Whether the text is short enough."""
        return len(self.toPlainText()) <= INSTRUCTION_CHARS

    @Slot()
    def _count(self) -> None:
        self.count.setText(
            tr(
                "{used} of {most} characters",
                used=words.number(len(self.toPlainText())),
                most=words.number(INSTRUCTION_CHARS),
            )
        )
        restyle(self.count, kind="small" if self.fits else "danger")


class InstructionsDialog(QDialog):
    """Asks for a chat's own instructions."""

    written = Signal(str)

    def __init__(self, text: str, parent: QWidget) -> None:
        """Show those that it has."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Instructions for this chat"))
        self.setMinimumWidth(480)
        self.box = InstructionsBox(
            tr("Instructions for this chat"), tr("For example: answer in French, in two sentences.")
        )
        self.box.setPlainText(text)
        self.save = button(tr("Save"), self._save, "primary")
        self.save.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(label(tr("What the model is told first, in this chat alone."), "strong"))
        layout.addWidget(self.box.card)
        layout.addWidget(self.box.count)
        layout.addWidget(label(tr(EXTENT), "muted", wraps=True))
        layout.addLayout(row(None, button(tr("Cancel"), self.reject), self.save))
        self.box.textChanged.connect(self._check)
        self.box.setFocus()

    @Slot()
    def _check(self) -> None:
        self.save.setEnabled(self.box.fits)

    def _save(self) -> None:
        self.written.emit(self.box.toPlainText().strip())
        self.accept()
