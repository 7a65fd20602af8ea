"""Corrections of answers: the person writes what is right, as a message of the chat, and it is learned at once.

There is one kind of correction, whether it was typed into the chat or written below an answer: a message that says so.
It is remembered as every message is; its chat is learned right away instead of when it is left, and the question is
asked once more, of the weights alone, so that the person sees what came of it.
"""

from __future__ import annotations

from collections.abc import Callable

from nestdesk.core import jobs, metrics
from nestdesk.core.corrections import Outlook, Taught
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.settings import Settings
from nestdesk.core.types import Mode, Role, Source, SourceState, Turn
from nestdesk.memory import statements
from nestdesk.services.learn import Learn
from nestdesk.services.recall import Recall
from nestdesk.storage.journal import Journal
from nestdesk.storage.sources import SourceStore


class Corrections:
    """What the person says is right."""

    def __init__(
        self,
        journal: Journal,
        sources: SourceStore,
        learn: Learn,
        recall: Recall,
        settings: Callable[[], Settings],
    ) -> None:
        """Join the chats with learning; the settings are asked for anew every time."""
        self._journal = journal
        self._sources = sources
        self._learn = learn
        self._recall = recall
        self._settings = settings

    def outlook(self, answer_id: int) -> Outlook:
        """Say what becomes of a correction of an answer.

        Raises:
            StorageError: there is no such message.
        """
        chat = self._journal.up_to(answer_id)[-1].conversation_id
        if self._journal.conversation(chat).is_temporary:
            return Outlook.TEMPORARY
        return Outlook.LEARNED if self._settings().learns_from_chats else Outlook.OFF

    def worded(self, answer_id: int, text: str) -> str:
        """Return the message that corrects an answer: for the last one as it would be typed, else with the question.

        Raises:
            SettingsError: the text states nothing.
            StorageError: there is no such answer.
        """
        turns = self._journal.up_to(answer_id)
        said = " ".join(text.split())
        shown = self._journal.messages(turns[-1].conversation_id)
        asked = next((one for one in reversed(turns) if one.role is Role.USER), None)
        named = asked.text if asked else ""
        for question in ("", named) if shown and shown[-1].id == answer_id else (named,):
            message = statements.correction(said, question)
            if any(one.corrects for one in statements.newest([*shown, Turn(Role.USER, message)])):
                return message
        raise SettingsError("That states nothing to learn. Write what is right, such as: It is the blue one.")

    def question(self, message_id: int) -> str:
        """Return the question that a message answers anew, if it is a correction that is to be learned.

        Raises:
            StorageError: there is no such message.
        """
        if self.outlook(message_id) is not Outlook.LEARNED:
            return ""
        stated = statements.newest(self._journal.up_to(message_id))
        return next((one.corrects for one in stated if one.corrects), "")

    def teach(self, message_id: int) -> Job[Taught]:
        """Learn what a correction says, and ask its question of the weights alone.

        Raises:
            SettingsError: the message corrects nothing, or nothing of it is to be learned.
            BackboneError, StorageError: nothing can be learned at the moment; it stays in the queue.
        """
        question = self.question(message_id)
        source = self._queued(message_id) if question else None
        if source is None:
            raise SettingsError("There is nothing to learn from this message any more.")
        yield Progress("learning", 0.0, source_id=source.id)
        source = yield from self._learn.run(source.id, self._settings().budget_s)
        if source.state is not SourceState.LEARNED:
            return Taught(question, source)
        asking = self._recall.ask(question, Mode.CLOSED, is_short=True, max_tokens=self._settings().max_answer_tokens)
        answer = yield from jobs.retold(asking, lambda step: Progress("asking", source_id=source.id))
        said = self._journal.up_to(message_id)[-1].text.replace(question, "")
        return Taught(question, source, answer.text, metrics.contains(said, [answer.text]) == 1.0)

    def stop(self, message_id: int) -> None:
        """Stop learning the chat of a message.

        Raises:
            StorageError: there is no such message.
        """
        chat = self._journal.up_to(message_id)[-1].conversation_id
        if source := self._sources.of_conversation(chat):
            self._learn.cancel(source.id)

    def _queued(self, message_id: int) -> Source | None:
        chat = self._journal.up_to(message_id)[-1].conversation_id
        queued = self._learn.add_conversation(chat, self._settings().effort)
        return queued or self._sources.of_conversation(chat)
