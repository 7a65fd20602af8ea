"""Chats exported from Claude: a list of messages, whose parents are named where there are branches.

The text that was taken out of attached files comes along as a quotation. Thoughts and calls of tools are left out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nestdesk.core.chats import ForeignChat
from nestdesk.core.types import Role
from nestdesk.memory.chat_tree import Node, Told, array, attached, joined, moment, planted, table, text

_ROLES = {"human": Role.USER, "user": Role.USER, "assistant": Role.ASSISTANT}


def is_chat(entry: dict[str, Any]) -> bool:
    """Say whether an entry is a chat of this program."""
    return isinstance(entry.get("chat_messages"), list)


def chat(entry: dict[str, Any], fallback: datetime) -> ForeignChat:
    """Return an entry as a chat; fallback is the time of one that tells none.

    Raises:
        DocumentError: nothing was said in it.
    """
    nodes: dict[str, Node] = {}
    previous: str | None = None
    for place, one in enumerate(entry["chat_messages"]):
        message = table(one)
        key = text(message.get("uuid")) or f"message {place}"
        # A parent that is named and not there is the root of all messages; where none is named, there are no branches.
        parent = text(message.get("parent_message_uuid")) or previous
        nodes[key] = Node(
            parent, _ROLES.get(text(message.get("sender"))), _said(message), moment(message.get("created_at"))
        )
        previous = key
    told = Told(
        "claude",
        text(entry.get("uuid")),
        text(entry.get("name")),
        moment(entry.get("created_at")),
        text(entry.get("current_leaf_message_uuid")) or previous,
    )
    return planted(told, nodes, fallback)


def _said(message: dict[str, Any]) -> str:
    blocks = [table(block) for block in array(message.get("content"))]
    said = [text(block.get("text")) for block in blocks if block.get("type") == "text"]
    files = [table(one) for one in (*array(message.get("attachments")), *array(message.get("files")))]
    quoted = [attached(text(one.get("file_name")), text(one.get("extracted_content"))) for one in files]
    return joined([joined(said) or text(message.get("text")), *quoted])
