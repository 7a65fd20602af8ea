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

if TYPE_CHECKING:
    from nestdesk.services.exchange import Exported, Form, OwnChat, Stock

# How chosen chats are written: the service's word for it, and the file's ending.
FORMS: dict[str, tuple[Form, str]] = {
    "Markdown, for people": ("markdown", "md"),
    "JSON with all branches, for programs": ("json", "json"),
}


class ExportDialog(ExchangeDialog):
    """Says what an export will hold before it is written."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(bridge, "Export", parent)
        self._target = Path()
        self.setAcceptDrops(False)
        self.everything = QRadioButton("Everything, to restore it or to take it to another computer")
        self.some = QRadioButton("Chosen chats")
        group = QButtonGroup(self)
        for choice in (self.everything, self.some):
            choice.setAccessibleName(choice.text())
            group.addButton(choice)
        self.everything.setChecked(True)
        self.holds = label("", "muted", wraps=True)
        self.chats = Chooser("Chats", ("Chat", "Last written to", "Messages", "Size"), "chat")
        self.chats.changed.connect(self._update)
        self.form = QComboBox()
        self.form.setAccessibleName("How the chats are written")
        self.form.addItems(list(FORMS))
        self.form.view().setAccessibleName(self.form.accessibleName())
        name = label("As")
        name.setBuddy(self.form)
        self.form_row = QWidget()
        self.form_row.setLayout(row(name, self.form, None))
        self.write = button("Export …", self._ask_where, "primary")
        foot = (None, button("Close", self.reject), self.write)
        warning = label(sentences.OUT_OF_REACH, "muted", wraps=True)
        parts = (label("What to export", "section"), self.everything, self.some, self.holds, self.chats, self.form_row)
        self.page = self.add_page(sheet(*parts, None, warning, foot=foot))
        self.finished_page = ChoosePage("check", "Exported", "", button("Close", self.accept, "primary"))
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
        self._stock_words = (
            f"{sentences.stock(stock)}, and your settings; at most about {words.size(stock.size_bytes)}. Tables are "
            "JSON lines, chats Markdown too, weights safetensors: all can be read without NestDesk. The original files "
            "of your documents, the language model and temporary chats are not inside."
        )
        self.chats.show_choices([_choice(one) for one in chats], [])
        self.some.setEnabled(bool(chats))
        self._update()

    def _update(self) -> None:
        is_some = self.some.isChecked()
        self.chats.setVisible(is_some)
        self.form_row.setVisible(is_some)
        size = words.size(sum(int(one.order[2]) for one in self.chats.chosen))
        chosen = words.count(len(self.chats.chosen), "chat")
        self.holds.setText(f"{chosen}, about {size}." if is_some else self._stock_words)
        self.write.setEnabled(bool(self.chats.chosen) if is_some else bool(self._stock_words))

    def _ask_where(self) -> None:
        ending = FORMS[self.form.currentText()][1] if self.some.isChecked() else "zip"
        name = f"nestdesk-{'chats' if self.some.isChecked() else 'everything'}-{datetime.now():%Y-%m-%d}.{ending}"
        ask_target(self, name, f"Files (*.{ending})", self.export_to)

    def export_to(self, target: Path) -> None:
        """Write what is chosen."""
        self._target = target
        if not self.some.isChecked():
            self.work("Exporting everything", lambda app: app.exchange.export(target), self._wrote_all, self.page)
            return
        ids = [int(one.key) for one in self.chats.chosen]
        form = FORMS[self.form.currentText()][0]
        title = f"Exporting {words.count(len(ids), 'chat')}"
        self.work(title, lambda app: app.exchange.export_chats(ids, target, form), self._wrote_chats, self.page)

    def _wrote_all(self, made: Exported) -> None:
        self._tell_written(f"{sentences.rows(made.rows)}, {words.count(made.weights, 'weight file')}", made.size_bytes)

    def _wrote_chats(self, size_bytes: int) -> None:
        self._tell_written(words.count(len(self.chats.chosen), "chat"), size_bytes)

    def _tell_written(self, held: str, size_bytes: int) -> None:
        self.finished_page.sentence.setText(f"{held}, {words.size(size_bytes)}, written to {self._target}.")
        self.show_page(self.finished_page, self.finished_page.first)


def _choice(chat: OwnChat) -> Choice:
    notes = (words.when(chat.updated_at), f"{chat.messages:,}", words.size(chat.chars))
    return Choice(chat.id, chat.title, notes, (chat.updated_at.timestamp(), chat.messages, chat.chars))
