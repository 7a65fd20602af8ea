"""The memory: what is kept of earlier chats, word for word as later chats get it; each entry can be deleted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.types import MemorySummary
from nestdesk.gui import words
from nestdesk.gui.elements import (
    ElidedLabel,
    EmptyState,
    Header,
    Page,
    button,
    clear,
    column,
    frame,
    icon_button,
    label,
    row,
)


class MemoryView(QWidget):
    """Shows every remembered summary."""

    conversation_requested = Signal(int)
    forget_requested = Signal(object, str)  # MemorySummary, title of its chat

    def __init__(self) -> None:
        """Start without memories."""
        super().__init__()
        self._cards: dict[int, QFrame] = {}
        self.header = Header("Memory")
        self.page = Page("Memories")
        intro = (
            "What NestDesk keeps of finished chats, in your own sentences. Those that fit a question are put in front "
            "of the model in later chats; “Why this answer” shows which. What you state about yourself, and your "
            "corrections, are learned too: the library shows them."
        )
        self._list = column(gap=8)
        self.page.body.addWidget(label(intro, "muted", wraps=True))
        self.page.body.addLayout(self._list)
        self.page.body.addStretch(1)
        self._empty = EmptyState(
            "memory",
            "No memories yet",
            "When a chat is over, its most telling sentences are kept here and used in later chats. "
            "Temporary chats leave nothing behind.",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._stack, 1)

    def show_summaries(self, summaries: Sequence[MemorySummary], titles: dict[int, str]) -> None:
        """Show these memories. titles names the conversations by id."""
        clear(self._list)
        self._cards = {}
        for summary in summaries:
            card = self._card(summary, titles.get(summary.conversation_id, ""))
            self._cards[summary.id] = card
            self._list.addWidget(card)
        self._stack.setCurrentWidget(self.page if summaries else self._empty)

    def scroll_to(self, summary_id: int) -> None:
        """Bring one memory into sight."""
        if summary_id in self._cards:
            self.page.ensureWidgetVisible(self._cards[summary_id])

    def _card(self, summary: MemorySummary, title: str) -> QFrame:
        made = frame("card")
        name = f"Delete the memory of {title or 'a chat'}"
        forget = icon_button("forget", name, lambda: self.forget_requested.emit(summary, title))
        heading = ElidedLabel(title or "A chat", "strong")
        head = row(heading, label(words.when(summary.created_at), "small"), forget, gap=8)
        head.setStretch(0, 1)
        layout = QVBoxLayout(made)
        layout.setContentsMargins(16, 8, 8, 12)
        layout.setSpacing(4)
        layout.addLayout(head)
        text = label(summary.text, wraps=True)
        layout.addWidget(text)
        if title:
            show = button(
                "Open the chat", lambda: self.conversation_requested.emit(summary.conversation_id), "quiet", "chats"
            )
            foot = row(show, None)
            foot.setContentsMargins(-9, 0, 0, 0)  # the quiet button's own padding: its icon stands below the text
            layout.addLayout(foot)
        return made
