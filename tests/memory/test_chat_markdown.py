"""A conversation as a page for people."""

from __future__ import annotations

from datetime import UTC, datetime

from nestdesk.core.types import Conversation, Message, Role
from nestdesk.memory.chat_markdown import page

MOMENT = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_page_names_who_said_what_and_when():
    messages = [
        Message(1, 1, None, Role.USER, "Hi\n\n```py\nx\n```", MOMENT),
        Message(2, 1, 1, Role.ASSISTANT, "Hel", MOMENT, is_complete=False),
    ]
    assert page(Conversation(1, "A\nchat", MOMENT, MOMENT), messages) == (
        "# A chat\n\n## You (2025-01-02 03:04)\n\nHi\n\n```py\nx\n```\n\n"
        "## Assistant (2025-01-02 03:04, stopped)\n\nHel\n"
    )
