"""Where a window stands, how its panels are divided and what it showed, remembered between two starts.

What was typed and not sent is not: it is a person's own words, and this file is no place for them.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, Slot
from PySide6.QtWidgets import QMainWindow

from nestdesk.gui.chat_view import ChatView
from nestdesk.gui.desk import Desk
from nestdesk.gui.feed import Feed
from nestdesk.gui.rail import VIEWS


def restore(window: QMainWindow, desk: Desk, state: QSettings) -> None:
    """Put a window where it was closed, or give it its first size."""
    window.resize(1280, 800)
    if (geometry := state.value("geometry")) is not None:
        window.restoreGeometry(geometry)
    if (sizes := state.value("splitter")) is not None:
        desk.restore_panels(sizes)


def last_view(state: QSettings) -> str:
    """Return the view that was in sight, or the first one."""
    name = str(state.value("view", ""))
    return name if name in [view.name for view in VIEWS] else VIEWS[0].name


def save(window: QMainWindow, desk: Desk, chat: ChatView, view: str, state: QSettings) -> None:
    """Remember size, place and panels, the view, and which chat was open. A temporary chat is not remembered."""
    state.setValue("geometry", window.saveGeometry())
    state.setValue("splitter", desk.save_panels())
    state.setValue("view", view)
    shown = chat.conversation
    state.setValue("chat", shown.id if shown is not None and not shown.is_temporary else 0)
    state.sync()


class LastChat(QObject):
    """Opens the chat that was open last time, once the chats are known and unless another was begun meanwhile."""

    def __init__(self, state: QSettings, feed: Feed, chat: ChatView, open_chat: Callable[[int], object]) -> None:
        """Wait for the chats."""
        super().__init__(chat)
        stored = str(state.value("chat", 0))
        self._wanted = int(stored) if stored.isdecimal() else 0
        self._feed, self._chat, self._open = feed, chat, open_chat
        feed.conversations_loaded.connect(self._reopen)

    @Slot(object)
    def _reopen(self, _: object) -> None:
        self._feed.conversations_loaded.disconnect(self._reopen)
        is_untouched = self._chat.conversation is None and not self._chat.is_busy
        if self._wanted and is_untouched and not self._chat.composer.box.toPlainText():
            self._open(self._wanted)
