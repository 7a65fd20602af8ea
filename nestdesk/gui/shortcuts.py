"""The keys of the commands: as shipped, or as a person chose them, which the window's own file keeps."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QKeySequence

from nestdesk.gui.language import mark, tr

_GROUP = "keys"
_NATIVE = QKeySequence.SequenceFormat.NativeText
FIXED = ((mark("Enter"), mark("Send the message")), (mark("Shift+Enter"), mark("New line in the message")))
_COMMANDING = re.compile(r"(Ctrl|Alt|Meta)\+")
_FREE = re.compile(r"(Shift\+)?(Esc|F\d+)")
TAKEN = mark("{keys} already belongs to “{command}”. Choose other keys, or change that command first.")
TYPES = mark("{keys} alone types or moves in the window. Press it together with Ctrl or Alt.")


def name(action: QAction) -> str:
    """Return what a command is called."""
    return action.text().replace("&", "").rstrip(" …")


def stored_as(action: QAction) -> str:
    """Return the name under which a command's keys are kept."""
    own = action.objectName() or action.text()  # in English, whatever the language of the window
    return re.sub(r"[^a-z0-9]+", "-", own.replace("&", "").casefold()).strip("-")


def keys(action: QAction) -> str:
    """Return a command's keys as they are written on this platform; nothing if it has none."""
    return action.shortcut().toString(_NATIVE)


def lines(actions: Sequence[QAction]) -> list[tuple[str, str]]:
    """Return every shortcut with what it does."""
    return [
        *((keys(one), name(one)) for one in actions if keys(one)),
        *((tr(pressed), tr(text)) for pressed, text in FIXED),
    ]


class Shortcuts:
    """Changes keys. INVARIANT: no two commands have the same."""

    def __init__(self, actions: Sequence[QAction], state: QSettings) -> None:
        """Take over the keys a person chose earlier; actions come with the keys as shipped."""
        self.actions = tuple(actions)
        self._state = state
        self._shipped = {stored_as(one): one.shortcuts() for one in self.actions}
        stored = [(one, state.value(f"{_GROUP}/{stored_as(one)}")) for one in self.actions]
        chosen = [(one, QKeySequence(str(value))) for one, value in stored if value is not None]
        for action, _ in chosen:  # all of these first: two commands may have changed places
            self._set(action, [])
        for action, wanted in chosen:
            if not self._refusal(action, [wanted]):  # a newer NestDesk may have given them to another command
                self._set(action, [wanted])

    def change(self, action: QAction, chosen: QKeySequence) -> str:
        """Give a command other keys, or none; returns why that is refused, or nothing."""
        if refusal := self._refusal(action, [chosen]):
            return refusal
        self._set(action, [chosen])
        self._state.setValue(f"{_GROUP}/{stored_as(action)}", chosen.toString())
        return ""

    def reset(self, action: QAction) -> str:
        """Give a command its own keys again; returns why that is refused, or nothing."""
        if refusal := self._refusal(action, self._shipped[stored_as(action)]):
            return refusal
        self._set(action, self._shipped[stored_as(action)])
        self._state.remove(f"{_GROUP}/{stored_as(action)}")
        return ""

    def reset_all(self) -> None:
        """Give every command its own keys again."""
        self._state.remove(_GROUP)
        for action in self.actions:
            self._set(action, self._shipped[stored_as(action)])

    def is_changed(self, action: QAction) -> bool:
        """Say whether a command has other keys than its own."""
        return action.shortcuts() != self._shipped[stored_as(action)]

    def _refusal(self, action: QAction, wanted: Sequence[QKeySequence]) -> str:
        for one in wanted:
            written = one.toString(_NATIVE)
            if not one.isEmpty() and _types(one):
                return tr(TYPES, keys=written)
            for other in self.actions:
                if other is not action and not one.isEmpty() and one in other.shortcuts():
                    return tr(TAKEN, keys=written, command=name(other))
        return ""

    def _set(self, action: QAction, wanted: Sequence[QKeySequence]) -> None:
        action.setShortcuts([one for one in wanted if not one.isEmpty()])


def _types(chosen: QKeySequence) -> bool:
    """Say whether keys belong to writing and moving: a character, Enter, Tab, an arrow; not Esc or F1 to F35."""
    written = chosen.toString()
    return not _COMMANDING.search(written) and not _FREE.fullmatch(written)
