"""A chat as JSON, for other programs and for NestDesk itself: what is written here can be imported again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nestdesk.core.chats import NESTDESK, ForeignChat
from nestdesk.core.types import Role
from nestdesk.memory.chat_tree import Node, Told, array, moment, planted, table, text

_ROLES = {role.value: role for role in Role}


def written(chat: ForeignChat) -> dict[str, Any]:
    """Return a chat as an entry that holds all of it; times are ISO 8601 in UTC."""
    return {
        "program": NESTDESK,
        "origin": chat.origin,
        "title": chat.title,
        "created_at": chat.created_at.isoformat(),
        "leaf": chat.leaf,
        "messages": [
            {
                "key": one.key,
                "parent": one.parent,
                "role": one.role.value,
                "text": one.text,
                "created_at": one.created_at.isoformat(),
                "is_complete": one.is_complete,
            }
            for one in chat.messages
        ],
    }


def is_chat(entry: dict[str, Any]) -> bool:
    """Say whether an entry is a chat that was written here."""
    return entry.get("program") == NESTDESK and isinstance(entry.get("messages"), list)


def chat(entry: dict[str, Any], fallback: datetime) -> ForeignChat:
    """Return an entry as a chat; fallback is the time of one that tells none.

    Raises:
        DocumentError: nothing was said in it.
    """
    program, _, id = text(entry.get("origin")).partition(":")
    told = Told(
        program or NESTDESK,
        id or text(entry.get("created_at")),
        text(entry.get("title")),
        moment(entry.get("created_at")),
        text(entry.get("leaf")),
    )
    rows = [table(row) for row in array(entry.get("messages"))]
    return planted(told, {text(row.get("key")): _node(row) for row in rows}, fallback)


def _node(row: dict[str, Any]) -> Node:
    role = _ROLES.get(text(row.get("role")))
    parent, when = text(row.get("parent")) or None, moment(row.get("created_at"))
    return Node(parent, role, text(row.get("text")), when, row.get("is_complete") is not False)
