"""The header of a safetensors file, checked before anything it names is read or made room for.

The header is JSON that says of every tensor its type, its shape and where its bytes lie. What a program allocates
follows from these numbers, so a file is refused unless they account for each of its bytes exactly once: what is loaded
is then never larger than the file, whoever wrote it.

Reference: the safetensors format: a 64-bit little-endian header length, the header, the tensors' bytes without gaps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

METADATA = "__metadata__"
MOST_HEADER_BYTES = 1 << 26  # the text of a long book, several times
MOST_TENSORS = 1 << 16
MOST_DIMENSIONS = 8
MOST_LENGTH = 1 << 32  # of a dimension; an empty tensor could name any otherwise

# Numbers that are scaled by others, packed or complex are missing: nothing here computes with them.
BYTES = {
    "BOOL": 1, "U8": 1, "I8": 1, "U16": 2, "I16": 2, "F16": 2, "BF16": 2, "U32": 4, "I32": 4, "F32": 4,
    "U64": 8, "I64": 8, "F64": 8,
}  # fmt: skip


class HeaderError(ValueError):
    """A file of weights contradicts itself; the message says where, for developers."""


@dataclass(frozen=True)
class Stored:
    """A tensor, as the header tells of it."""

    dtype: str
    shape: tuple[int, ...]
    start: int  # bytes from where the tensors begin
    end: int


def read(stream: BinaryIO, size_bytes: int, most_bytes: int = MOST_HEADER_BYTES) -> dict[str, Any]:
    """Read a header; the stream then stands where the tensors' bytes begin.

    Raises:
        HeaderError: it is longer than the file or than it may be, no JSON object, or names something twice.
    """
    length = int.from_bytes(stream.read(8), "little")
    if not 2 <= length <= min(size_bytes - 8, most_bytes):
        raise HeaderError("a header longer than the file or the limit")
    try:
        header = json.loads(stream.read(length), object_pairs_hook=_once)
    except HeaderError:
        raise
    except (ValueError, RecursionError) as error:
        raise HeaderError("a header that is no JSON") from error
    if not isinstance(header, dict):
        raise HeaderError("a header that is no object")
    return header


def tensors(header: Mapping[str, Any], data_bytes: int) -> dict[str, Stored]:
    """Return the tensors of a header by name.

    Args:
        header: as read() returned it.
        data_bytes: how many bytes follow it.

    Raises:
        HeaderError: types, shapes and places do not fit each other or the file.  # INVARIANT: each byte belongs to one
    """
    if len(header) > MOST_TENSORS:
        raise HeaderError("too many tensors")
    found = {name: _stored(name, said) for name, said in header.items() if name != METADATA}
    end = 0
    for name, one in sorted(found.items(), key=lambda pair: (pair[1].start, pair[1].end)):
        if one.start != end:
            raise HeaderError(f"{name!r} overlaps another tensor or leaves a gap")
        end = one.end
    if end != data_bytes:
        raise HeaderError("more or less bytes than the header tells of")
    return found


def tensors_of(path: Path) -> dict[str, Stored]:
    """Return the tensors of a file by name; none of them is read.

    Raises:
        HeaderError: the file contradicts itself.
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        header = read(stream, size)
        return tensors(header, size - stream.tell())


def _stored(name: str, said: object) -> Stored:
    if not isinstance(said, dict) or said.keys() != {"dtype", "shape", "data_offsets"}:
        raise HeaderError(f"{name!r} is not described as a tensor")
    width = BYTES.get(said["dtype"]) if isinstance(said["dtype"], str) else None
    if width is None:
        raise HeaderError(f"{name!r} has the type {said['dtype']!r}")
    shape, places = said["shape"], said["data_offsets"]
    if not _are_lengths(shape, MOST_LENGTH) or len(shape) > MOST_DIMENSIONS:
        raise HeaderError(f"{name!r} has no possible shape")
    if not _are_lengths(places, 1 << 62) or len(places) != 2 or places[1] - places[0] != prod(shape) * width:
        raise HeaderError(f"{name!r} does not have the bytes of its shape")
    return Stored(said["dtype"], tuple(shape), *places)


def _are_lengths(numbers: object, most: int) -> bool:
    return isinstance(numbers, list) and all(type(one) is int and 0 <= one <= most for one in numbers)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise HeaderError("a name that stands there twice")
    return made
