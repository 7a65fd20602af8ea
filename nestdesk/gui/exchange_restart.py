"""The restore between two windows: nothing else runs meanwhile, so nothing can work on what gives way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.errors import NestDeskError
from nestdesk.core.jobs import Job, Outcome, Ticket
from nestdesk.gui import exchange_words as sentences
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.elements import button
from nestdesk.gui.exchange_pages import MISTAKE, ChoosePage, WorkingPage
from nestdesk.gui.language import mark, tr
from nestdesk.gui.messages import log

if TYPE_CHECKING:
    from nestdesk.services.exchange import Restored
    from nestdesk.services.workspace import App

STOPPED = mark("The restore was stopped. Everything is as it was before.")


class RestoreSheet(QWidget):
    """Shows how far a restore is, and waits with what went wrong until it was read."""

    left = Signal()
    failed, stopped = mark("Nothing was restored"), STOPPED

    def __init__(self, bridge: Bridge, file: Path) -> None:
        """Begin as soon as the data folder is open."""
        super().__init__()
        self.setWindowTitle("NestDesk")
        self.setObjectName("page")
        self.setMinimumSize(560, 320)
        self._bridge, self._file = bridge, file
        self._ticket: Ticket | None = None
        self.outcome = ""  # what the next window says
        self.working = WorkingPage(self.cancel)
        self.go_on = button(tr("Open NestDesk"), self._leave, "primary")
        self.problem = ChoosePage("alert", tr(self.failed), "", self.go_on)
        self.pages = QStackedWidget()
        self.pages.setObjectName("views")
        self.pages.addWidget(self.working)
        self.pages.addWidget(self.problem)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)  # a sentence does not resize the window
        self.working.begin(tr("Restoring {name}", name=file.name))
        bridge.opened.connect(self._begin)
        bridge.open_failed.connect(self._refuse)

    def cancel(self) -> None:
        """Stop at the next step; what was there stays."""
        self.working.cancel.setEnabled(False)
        if self._ticket is not None:
            self._ticket.cancel()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing while it works is cancelling; the sheet goes when the job has ended."""
        if self._ticket is not None:
            self.cancel()
            event.ignore()
        else:
            self._leave()

    @Slot()
    def _begin(self) -> None:
        self._ticket = self._bridge.run(INTAKE, self.make_job, self.working.show_progress, self._end)

    def make_job(self, app: App) -> Job[Any]:
        """Restore the export."""
        return app.exchange.restore(self._file)

    def told(self, result: Any) -> str:
        """Say what was restored."""
        return _told(result)

    def _end(self, outcome: Outcome) -> None:
        self._ticket = None
        if outcome.error is not None:
            self._refuse(outcome.error)
        elif outcome.bug is not None:
            log.error("A bug", exc_info=outcome.bug)
            self._show_problem(tr(MISTAKE))
        else:
            self.outcome = tr(self.stopped) if outcome.is_cancelled else self.told(outcome.result)
            self._leave()

    @Slot(object)
    def _refuse(self, error: NestDeskError) -> None:
        self._show_problem(tr("{error} Everything is as it was before.", error=error))

    def _show_problem(self, sentence: str) -> None:
        self.problem.sentence.setText(sentence)
        self.pages.setCurrentWidget(self.problem)
        self.go_on.setFocus()

    def _leave(self) -> None:
        self.left.emit()


def restore(qt: QApplication, make_app: Callable[[], AbstractContextManager[App]], file: Path) -> str:
    """Restore an export in a window of its own, and return what there is to say of it afterwards."""
    bridge = Bridge(make_app)
    return watched(qt, bridge, RestoreSheet(bridge, file))


def watched(qt: QApplication, bridge: Bridge, sheet: RestoreSheet) -> str:
    """Show a sheet until its restore has ended, and return what there is to say of it."""
    sheet.left.connect(lambda: qt.exit(0))
    sheet.show()
    bridge.open()
    try:
        qt.exec()
        return sheet.outcome
    finally:
        sheet.hide()
        bridge.close()
        sheet.deleteLater()


def _told(restored: Restored) -> str:
    return tr(
        "Restored from {name}: {rows}. What was here before is kept; “Restore an export” in the menu Chat "
        "brings it back.",
        name=restored.file.name,
        rows=sentences.rows(restored.rows),
    )
