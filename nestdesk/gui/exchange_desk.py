"""The window's door for imports, exports and restores: three dialogs, and what becomes of exports that are dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from nestdesk.gui.bridge import Bridge
from nestdesk.gui.exchange_export import ExportDialog
from nestdesk.gui.exchange_import import ImportDialog
from nestdesk.gui.exchange_restore import RestoreDialog

ENDINGS = frozenset({".zip", ".json"})  # of exports; a folder may be one that was unpacked


class ExchangeDesk(QObject):
    """Opens the dialogs. A restore that was agreed to is left to whoever runs the window, once that is closed."""

    restore_agreed = Signal()

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
        self.importing = ImportDialog(bridge, window)
        self.exporting = ExportDialog(bridge, window)
        self.restoring = RestoreDialog(bridge, window)
        self.importing.said.connect(tell)
        self.importing.restore_requested.connect(self.restoring.popup)
        self.restoring.confirmed.connect(self._restore)

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
