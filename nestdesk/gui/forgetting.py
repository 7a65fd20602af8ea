"""Forgetting as the window does it: say what goes and what stays, ask, delete, and tell what was deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from nestdesk.core.jobs import Job, Outcome
from nestdesk.core.types import Conversation, Fact, MemorySummary, Source
from nestdesk.gui import dialogs, words
from nestdesk.gui.bridge import INTAKE, Bridge

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

FROM_FILE = (
    "The file itself stays where it is; in a watched folder it is left out from now on, until you add it yourself."
)
COPIES = "Automatic backups, and exports in the data folder, hold it too and are deleted; those elsewhere are yours."
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
        self._ask(f"Forget “{source.title}”?", consequences, "Forget", lambda app: app.forget.forget(source.id))

    def delete_chat(self, conversation: Conversation) -> None:
        """Ask, then delete a chat and all that is left of it."""
        self._ask(
            f"Delete “{conversation.title}”?",
            "Its messages, its memory and every weight that was learned from it are deleted. This cannot be undone.",
            "Delete",
            lambda app: app.forget.delete_conversation(conversation.id),
        )

    def forget_memory(self, memory: MemorySummary | Fact, title: str) -> None:
        """Ask, then delete what is remembered and was learned of a chat, or a single fact."""
        if isinstance(memory, Fact):
            self._forget_fact(memory)
        else:
            self._forget_chat(memory, title)

    def _forget_fact(self, fact: Fact) -> None:
        self._ask(
            f"Delete “{words.first_line(fact.text)}”?",
            "It is deleted with what it replaced, with the answers that were made from it, and with what was learned "
            "from the chats that it was said in; what else was said there is learned again. This cannot be undone. "
            "The chats themselves stay.",
            "Delete",
            lambda app: app.forget.forget_fact(fact.id),
        )

    def _forget_chat(self, summary: MemorySummary, title: str) -> None:
        self._ask(
            f"Forget what was said in “{title or 'a chat'}”?",
            "Its memory and every weight that was learned from it are deleted. This cannot be undone. The chat itself "
            "stays; what was said in it so far is neither remembered nor learned again.",
            "Forget",
            lambda app: app.forget.forget_said(summary.conversation_id),
        )

    def _ask(self, question: str, consequences: str, yes: str, make_job: Callable[[App], Job[Any]]) -> None:
        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            elif outcome.result is not None:
                self.said.emit(outcome.result.words())

        told = f"{consequences} {COPIES}"
        dialogs.confirm(self._window, question, told, yes, lambda: self._bridge.run(INTAKE, make_job, on_end=end))
