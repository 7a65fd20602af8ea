"""Forgetting as the window does it: say what goes and what stays, ask, delete, and tell what was deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from nestdesk.core.jobs import Job, Outcome
from nestdesk.core.types import Conversation, MemorySummary, Source
from nestdesk.gui import dialogs, words
from nestdesk.gui.bridge import INTAKE, Bridge

if TYPE_CHECKING:
    from nestdesk.services.forget import Receipt
    from nestdesk.services.workspace import App

FROM_FILE = "The file itself stays where it is."
FROM_CHAT = "Its memory goes with it. The chat itself stays; what was said in it so far is not learned again."


class Forgetting(QObject):
    """Deletes sources, chats and memories, each only after a yes."""

    said = Signal(str)

    def __init__(self, bridge: Bridge, window: QWidget) -> None:
        """Ask in front of the window."""
        super().__init__(window)
        self._bridge, self._window = bridge, window

    def forget_source(self, source: Source) -> None:
        """Ask, then remove a source and everything that was learned from it."""
        rest = FROM_CHAT if words.is_chat(source) else FROM_FILE
        consequences = (
            "Its text, passages, questions and every weight that was learned from it are deleted. Experts that learned "
            f"from other sources too go back to before it. This cannot be undone. {rest}"
        )
        self._ask(
            f"Forget “{source.title}”?", consequences, "Forget", source.title, lambda app: app.forget.forget(source.id)
        )

    def delete_chat(self, conversation: Conversation) -> None:
        """Ask, then delete a chat and all that is left of it."""
        self._ask(
            f"Delete “{conversation.title}”?",
            "Its messages, its memory and every weight that was learned from it are deleted. This cannot be undone.",
            "Delete",
            conversation.title,
            lambda app: app.forget.delete_conversation(conversation.id),
        )

    def forget_memory(self, summary: MemorySummary, title: str) -> None:
        """Ask, then delete what is remembered and was learned of a chat."""
        self._ask(
            f"Forget what was said in “{title or 'a chat'}”?",
            "Its memory and every weight that was learned from it are deleted. This cannot be undone. The chat itself "
            "stays; what was said in it so far is neither remembered nor learned again.",
            "Forget",
            title or "A chat",
            lambda app: app.forget.forget_said(summary.conversation_id),
        )

    def _ask(self, question: str, consequences: str, yes: str, title: str, make_job: Callable[[App], Job[Any]]) -> None:
        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            elif outcome.result is not None:
                self.said.emit(receipt_words(title, outcome.result))

        dialogs.confirm(
            self._window, question, consequences, yes, lambda: self._bridge.run(INTAKE, make_job, on_end=end)
        )


def receipt_words(title: str, receipt: Receipt) -> str:
    """Return in plain words what forgetting a source removed."""
    gone = f"{words.count(receipt.passages, 'passage')}, {words.count(receipt.checkpoints, 'checkpoint')}"
    parts = [f"“{title}” is forgotten: {gone}, {words.size(receipt.bytes_freed)} freed."]
    if receipt.rebuilt_experts:
        parts.append(f"Gone back to before it: {', '.join(receipt.rebuilt_experts)}.")
    if receipt.note:
        parts.append(receipt.note)
    return " ".join(parts)
