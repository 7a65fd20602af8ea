"""What is sealed comes back as it was, from any place of a file; whatever was changed in it is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nestdesk import sealed
from nestdesk.core.folder_key import FolderKey
from nestdesk.sealed import PIECE_BYTES, SealedError

pytest.importorskip("cryptography")

KEY = FolderKey(bytes(range(32)))
SIZES = (0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 3 * PIECE_BYTES + 7)


def written(path: Path, data: bytes, key: FolderKey | None = KEY) -> Path:
    with sealed.created(path, key) as stream:
        stream.write(data)
    return path


def read(path: Path, key: FolderKey | None = KEY) -> bytes:
    with sealed.opened(path, key) as stream:
        return stream.read()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_comes_back_and_its_size_is_known(tmp_path, size):
    data = os.urandom(size)
    path = written(tmp_path / "file", data)
    assert read(path) == data
    assert sealed.size_of(path) == size
    assert sealed.is_sealed(path)
    assert path.stat().st_mode & 0o777 == 0o600


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3 * PIECE_BYTES + 9), st.integers(0, 70_000))
def test_any_part_is_read_by_itself(tmp_path_factory, start, length):
    path = tmp_path_factory.mktemp("sealed") / "file"
    data = bytes(range(256)) * (3 * PIECE_BYTES // 256) + b"the end"
    written(path, data)
    with sealed.opened(path, KEY) as stream:
        stream.seek(start)
        assert stream.read(length) == data[start : start + length]


def test_what_is_not_sealed_is_read_as_it_is(tmp_path):
    path = written(tmp_path / "file", b"plain", None)
    assert path.read_bytes() == b"plain"
    assert (read(path), read(path, None), sealed.size_of(path)) == (b"plain", b"plain", 5)


def test_equal_content_is_stored_differently_each_time_and_nothing_of_it_shows(tmp_path):
    first, second = (written(tmp_path / name, b"lighthouse" * 9000) for name in ("a", "b"))
    assert first.read_bytes()[24:] != second.read_bytes()[24:]
    assert b"lighthouse" not in first.read_bytes()


@pytest.mark.parametrize("place", [0, 9, 30, PIECE_BYTES, 2 * PIECE_BYTES + 40, -1])
def test_a_changed_byte_is_refused(tmp_path, place):
    path = written(tmp_path / "file", os.urandom(2 * PIECE_BYTES + 100))
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    if place == 0:  # it is not taken for a sealed file any more, and so not for what it was
        assert read(path) == bytes(data)
    else:
        with pytest.raises(SealedError):
            read(path)


def test_pieces_can_neither_be_cut_off_nor_change_places(tmp_path):
    stored = PIECE_BYTES + 16
    path = written(tmp_path / "file", os.urandom(3 * PIECE_BYTES))
    data = path.read_bytes()
    head, pieces = data[:24], [data[24 + at * stored : 24 + (at + 1) * stored] for at in range(3)]
    for changed in (pieces[:2], [pieces[1], pieces[0], pieces[2]], pieces[1:], []):
        path.write_bytes(head + b"".join(changed))
        with pytest.raises(SealedError):
            read(path)


def test_another_key_and_no_key_are_refused(tmp_path):
    path = written(tmp_path / "file", b"secret")
    for key in (FolderKey.new(), KEY.files, None):
        with pytest.raises(SealedError):
            read(path, key)


def test_lines_are_sealed_one_by_one():
    line = sealed.sealed_line(b"a row\n", KEY)
    assert line.endswith(b"\n")
    assert b"row" not in line
    assert sealed.opened_line(line, KEY) == b"a row\n"
    for wrong in (b"no line\n", line[:-3], sealed.sealed_line(b"a row\n", FolderKey.new())):
        with pytest.raises(SealedError):
            sealed.opened_line(wrong, KEY)


def test_keys_for_different_purposes_differ_and_are_not_told():
    assert len({KEY.secret, KEY.files.secret, KEY.derived(b"database"), KEY.derived(b"names")}) == 4
    assert KEY.secret.hex() not in repr(KEY)
    assert str(KEY.secret) not in repr(KEY)
    assert KEY.name_of("a" * 64) != FolderKey.new().name_of("a" * 64) != "a" * 64
