"""Importing chats: choose an export, see what is inside, take what is wanted, and learn from it if that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from nestdesk.gui import exchange_words as sentences
from nestdesk.gui import words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import button, column, frame, label
from nestdesk.gui.exchange_pages import ChoosePage, ExchangeDialog, ask_file, ask_folder, sheet
from nestdesk.gui.exchange_table import Choice, Chooser
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from nestdesk.services.exchange import Lesson
    from nestdesk.services.intake import FoundChat, Intake

KINDS = mark("Exports (*.zip *.json);;All files (*)")
IMPORT_STOPPED = mark("Stopped. The chats imported so far stay; importing again goes on with the rest.")


class ImportDialog(ExchangeDialog):
    """Writes nothing before a person has seen what an export holds."""

    restore_requested = Signal(object)  # Path of an export of NestDesk
    said = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(bridge, tr("Import chats"), parent)
        self._paths: tuple[Path, ...] = ()
        self._found: Intake | None = None
        self._lessons: dict[int, Lesson] = {}
        self.choose_file = button(tr("Choose a file …"), self._ask_file, "primary", "document")
        self.choose_folder = button(tr("Choose a folder …"), self._ask_folder, picture="folder")
        self.choose = ChoosePage(
            "chats", tr("Bring your chats with you"), tr(sentences.HOW_TO_IMPORT), self.choose_file, self.choose_folder
        )
        self.add_page(self.choose)
        self._build_preview()
        self._build_result()
        self._build_lessons()
        self.dropped.connect(self.look_into)

    def _build_preview(self) -> None:
        self.summary = label("", "section", wraps=True)
        self.news = label("", "muted", wraps=True)
        self.skipped = label("", "muted", wraps=True)
        self.chats = Chooser(tr("Chats in the export"), (tr("Chat"), tr("Begun"), tr("Messages"), tr("What is new")))
        self.chats.changed.connect(self._count)
        self.restore = button(tr("Restore everything instead …"), self._restore)
        self.restore.setToolTip(tr("This is an export of NestDesk: documents, memories and weights can come back too"))
        self.take = button(tr("Import"), self._take, "primary")
        self.learn_known = button(tr("What could be learned …"), self._show_known_lessons)
        back = button(tr("Back"), self._start)
        parts = (self.summary, self.news, self.skipped, self.chats)
        self.preview = self.add_page(sheet(*parts, foot=(back, self.restore, None, self.learn_known, self.take)))

    def _build_result(self) -> None:
        self.result_title = label("", "section", wraps=True)
        self.result_text = label("", "muted", wraps=True)
        self.learn = button(tr("See what could be learned …"), self._show_taken_lessons, "primary")
        self.close_button = button(tr("Close"), self.accept)
        parts = (self.result_title, self.result_text, None)
        self.result_page = self.add_page(sheet(*parts, foot=(None, self.learn, self.close_button)))

    def _build_lessons(self) -> None:
        title = label(tr("What NestDesk would learn"), "section")
        note = label(
            tr(
                "Only what you wrote yourself, never an answer. What you choose goes into the learning queue; each "
                "chat can be forgotten again."
            ),
            "muted",
            wraps=True,
        )
        self.lessons = Chooser(tr("What would be learned, chat by chat"), (tr("Chat"), tr("Statements")))
        self.lessons.changed.connect(self._count_lessons)
        self.lessons.row_entered.connect(self._show_statements)
        self.statements = QPlainTextEdit()
        self.statements.setReadOnly(True)
        self.statements.setTabChangesFocus(True)
        self.statements.setAccessibleName(tr("What you stated in this chat"))
        self.statements.setFixedHeight(112)
        self.statements.document().setDocumentMargin(8)
        box = frame("card")
        box.setLayout(column(self.statements))
        self.start = button(tr("Learn"), self._learn, "primary")
        parts = (title, note, self.lessons, box)
        foot = (None, button(tr("Not now"), self.accept), self.start)
        self.lessons_page = self.add_page(sheet(*parts, foot=foot))
        self.no_lessons = ChoosePage(
            "memory",
            tr("Nothing to learn here"),
            tr("In these chats you stated nothing that is not learned already. They can be searched and read."),
            button(tr("Close"), self.accept, "primary"),
        )
        self.add_page(self.no_lessons)

    # -- steps

    def popup(self, paths: Sequence[Path] = ()) -> None:
        """Show it, at the preview of the paths if there are any."""
        if not self.is_working:
            self._start()
        self.open()
        if paths:
            self.look_into(paths)

    def _start(self) -> None:
        self.notice.hide()
        self.show_page(self.choose, self.choose_file)

    @Slot(list)
    def look_into(self, paths: Sequence[Path]) -> None:
        """Look into exports; nothing is taken."""
        if not self.is_working:
            self._paths = tuple(paths)
            names = words.first_line(", ".join(path.name for path in paths), 60)
            title = tr("Looking into {names}", names=names)
            self.work(title, lambda app: app.exchange.read(self._paths, as_chats=True), self._show_found, self.choose)

    def _show_found(self, found: Intake) -> None:
        self._found = found
        self.summary.setText(sentences.found(found))
        self.news.setText(sentences.news(found))
        self.skipped.setText(words.first_line(sentences.skipped(found), 160))
        self.skipped.setToolTip(sentences.skipped(found))
        self.skipped.setVisible(bool(found.skipped))
        self.chats.show_choices([_choice(one) for one in found.chats], [one.origin for one in _new(found)])
        self.restore.setVisible(len(found.exports) == 1)
        self.learn_known.setVisible(not found.new_messages and bool(found.taken_ids))
        self.show_page(self.preview, self.chats.filter)

    def _count(self) -> None:
        self.take.setEnabled(bool(self.chats.chosen))
        nothing = self._found is not None and not self._found.new_messages
        chosen = len(self.chats.chosen)
        self.take.setText(tr("Nothing new") if nothing and not self.chats.chosen else tr("Import %Ln chat(s)", chosen))
        self.take.setAccessibleName(self.take.text())

    def _take(self) -> None:
        only = frozenset(str(one.key) for one in self.chats.chosen)
        title = tr("Importing %Ln chat(s)", len(only))
        self.work(
            title,
            lambda app: app.exchange.take(self._paths, only=only),
            self._show_taken,
            self.preview,
            tr(IMPORT_STOPPED),
        )

    def _show_taken(self, taken: Intake) -> None:
        self._found = taken
        self.result_title.setText(sentences.taken(taken))
        self.result_text.setText(
            "\n\n".join(part for part in (tr("They are in the list of chats now."), sentences.skipped(taken)) if part)
        )
        self.learn.setVisible(bool(taken.taken_ids))
        self.show_page(self.result_page, self.learn if taken.taken_ids else self.close_button)
        self.said.emit(sentences.taken(taken))

    def _restore(self) -> None:
        assert self._found is not None
        self.accept()
        self.restore_requested.emit(self._found.exports[0])

    # -- learning

    def _show_known_lessons(self) -> None:
        self._look_for_lessons(self.preview)

    def _show_taken_lessons(self) -> None:
        self._look_for_lessons(self.result_page)

    def _look_for_lessons(self, back: QWidget) -> None:
        ids = self._found.taken_ids if self._found else ()
        self.work(tr("Reading what you wrote"), lambda app: app.exchange.lessons(ids), self._show_lessons, back)

    def _show_lessons(self, lessons: Sequence[Lesson]) -> None:
        if not lessons:
            self.show_page(self.no_lessons, self.no_lessons.first)
            return
        self._lessons = {one.conversation_id: one for one in lessons}
        choices = [
            Choice(one.conversation_id, one.title, (words.number(len(one.statements)),), (len(one.statements),))
            for one in lessons
        ]
        self.lessons.show_choices(choices, list(self._lessons))
        self.show_page(self.lessons_page, self.lessons.filter)

    @Slot(object)
    def _show_statements(self, conversation_id: int) -> None:
        self.statements.setPlainText("\n".join(self._lessons[conversation_id].statements))

    def _count_lessons(self) -> None:
        self.start.setEnabled(bool(self.lessons.chosen))
        self.start.setText(tr("Learn from %Ln chat(s)", len(self.lessons.chosen)))
        self.start.setAccessibleName(self.start.text())

    def _learn(self) -> None:
        ids = [int(one.key) for one in self.lessons.chosen]
        self.work(tr("Adding to the queue"), lambda app: app.exchange.learn(ids), self._queued, self.lessons_page)

    def _queued(self, queued: int) -> None:
        self.said.emit(tr("%Ln chat(s) is/are waiting to be learned.", queued))
        self.accept()

    # -- questions

    def _ask_file(self) -> None:
        ask_file(self, tr("Choose an export"), tr(KINDS), lambda path: self.look_into([path]))

    def _ask_folder(self) -> None:
        ask_folder(self, tr("Choose the folder of an export"), lambda path: self.look_into([path]))


def _new(found: Intake) -> list[FoundChat]:
    return [one for one in found.chats if one.new_messages]


def _choice(chat: FoundChat) -> Choice:
    notes = (words.day(chat.begun), words.number(chat.messages), sentences.state(chat))
    return Choice(chat.origin, chat.title, notes, (chat.begun.timestamp(), chat.messages, chat.new_messages))
