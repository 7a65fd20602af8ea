"""The chats in the order of the rail: pinned ones, folders, the others by time, and the archive at the end.

A chat stands in one place only: in the archive, or else with the pinned ones, or else in its folder.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nestdesk.core.chats import ChatFolder
from nestdesk.core.types import Conversation
from nestdesk.gui.item_models import Heading, Row, conversation_rows
from nestdesk.gui.language import tr

PINNED, OTHERS, ARCHIVED = -1, -2, -3  # as ids of headings; a folder's is _FOLDERS less its own
_FOLDERS = -10


@dataclass(frozen=True)
class Group:
    """Chats below one heading."""

    id: int
    title: str
    picture: str
    chats: tuple[Conversation, ...]


def folder_heading(folder_id: int) -> int:
    """Return the id of a folder's heading."""
    return _FOLDERS - folder_id


def folder_of(heading_id: int) -> int | None:
    """Return the folder that a heading stands for, if it is one's."""
    return _FOLDERS - heading_id if heading_id < _FOLDERS else None


def groups(conversations: Sequence[Conversation], folders: Sequence[ChatFolder]) -> list[Group]:
    """Return all groups in order. Folders are there also without chats; the others are always there."""
    known = {folder.id for folder in folders}
    inside: dict[int, list[Conversation]] = {}
    for chat in conversations:
        inside.setdefault(_home(chat, known), []).append(chat)

    def group(id: int, title: str, picture: str) -> Group:
        return Group(id, title, picture, tuple(inside.get(id, ())))

    return [
        group(PINNED, tr("Pinned"), "pin"),
        *(group(folder_heading(one.id), one.name, "folder") for one in folders),
        group(OTHERS, tr("Other chats"), "chats"),
        group(ARCHIVED, tr("Archived"), "archive"),
    ]


def chat_rows(
    conversations: Sequence[Conversation], folders: Sequence[ChatFolder], folded: Collection[int]
) -> list[Row]:
    """Return the rail's rows; below a heading whose id is in folded there is nothing.

    While there are only other chats, they need no heading.
    """
    found = groups(conversations, folders)
    shown = [one for one in found if one.chats or folder_of(one.id) is not None]
    has_order = any(one.id not in (OTHERS, ARCHIVED) for one in shown)
    rows: list[Row] = []
    for group in shown:
        has_heading = has_order or group.id != OTHERS
        is_open = not has_heading or group.id not in folded
        if has_heading:
            rows.append(Heading(group.id, group.title, picture=group.picture, count=len(group.chats), is_open=is_open))
        if is_open:
            rows += conversation_rows(group.chats)
    return rows


def _home(chat: Conversation, folders: Collection[int]) -> int:
    if chat.is_archived:
        return ARCHIVED
    if chat.is_pinned:
        return PINNED
    return folder_heading(chat.folder_id) if chat.folder_id in folders and chat.folder_id is not None else OTHERS
