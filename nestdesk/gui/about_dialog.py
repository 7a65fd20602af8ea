"""About NestDesk: its version, where the data lie, and the licences of everything it is made of."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from nestdesk import __version__
from nestdesk.gui import licences
from nestdesk.gui.elements import Picture, button, column, frame, label, row
from nestdesk.gui.language import mark, tr

SENTENCE = mark(
    "A private assistant on your own computer that learns in its weights and can undo what it learned. "
    "Nothing leaves this computer."
)


class AboutDialog(QDialog):
    """Looks the licences up when it is opened for the first time."""

    def __init__(self, parent: QWidget, folder: Path) -> None:
        """Start out of sight; folder is where the data lie."""
        super().__init__(parent)
        self.setWindowTitle(tr("About NestDesk"))
        self.resize(600, 560)
        self.setMinimumSize(480, 400)
        self.folder = QPlainTextEdit(str(folder))
        self.folder.setReadOnly(True)
        self.folder.setAccessibleName(tr("Where your data lie"))
        self.folder.setTabChangesFocus(True)
        self.folder.setFixedHeight(44)
        self.parts = QPlainTextEdit()
        self.parts.setReadOnly(True)
        self.parts.setAccessibleName(tr("Licences"))
        self.parts.setTabChangesFocus(True)
        self.copy = button(tr("Copy"), self._copy, picture="copy")
        done = button(tr("Close"), self.close, "primary")
        self._lay_out(done)

    def _lay_out(self, done: QWidget) -> None:
        words = column(
            label(f"NestDesk {__version__}", "title"),
            label(tr(SENTENCE), "muted", wraps=True),
            gap=4,
        )
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(Picture("nestdesk", 56))
        top.addLayout(words, 1)
        box = frame("card")
        inside = QVBoxLayout(box)
        inside.setContentsMargins(12, 12, 4, 12)
        inside.addWidget(self.parts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addSpacing(8)
        layout.addWidget(label(tr("Where your data lie"), "strong"))
        layout.addWidget(self.folder)
        layout.addWidget(label(tr("Licences"), "strong"))
        layout.addWidget(box, 1)
        layout.addSpacing(8)
        layout.addLayout(row(self.copy, None, done))

    def popup(self) -> None:
        """Show it."""
        if not self.parts.toPlainText():
            shipped, packages = licences.as_text(licences.SHIPPED), licences.as_text(licences.packages())
            self.parts.setPlainText(f"{shipped}\n\n{packages}".strip())
        self.copy.setText(tr("Copy"))
        self.open()

    def _copy(self) -> None:
        folder, parts = self.folder.toPlainText(), self.parts.toPlainText()
        QGuiApplication.clipboard().setText(f"NestDesk {__version__}\n{folder}\n\n{parts}")
        self.copy.setText(tr("Copied"))
