"""Chats as trees of messages: what is shown of one, and one of another program or another data folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nestdesk.core.types import Message, Role

NESTDESK = "nestdesk"  # the program in the origin of a chat that was begun in NestDesk


@dataclass(frozen=True)
class Branch:
    """The messages of a conversation that are shown, in order, and where it has other ones."""

    messages: tuple[Message, ...]
    versions: Mapping[int, tuple[int, ...]]  # of a message that others hang beside: the ids of all, oldest first


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
