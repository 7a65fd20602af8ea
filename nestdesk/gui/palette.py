"""Ctrl+K: a line to type in, and below it every chat, document, memory, expert and command that holds the words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QToolButton, QVBoxLayout, QWidget

from nestdesk.gui import shortcuts, words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import label
from nestdesk.gui.item_models import Row, RowsModel
from nestdesk.gui.language import mark, tr
from nestdesk.gui.rail import row_list

if TYPE_CHECKING:
    from nestdesk.services.find import Found

TYPING_MS = 120  # after which what was typed is looked up
VIEWS = {"chat": "chats", "document": "library", "memory": "memory", "expert": "experts"}
WORDS = {"chat": mark("Chat"), "document": mark("Document"), "memory": mark("Memory"), "expert": mark("Expert")}
PICTURES = {"chat": "chats", "document": "document", "memory": "memory", "expert": "experts"}
COMMANDS = 6
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class Palette(QDialog):
    """Finds anything; what is chosen is opened, and a command is carried out."""

    chosen = Signal(str, int)  # view, id
    message_chosen = Signal(int, int)  # id of the chat, of the message in it

    def __init__(self, bridge: Bridge, actions: Sequence[QAction], parent: QWidget) -> None:
        """Start out of sight; actions are the commands of the menus."""
        super().__init__(parent)
        self.setWindowTitle(tr("Find anything"))
        self.resize(560, 440)
        self._bridge, self._actions = bridge, tuple(actions)
        self._entries: list[Found | QAction] = []
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("What to find"))
        self.field.setPlaceholderText(tr("Chats, documents, memories, experts, commands"))
        self.field.setClearButtonEnabled(True)
        for clear in self.field.findChildren(QToolButton):
            clear.setAccessibleName(tr("Clear the line"))
        self.field.installEventFilter(self)
        self.model = RowsModel(self)
        self.list = row_list(tr("What was found"), self.model)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay in the line
        self.list.clicked.connect(self._open)
        self.nothing = label("", "muted", wraps=True)
        self.nothing.hide()
        self._timer = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._timer.timeout.connect(self.look_up)
        self.field.textEdited.connect(lambda _: self._timer.start())
        self.field.returnPressed.connect(self._open_current)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.nothing)
        layout.addWidget(self.list, 1)

    def popup(self) -> None:
        """Show it with what was used last."""
        self.field.clear()
        self.look_up()
        self.open()
        self.field.setFocus()

    @Slot()
    def look_up(self) -> None:
        """Look up what stands in the line now."""
        text = self.field.text()
        self._bridge.ask(lambda app: app.find.find(text), lambda found: self._show(text, found))

    def _show(self, text: str, found: Sequence[Found]) -> None:
        if text != self.field.text():  # more was typed meanwhile
            return
        sought = text.casefold().split()
        enabled = [one for one in self._actions if one.isEnabled()] if sought else []
        commands = [one for one in enabled if _holds(shortcuts.name(one), sought)]
        self._entries = [*found, *commands[:COMMANDS]]
        self.model.show([_row(number, entry) for number, entry in enumerate(self._entries)])
        self.nothing.setText(
            tr("Nothing holds “{sought}”.", sought=text.strip()) if sought else tr("There is nothing to find yet.")
        )
        self.nothing.setVisible(not self._entries)
        if self._entries:
            self.list.setCurrentIndex(self.model.index(0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys in the line move through the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._entries:
            step = _MOVES.get(Qt.Key(event.key()))
            if step is not None:
                row = self.list.currentIndex().row() + step
                self.list.setCurrentIndex(self.model.index(max(0, min(row, len(self._entries) - 1))))
                return True
        return super().eventFilter(watched, event)

    @Slot()
    def _open_current(self) -> None:
        if self._timer.isActive():  # typed quickly: what stands in the line has not been looked up yet
            self._timer.stop()
            self.look_up()
        elif self._entries:
            self._open(self.list.currentIndex())

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        entry = self._entries[index.row()]
        self.close()
        if isinstance(entry, QAction):
            entry.trigger()
            return
        if entry.message_id is not None:
            self.open_message(entry.message_id, entry.id)
        else:
            self.chosen.emit(VIEWS[entry.kind], entry.id)

    def open_message(self, message_id: int, conversation_id: int) -> None:
        """Open a chat at the branch of a message, which may not be the one that is shown."""

        def opened(_: None) -> None:
            self.message_chosen.emit(conversation_id, message_id)

        self._bridge.ask(lambda app: app.chat.show(message_id), opened)


def _row(number: int, entry: Found | QAction) -> Row:
    if isinstance(entry, QAction):
        keys = shortcuts.keys(entry)
        return Row(
            number,
            shortcuts.name(entry),
            tr("Command · {keys}", keys=keys) if keys else tr("Command"),
            picture="forward",
        )
    told = (tr(WORDS[entry.kind]), words.only_in(entry.only_in) if entry.only_in else "", entry.note)
    return Row(number, entry.title, " · ".join(filter(None, told)), picture=PICTURES[entry.kind])


def _holds(name: str, sought: Sequence[str]) -> bool:
    return all(word in name.casefold() for word in sought)
