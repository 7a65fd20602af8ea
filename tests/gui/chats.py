"""Chats with their branches, for the window: what the service does, with one fixed answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from nestdesk.core.chats import Branch
from nestdesk.core.errors import EngineError
from nestdesk.core.jobs import Progress
from nestdesk.core.types import Conversation, MemorySummary, Message, Role, Why
from nestdesk.storage import branches

NOW = datetime.now(UTC)


@dataclass
class FakeChats:
    """The chats of the fake application."""

    app: Any  # the fake application
    answer: tuple[str, ...]
    why: Why
    has_other_answers: bool = True
    _conversations: dict[int, Conversation] = field(default_factory=dict)
    _messages: dict[int, list[Message]] = field(default_factory=dict)
    _leaves: dict[int, int] = field(default_factory=dict)

    def conversations(self) -> tuple[Conversation, ...]:
        return tuple(reversed(self._conversations.values()))

    def create(self, is_temporary: bool = False, collection_id: int | None = None) -> Conversation:
        made = Conversation(len(self._conversations) + 1, "New chat", NOW, NOW, is_temporary, 0, collection_id)
        self._conversations[made.id] = made
        self._messages[made.id] = []
        self.app.changes.publish("conversation")
        return made

    def rename(self, conversation_id: int, title: str) -> None:
        self.set(conversation_id, title=title)

    def tie(self, conversation_id: int, collection_id: int | None) -> None:
        self.set(conversation_id, collection_id=collection_id)

    def set(self, conversation_id: int, **values: Any) -> None:
        self._conversations[conversation_id] = replace(self._conversations[conversation_id], **values)
        self.app.changes.publish("conversation")

    def messages(self, conversation_id: int) -> tuple[Message, ...]:
        return self.branch(conversation_id).messages

    def branch(self, conversation_id: int, first: int = 0, stop: int | None = None) -> Branch:
        rows = {one.id: one for one in self._messages[conversation_id]}
        tree = {one.id: one.parent_id for one in rows.values()}
        shown = branches.shown(tree, self._leaves.get(conversation_id))
        start, end, _ = slice(first, stop).indices(len(shown))
        part = shown[start:end]
        return Branch(tuple(rows[id] for id in part), branches.versions(tree, part), start, len(shown) - end)

    def place(self, message_id: int) -> int:
        rows = self._messages[self._of(message_id).conversation_id]
        return len(branches.path({one.id: one.parent_id for one in rows}, message_id)) - 1

    def show(self, message_id: int) -> None:
        where = self._of(message_id).conversation_id
        tree = {one.id: one.parent_id for one in self._messages[where]}
        self._leaves[where] = branches.newest_below(tree, message_id)
        self.app.changes.publish("message")

    def send(self, conversation_id: int, text: str) -> Iterator[Progress]:
        parent = self._leaves.get(conversation_id)
        asked = self._add(conversation_id, Role.USER, text, parent)
        self.rename(conversation_id, text[:40])
        return (yield from self._reply(asked))

    def edit(self, message_id: int, text: str) -> Iterator[Progress]:
        before = self._of(message_id)
        return (yield from self._reply(self._add(before.conversation_id, Role.USER, text, before.parent_id)))

    def regenerate(self, message_id: int) -> Iterator[Progress]:
        one = self._of(message_id)
        if one.role is Role.ASSISTANT and not self.has_other_answers:
            yield Progress("answer")
            return one
        return (yield from self._reply(one if one.role is Role.USER else self._of(one.parent_id or 0)))

    def _reply(self, asked: Message) -> Iterator[Progress]:
        if self.app.answer_error is not None:
            raise self.app.answer_error
        written = ""
        where = asked.conversation_id
        try:
            for token in self.answer:
                self.app.gate()
                written += token
                yield Progress("answer", text=token)
                if self.app.failure is not None:
                    raise self.app.failure
        except (GeneratorExit, EngineError):
            self._add(where, Role.ASSISTANT, written, asked.id, self.why, is_complete=False)
            raise
        return self._add(where, Role.ASSISTANT, written, asked.id, self.why)

    def _of(self, message_id: int) -> Message:
        return next(one for rows in self._messages.values() for one in rows if one.id == message_id)

    def _add(
        self,
        where: int,
        role: Role,
        text: str,
        parent: int | None,
        why: Why | None = None,
        is_complete: bool = True,
    ) -> Message:
        number = sum(map(len, self._messages.values())) + 1
        made = Message(number, where, parent, role, text, NOW, why, is_complete)
        self._messages[where].append(made)
        self._leaves[where] = number
        self.app.changes.publish("message")
        return made

    def remove(self, conversation_id: int) -> None:
        del self._conversations[conversation_id]
        self.app.changes.publish("conversation")

    def summaries(self) -> tuple[MemorySummary, ...]:
        return self.app.summaries()  # type: ignore[no-any-return]

    def finish(self, conversation_id: int) -> Iterator[Progress]:
        yield Progress("remembering")

    def finish_all(self) -> Iterator[Progress]:
        yield Progress("remembering")
