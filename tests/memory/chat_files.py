"""Small exports of chats, as the programs write them."""

from __future__ import annotations

from typing import Any


def gpt_message(role: str, text: Any, at: float | None = 1700000000.5, **more: Any) -> dict[str, Any]:
    parts = text if isinstance(text, list) else [text]
    message = {"author": {"role": role}, "content": {"content_type": "text", "parts": parts}, "create_time": at}
    return {**message, "recipient": "all", "metadata": {}, **more}


def gpt(id: str, nodes: dict[str, tuple[str | None, dict[str, Any] | None]], leaf: str | None) -> dict[str, Any]:
    """Return a chat of ChatGPT; nodes are parents and messages."""
    mapping = {
        key: {"id": key, "parent": parent, "message": message, "children": []}
        for key, (parent, message) in nodes.items()
    }
    return {
        "conversation_id": id, "title": f"Chat {id}", "create_time": 1700000000.0, "current_node": leaf,
        "mapping": mapping,
    }  # fmt: skip


def branched(id: str = "a") -> dict[str, Any]:
    """Return a chat whose second answer is shown, with all that is never shown."""
    hidden = {"is_visually_hidden_from_conversation": True}
    return gpt(
        id,
        {
            "root": (None, None),
            "system": ("root", gpt_message("system", "You are helpful.")),
            "profile": ("system", gpt_message("user", "My secret profile", metadata=hidden)),
            "ask": ("profile", gpt_message("user", "I live in Oslo. What is near?", 1700000001.25)),
            "call": ("ask", gpt_message("assistant", "search()", recipient="web")),
            "tool": ("call", gpt_message("tool", "results")),
            "first": ("ask", gpt_message("assistant", "Bergen.", 1700000002)),
            "second": ("tool", gpt_message("assistant", "Drammen is near.", 1700000003)),
            "thanks": ("second", gpt_message("user", "Thank you, that helps.", 1700000004)),
        },
        "thanks",
    )


def claude(id: str = "c", **more: Any) -> dict[str, Any]:
    said = [
        {"uuid": "1", "sender": "human", "text": "My cat is called Ada.", "created_at": "2025-01-02T03:04:05.678Z"},
        {
            "uuid": "2", "sender": "assistant", "text": "ignored", "created_at": "2025-01-02T03:05:00Z",
            "content": [
                {"type": "thinking", "thinking": "hm"},
                {"type": "text", "text": "Nice:"},
                {"type": "tool_use", "name": "search", "input": {}},
                {"type": "text", "text": "```py\nprint(1)\n```"},
            ],
        },
    ]  # fmt: skip
    return {"uuid": id, "name": "Cats", "created_at": "2025-01-02T03:04:00Z", "chat_messages": said, **more}


def open_webui(id: str = "w") -> dict[str, Any]:
    asked = {"parentId": None, "role": "user", "content": "I work in Lyon.", "timestamp": 1710000000}
    thought = '<details type="reasoning" done="true">\n> why\n</details>\nTwo.'
    messages = {
        "q": {"id": "q", "childrenIds": ["a", "b"], **asked},
        "a": {"id": "a", "parentId": "q", "role": "assistant", "content": "One.", "timestamp": 1710000001},
        "b": {"id": "b", "parentId": "q", "role": "assistant", "content": thought, "timestamp": 1710000002},
    }
    chat = {"title": "Work", "history": {"currentId": "a", "messages": messages}}
    return {"id": id, "title": "Work", "created_at": 1710000000, "chat": chat}
