"""What was measured on this computer: the reports of the bench commands, one of them shown, saved or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.errors import NestDeskError
from nestdesk.gui import dialogs, words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import EmptyState, button, frame, row
from nestdesk.gui.item_models import Row, RowsModel
from nestdesk.gui.language import tr
from nestdesk.gui.messages import NoticeLine
from nestdesk.gui.rail import row_list
from nestdesk.gui.report_page import ReportPage

if TYPE_CHECKING:
    from nestdesk.services.reports import Report

COMMAND = "nestdesk bench stream --data FILE"


class ReportsDialog(QDialog):
    """Looks the reports up whenever it is opened."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.setWindowTitle(tr("What was measured on this computer"))
        self.setMinimumSize(640, 420)
        self.resize(1000, 660)
        self._bridge = bridge
        self._reports: tuple[Report, ...] = ()
        self.current: Report | None = None
        self.notice = NoticeLine()
        self._model = RowsModel(self)
        self.list = row_list(tr("Reports"), self._model)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.page = ReportPage()
        self.copy = button(tr("Copy the command"), self._copy, "primary", "copy")
        self.empty = EmptyState(
            "measured",
            tr("Nothing measured yet"),
            tr(
                "Run “{command}” in a terminal, with a file of questions in SQuAD's format. It learns articles in a "
                "row and measures what is kept; its report then appears here.",
                command=COMMAND,
            ),
            self.copy,
        )
        self.save = button(tr("Save picture …"), self._ask_where, picture="document")
        self.delete = button(tr("Delete …"), self._ask_to_delete, "danger", "forget")
        self.stack = QStackedWidget()
        self.stack.setObjectName("views")
        self.stack.addWidget(self._both())
        self.stack.addWidget(self.empty)
        top = row(self.notice)
        top.setContentsMargins(16, 0, 16, 8)
        foot = row(self.save, self.delete, None, button(tr("Close"), self.close))
        foot.setContentsMargins(16, 12, 16, 12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.stack, 1)
        layout.addWidget(frame("rule"))
        layout.addLayout(foot)
        self._show(None)

    def _both(self) -> QWidget:
        side = QWidget()
        side.setObjectName("reports")
        side.setFixedWidth(200)
        inside = QVBoxLayout(side)
        inside.setContentsMargins(0, 8, 0, 8)
        inside.addWidget(self.list)
        made = QWidget()
        layout = QHBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(side)
        layout.addWidget(self.page, 1)
        return made

    def open(self) -> None:
        """Show what there is now."""
        self.notice.hide()
        self._load()
        super().open()
        self.list.setFocus()

    def _load(self) -> None:
        self._bridge.ask(lambda app: app.reports.list(), self._show_reports, self._tell)

    def _show_reports(self, reports: Sequence[Report]) -> None:
        files = [report.file for report in reports]
        kept = self.current.file if self.current else None
        place = files.index(kept) if kept in files else min(self.list.currentIndex().row(), len(files) - 1)
        self._reports = tuple(reports)
        rows = [Row(at, words.bench(one.bench), words.when(one.made)) for at, one in enumerate(reports)]
        self._model.show(rows)
        self.stack.setCurrentIndex(0 if reports else 1)
        self.list.setCurrentIndex(self._model.index(max(0, place)))
        self._show(self._reports[max(0, place)] if reports else None)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self._show(self._reports[index.row()])

    def _show(self, report: Report | None) -> None:
        self.current = report
        for part in (self.page, self.save, self.delete):
            part.setVisible(report is not None)
        if report is not None:
            self.page.show_report(report)
            self.save.setEnabled(report.picture is not None)
            self.save.setToolTip("" if report.picture else tr("This report has no picture"))

    def _ask_where(self) -> None:
        if (report := self.current) is not None:
            dialogs.choose_target(self, report.file.with_suffix(".png").name, lambda file: self._save(report, file))

    def _save(self, report: Report, target: Path) -> None:
        self._bridge.ask(
            lambda app: app.reports.save_picture(report, target),
            lambda _: self.notice.say(tr("The picture was saved as {target}.", target=target)),
            self._tell,
        )

    def _ask_to_delete(self) -> None:
        if (report := self.current) is not None:
            dialogs.confirm(
                self,
                tr(
                    "Delete the report “{bench}” of {moment}?",
                    bench=words.bench(report.bench),
                    moment=words.when(report.made),
                ),
                tr("Its figures and its picture are deleted. This cannot be undone. Nothing that was learned changes."),
                tr("Delete"),
                lambda: self._delete(report),
            )

    def _delete(self, report: Report) -> None:
        self._bridge.ask(lambda app: app.reports.delete(report), lambda _: self._load(), self._tell)

    def _tell(self, error: NestDeskError) -> None:
        self.notice.say(str(error), is_error=True)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(COMMAND)
        self.copy.setText(f"\u2002{tr('Copied')}")
