"""Restoring a backup between two windows, or before the first: the database is closed, or cannot be opened at all."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from nestdesk.core.jobs import Job
from nestdesk.core.paths import DataFolder
from nestdesk.gui import backups_words as sentences
from nestdesk.gui import words
from nestdesk.gui.backups_dialog import BackupsDialog
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.exchange_restart import RestoreSheet, watched
from nestdesk.gui.language import tr

if TYPE_CHECKING:
    from nestdesk.services.backups import Backup


class BackupSheet(RestoreSheet):
    """Shows how far the restore of a backup is."""

    def __init__(self, bridge: Bridge, chosen: Backup) -> None:
        """Begin as soon as the data folder is this program's."""
        super().__init__(bridge, chosen.file)
        self._chosen = chosen
        self.working.begin(tr("Restoring the backup of {moment}", moment=words.when(chosen.made_at)))

    def make_job(self, app: Any) -> Job[Any]:
        """Restore the backup."""
        return app.backups.restore(self._chosen.name)  # type: ignore[no-any-return]

    def told(self, result: Any) -> str:
        """Say what was restored."""
        return sentences.restored(result)


def restore(qt: QApplication, folder: DataFolder, chosen: Backup) -> str:
    """Restore a backup in a window of its own, and return what there is to say of it afterwards."""
    bridge = Bridge(partial(_closed, folder))
    return watched(qt, bridge, BackupSheet(bridge, chosen))


def offer(qt: QApplication, folder: DataFolder) -> str:
    """Show the backups of a data folder that nothing is opened of; returns what there is to say afterwards."""
    bridge = Bridge(partial(_closed, folder))
    dialog = BackupsDialog(bridge)
    chosen: list[Backup] = []
    dialog.confirmed.connect(chosen.append)
    dialog.finished.connect(lambda _: qt.exit(0))
    bridge.open_failed.connect(dialog.tell)
    bridge.open()
    dialog.popup()
    try:
        qt.exec()
    finally:
        bridge.close()
        dialog.deleteLater()
    return restore(qt, folder, chosen[0]) if chosen else ""


def _closed(folder: DataFolder) -> AbstractContextManager[Any]:
    from nestdesk.services.backups import closed_folder  # in a work thread: the window does not wait for it

    return closed_folder(folder)
