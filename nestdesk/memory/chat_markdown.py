"""A conversation as Markdown, for people."""

from __future__ import annotations

from collections.abc import Sequence

from nestdesk.core.types import Conversation, Message, Role

_NAMES = {Role.USER: "You", Role.ASSISTANT: "Assistant", Role.SYSTEM: "Instructions"}


def page(conversation: Conversation, messages: Sequence[Message]) -> str:
    """Return the messages under the conversation's title; times are UTC."""
    parts = [f"# {' '.join(conversation.title.split())}"]
    for message in messages:
        cut_off = "" if message.is_complete else ", stopped"
        parts.append(f"## {_NAMES[message.role]} ({message.created_at:%Y-%m-%d %H:%M}{cut_off})\n\n{message.text}")
    return "\n\n".join(parts) + "\n"
