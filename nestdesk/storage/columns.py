"""How the program's values become database columns and come back equal.

Times are UTC and aware, texts are always valid Unicode, file paths keep names that are not, and structured values
(scores, reasons, settings of an update) are JSON read back through the types of core.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from nestdesk.core.types import Scores, Why

Vectors = NDArray[np.float32]
T = TypeVar("T")
VECTOR_SIZE = 384


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Drop the time zone after moving to UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say again that it is UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class SafeText(TypeDecorator[str]):
    """Text from anywhere: lone surrogates, which SQLite cannot hold, become U+FFFD (the length stays)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what is not a Unicode scalar value."""
        return None if value is None else clean(value)


class FilePath(TypeDecorator[str]):
    """A path as the bytes the file system knows, so that a file name that is no valid text still opens."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encode for the file system."""
        return None if value is None else os.fsencode(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Decode from the file system."""
        return None if value is None else os.fsdecode(value)


def clean(text: str) -> str:
    """Return the text with every lone surrogate replaced by U+FFFD; offsets into it stay valid."""
    if text.isascii():
        return text
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)


def now() -> datetime:
    """Return the present time, aware, in UTC."""
    return datetime.now(UTC)


_ADAPTERS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (Scores, Why)}


def to_json(value: object | None, kind: type[T]) -> str | None:
    """Return Scores or a Why as JSON that from_json reads back equal; None stays None.

    json.dumps and not pydantic's writer, because scores may be infinite and must survive.
    """
    if value is None:
        return None
    return json.dumps(_ADAPTERS[kind].dump_python(value), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | None, kind: type[T]) -> T | None:
    """Read a value written by to_json.

    Raises:
        pydantic.ValidationError: the text is no such value (the row was damaged).
    """
    if text is None:
        return None
    value: T = _ADAPTERS[kind].validate_python(json.loads(text))
    return value


def config_to_json(config: Mapping[str, object]) -> str:
    """Return free settings as JSON; every value must be of a JSON kind."""
    return json.dumps(dict(config), ensure_ascii=False, separators=(",", ":"))


def config_from_json(text: str) -> dict[str, object]:
    """Read settings written by config_to_json."""
    config: dict[str, object] = json.loads(text)
    return config


def vectors_to_bytes(vectors: Vectors) -> bytes:
    """Return the rows as little-endian float32."""
    return np.ascontiguousarray(vectors, dtype="<f4").tobytes()


def vectors_from_bytes(blob: bytes, rows: int) -> Vectors:
    """Read what vectors_to_bytes wrote, given the number of rows."""
    width = len(blob) // 4 // rows if rows else VECTOR_SIZE
    return np.frombuffer(blob, dtype="<f4").astype(np.float32).reshape(rows, width)
