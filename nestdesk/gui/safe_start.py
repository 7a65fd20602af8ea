"""A start that never reached the window being ready is remembered, and the next one asks how to go on."""

from __future__ import annotations

from contextlib import suppress
from enum import Enum
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QRadioButton, QVBoxLayout

from nestdesk.gui.elements import Picture, button, column, label, row
from nestdesk.gui.language import mark, tr


class Start(Enum):
    """How the window starts."""

    AS_USUAL = "as usual"
    WITHOUT_ENGINE = "without the engine"
    BACKUP = "backup"
    EXPORT = "export"


OFFERS = {
    Start.AS_USUAL: (mark("Start as usual"), mark("Try again. What went wrong may be over.")),
    Start.WITHOUT_ENGINE: (
        mark("Start without the engine"),
        mark("Chats, library and backups can be read and exported. Nothing can be asked or learned."),
    ),
    Start.BACKUP: (
        mark("Restore a backup"),
        mark("Choose from the backups that NestDesk made by itself; your data are not even opened before."),
    ),
    Start.EXPORT: (
        mark("Restore an export"),
        mark("As without the engine, at the list of what restores kept, or at an export that you saved."),
    ),
}
FAILED = mark("NestDesk did not start properly last time")
ASKED = mark("How shall NestDesk start?")


class StartMark:
    """A file in the data folder, there while the window starts. INVARIANT: a mark never stops a start."""

    def __init__(self, file: Path) -> None:
        """Name the file."""
        self._file = file

    def was_left(self) -> bool:
        """Say whether the last start never removed it."""
        return self._file.exists()

    def set(self) -> None:
        """Begin a start. A folder that cannot be written is told of by the window itself."""
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.touch()

    def remove(self) -> None:
        """The window is ready, or was closed in order."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)


class StartDialog(QDialog):
    """Asks how to start, before anything is opened."""

    def __init__(self, has_failed: bool) -> None:
        """Offer the four ways."""
        super().__init__()
        self.setWindowTitle("NestDesk")
        self.setFixedWidth(520)
        self.buttons: dict[Start, QRadioButton] = {}
        self._group = QButtonGroup(self)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(Picture("nestdesk", 48))
        told = label(tr("Your data are as they were."), "muted", wraps=True)
        top.addLayout(column(label(tr(FAILED) if has_failed else tr(ASKED), "section"), told, gap=4), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addSpacing(8)
        for way, (title, sentence) in OFFERS.items():
            made = self.buttons[way] = QRadioButton(tr(title))
            made.setAccessibleName(tr(title))
            made.setAccessibleDescription(tr(sentence))
            self._group.addButton(made)
            layout.addWidget(made)
            layout.addLayout(row(24, label(tr(sentence), "muted", wraps=True), gap=0))
        self.buttons[Start.AS_USUAL].setChecked(True)
        self.go = button(tr("Start"), self.accept, "primary")
        self.go.setDefault(True)
        layout.addSpacing(8)
        layout.addStretch(1)
        layout.addLayout(row(None, button(tr("Quit"), self.reject), self.go))

    @property
    def chosen(self) -> Start:
        """The way that is marked."""
        return next(way for way, made in self.buttons.items() if made.isChecked())


def ask(has_failed: bool) -> Start | None:
    """Ask how to start; None: not at all."""
    dialog = StartDialog(has_failed)
    chosen = dialog.chosen if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()  # not whenever Python collects it, which may be in the middle of a change of style
    return chosen
