"""Exporting: everything as one archive of open formats, or chosen chats as Markdown or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QComboBox, QRadioButton, QWidget

from nestdesk.gui import exchange_words as sentences
from nestdesk.gui import words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import button, label, row
from nestdesk.gui.exchange_pages import ChoosePage, ExchangeDialog, ask_target, sheet
from nestdesk.gui.exchange_table import Choice, Chooser
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from nestdesk.services.exchange import Exported, Form, OwnChat, Stock

# How chosen chats are written: the service's word for it, and the file's ending.
FORMS: dict[str, tuple[Form, str]] = {
    mark("Markdown, for people"): ("markdown", "md"),
    mark("JSON with all branches, for programs"): ("json", "json"),
}


class ExportDialog(ExchangeDialog):
    """Says what an export will hold before it is written."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(bridge, tr("Export"), parent)
        self._target = Path()
        self.setAcceptDrops(False)
        self.everything = QRadioButton(tr("Everything, to restore it or to take it to another computer"))
        self.some = QRadioButton(tr("Chosen chats"))
        group = QButtonGroup(self)
        for choice in (self.everything, self.some):
            choice.setAccessibleName(choice.text())
            group.addButton(choice)
        self.everything.setChecked(True)
        self.holds = label("", "muted", wraps=True)
        self.chats = Chooser(tr("Chats"), (tr("Chat"), tr("Last written to"), tr("Messages"), tr("Size")))
        self.chats.changed.connect(self._update)
        self.form = QComboBox()
        self.form.setAccessibleName(tr("How the chats are written"))
        for name in FORMS:
            self.form.addItem(tr(name), name)
        self.form.view().setAccessibleName(self.form.accessibleName())
        shown_as = label(tr("As"))
        shown_as.setBuddy(self.form)
        self.form_row = QWidget()
        self.form_row.setLayout(row(shown_as, self.form, None))
        self.write = button(tr("Export …"), self._ask_where, "primary")
        foot = (None, button(tr("Close"), self.reject), self.write)
        warning = label(tr(sentences.OUT_OF_REACH), "muted", wraps=True)
        parts = (
            label(tr("What to export"), "section"),
            self.everything,
            self.some,
            self.holds,
            self.chats,
            self.form_row,
        )
        self.page = self.add_page(sheet(*parts, None, warning, foot=foot))
        self.finished_page = ChoosePage("check", tr("Exported"), "", button(tr("Close"), self.accept, "primary"))
        self.add_page(self.finished_page)
        self.some.toggled.connect(lambda _: self._update())
        self._stock_words = ""
        self._update()

    def popup(self) -> None:
        """Show what there is now."""
        self.notice.hide()
        if not self.is_working:
            self.show_page(self.page, self.everything)
            self.bridge.ask(lambda app: (app.exchange.stock(), app.exchange.own_chats()), self._show, self.tell)
        self.open()

    def _show(self, found: tuple[Stock, Sequence[OwnChat]]) -> None:
        stock, chats = found
        self._stock_words = tr(
            "{stock}, and your settings; at most about {size}. Tables are JSON lines, chats Markdown too, "
            "weights safetensors: all can be read without NestDesk. The original files of your documents, the "
            "language model and temporary chats are not inside.",
            stock=sentences.stock(stock),
            size=words.size(stock.size_bytes),
        )
        self.chats.show_choices([_choice(one) for one in chats], [])
        self.some.setEnabled(bool(chats))
        self._update()

    def _update(self) -> None:
        is_some = self.some.isChecked()
        self.chats.setVisible(is_some)
        self.form_row.setVisible(is_some)
        size = words.size(sum(int(one.order[2]) for one in self.chats.chosen))
        chosen = tr("%Ln chat(s)", len(self.chats.chosen))
        self.holds.setText(tr("{chosen}, about {size}.", chosen=chosen, size=size) if is_some else self._stock_words)
        self.write.setEnabled(bool(self.chats.chosen) if is_some else bool(self._stock_words))

    def _ask_where(self) -> None:
        ending = FORMS[self.form.currentData()][1] if self.some.isChecked() else "zip"
        what = "chats" if self.some.isChecked() else "everything"
        name = f"nestdesk-{what}-{datetime.now():%Y-%m-%d}.{ending}"
        ask_target(self, name, tr("Files (*.{ending})", ending=ending), self.export_to)

    def export_to(self, target: Path) -> None:
        """Write what is chosen."""
        self._target = target
        if not self.some.isChecked():
            self.work(tr("Exporting everything"), lambda app: app.exchange.export(target), self._wrote_all, self.page)
            return
        ids = [int(one.key) for one in self.chats.chosen]
        form = FORMS[self.form.currentData()][0]
        title = tr("Exporting %Ln chat(s)", len(ids))
        self.work(title, lambda app: app.exchange.export_chats(ids, target, form), self._wrote_chats, self.page)

    def _wrote_all(self, made: Exported) -> None:
        self._tell_written(sentences.with_weights(made.rows, made.weights), made.size_bytes)

    def _wrote_chats(self, size_bytes: int) -> None:
        self._tell_written(tr("%Ln chat(s)", len(self.chats.chosen)), size_bytes)

    def _tell_written(self, held: str, size_bytes: int) -> None:
        self.finished_page.sentence.setText(
            tr("{held}, {size}, written to {target}.", held=held, size=words.size(size_bytes), target=self._target)
        )
        self.show_page(self.finished_page, self.finished_page.first)


def _choice(chat: OwnChat) -> Choice:
    notes = (words.when(chat.updated_at), words.number(chat.messages), words.size(chat.chars))
    return Choice(chat.id, chat.title, notes, (chat.updated_at.timestamp(), chat.messages, chat.chars))
