"""Chosen chats as one file: as Markdown for people, or as JSON with all branches. All of it is written, or nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import Job, Progress
from nestdesk.memory import chat_json, chat_markdown
from nestdesk.storage import own_chats
from nestdesk.storage.blobs import sync_folder
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal

Form = Literal["markdown", "json"]


def write(database: Database, ids: Sequence[int], target: Path, form: Form) -> Job[int]:
    """Write chats into a new file, and return its size in bytes.

    Raises:
        StorageError: the file exists or cannot be written, or a chat was deleted.
    """
    partial = target.with_name(f".{target.name}.partial")
    pieces = _pages(database, ids) if form == "markdown" else _entries(database, ids)
    try:
        if target.exists():
            raise StorageError(f"{target} exists already; choose another name.")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            for place, piece in enumerate(pieces):
                file.write(piece)
                yield Progress("exporting", min(1.0, place / len(ids)))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
        sync_folder(target.parent)
        return target.stat().st_size
    except OSError as error:
        raise StorageError(f"The export cannot be written to {target}: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):  # what went wrong was said already
            partial.unlink(missing_ok=True)


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
