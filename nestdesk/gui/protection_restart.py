"""Encrypting or decrypting the data folder between two windows: nothing has it open meanwhile."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from PySide6.QtWidgets import QApplication

from nestdesk.core.jobs import Job
from nestdesk.core.paths import DataFolder
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.exchange_restart import RestoreSheet, watched
from nestdesk.gui.heard import heard
from nestdesk.gui.language import mark, tr


class ConversionSheet(RestoreSheet):
    """Shows how far a conversion is."""

    failed = mark("Nothing was changed")
    stopped = mark("That was stopped. Everything is as it was before.")

    def __init__(self, bridge: Bridge, folder: DataFolder, passphrase: str) -> None:
        """Begin as soon as the data folder is this program's; without a passphrase it is decrypted."""
        super().__init__(bridge, folder.root)
        self.folder = folder  # as it is in the end
        self._passphrase = passphrase
        self.working.begin(tr("Encrypting your data") if passphrase else tr("Decrypting your data"))

    def make_job(self, app: Any) -> Job[Any]:
        """Convert the folder."""
        return app.encrypt(self._passphrase) if self._passphrase else app.decrypt()  # type: ignore[no-any-return]

    def told(self, result: Any) -> str:
        """Say what the folder is now."""
        self.folder = result.folder
        told = (
            tr("Your data and backups are encrypted.")
            if self._passphrase
            else tr("Your data are not encrypted any more.")
        )
        return f"{told} {heard(result.note)}".strip()


def convert(qt: QApplication, folder: DataFolder, passphrase: str) -> tuple[str, DataFolder]:
    """Convert a data folder in a window of its own; returns what there is to say of it, and the folder as it is."""
    bridge = Bridge(partial(_closed, folder))
    sheet = ConversionSheet(bridge, folder, passphrase)
    told = watched(qt, bridge, sheet)
    return told, sheet.folder


def _closed(folder: DataFolder) -> AbstractContextManager[Any]:
    from nestdesk.services.protection import closed  # in a work thread: the window does not wait for it

    return closed(folder.root, folder.key)
