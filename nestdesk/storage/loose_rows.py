"""Rows that name a row which is not there: what they hold is kept, as far as it can stand without the other one."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections import Counter
from typing import Any

from nestdesk.storage.quarantine import Incident


def mend(raw: sqlite3.Connection, aside: Incident) -> tuple[str, ...]:
    """Let no row name a missing one: the name is emptied where that is allowed, else the row is put aside.

    Args:
        raw: with foreign keys off, or within a transaction that checks them at its end.
        aside: gets the rows, a line of JSON each.

    Returns:
        A sentence for each table that was changed.
    """
    emptied: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    while found := raw.execute("PRAGMA foreign_key_check").fetchall():
        for table, row, _, key in dict.fromkeys(found):
            column = _emptiable(raw, table, key)
            if column:
                changed = raw.execute(f'UPDATE "{table}" SET "{column}" = NULL WHERE rowid = ?', (row,))
                emptied[table] += changed.rowcount
            else:
                aside.add(f"{table}.jsonl", _lines(raw, table, row))
                removed[table] += raw.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row,)).rowcount
    told = [
        f"Rows of {table} that named a row that is not there stand without it now: {count}."
        for table, count in emptied.items()
    ]
    told += [
        f"Rows of {table} that belonged to a row that is not there were put aside: {count}."
        for table, count in removed.items()
    ]
    for sentence in told:
        aside.say(sentence)
    return tuple(told)


def _emptiable(raw: sqlite3.Connection, table: str, key: int) -> str:
    """Return the column of a foreign key if it may be empty, else nothing."""
    columns = [str(row[3]) for row in raw.execute(f'PRAGMA foreign_key_list("{table}")') if row[0] == key]
    required = {str(row[1]) for row in raw.execute(f'PRAGMA table_info("{table}")') if row[3] or row[5]}
    return columns[0] if len(columns) == 1 and columns[0] not in required else ""


def _lines(raw: sqlite3.Connection, table: str, row: int) -> list[bytes]:
    found = raw.execute(f'SELECT * FROM "{table}" WHERE rowid = ?', (row,))
    names = [column[0] for column in found.description]
    return [json_line(dict(zip(names, values, strict=True))) for values in found]


def json_line(row: dict[str, Any]) -> bytes:
    """Return a row as a line of JSON; bytes are base64."""
    plain = {
        name: base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
        for name, value in row.items()
    }
    return json.dumps(plain, default=str).encode("ascii") + b"\n"
