"""The question for the passphrase of an encrypted data folder, before its window opens."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout

from nestdesk.core.errors import NestDeskError
from nestdesk.core.paths import DataFolder
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import Picture, button, column, label, row
from nestdesk.gui.heard import heard
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

TITLE = mark("This data folder is encrypted")
FORGOTTEN = mark("Nobody can open it without its passphrase.")


def passphrase_field(name: str) -> QLineEdit:
    """Return a field that does not show what is typed."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setAccessibleName(name)
    made.setPlaceholderText(name)
    return made


class PassphraseDialog(QDialog):
    """Asks until a passphrase opens the folder, or the person leaves; it is tried in a work thread."""

    def __init__(self, bridge: Bridge, folder: Path) -> None:
        """Ask the bridge, which knows the locked folder, whether somebody has to be asked at all."""
        super().__init__()
        self._bridge = bridge
        self.found: DataFolder | None = None
        self.setWindowTitle("NestDesk")
        self.setFixedWidth(480)
        self.field = passphrase_field(tr("Passphrase"))
        self.said = label("", "muted", wraps=True)
        self.go = button(tr("Open"), self.try_it, "primary")
        self.go.setDefault(True)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(Picture("nestdesk", 48))
        top.addLayout(column(label(tr(TITLE), "section"), label(str(folder), "muted", wraps=True), gap=4), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.field)
        layout.addWidget(self.said)
        layout.addLayout(row(None, button(tr("Quit"), self.reject), self.go))
        self.say(tr(FORGOTTEN))

    def say(self, sentence: str) -> None:
        """Say how it is going below the field, which can be typed in again."""
        self.said.setText(sentence)
        for one in (self.field, self.go):
            one.setEnabled(True)
        self.field.setFocus()
        self.field.selectAll()

    @Slot()
    def try_it(self) -> None:
        """Try what was typed."""
        typed = self.field.text()
        for one in (self.field, self.go):
            one.setEnabled(False)
        self.said.setText(tr("Opening your data …"))
        self._bridge.ask(lambda app: _of(app).unlock(typed), self.take, lambda error: self.say(heard(str(error))))

    def take(self, folder: DataFolder | None) -> None:
        """Leave with the folder that was opened."""
        self.found = folder
        self.accept()


def unlock(folder: Path) -> DataFolder | None:
    """Return a data folder, with its key if it is encrypted; None: the person would rather leave.

    *Why* the first look: whether a folder is encrypted can be seen without the stores, which take their time to load.
    """
    plain = DataFolder(folder)
    if not plain.encrypted.exists() and (plain.database.exists() or not _has_backups(folder)):
        return plain
    bridge = Bridge(partial(_locked, folder))
    dialog = PassphraseDialog(bridge, folder)

    def known(found: DataFolder | None) -> None:
        if found is not None:
            dialog.take(found)

    def refused(error: NestDeskError) -> None:
        dialog.say(heard(str(error)))

    bridge.open_failed.connect(refused)
    bridge.open()
    QTimer.singleShot(0, lambda: bridge.ask(lambda app: _of(app).known(), known, refused))
    try:
        dialog.exec()
        return dialog.found
    finally:
        bridge.close()
        dialog.deleteLater()  # not whenever Python collects it


def _has_backups(folder: Path) -> bool:
    return folder.with_name(f"{folder.name}-backups").exists() or DataFolder(folder).backup_places.exists()


def _of(app: Any) -> Any:
    return app  # what the bridge has built is no App here, but a services.protection.Locked


def _locked(folder: Path) -> AbstractContextManager[Any]:
    from nestdesk.services.protection import locked  # in a work thread: the window does not wait for it

    return locked(folder)
