"""Chats in an export of NestDesk itself: tables as JSON lines, of which two have the order of the conversations."""

from __future__ import annotations

import itertools
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from nestdesk.core.chats import NESTDESK, ForeignChat
from nestdesk.core.types import Role
from nestdesk.memory.chat_tree import Node, Told, moment, planted, table, text

MANIFEST = "manifest.json"
_CONVERSATIONS = "tables/conversation.jsonl"
_MESSAGES = "tables/message.jsonl"
_FOLDERS = "tables/chat_folder.jsonl"
_MAX_MANIFEST_BYTES = 64 * 1024 * 1024
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}


def is_own(archive: zipfile.ZipFile) -> bool:
    """Say whether an archive is an export of NestDesk."""
    if MANIFEST not in archive.namelist() or archive.getinfo(MANIFEST).file_size > _MAX_MANIFEST_BYTES:
        return False
    try:
        return _row(archive.read(MANIFEST)).get("format") == NESTDESK
    except ValueError:
        return False


def rows(archive: zipfile.ZipFile) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield each conversation, with the name of its folder, and its messages."""
    folders = _folders(archive)
    with archive.open(_CONVERSATIONS) as conversations, archive.open(_MESSAGES) as messages:
        groups = itertools.groupby(map(_row, messages), lambda row: row.get("conversation_id"))
        waiting = next(groups, None)
        for conversation in map(_row, conversations):
            said: list[dict[str, Any]] = []
            if waiting and waiting[0] == conversation.get("id"):
                said = list(waiting[1])
                waiting = next(groups, None)
            yield conversation | {"folder": folders.get(conversation.get("folder_id"))}, said


def chat(conversation: dict[str, Any], messages: list[dict[str, Any]], fallback: datetime) -> ForeignChat:
    """Return a conversation as a chat; its origin is where it came from, or else the moment it was begun.

    Raises:
        DocumentError: nothing was said in it.
    """
    program, _, id = text(conversation.get("origin")).partition(":")
    told = Told(
        program or NESTDESK,
        id or text(conversation.get("created_at")),
        text(conversation.get("title")),
        moment(conversation.get("created_at")),
        str(conversation.get("leaf_id")),
    )
    return replace(
        planted(told, {str(row.get("id")): _node(row) for row in messages}, fallback),
        folder=text(conversation.get("folder")),
        is_pinned=conversation.get("is_pinned") is True,
        is_archived=conversation.get("is_archived") is True,
    )


def _node(row: dict[str, Any]) -> Node:
    parent = None if row.get("parent_id") is None else str(row["parent_id"])
    role = _ROLES.get(text(row.get("role")))
    return Node(parent, role, text(row.get("text")), moment(row.get("created_at")), row.get("is_complete") is True)


def _folders(archive: zipfile.ZipFile) -> dict[Any, str]:
    """Return the names of the folders by their numbers; an older export has none."""
    if _FOLDERS not in archive.namelist():
        return {}
    with archive.open(_FOLDERS) as lines:
        return {row.get("id"): text(row.get("name")) for row in map(_row, lines)}


def _row(line: bytes) -> dict[str, Any]:
    try:
        return table(json.loads(line))
    except RecursionError as error:
        raise ValueError("nested deeper than any row") from error
