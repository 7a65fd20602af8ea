"""The fuzz bench spoils sound files, the same for the same seed, and tells what became of each of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from nestdesk.bench import fuzz, mutations
from nestdesk.bench.sound_files import CHATS, FORMATS
from nestdesk.memory import chat_exports
from nestdesk.memory.kinds import SUFFIXES, Kind, named
from nestdesk.memory.reader_worker import BrokenReaderError, SlowReaderError
from tests.memory.files import read, write


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_spoiled_was_sound(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, f"a{name}", FORMATS[name]())
    if name in CHATS:
        (file,) = chat_exports.find(path)
        said = " ".join(one.text for chat in file.chats() for one in chat.messages)
    else:
        said = read(path).text
    assert "old mill of Ostwick" in said


def test_there_is_a_sound_file_for_every_reader() -> None:
    kinds = {named(suffix) for suffix in SUFFIXES}
    assert kinds == {named(name) for name in FORMATS if name not in CHATS}
    assert Kind.IMAGE not in kinds


def test_the_same_file_comes_of_the_same_seed_and_others_of_others() -> None:
    numbers = range(len(FORMATS) * 2)
    files = [fuzz.made(number, 3) for number in numbers]
    assert files == [fuzz.made(number, 3) for number in numbers]
    assert len({data for *_, data in files}) > len(files) * 0.8
    assert [name for name, *_ in files] == [*FORMATS, *FORMATS]
    assert all(len(data) <= mutations.MOST_BYTES for *_, data in files)


def test_members_of_an_archive_are_spoiled_too() -> None:
    chance = random.Random(0)
    done = [mutations.spoiled(".odt", FORMATS[".odt"](), [b"x"], chance)[0] for _ in range(40)]
    assert sum("member" in one for one in done) > 20


def test_a_file_that_breaks_its_reader_is_told_and_the_next_ones_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / name for name in ("a", "crash", "b", "hang", "c")]

    def child(command: Sequence[str], _name: str, _timeout_s: float) -> Iterator[bytes]:
        for path in map(Path, command[-len(paths) :]):
            if path.name in ("crash", "hang"):
                raise (SlowReaderError if path.name == "hang" else BrokenReaderError)("It ended.")
            if path.parent == tmp_path:
                yield b'{"outcome": "read"}\n'

    monkeypatch.setattr(fuzz, "supervise", child)
    assert [one["outcome"] for one in fuzz.outcomes(paths)] == ["read", "crashed", "read", "hung", "read"]
