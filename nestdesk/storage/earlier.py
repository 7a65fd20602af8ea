"""A data folder as an earlier release left it, to measure what an upgrade does to it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from nestdesk.core.paths import DataFolder
from nestdesk.storage import connections, schema

_MOMENT = "2026-01-01 00:00:00.000000"


def write(folder: DataFolder, revision: str, texts: Sequence[str]) -> None:
    """Write a new database of an earlier schema with one chat, in which these texts were said.

    Raises:
        OSError, connections.ERRORS: there is a database already, or the disk failed.
    """
    folder.create()
    with closing(connections.connect(folder.database, folder.key)) as raw:
        with connections.engine(raw).connect() as connection:
            schema.upgrade(connection, revision)
        raw.execute("BEGIN")
        raw.execute(
            "INSERT INTO conversation (id, title, created_at, updated_at, is_temporary, summarised_up_to) "
            "VALUES (1, 'Said long ago', ?, ?, 0, 0)",
            (_MOMENT, _MOMENT),
        )
        raw.executemany(
            "INSERT INTO message (id, conversation_id, parent_id, role, text, created_at, is_complete) "
            "VALUES (?, 1, ?, 'user', ?, ?, 1)",
            [(place, place - 1 or None, text, _MOMENT) for place, text in enumerate(texts, 1)],
        )
        raw.execute("COMMIT")
