"""JSON of any length as an indented outline, because that is what can be read, quoted and learned from.

It is parsed event by event, so neither the values nor the outline are ever in memory as a whole.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TextIO

import ijson

from nestdesk.core.types import Document
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.parts import gathered, lines, stretches
from nestdesk.memory.plain_text import clean

MAX_DEPTH = 1_000  # a file of brackets is no outline
_MAX_INDENT = 40  # characters: what lies deeper stands there too, else the indents outweigh the words
_DAMAGED = (ijson.JSONError, ValueError)  # a number of ten thousand digits is a ValueError
_TITLE = re.compile(r"^title: (.+)$", re.M)


def read_json(stream: TextIO) -> Iterator[Document]:
    """Read JSON. What is none is read as plain text, unless that only shows after a whole part was handed over."""
    is_object = stream.read(1_000).lstrip().startswith("{")
    stream.seek(0)
    damage: list[Exception] = []

    def outlined() -> Iterator[str]:
        try:
            yield from outline_lines(stream)
        except _DAMAGED as error:  # told here, so that what was gathered before is not lost
            damage.append(error)

    texts = gathered(outlined(), "\n")
    first = next(texts, "")
    if damage:
        stream.seek(0)
        warning = "The JSON is not well formed; it was read as plain text."
        plain = (Document("", clean(text), media_type(Kind.TEXT)) for text in stretches(stream))
        yield from (replace(document, warnings=(warning,)) for document in plain)
        return
    title = _TITLE.search(first) if is_object else None
    yield Document(title.group(1) if title else "", clean(first), media_type(Kind.JSON))
    for text in texts:
        yield Document("", clean(text), media_type(Kind.JSON))
    if damage:
        warning = "The JSON is damaged or cut off; what was read ends there."
        yield Document("", "", media_type(Kind.JSON), warnings=(warning,))


def read_json_lines(stream: TextIO) -> Iterator[Document]:
    """Read a file in which every line is a JSON value of its own; a line that is none is read as it stands."""
    broken = 0

    def outlined() -> Iterator[str]:
        nonlocal broken
        for line in lines(stream):
            try:
                yield from list(outline_lines(io.StringIO(line))) if line.strip() else ()
            except _DAMAGED:
                broken += 1
                yield line.strip()
            yield ""

    for text in gathered(outlined(), "\n"):
        yield Document("", clean(text), media_type(Kind.JSON))
    if broken:
        warning = f"Lines that are no JSON were read as plain text: {broken}."
        yield Document("", "", media_type(Kind.JSON), warnings=(warning,))


def outline_lines(stream: TextIO) -> Iterator[str]:
    """Yield the lines of the outline.

    Raises:
        ijson.JSONError, ValueError: the file is no JSON from here on, or nested too deep.
    """
    levels: list[tuple[bool, str]] = []  # of every open container: whether it is a list, and the indent in it
    key = ""
    for event, value in ijson.basic_parse(_Encoded(stream), use_float=True):
        is_list, indent = levels[-1] if levels else (False, "")
        if event == "map_key":
            key = value
        elif event in ("start_map", "start_array"):
            if len(levels) == MAX_DEPTH:
                raise ijson.JSONError("nested too deep")
            if levels and not is_list:
                yield f"{indent}{key}:"
                indent = f"{indent}  "[:_MAX_INDENT]
            levels.append((event == "start_array", indent))
        elif event in ("end_map", "end_array"):
            levels.pop()
            if levels and levels[-1][0]:
                yield ""
        elif value is not None:
            name = "" if not levels else "- " if is_list else f"{key}: "
            yield f"{indent}{name}{value if isinstance(value, str) else json.dumps(value)}"


class _Encoded:
    """A text as the bytes that the parser wants."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size).encode("utf-8", "replace")
