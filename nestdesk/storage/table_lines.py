"""Tables as lines of JSON and back, for every table alike: what the models say decides how a value is written.

Times are ISO 8601 in UTC, and bytes are base64: vectors are little-endian float32.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Boolean, Column, Float, Integer, LargeBinary, Table, insert, or_, select
from sqlalchemy.orm import Session

from nestdesk.storage.columns import UtcDateTime
from nestdesk.storage.models import Base, ConversationRow

TABLES: dict[str, Table] = dict(Base.metadata.tables)
_BATCH = 500
_NUMBERS: dict[type, type] = {Boolean: bool, Integer: int, Float: float}  # everything else is written as a text
_ORDER = {"message": ("conversation_id", "id")}  # so that chats can be read one by one; others: by primary key


def dump(session: Session, table: Table) -> Iterator[bytes]:
    """Yield a table's rows, a line each; nothing of a temporary conversation is among them."""
    order = [table.c[name] for name in _ORDER.get(table.name, ())] or list(table.primary_key)
    query = select(table).order_by(*order).execution_options(yield_per=_BATCH)
    temporary = select(ConversationRow.id).where(ConversationRow.is_temporary)
    if table.name == ConversationRow.__tablename__:
        query = query.where(table.c.id.not_in(temporary))
    for column in table.c:
        if any(key.column.table.name == ConversationRow.__tablename__ for key in column.foreign_keys):
            query = query.where(or_(column.is_(None), column.not_in(temporary)))
    for row in session.execute(query).mappings():
        yield json.dumps({name: _written(value) for name, value in row.items()}).encode("ascii") + b"\n"


def load(session: Session, table: Table, lines: Iterable[bytes]) -> int:
    """Insert rows that dump wrote, in the current transaction, and return how many there were.

    A column that an older schema did not have yet takes its default.

    Raises:
        ValueError: a line is no row of this table.
        IntegrityError: a row does not go with the others.
    """
    count = 0
    rows = (_row(table, line) for line in lines)
    while batch := list(islice(rows, _BATCH)):
        session.execute(insert(table), batch)
        count += len(batch)
    return count


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def _row(table: Table, line: bytes) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict) or not set(row) <= set(table.c.keys()):
        raise ValueError(f"no row of {table.name}")
    return {name: _read(table.c[name], value) for name, value in row.items()}


def _read(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    wanted = next((python for kind, python in _NUMBERS.items() if isinstance(column.type, kind)), str)
    if type(value) is not wanted:
        raise ValueError(f"no value of {column}")
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(str(value))
    return base64.b64decode(str(value), validate=True) if isinstance(column.type, LargeBinary) else value
