"""Forgetting as the window does it: say what goes and what stays, ask, delete, and tell what was deleted.

A chat is not asked about: it is out of sight at once, and for some seconds that can be undone. Only then it is
deleted for good. What was asked for happens also when the window is closed in between: it is done before the data
folder is closed. After a crash in between the chat is there as before, so nothing is lost that was not yet deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from nestdesk.core.jobs import Job, Outcome
from nestdesk.core.types import Conversation, Fact, MemorySummary, Source
from nestdesk.gui import dialogs, words
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

FROM_FILE = mark(
    "The file itself stays where it is; in a watched folder it is left out from now on, until you add it yourself."
)
FROM_CHATS_FILE = mark("The file itself stays where it is, and so does the chat.")
FROM_FILES = mark("Files and chats stay where they are, and are not learned again by themselves.")
COPIES = mark(
    "Automatic backups, and exports in the data folder, hold it too and are deleted; those elsewhere are yours."
)
FROM_CHAT = mark("Its memory goes with it. The chat itself stays; what was said in it so far is not learned again.")


class Forgetting(QObject):
    """Deletes sources and memories, each only after a yes, and chats, which can be undone."""

    said = Signal(str)
    undo_offered = Signal(str, object, object)  # sentence, what takes it back, what does it
    chat_left = Signal(int)  # a chat that is being deleted
    chats_hidden = Signal(object)  # frozenset of the ids of all that are

    def __init__(self, bridge: Bridge, window: QWidget) -> None:
        """Ask in front of the window."""
        super().__init__(window)
        self._bridge, self._window = bridge, window
        self._waiting: set[int] = set()  # chats whose deletion can be undone
        self._going: set[int] = set()  # chats that are being deleted for good
        bridge.closing.connect(self._delete_before_closing)

    def forget_source(self, source: Source) -> None:
        """Ask, then remove a source and everything that was learned from it."""
        of_file = FROM_FILE if source.attached_to is None else FROM_CHATS_FILE
        rest = tr(FROM_CHAT) if words.is_chat(source) else tr(of_file)
        consequences = tr(
            "Its text, passages, questions and every weight that was learned from it are deleted. Experts that "
            "learned from other sources too go back to before it. This cannot be undone. {rest}",
            rest=rest,
        )
        self._ask(
            tr("Forget “{title}”?", title=source.title),
            consequences,
            tr("Forget"),
            lambda app: app.forget.forget(source.id),
        )

    def forget_sources(self, sources: Sequence[Source]) -> None:
        """Ask once, then remove some sources and everything that was learned from them."""
        if len(sources) == 1:
            self.forget_source(sources[0])
            return
        ids = [source.id for source in sources]
        consequences = tr(
            "Their text, passages, questions and every weight that was learned from them are deleted. Experts "
            "that learned from other sources too go back to before them. This cannot be undone. {rest}",
            rest=tr(FROM_FILES),
        )
        self._ask(
            tr("Forget %Ln source(s)?", len(ids)),
            consequences,
            tr("Forget"),
            lambda app: app.forget.forget_all(ids),
        )

    def delete_chat(self, conversation: Conversation) -> None:
        """Put a chat out of sight, and delete it with all that is left of it unless that is undone."""
        number = conversation.id
        if number in self._waiting | self._going:
            return
        self._waiting.add(number)
        self.chat_left.emit(number)
        self._tell_hidden()
        sentence = tr(
            "“{title}” is deleted, with its memory, what was learned from it, what is attached to it, its backups, and "
            "the exports in the data folder that hold it.",
            title=conversation.title,
        )
        self.undo_offered.emit(sentence, lambda: self._keep(number), lambda: self._delete(number))

    def _keep(self, conversation_id: int) -> None:
        self._waiting.discard(conversation_id)
        self._tell_hidden()

    def _delete(self, conversation_id: int) -> None:
        self._waiting.discard(conversation_id)
        self._going.add(conversation_id)

        def end(outcome: Outcome) -> None:
            self._going.discard(conversation_id)
            self._tell_hidden()  # where it was refused, the chat is there again
            self._tell(outcome)

        self._bridge.run(INTAKE, lambda app: app.forget.delete_conversation(conversation_id), on_end=end)

    @Slot()
    def _delete_before_closing(self) -> None:
        for number in sorted(self._waiting | self._going):  # what waits behind other work was just cancelled
            self._bridge.ask(lambda app, id=number: _delete_now(app, id))  # type: ignore[misc]

    def _tell_hidden(self) -> None:
        self.chats_hidden.emit(frozenset(self._waiting | self._going))

    def forget_memory(self, memory: MemorySummary | Fact, title: str) -> None:
        """Ask, then delete what is remembered and was learned of a chat, or a single fact."""
        if isinstance(memory, Fact):
            self._forget_fact(memory)
        else:
            self._forget_chat(memory, title)

    def _forget_fact(self, fact: Fact) -> None:
        self._ask(
            tr("Delete “{fact}”?", fact=words.first_line(fact.text)),
            tr(
                "It is deleted with what it replaced, with the answers that were made from it, and with what was "
                "learned from the chats that it was said in; what else was said there is learned again. This cannot be "
                "undone. The chats themselves stay."
            ),
            tr("Delete"),
            lambda app: app.forget.forget_fact(fact.id),
        )

    def _forget_chat(self, summary: MemorySummary, title: str) -> None:
        self._ask(
            tr("Forget what was said in “{title}”?", title=title or tr("a chat")),
            tr(
                "Its memory and every weight that was learned from it are deleted. This cannot be undone. The chat "
                "itself stays; what was said in it so far is neither remembered nor learned again."
            ),
            tr("Forget"),
            lambda app: app.forget.forget_said(summary.conversation_id),
        )

    def _ask(self, question: str, consequences: str, yes: str, make_job: Callable[[App], Job[Any]]) -> None:
        told = f"{consequences} {tr(COPIES)}"
        dialogs.confirm(
            self._window, question, told, yes, lambda: self._bridge.run(INTAKE, make_job, on_end=self._tell)
        )

    def _tell(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._bridge.problem_found.emit(outcome.error)
        elif outcome.result is not None:
            self.said.emit(outcome.result.words())


def _delete_now(app: App, conversation_id: int) -> None:
    """Delete a chat while the program ends; what was learned later is not consolidated again, as by stopping that."""
    with closing(app.forget.delete_conversation(conversation_id)) as job:
        for step in job:
            if step.done > 0:  # it is deleted; the rest takes time
                break
