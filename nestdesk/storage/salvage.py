"""A new database of all that can still be read of a damaged one.

Rows are read by ranges of their numbers; a range that cannot be read is halved until only the rows that are really lost
are left out. What comes out is whole: every row names only rows that are there, and the full text is made anew.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from nestdesk.core.errors import StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.storage import connections, loose_rows, schema
from nestdesk.storage.quarantine import Incident

_MOST_ROWS = 1 << 24  # a table whose last row is not known is looked for up to here
_MOST_FAILURES = 100_000  # of one table: a page that cannot be read fails once for each number it may hold


def salvage(damaged: Path, fresh: Path, aside: Incident, key: FolderKey | None) -> tuple[str, ...] | None:
    """Write the new database, and say what of each table could not be brought over.

    Args:
        damaged: the file; its log beside it is taken into account.
        fresh: the new file, which must not exist; it has the damaged one's schema.
        aside: gets the rows that fit nowhere.
        key: of both files, if they are encrypted.

    Returns:
        A sentence for each loss; None: nothing of the file can be read.
    """
    with closing(_Damaged(damaged, key)) as old:
        try:
            revision = schema.revision_of(old.raw)
        except connections.DATABASE_ERRORS:
            return None
        except StorageError:
            return None
        if revision is None:
            return None
        with closing(connections.connect(fresh, key)) as new:
            with connections.engine(new).connect() as connection:
                schema.upgrade(connection, revision)
            new.execute("PRAGMA foreign_keys = OFF")
            new.execute("BEGIN")
            told = [sentence for table in _tables(new) if (sentence := _bring(old, new, table, aside))]
            _keep_numbers(old, new)
            told += loose_rows.mend(new, aside)
            new.execute(f"INSERT INTO {schema.FULL_TEXT}({schema.FULL_TEXT}) VALUES ('rebuild')")
            new.execute("COMMIT")
    return tuple(told)


class _Damaged:
    """The damaged file. An encrypted one is opened anew after a failure: SQLCipher reads nothing more after one."""

    def __init__(self, file: Path, key: FolderKey | None) -> None:
        self._file, self._key = file, key
        self.raw = self._opened()

    def execute(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self.raw.execute(query, values)
        except connections.DATABASE_ERRORS:
            if self._key is not None:
                self.raw.close()
                self.raw = self._opened()
            raise

    def close(self) -> None:
        self.raw.close()

    def _opened(self) -> sqlite3.Connection:
        raw = connections.connect(self._file, self._key)
        raw.text_factory = lambda data: data.decode("utf-8", errors="replace")
        return raw


def _tables(new: sqlite3.Connection) -> list[str]:
    found = new.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    ours = [str(name) for (name,) in found if not str(name).startswith((schema.FULL_TEXT, "sqlite_"))]
    return [name for name in ours if name != "alembic_version"]


def _bring(old: _Damaged, new: sqlite3.Connection, table: str, aside: Incident) -> str:
    """Copy a table's rows and say what was lost; an empty sentence if nothing was."""
    known = [str(row[1]) for row in new.execute(f'PRAGMA table_info("{table}")')]
    try:
        columns = [str(row[1]) for row in old.execute(f'PRAGMA table_info("{table}")')]
    except connections.DATABASE_ERRORS:
        columns = []
    shared = [name for name in known if name in columns]
    if not shared:
        return f"Nothing of the table {table} could be read."
    names = ", ".join(f'"{name}"' for name in ("rowid", *shared))
    lost: Counter[str] = Counter()
    for row in _rows(old, table, names, lost):
        try:
            new.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', row)
        except connections.INTEGRITY_ERRORS:
            aside.add(f"{table}.jsonl", [loose_rows.json_line(dict(zip(shared, row[1:], strict=True)))])
            lost["rows"] += 1
    if lost["end"]:
        return f"Not all of the table {table} could be read, so its end is missing."
    return f"Up to {lost['rows']} rows of the table {table} were damaged." if lost["rows"] else ""


def _rows(old: _Damaged, table: str, names: str, lost: Counter[str]) -> Iterator[tuple[object, ...]]:
    last = _last(old, table)
    query = f'SELECT {names} FROM "{table}" WHERE rowid BETWEEN ? AND ? ORDER BY rowid'
    waiting = [(1, _MOST_ROWS if last is None else last)]
    failures = 0
    while waiting and failures < _MOST_FAILURES:
        low, high = waiting.pop()
        done = low - 1
        try:
            for row in old.execute(query, (low, high)):
                done = int(row[0])
                yield row
        except connections.DATABASE_ERRORS:
            failures, low = failures + 1, done + 1
            if low < high:
                middle = (low + high) // 2
                waiting += [(middle + 1, high), (low, middle)]  # the lower half is next: rows come in their order
            else:
                lost["rows"] += 1
    lost["end"] += bool(waiting)


def _last(old: _Damaged, table: str) -> int | None:
    """Return the largest number of a row, 0 for an empty table; None if that cannot be read."""
    for query, values in (
        (f'SELECT max(rowid) FROM "{table}"', ()),
        ("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)),
    ):
        try:
            if found := next(old.execute(query, values), None):
                return int(found[0] or 0)
        except connections.DATABASE_ERRORS:
            continue
    return None


def _keep_numbers(old: _Damaged, new: sqlite3.Connection) -> None:
    """Give no number twice, also not that of a row that was deleted or lost."""
    try:
        numbers = list(old.execute("SELECT name, seq FROM sqlite_sequence"))
    except connections.DATABASE_ERRORS:
        return  # then those of the rows that were brought over count
    for name, seq in numbers:
        changed = new.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (seq, name)).rowcount
        if not changed:
            new.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, seq))
