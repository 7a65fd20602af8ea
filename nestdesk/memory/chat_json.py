"""A chat as JSON, for other programs and for NestDesk itself: what is written here can be imported again.

The fields have the names that they have in a whole export, so that one piece of code reads both.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nestdesk.core.chats import NESTDESK, ForeignChat
from nestdesk.memory import nestdesk_export
from nestdesk.memory.chat_tree import array, table


def written(chat: ForeignChat) -> dict[str, Any]:
    """Return a chat as an entry that holds all of it; times are ISO 8601 in UTC."""
    return {
        "program": NESTDESK,
        "origin": chat.origin,
        "title": chat.title,
        "created_at": chat.created_at.isoformat(),
        "leaf_id": chat.leaf,
        "folder": chat.folder,
        "is_pinned": chat.is_pinned,
        "is_archived": chat.is_archived,
        "messages": [
            {
                "id": one.key,
                "parent_id": one.parent,
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
    return nestdesk_export.chat(entry, [table(row) for row in array(entry.get("messages"))], fallback)
