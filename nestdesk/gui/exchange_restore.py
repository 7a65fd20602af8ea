"""Restoring a whole export: what will happen is told first; the restore itself waits until the window is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from nestdesk.gui import exchange_words as sentences
from nestdesk.gui import words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import button, label
from nestdesk.gui.exchange_pages import ChoosePage, ExchangeDialog, ask_file, sheet
from nestdesk.gui.item_models import Row, RowsModel
from nestdesk.gui.language import mark, tr
from nestdesk.gui.rail import row_list

if TYPE_CHECKING:
    from nestdesk.services.exchange import RestorePlan

KINDS = mark("Exports of NestDesk (*.zip);;All files (*)")
HOW_TO_RESTORE = mark(
    "Give NestDesk one of its own exports. It brings back chats, documents’ texts, memories, weights and settings. "
    "What you have now is kept first, so that you can go back."
)


class RestoreDialog(ExchangeDialog):
    """Verifies an export and explains; only confirmed tells that it shall be restored."""

    confirmed = Signal(object)  # Path

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(bridge, tr("Restore an export"), parent)
        self._kept: tuple[Path, ...] = ()
        self._plan: RestorePlan | None = None
        self.choose_file = button(tr("Choose an export …"), self._ask_file, "primary", "document")
        self.undo = button(tr("Go back to before a restore …"), self._show_kept, picture="restore")
        self.undo.hide()
        self.choose = ChoosePage(
            "restore", tr("Bring everything back"), tr(HOW_TO_RESTORE), self.choose_file, self.undo
        )
        self.add_page(self.choose)
        self.steps = label("", wraps=True)
        self.returns = label(tr(sentences.RETURNS), "muted", wraps=True)
        self.go = button(tr("Restore and start again"), self._confirm, "primary", "restore")
        parts = (label(tr("This will happen"), "section"), self.steps, self.returns, None)
        self.plan_page = self.add_page(sheet(*parts, foot=(button(tr("Back"), self._start), None, self.go)))
        self._model = RowsModel(self)
        self.list = row_list(tr("What restores kept"), self._model)
        when_the_key_is_done = Qt.ConnectionType.QueuedConnection
        self.list.activated.connect(self._choose_kept, when_the_key_is_done)
        self.list.clicked.connect(self._choose_kept)
        note = label(tr("What was here before each restore. Choose one to see what it holds."), "muted", wraps=True)
        kept = (label(tr("Go back to before a restore"), "section"), note, self.list)
        self.kept_page = self.add_page(sheet(*kept, foot=(button(tr("Back"), self._start), None)))
        self.dropped.connect(lambda paths: self.look_into(paths[0]))

    def popup(self, file: Path | None = None) -> None:
        """Show it, at the plan of an export if one is given."""
        if not self.is_working:
            self._start()
        self.open()
        self.bridge.ask(lambda app: app.exchange.kept(), self._know_kept, self.tell)
        if file is not None:
            self.look_into(file)

    def _start(self) -> None:
        self.notice.hide()
        self.show_page(self.choose, self.choose_file)

    def look_into(self, file: Path) -> None:
        """Verify an export and show what restoring it would change."""
        if not self.is_working:
            self.work(
                tr("Checking {name}", name=file.name), lambda app: app.exchange.plan(file), self._show_plan, self.choose
            )

    def _show_plan(self, plan: RestorePlan) -> None:
        self._plan = plan
        self.steps.setText(sentences.plan(plan))
        self.show_page(self.plan_page, self.go)

    def _confirm(self) -> None:
        assert self._plan is not None
        self.accept()
        self.confirmed.emit(self._plan.file)

    def _know_kept(self, kept: Sequence[Path]) -> None:
        self._kept = tuple(kept)
        self.undo.setVisible(bool(kept))
        self._model.show(
            [Row(at, tr("Before the restore {when}", when=_when(one)), one.name) for at, one in enumerate(kept)]
        )

    def _show_kept(self) -> None:
        self.show_page(self.kept_page, self.list)
        self.list.setCurrentIndex(self._model.index(0))

    @Slot(QModelIndex)
    def _choose_kept(self, index: QModelIndex) -> None:
        self.look_into(self._kept[index.row()])

    def _ask_file(self) -> None:
        ask_file(self, tr("Choose an export of NestDesk"), tr(KINDS), self.look_into)


def _when(kept: Path) -> str:
    """Return when an export was kept, as its name tells."""
    made = datetime.strptime(kept.name.partition("-")[0], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
    return words.when(made)
