"""Chosen chats as one file: as Markdown for people, or as JSON with all branches. All of it is written, or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from nestdesk.core.jobs import Job, Progress
from nestdesk.memory import chat_json, chat_markdown
from nestdesk.storage import own_chats
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
from nestdesk.storage.new_files import new_file

Form = Literal["markdown", "json"]


def write(database: Database, ids: Sequence[int], target: Path, form: Form) -> Job[int]:
    """Write chats into a new file, and return its size in bytes.

    Raises:
        StorageError: the file exists or cannot be written, or a chat was deleted.
    """
    pieces = _pages(database, ids) if form == "markdown" else _entries(database, ids)
    with new_file(target, "The export") as file:
        for place, piece in enumerate(pieces):
            file.write(piece.encode())
            yield Progress("exporting", min(1.0, place / len(ids)))
        return file.tell()


def _pages(database: Database, ids: Sequence[int]) -> Iterator[str]:
    journal = Journal(database)
    for place, id in enumerate(ids):
        rule = "\n---\n\n" if place else ""
        yield rule + chat_markdown.page(journal.conversation(id), journal.messages(id))


def _entries(database: Database, ids: Sequence[int]) -> Iterator[str]:
    for place, chat in enumerate(own_chats.told(database, ids)):
        yield ",\n" if place else "[\n"
        yield json.dumps(chat_json.written(chat), ensure_ascii=False)
    yield "\n]\n"
