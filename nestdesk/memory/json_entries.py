"""The entries of a long JSON array, one at a time.

*Why* not ijson.items: it keeps the whole path of every level, so that a file of brackets takes the square of its size.
What lies deeper than any chat is read over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import ijson

MAX_DEPTH = 64
DAMAGED = (ijson.JSONError,)


class Readable(Protocol):
    """A file."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        ...


def entries(file: Readable) -> Iterator[Any]:
    """Yield the entries of the array that the file holds; none if it holds something else.

    Raises:
        ijson.JSONError: the file is no JSON from here on.
    """
    containers: list[Any] = []  # those that are not closed yet, the whole array first
    names: list[str] = [""]  # for each of them, what the next value in it is called
    too_deep = 0  # levels below the deepest that is kept
    # use_float: ijson's exact numbers end the whole process when one has more than some thousand digits.
    for event, value in ijson.basic_parse(file, use_float=True):
        if event == "map_key":
            names[-1] = value if not too_deep else names[-1]
            continue
        if event in ("end_map", "end_array"):
            if too_deep:
                too_deep -= 1
                continue
            value = containers.pop()
            names.pop()
        elif event in ("start_map", "start_array"):
            if not containers and event == "start_map":
                return
            if too_deep or len(containers) == MAX_DEPTH:
                too_deep += 1
                continue
            containers.append({} if event == "start_map" else [])
            names.append("")
            continue
        elif too_deep or not containers:
            continue
        if len(containers) == 1:
            yield value
        elif containers:
            _put(containers[-1], names[-1], value)


def _put(container: Any, name: str, value: Any) -> None:
    if isinstance(container, dict):
        container[name] = value
    else:
        container.append(value)
