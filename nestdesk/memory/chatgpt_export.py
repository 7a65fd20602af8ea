"""Chats exported from ChatGPT: a mapping of nodes, of which current_node ends the branch that was shown.

Hidden messages, the model's thoughts, and what it told its tools or they told it, were never part of the chat that
the person saw, and are left out. Of files and pictures the export holds the names alone.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from nestdesk.core.chats import ForeignChat
from nestdesk.core.types import Role
from nestdesk.memory.chat_tree import Node, Told, array, attached, joined, moment, planted, table, text

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}
_CITATION = re.compile("\ue200[^\ue201]*\ue201")  # a mark for the web page's own program


def is_chat(entry: dict[str, Any]) -> bool:
    """Say whether an entry is a chat of this program."""
    return isinstance(entry.get("mapping"), dict)


def chat(entry: dict[str, Any], fallback: datetime) -> ForeignChat:
    """Return an entry as a chat; fallback is the time of one that tells none.

    Raises:
        DocumentError: nothing was said in it.
    """
    told = Told(
        "chatgpt",
        text(entry.get("conversation_id")) or text(entry.get("id")),
        text(entry.get("title")),
        moment(entry.get("create_time")),
        text(entry.get("current_node")),
    )
    return planted(told, {key: _node(table(node)) for key, node in entry["mapping"].items()}, fallback)


def _node(node: dict[str, Any]) -> Node:
    parent = text(node.get("parent")) or None
    message = table(node.get("message"))
    metadata = table(message.get("metadata"))
    role = _ROLES.get(text(table(message.get("author")).get("role")))
    is_for_a_tool = text(message.get("recipient")) not in ("", "all")
    if role is None or is_for_a_tool or metadata.get("is_visually_hidden_from_conversation") is True:
        return Node(parent)
    names = [attached(text(table(one).get("name"))) for one in array(metadata.get("attachments"))]
    said = joined([_said(table(message.get("content"))), *names])
    return Node(parent, role, said, moment(message.get("create_time")))


def _said(content: dict[str, Any]) -> str:
    kind = content.get("content_type")
    if kind == "code":
        return f"```\n{text(content.get('text'))}\n```" if text(content.get("text")).strip() else ""
    if kind not in ("text", "multimodal_text"):
        return ""
    parts = [part if isinstance(part, str) else text(table(part).get("text")) for part in array(content.get("parts"))]
    return _CITATION.sub("", joined(parts))
