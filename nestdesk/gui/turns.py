"""The turns of a chat, one below the other: what is asked of any of them is told by one signal each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from nestdesk.core.chats import Branch
from nestdesk.core.jobs import Ticket
from nestdesk.core.types import Message
from nestdesk.gui.message_view import AnswerTurn, UserTurn, turn

Turn = TypeVar("Turn", UserTurn, AnswerTurn)


@dataclass(eq=False)
class Live:
    """A message on its way: its two widgets, and the job once there is one."""

    sent: UserTurn
    answer: AnswerTurn
    ticket: Ticket | None = None
    is_shown: bool = True  # False once the widgets are gone


class Turns(QVBoxLayout):
    """A column of turns. An id is a message's."""

    why_requested = Signal(object, int)
    again_requested = Signal(int)
    edit_requested = Signal(int)
    undo_requested = Signal(int)
    version_chosen = Signal(int)
    correction_requested = Signal(int)
    correction_given = Signal(int, str)
    asked_inserted = Signal(object)  # UserTurn

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setSpacing(24)

    def append(self, made: Turn) -> Turn:
        """Put a turn below the others, unless it is among them."""
        if self.indexOf(made) < 0:
            self.addWidget(self._connected(made))
        return made

    def insert(self, place: int, message: Message, branch: Branch) -> None:
        """Put a stored message of a branch at a place."""
        versions = branch.versions.get(message.id, ())
        made = turn(message)
        if isinstance(made, AnswerTurn):
            made.show_stored(message, versions)
            self.insertWidget(place, self._connected(made))
        else:
            made.show_stored(message, versions, is_answered=branch.later > 0 or message != branch.messages[-1])
            self.insertWidget(place, self._connected(made))
            self.asked_inserted.emit(made)

    def all(self) -> list[UserTurn | AnswerTurn]:
        """Return the turns in order."""
        widgets = (item.widget() for place in range(self.count()) if (item := self.itemAt(place)) is not None)
        return [widget for widget in widgets if isinstance(widget, UserTurn | AnswerTurn)]

    def find(self, id: int) -> UserTurn | AnswerTurn | None:
        """Return the turn of a message, if it is in sight."""
        return next((one for one in self.all() if one.message_id == id), None)

    def drop_from(self, id: int) -> None:
        """Take a message and all below it out of sight: another branch begins there."""
        turns = self.all()
        first = next((place for place, one in enumerate(turns) if one.message_id == id), len(turns))
        self._drop(turns[first:])

    def drop_first(self, count: int) -> None:
        """Take the uppermost turns out of sight."""
        self._drop(self.all()[:count])

    def _drop(self, turns: Sequence[UserTurn | AnswerTurn]) -> None:
        for one in turns:
            self.removeWidget(one)
            one.hide()
            one.setParent(None)
            one.deleteLater()

    def _connected(self, made: Turn) -> Turn:
        made.again_requested.connect(self.again_requested)
        made.version_chosen.connect(self.version_chosen)
        if isinstance(made, AnswerTurn):
            made.why_requested.connect(self.why_requested)
            made.correction_requested.connect(self.correction_requested)
            made.correction_given.connect(self.correction_given)
        else:
            made.edit_requested.connect(self.edit_requested)
            made.undo_requested.connect(self.undo_requested)
        return made
