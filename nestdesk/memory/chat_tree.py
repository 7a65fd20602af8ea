"""From the nodes of an exported chat to its tree of messages: what nobody saw is left out, and no cycle survives."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from nestdesk.core.chats import ForeignChat, ForeignMessage
from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Role

TITLE_CHARS = 100
_MILLISECONDS_FROM = 1e11  # as seconds, that would be the year 5138
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Node:
    """One entry of an exported tree. Without a role or a text it was never shown, and only holds others together."""

    parent: str | None
    role: Role | None = None
    text: str = ""
    created_at: datetime | None = None
    is_complete: bool = True

    @property
    def is_shown(self) -> bool:
        """Whether it is a message."""
        return self.role is not None and bool(self.text.strip())


@dataclass(frozen=True)
class Told:
    """What an export says of a chat as a whole; empty or None where it says nothing."""

    program: str
    id: str
    title: str
    created_at: datetime | None
    leaf: str | None


def planted(told: Told, nodes: Mapping[str, Node], fallback: datetime) -> ForeignChat:
    """Return the chat that the nodes make up.

    A message hangs on the nearest message above it. Where parents form a cycle, it is cut. A leaf that is missing, or
    was never shown, gives way to the nearest message above it, or else to the newest message.

    Args:
        told: what is said of the chat.
        nodes: its entries by their keys.
        fallback: the time of a chat that tells none.

    Raises:
        DocumentError: nothing was said in it.
    """
    above = _above(nodes)  # INVARIANT: parents come before their children
    shown = [key for key in above if above[key] == key]
    if not shown:
        raise DocumentError("nothing was said in it")
    times = [moment for key in shown if (moment := nodes[key].created_at)]
    begun = told.created_at or min(times, default=fallback)
    messages: dict[str, ForeignMessage] = {}
    for key in shown:
        node = nodes[key]
        parent = messages.get(above.get(node.parent or "") or "")
        moment = node.created_at or (parent.created_at if parent else begun)
        role = node.role or Role.USER
        hangs_on = parent.key if parent else None
        messages[key] = ForeignMessage(key, hangs_on, role, node.text, moment, node.is_complete)
    leaf = above.get(told.leaf or "") or _newest(tuple(messages.values()))
    title = _SPACE.sub(" ", told.title or next(iter(messages.values())).text).strip()[:TITLE_CHARS]
    origin = f"{told.program}:{told.id or shown[0]}"
    return ForeignChat(origin, title, begun, tuple(messages.values()), leaf)


def shown(chat: ForeignChat) -> tuple[ForeignMessage, ...]:
    """Return the messages of the branch that is shown, in order."""
    known = {message.key: message for message in chat.messages}
    path = []
    at: str | None = chat.leaf
    while at is not None:
        path.append(known[at])
        at = known[at].parent
    return tuple(reversed(path))


def moment(value: Any) -> datetime | None:
    """Return the time that an export gives in seconds, in milliseconds or in ISO 8601; None if it is none."""
    try:
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value > 0:
            seconds = float(value)
            return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS_FROM else seconds, UTC)
        if isinstance(value, str):
            read = datetime.fromisoformat(value)
            return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError, ArithmeticError):
        pass  # a year that there is none of, or not a number
    return None


def text(value: Any) -> str:
    """Return a value that should be a text; anything else is an empty one."""
    return value if isinstance(value, str) else ""


def table(value: Any) -> dict[str, Any]:
    """Return a value that should be an object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def array(value: Any) -> list[Any]:
    """Return a value that should be an array; anything else is an empty one."""
    return value if isinstance(value, list) else []


def attached(name: str, content: str = "") -> str:
    """Return an attachment as a quotation: it is read with the message, and never taken for the person's own words."""
    lines = [f"Attached: {name or 'a file'}", *content.splitlines()]
    return "\n".join(f"> {line}" for line in lines)


def joined(parts: Sequence[str]) -> str:
    """Return the parts of a message as one text."""
    return "\n\n".join(part for part in parts if part.strip())


def _above(nodes: Mapping[str, Node]) -> dict[str, str | None]:
    """Return for each node the nearest message at or above it, parents before their children; each is met once."""
    above: dict[str, str | None] = {}
    for start in nodes:
        chain: dict[str, None] = {}  # from a node up to one that is known, to a root, or to where it met itself
        at: str | None = start
        while at is not None and at in nodes and at not in above and at not in chain:
            chain[at] = None
            at = nodes[at].parent
        for key in reversed(chain):
            above[key] = key if nodes[key].is_shown else above.get(nodes[key].parent or "")
    return above


def _newest(messages: Sequence[ForeignMessage]) -> str:
    """Return the last said of the messages that nothing hangs on; of equal times the later one."""
    parents = {message.parent for message in messages}
    ends = [(message.created_at, place) for place, message in enumerate(messages) if message.key not in parents]
    return messages[max(ends)[1]].key
