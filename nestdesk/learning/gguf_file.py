"""A GGUF file, checked before the libraries that convert it see it.

They believe what its header says: a count of 2^60 keeps them busy for good, a layer count of a million makes them set
up as many. So the header is walked here first, within bounds, and the sizes it gives a model must be those of tensors
whose bytes are there: what is converted then takes no more memory than the file's own weights in 32 bits.

Reference: the GGUF specification, versions 2 and 3 (ggml, docs/gguf.md).
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import NamedTuple, TypeVar

from nestdesk.core.errors import BackboneError

ARCHITECTURES = ("llama", "qwen2", "qwen3", "mistral")
MOST_ENTRIES = 1 << 12  # a model has some thirty
MOST_ELEMENTS = 1 << 23  # of all lists together; the largest vocabularies need a fifth of that
MOST_TENSORS = 1 << 16
MOST_TEXT_BYTES = 1 << 24
MOST_SIZE = 1 << 26

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_ALIGNMENT = "general.alignment"

T = TypeVar("T")


class _RefusedError(ValueError):
    """The header cannot be that of a model."""


class _Tensor(NamedTuple):
    shape: tuple[int, ...]  # the innermost dimension first, as stored
    kind: int
    offset: int


class _Cursor:
    """Reads numbers and texts one after the other, never beyond the end."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self.at = 0
        self._elements_left = MOST_ELEMENTS

    def skip(self, size_bytes: int) -> int:
        start, end = self.at, self.at + size_bytes
        if end > len(self._data):
            raise _RefusedError("the file ends in its header")
        self.at = end
        return start

    def number(self, code: str) -> int | float | bool:
        start = self.skip(struct.calcsize("<" + code))
        (found,) = struct.unpack_from("<" + code, self._data, start)
        return found  # type: ignore[no-any-return]

    def count(self, most: int, code: str = "Q") -> int:
        found = int(self.number(code))
        if found > most:
            raise _RefusedError(f"a count of {found}")
        return found

    def text(self) -> str:
        size = self.count(MOST_TEXT_BYTES)
        start = self.skip(size)
        return self._data[start : start + size].decode("utf-8", errors="strict")

    def value(self) -> object:
        """Return a number or a text; of a list only its length, as a tuple of one."""
        kind = self.count(12, "I")
        if kind in _SCALARS:
            return self.number(_SCALARS[kind])
        if kind == _TEXT:
            return self.text()
        kind, length = self.count(12, "I"), self.count(self._elements_left)
        self._elements_left -= length
        if kind in _SCALARS:
            self.skip(length * struct.calcsize("<" + _SCALARS[kind]))
        elif kind == _TEXT:
            for _ in range(length):
                self.skip(self.count(MOST_TEXT_BYTES))
        else:
            raise _RefusedError("a list of lists")
        return (length,)


def require_sound(file: Path) -> None:
    """Refuse a GGUF file that is cut off, contradicts itself or announces what it does not hold.

    Raises:
        BackboneError: it is refused; the message is a sentence.
    """
    try:
        with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            _check(data)
    except (_RefusedError, UnicodeDecodeError) as error:
        raise BackboneError(
            f"{file.name} is damaged or no model of the Llama or Qwen family ({error}). Nothing was changed."
        ) from error
    except (OSError, ValueError) as error:  # an empty file cannot be mapped
        raise BackboneError(f"{file.name} cannot be read: it is empty, or {error}.") from error


def _check(data: mmap.mmap) -> None:
    cursor = _Cursor(data)
    if data[: cursor.skip(4) + 4] != _MAGIC:
        raise _RefusedError("no GGUF file")
    if (version := cursor.number("I")) not in _VERSIONS:
        raise _RefusedError(f"version {version} of the format")
    tensor_count, entry_count = cursor.count(MOST_TENSORS), cursor.count(MOST_ENTRIES)
    entries = _unique((cursor.text(), cursor.value()) for _ in range(entry_count))
    tensors = _unique((cursor.text(), _tensor(cursor)) for _ in range(tensor_count))
    _require_bytes(tensors, cursor.at, entries.get(_ALIGNMENT, 32), len(data))
    for name, shape in _shapes(entries, tensors):
        if name not in tensors or tensors[name].shape != shape:
            raise _RefusedError(f"the weight {name} is missing or has another size than announced")


def _unique(pairs: Iterator[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, value in pairs:
        if name in found:
            raise _RefusedError(f"{name} stands there twice")
        found[name] = value
    return found


def _tensor(cursor: _Cursor) -> _Tensor:
    shape = tuple(cursor.count(MOST_SIZE) for _ in range(cursor.count(4, "I")))
    return _Tensor(shape, cursor.count(1 << 16, "I"), int(cursor.number("Q")))


def _require_bytes(tensors: dict[str, _Tensor], header_end: int, alignment: object, size_bytes: int) -> None:
    """Refuse tensors whose bytes are not in the file, or are also another one's."""
    from gguf import GGML_QUANT_SIZES  # only needed here

    if type(alignment) is not int or not 0 < alignment <= 1 << 16 or alignment & (alignment - 1):
        raise _RefusedError(f"an alignment of {alignment}")
    data_start = -(-header_end // alignment) * alignment
    blocks = {int(kind): size for kind, size in GGML_QUANT_SIZES.items()}
    places = []
    for name, one in tensors.items():
        if one.kind not in blocks or not one.shape or not all(one.shape) or one.shape[0] % blocks[one.kind][0]:
            raise _RefusedError(f"the weight {name} has a type or size that does not exist")
        numbers, width = blocks[one.kind]
        places.append((data_start + one.offset, data_start + one.offset + prod(one.shape) // numbers * width))
    places.sort()
    if any(end > start for (_, end), (start, _) in pairwise(places)) or (places and places[-1][1] > size_bytes):
        raise _RefusedError("its weights overlap or lie beyond the end of the file")


def _shapes(entries: dict[str, object], tensors: dict[str, _Tensor]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the tensors that a model of the announced sizes has."""
    family = entries.get("general.architecture")
    if family not in ARCHITECTURES:
        raise _RefusedError(f"the architecture {family}")

    def size(key: str, default: int | None = None) -> int:
        found = entries.get(f"{family}.{key}", default)
        if type(found) is not int or not 0 < found <= MOST_SIZE:
            raise _RefusedError(f"no possible {key}")
        return found

    hidden, inner, heads = size("embedding_length"), size("feed_forward_length"), size("attention.head_count")
    queries = heads * size("attention.key_length", hidden // heads)
    keys = size("attention.head_count_kv", heads) * size("attention.key_length", hidden // heads)
    size("context_length")
    words = tensors["token_embd.weight"].shape[-1] if "token_embd.weight" in tensors else 0
    yield "token_embd.weight", (hidden, size("vocab_size", words))
    for index in range(size("block_count")):
        for site, shape in (
            ("attn_q", (hidden, queries)),
            ("attn_k", (hidden, keys)),
            ("attn_v", (hidden, keys)),
            ("attn_output", (queries, hidden)),
            ("ffn_gate", (hidden, inner)),
            ("ffn_up", (hidden, inner)),
            ("ffn_down", (inner, hidden)),
            ("attn_norm", (hidden,)),
            ("ffn_norm", (hidden,)),
        ):
            yield f"blk.{index}.{site}.weight", shape
