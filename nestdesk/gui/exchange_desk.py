"""The window's door for imports, exports, backups, encryption and profiles, and for exports that are dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from nestdesk.gui.backups_clock import BackupClock
from nestdesk.gui.backups_dialog import BackupsDialog
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.exchange_export import ExportDialog
from nestdesk.gui.exchange_import import ImportDialog
from nestdesk.gui.exchange_restore import RestoreDialog
from nestdesk.gui.profiles_menu import ProfilesMenu
from nestdesk.gui.protection_dialog import ProtectionDialog

if TYPE_CHECKING:
    from nestdesk.services.backups import Backup

ENDINGS = frozenset({".zip", ".json"})  # of exports; a folder may be one that was unpacked


class ExchangeDesk(QObject):
    """Opens the dialogs. What was agreed to and needs the window closed is left to whoever runs the window."""

    restore_agreed = Signal()
    switch_agreed = Signal()

    def __init__(
        self, bridge: Bridge, window: QWidget, learn: Callable[[list[Path]], object], tell: Callable[[str], object]
    ) -> None:
        """Open dialogs in front of the window.

        Args:
            learn: gets what was dropped and is no export.
            tell: gets what there is to say.
        """
        super().__init__(window)
        self._bridge, self._learn = bridge, learn
        self.to_restore: Path | None = None
        self.backup_to_restore: Backup | None = None
        self.to_open: Path | None = None  # another data folder
        self.to_convert: str | None = None  # the passphrase that encrypts the data folder; "" decrypts it
        self.importing = ImportDialog(bridge, window)
        self.exporting = ExportDialog(bridge, window)
        self.restoring = RestoreDialog(bridge, window)
        self.importing.said.connect(tell)
        self.importing.restore_requested.connect(self.restoring.popup)
        self.restoring.confirmed.connect(self._restore)
        self.backups = BackupsDialog(bridge, window)
        self.backups.confirmed.connect(self._restore_backup)
        self.protection = ProtectionDialog(bridge, window)
        self.protection.encrypt_agreed.connect(self._convert)
        self.protection.decrypt_agreed.connect(lambda: self._convert(""))
        self.clock = BackupClock(bridge, self)
        self.profiles = ProfilesMenu(window)
        self.profiles.failed.connect(bridge.problem_found)
        self.profiles.switch_agreed.connect(self._switch)

    @Slot(list)
    def sort(self, paths: Sequence[Path]) -> None:
        """Offer to import the exports among what was dropped; the rest is learned."""
        if not any(path.suffix.lower() in ENDINGS or path.is_dir() for path in paths):
            self._learn(list(paths))
            return
        self._bridge.ask(lambda app: app.exchange.are_exports(paths), lambda found: self._sorted(paths, found))

    def _sorted(self, paths: Sequence[Path], are_exports: Sequence[bool]) -> None:
        exports = [path for path, is_one in zip(paths, are_exports, strict=True) if is_one]
        documents = [path for path in paths if path not in exports]
        if documents:
            self._learn(documents)
        if exports:
            self.importing.popup(exports)

    @Slot(object)
    def _restore(self, file: Path) -> None:
        self.to_restore = file
        self.restore_agreed.emit()

    @Slot(object)
    def _restore_backup(self, chosen: Backup) -> None:
        self.backup_to_restore = chosen
        self.restore_agreed.emit()

    @Slot(str)
    def _convert(self, passphrase: str) -> None:
        self.protection.close()
        self.to_convert = passphrase
        self.restore_agreed.emit()

    @Slot(object)
    def _switch(self, folder: Path) -> None:
        self.to_open = folder
        self.switch_agreed.emit()
