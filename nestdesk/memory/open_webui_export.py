"""Chats exported from Open WebUI: a history of messages, of which currentId ends the branch that was shown."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from nestdesk.core.chats import ForeignChat
from nestdesk.core.types import Role
from nestdesk.memory.chat_tree import Node, Told, array, attached, joined, moment, planted, table, text

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}
_FOLDED_IN = re.compile(r'<details type="(?:reasoning|tool_calls|code_interpreter)"[^>]*>.*?(?:</details>|\Z)\s*', re.S)


def is_chat(entry: dict[str, Any]) -> bool:
    """Say whether an entry is a chat of this program."""
    return isinstance(table(table(entry.get("chat")).get("history")).get("messages"), dict)


def chat(entry: dict[str, Any], fallback: datetime) -> ForeignChat:
    """Return an entry as a chat; fallback is the time of one that tells none.

    Raises:
        DocumentError: nothing was said in it.
    """
    held = entry["chat"]
    history = held["history"]
    told = Told(
        "openwebui",
        text(entry.get("id")) or text(held.get("id")),
        text(entry.get("title")) or text(held.get("title")),
        moment(entry.get("created_at")) or moment(held.get("timestamp")),
        text(history.get("currentId")),
    )
    return planted(told, {key: _node(table(one)) for key, one in history["messages"].items()}, fallback)


def _node(message: dict[str, Any]) -> Node:
    content = message.get("content")
    blocks = [text(table(block).get("text")) for block in array(content)]
    names = [attached(text(table(one).get("name"))) for one in array(message.get("files"))]
    said = joined([_FOLDED_IN.sub("", text(content)), *blocks, *names])
    role = _ROLES.get(text(message.get("role")))
    return Node(text(message.get("parentId")) or None, role, said, moment(message.get("timestamp")))
