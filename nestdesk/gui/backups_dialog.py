"""The backups: which there are, what is in them and where they lie; one is made, deleted, or chosen to be restored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from nestdesk.gui import backups_words as sentences
from nestdesk.gui import dialogs, words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import button, label, row
from nestdesk.gui.exchange_pages import ExchangeDialog, ask_folder, sheet
from nestdesk.gui.item_models import Row, RowsModel
from nestdesk.gui.language import tr
from nestdesk.gui.rail import row_list

if TYPE_CHECKING:
    from nestdesk.services.backups import Backup, Overview


class BackupsDialog(ExchangeDialog):
    """Lists the backups; only confirmed tells that one shall be restored."""

    confirmed = Signal(object)  # services.backups.Backup

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        """Start out of sight."""
        super().__init__(bridge, tr("Backups"), parent)
        self.setAcceptDrops(False)
        self.found: Overview | None = None
        self._build_list()
        self._build_plan()

    def _build_list(self) -> None:
        self.how = label(tr(sentences.HOW), "muted", wraps=True)
        self.place = label("", "muted", wraps=True)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.nothing = label(tr(sentences.NONE_YET), "muted", wraps=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nothing.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)  # as the list would
        self._model = RowsModel(self)
        self.list = row_list(tr("Backups, newest first"), self._model)
        self.list.activated.connect(self._show_plan, Qt.ConnectionType.QueuedConnection)
        self.list.selectionModel().currentChanged.connect(self._offer)
        self.elsewhere = button(tr("Other folder …"), self._ask_folder, picture="folder")
        self.beside = button(tr("Beside my data again"), lambda: self._choose(None))
        self.make = button(tr("Back up now"), self._make, picture="archive")
        self.delete = button(tr("Delete …"), self._ask_delete, "danger", "forget")
        self.restore = button(tr("Restore …"), self._show_plan, "primary", "restore")
        where = row(self.elsewhere, self.beside, None)
        parts = (label(tr("Backups"), "section"), self.how, self.nothing, self.list, self.place)
        holder = QWidget()
        holder.setObjectName("transparent")
        holder.setLayout(where)
        foot = (self.make, None, self.delete, self.restore)
        self.page = self.add_page(sheet(*parts, holder, foot=foot))

    def _build_plan(self) -> None:
        self.steps = label("", wraps=True)
        self.go = button(tr("Restore and start again"), self._confirm, "primary", "restore")
        back = button(tr("Back"), self._show_list)
        parts = (label(tr("This will happen"), "section"), self.steps, None)
        self.plan_page = self.add_page(sheet(*parts, foot=(back, None, self.go)))

    def popup(self) -> None:
        """Show which backups there are now."""
        self.notice.hide()
        if not self.is_working:
            self._show_list()
        self.open()
        self.look()

    def look(self) -> None:
        """Look which backups there are."""
        self.bridge.ask(lambda app: app.backups.list(), self._know, self.tell)

    @property
    def chosen(self) -> Backup | None:
        """The backup that is marked."""
        place = self.list.currentIndex().row()
        return self.found.backups[place] if self.found is not None and 0 <= place < len(self.found.backups) else None

    # -- the list

    def _know(self, found: Overview) -> None:
        before = self.chosen
        self.found = found
        self._model.show([_row(at, one) for at, one in enumerate(found.backups)])
        names = [one.name for one in found.backups]
        place = names.index(before.name) if before is not None and before.name in names else 0
        self.list.setCurrentIndex(self._model.index(place))
        self.place.setText(sentences.place(found))
        self.list.setVisible(bool(names))
        self.nothing.setVisible(not names)
        self.beside.setVisible(not found.is_default)
        self._offer()

    @Slot()
    def _offer(self) -> None:
        chosen = self.chosen
        self.delete.setEnabled(chosen is not None)
        self.restore.setEnabled(chosen is not None and chosen.is_readable)

    def _show_list(self) -> None:
        self.show_page(self.page, self.list)

    def _back(self, sentence: str) -> None:
        self._show_list()
        self.notice.say(sentence)
        self.look()

    # -- what is done

    def _make(self) -> None:
        self.work(tr("Making a backup"), lambda app: app.backups.make(), self._made, self.page)

    def _made(self, made: Backup) -> None:
        self.list.setCurrentIndex(QModelIndex())  # the new one is marked then
        self._back(tr("A backup is made: {held}.", held=sentences.note(made)))

    def _ask_delete(self) -> None:
        chosen = self.chosen
        if chosen is not None:
            question = tr("Delete the backup of {moment}?", moment=words.when(chosen.made_at))
            rest = tr("What is in NestDesk now stays. This cannot be undone.")
            dialogs.confirm(self, question, rest, tr("Delete"), lambda: self._delete(chosen.name))

    def _delete(self, name: str) -> None:
        self.bridge.ask(lambda app: app.backups.delete(name), lambda _: self.look(), self.tell)

    def _ask_folder(self) -> None:
        ask_folder(self, tr("Choose a folder for backups"), self._choose)

    def _choose(self, parent: Path | None) -> None:
        self.work(tr("Moving the backups"), lambda app: app.backups.choose(parent), self._moved, self.page)

    def _moved(self, place: Path) -> None:
        self._back(tr("Backups lie in {place} now.", place=place))

    @Slot()
    def _show_plan(self) -> None:
        if self.chosen is not None and self.chosen.is_readable and not self.is_working:
            self.steps.setText(sentences.plan(self.chosen))
            self.show_page(self.plan_page, self.go)

    def _confirm(self) -> None:
        chosen = self.chosen
        self.accept()
        self.confirmed.emit(chosen)


def _row(at: int, one: Backup) -> Row:
    return Row(at, sentences.title(one), sentences.note(one), "muted" if one.is_readable else "danger")
