"""The window's clock for backups: it has one made when the last is old and something changed since, beside all else."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from nestdesk.core.jobs import Outcome, Ticket
from nestdesk.gui.bridge import BACKUPS, Bridge

LOOK_MS = 5 * 60 * 1000  # between two looks; whether a backup is due, the service knows


class BackupClock(QObject):
    """Looks every few minutes, in a lane of its own. What goes wrong is told once, until it goes well again."""

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        """Begin to look once the application is open."""
        super().__init__(parent)
        self._bridge = bridge
        self._ticket: Ticket | None = None
        self._told = ""
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        bridge.opened.connect(self._timer.start)

    @Slot()
    def look(self) -> None:
        """Make a backup if one is due."""
        if self._ticket is None:
            self._ticket = self._bridge.run(BACKUPS, lambda app: app.backups.make_if_due(), on_end=self._end)

    def _end(self, outcome: Outcome) -> None:
        self._ticket = None
        told = str(outcome.error) if outcome.error is not None else ""
        if outcome.error is not None and told != self._told:
            self._bridge.problem_found.emit(outcome.error)
        self._told = told
