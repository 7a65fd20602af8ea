"""Chats as trees of messages, and what a person sets for them.

What is shown of a chat, where it is kept, how it is answered, and one of another program or another data folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nestdesk.core.types import Message, Role

NEW_TITLE = "New chat"  # of a chat in which nothing was said yet
NESTDESK = "nestdesk"  # the program in the origin of a chat that was begun in NestDesk
INSTRUCTION_CHARS = 1200  # a preset's and a chat's together leave half of a prompt for what is said
MAX_TEMPERATURE = 1.5  # above it a small model writes words that belong to nothing
MAX_ANSWER_TOKENS = 2048


@dataclass(frozen=True)
class Branch:
    """A stretch of the messages of a conversation that are shown, in order, and where it has other ones."""

    messages: tuple[Message, ...]
    versions: Mapping[int, tuple[int, ...]]  # of a message that others hang beside: the ids of all, oldest first
    first: int = 0  # the place of the first of these messages: how many come before it
    later: int = 0  # how many come after the last


@dataclass(frozen=True)
class ChatFolder:
    """Chats that a person keeps together."""

    id: int
    name: str


@dataclass(frozen=True)
class Manner:
    """How the model is to write where it writes itself; what is copied or quoted stays as it is."""

    instructions: str = ""  # what it is told first
    temperature: float = 0.0  # 0: always the likeliest word
    max_answer_tokens: int = 0  # 0: as the settings say


@dataclass(frozen=True)
class Preset:
    """A manner with a name, for as many chats as wanted."""

    id: int
    name: str
    manner: Manner = Manner()


@dataclass(frozen=True)
class ForeignMessage:
    """One message; key and parent are names within its chat."""

    key: str
    parent: str | None
    role: Role
    text: str
    created_at: datetime
    is_complete: bool = True


@dataclass(frozen=True)
class ForeignChat:
    """A chat with all its branches."""

    origin: str  # the program and the chat's id there, "chatgpt:ID"
    title: str
    created_at: datetime
    messages: tuple[ForeignMessage, ...]  # parents before their children
    leaf: str  # the end of the branch that is shown
    folder: str = ""  # its name; empty: in none
    is_pinned: bool = False
    is_archived: bool = False
