"""What an import finds and takes, counted while it goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nestdesk.core.chats import ForeignChat
from nestdesk.memory.chat_exports import Skipped
from nestdesk.storage.foreign_chats import Taken

REASONS = 20  # of entries that were skipped: more of them tell nothing new


@dataclass(frozen=True)
class FoundChat:
    """A chat in an export, and what of it would be new."""

    origin: str
    title: str
    begun: datetime
    messages: int
    new_messages: int
    conversation_id: int | None  # where it is already; None: it would be a new conversation


@dataclass(frozen=True)
class Intake:
    """What an import found and took, or would take."""

    conversations: int
    messages: int
    new_conversations: int
    new_messages: int
    skipped: int  # entries that are no chats, or cannot be read
    reasons: tuple[str, ...]  # why, of the first of them
    statements: tuple[str, ...]  # in a preview: some of what would be learned
    queued: int  # chats with something to learn
    is_restored: bool  # everything of an export was brought back, or would be
    note: str = ""
    first: datetime | None = None  # when the oldest of the messages was written; None: there are none
    last: datetime | None = None
    chats: tuple[FoundChat, ...] = ()  # in a preview
    exports: tuple[Path, ...] = ()  # in a preview: those of NestDesk, which could be restored
    taken_ids: tuple[int, ...] = ()  # of the conversations that hold what was found


@dataclass
class Tally:
    """The counts so far."""

    conversations: int = 0
    messages: int = 0
    new_conversations: int = 0
    new_messages: int = 0
    skipped: int = 0
    reasons: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    queued: int = 0
    is_restored: bool = False
    notes: list[str] = field(default_factory=list)
    chats: list[FoundChat] = field(default_factory=list)
    exports: list[Path] = field(default_factory=list)
    met: set[str] = field(default_factory=set)  # origins
    ids: dict[int, None] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None

    def count(self, chat: ForeignChat, taken: Taken) -> None:
        """Count a chat that was taken, or would be."""
        self.conversations += chat.origin not in self.met
        self.messages += len(chat.messages)
        self.new_conversations += taken.is_new
        self.new_messages += taken.messages
        self.met.add(chat.origin)
        if taken.conversation_id is not None:
            self.ids[taken.conversation_id] = None
        times = [message.created_at for message in chat.messages]
        self.first = min(_some(self.first, times))
        self.last = max(_some(self.last, times))

    def note(self, chat: ForeignChat, found: Taken) -> None:
        """Note a chat for the preview."""
        size = len(chat.messages)
        self.chats.append(
            FoundChat(chat.origin, chat.title, chat.created_at, size, found.messages, found.conversation_id)
        )

    def skip(self, entry: Skipped) -> None:
        """Count an entry that was left out; of the first ones the reason is kept."""
        self.skipped += 1
        if len(self.reasons) < REASONS:
            self.reasons.append(f"{' '.join(entry.title.split())}: {entry.reason}.")

    def result(self) -> Intake:
        """Return what was counted."""
        return Intake(
            self.conversations, self.messages, self.new_conversations, self.new_messages, self.skipped,
            tuple(self.reasons), tuple(self.statements), self.queued, self.is_restored, " ".join(self.notes),
            self.first, self.last, tuple(self.chats), tuple(self.exports), tuple(self.ids),
        )  # fmt: skip


def _some(before: datetime | None, times: Iterable[datetime]) -> tuple[datetime, ...]:
    return (*times, before) if before is not None else tuple(times)
