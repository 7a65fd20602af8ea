"""A header of weights is believed only if it accounts for every byte of the file exactly once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core import weight_header
from nestdesk.core.weight_header import HeaderError, Stored

ONE = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
OTHER = {"dtype": "I8", "shape": [8], "data_offsets": [24, 32]}


def write(path: Path, header: object, data_bytes: int, text: bytes | None = None) -> Path:
    said = json.dumps(header).encode() if text is None else text
    path.write_bytes(len(said).to_bytes(8, "little") + said + bytes(data_bytes))
    return path


def test_a_sound_header_is_told_whole(tmp_path: Path) -> None:
    file = write(tmp_path / "w", {"__metadata__": {"a": "b"}, "other": OTHER, "one": ONE}, 32)
    assert weight_header.tensors_of(file) == {
        "one": Stored("F32", (2, 3), 0, 24),
        "other": Stored("I8", (8,), 24, 32),
    }


CONTRADICTIONS = {
    "more than the file holds": {"one": ONE | {"shape": [1 << 30], "data_offsets": [0, 4 << 30]}},
    "a shape without its bytes": {"one": ONE | {"shape": [1 << 30]}},
    "a product beyond all numbers": {"one": ONE | {"shape": [1 << 32] * 8}},
    "an empty tensor of absurd length": {"one": ONE | {"shape": [0, 1 << 62], "data_offsets": [0, 0]}},
    "too many dimensions": {"one": ONE | {"shape": [1] * 9, "data_offsets": [0, 4]}},
    "a length below nothing": {"one": ONE | {"shape": [-2, -3]}},
    "a length that is no number": {"one": ONE | {"shape": [True, 6.0]}},
    "a type that does not exist": {"one": ONE | {"dtype": "object"}},
    "a type that is packed": {"one": ONE | {"dtype": "F4", "shape": [48]}},
    "a type that is no text": {"one": ONE | {"dtype": ["F32"]}},
    "bytes that two share": {"one": ONE, "other": ONE},
    "bytes that overlap": {"one": ONE, "other": OTHER | {"data_offsets": [20, 28]}},
    "a gap": {"one": ONE, "other": OTHER | {"data_offsets": [28, 36]}},
    "bytes of nobody": {"one": ONE},
    "an end before its start": {"one": ONE | {"data_offsets": [24, 0]}},
    "three places": {"one": ONE | {"data_offsets": [0, 24, 32]}},
    "something more": {"one": ONE | {"file": "/etc/passwd"}},
    "no tensor": {"one": [1, 2]},
    "no object": [ONE],
}


@pytest.mark.parametrize("header", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_contradicts_itself_is_refused(header: object, tmp_path: Path) -> None:
    with pytest.raises(HeaderError):
        weight_header.tensors_of(write(tmp_path / "w", header, 32))


@pytest.mark.parametrize(
    "text", [b"", b"{", b"\xff\xff", b"[" * 100_000, b'{"a":' * 100_000, b'{"one": 1, "one": 2}', b"1e9999"]
)
def test_what_is_no_header_is_refused(text: bytes, tmp_path: Path) -> None:
    with pytest.raises(HeaderError):
        weight_header.tensors_of(write(tmp_path / "w", None, 32, text))


def test_a_header_is_not_read_if_it_is_longer_than_the_file_or_the_limit(tmp_path: Path) -> None:
    file = write(tmp_path / "w", {"one": ONE}, 24)
    file.write_bytes((1 << 62).to_bytes(8, "little") + file.read_bytes()[8:])
    with pytest.raises(HeaderError, match="longer"):
        weight_header.tensors_of(file)
    with file.open("rb") as stream, pytest.raises(HeaderError, match="longer"):
        weight_header.read(stream, 1 << 63, most_bytes=64)


def test_more_tensors_than_any_model_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weight_header, "MOST_TENSORS", 10)
    empty = {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
    names = [f"x{place}" for place in range(11)]
    with pytest.raises(HeaderError, match="too many"):
        weight_header.tensors_of(write(tmp_path / "w", dict.fromkeys(names, empty), 0))


@given(st.lists(st.tuples(st.sampled_from(sorted(weight_header.BYTES)), st.lists(st.integers(0, 5), max_size=3))))
def test_every_layout_without_gaps_is_accepted(drawn: list[tuple[str, list[int]]]) -> None:
    header, end = {}, 0
    for place, (dtype, shape) in enumerate(drawn):
        size = weight_header.BYTES[dtype]
        for length in shape:
            size *= length
        header[f"t{place}"] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    assert len(weight_header.tensors(header, end)) == len(drawn)
    with pytest.raises(HeaderError):
        weight_header.tensors(header, end + 1)
