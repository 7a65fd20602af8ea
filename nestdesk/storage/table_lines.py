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

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    Integer,
    LargeBinary,
    Select,
    Table,
    and_,
    insert,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from nestdesk.storage.columns import UtcDateTime
from nestdesk.storage.models import Base, CheckpointRow, ConversationRow

TABLES: dict[str, Table] = dict(Base.metadata.tables)
_BATCH = 500
_NUMBERS: dict[type, type] = {Boolean: bool, Integer: int, Float: float}  # everything else is written as a text
_REMARKS = {  # columns that name a row and are no foreign keys
    "source": {"attached_to": "conversation"},
    "event": {"source_id": "source", "expert_id": "expert"},
}
_ORDER = {"message": ("conversation_id", "id")}  # so that chats can be read one by one; others: by primary key


def dump(session: Session, table: Table) -> Iterator[bytes]:
    """Yield a table's rows, a line each; nothing of a temporary conversation is among them."""
    order = [table.c[name] for name in _ORDER.get(table.name, ())] or list(table.primary_key)
    query = select(table).where(lasts(table)).order_by(*order).execution_options(yield_per=_BATCH)
    for row in session.execute(query).mappings():
        yield json.dumps({name: _written(value) for name, value in row.items()}).encode("ascii") + b"\n"


def lasts(table: Table) -> ColumnElement[bool]:
    """Return what is true of the rows that go with no temporary conversation, and with nothing attached to one."""
    if table.name == ConversationRow.__tablename__:
        return ~table.c.is_temporary
    return and_(true(), *(or_(column.is_(None), column.not_in(ids)) for column, ids in _leaving(table)))


def _leaving(table: Table) -> list[tuple[Column[Any], Select[int]]]:
    """Return the columns by which rows of a table may go with a temporary conversation, and what they name then."""
    named = {column.name: key.column.table.name for column in table.c for key in column.foreign_keys}
    named |= _REMARKS.get(table.name, {})
    found = [(table.c[name], _gone(TABLES[of])) for name, of in named.items() if of != table.name]
    return [(column, ids) for column, ids in found if ids is not None]


def _gone(table: Table) -> Select[int] | None:
    """Return the ids of the rows that go with a temporary conversation; None: no row of this table does."""
    if table.name == ConversationRow.__tablename__:
        return select(table.c.id).where(table.c.is_temporary)
    leaving = _leaving(table)
    return select(table.c.id).where(or_(*(column.in_(ids) for column, ids in leaving))) if leaving else None


def weight_files(session: Session) -> set[str]:
    """Return the sha256 of the weights that the checkpoints among these rows need."""
    table = TABLES[CheckpointRow.__tablename__]
    return set(session.scalars(select(table.c.blob).where(lasts(table))))


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
