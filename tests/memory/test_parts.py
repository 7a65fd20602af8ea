"""However long a text is, its parts are short, hold all of it once and keep their places."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.types import Document
from nestdesk.memory import parts as parts_module
from nestdesk.memory import reader_worker, readers
from nestdesk.memory.parts import border, gathered, lines, parts, stretches
from tests.memory.files import joined, write

WORDS = [f"word{number}" for number in range(4_000)]
TABLE = "\n".join(["name,note", *(f"n{number},{word}" for number, word in enumerate(WORDS))])
MAILS = "\n".join(f"From a@b Thu Jan  2 03:04:05 2020\nSubject: s{n}\n\n{word} end\n" for n, word in enumerate(WORDS))
LONG = {  # of every format that is read as a stream
    "a.txt": "\n\n".join(WORDS),
    "a.log": "\n".join(WORDS),
    "a.rst": " ".join(WORDS),
    "a.md": "# Title\n\n" + "\n\n# ".join(WORDS),
    "a.org": "\n* ".join(WORDS),
    "a.py": "\n".join(f"{word} = 1" for word in WORDS),
    "a.csv": TABLE,
    "a.tsv": TABLE.replace(",", "\t"),
    "a.json": "[" + ",".join(f'{{"a": "{word}"}}' for word in WORDS) + "]",
    "a.jsonl": "\n".join(f'{{"a": "{word}"}}' for word in WORDS),
    "a.mbox": MAILS,
}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> int:
    """Make parts so short that a test needs no long file."""
    monkeypatch.setattr(parts_module, "PART_CHARACTERS", 5_000)
    return 5_000


@given(st.text(alphabet="ab \n", max_size=300), st.integers(2, 40))
def test_stretches_hold_every_character_once(text: str, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts_module, "PART_CHARACTERS", most)
        found = list(stretches(io.StringIO(text)))
        assert "".join(found) == text
        assert all(0 < len(stretch) <= most for stretch in found)
        assert "".join(lines(io.StringIO(text))) == text


def test_a_text_is_cut_at_the_best_place_that_is_not_too_early() -> None:
    assert border("short", 9) == 5
    assert border("aaaa bbbb\ncc dd\n\nee ff gg", 20) == 15
    assert border("aaaaaa bbbb\ncc dd ee ff gg", 20) == 11
    assert border("aa\n\naaaaaaaaaa bbbbbbbbbb", 20) == 14, "the blank line would leave next to nothing"
    assert border("a" * 30, 20) == 20


def test_short_texts_are_gathered_in_order(short: int) -> None:
    texts = [str(number) * 40 for number in range(1_000)]
    found = list(gathered(texts, "\n"))
    assert "\n".join(found) == "\n".join(texts)
    assert all(short / 2 < len(one) <= short + 200 for one in found[:-1])


def test_pages_keep_their_numbers_over_parts(short: int) -> None:
    pages = [f"{number} " * 900 for number in range(8)]
    text, starts = "", []
    for page in pages:
        starts.append(len(text))
        text += page + "\n\n"
    found = list(parts([Document("T", text.rstrip(), "application/pdf", tuple(starts), ("A remark.",))]))
    assert len(found) > 2
    for number, start in enumerate(joined(found).page_starts):
        assert joined(found).text[start:].lstrip().startswith(f"{number} ")
    assert [part.title for part in found] == ["T"] * len(found)
    assert [part.warnings for part in found] == [()] * (len(found) - 1) + [("A remark.",)]


@pytest.mark.parametrize("name", sorted(LONG))
def test_a_long_file_of_every_streamed_format_is_read_whole_in_short_parts(
    tmp_path: Path, short: int, name: str
) -> None:
    path = write(tmp_path, name, LONG[name])
    found = list(readers.read(path))
    assert len(found) > 4
    assert all(0 < len(part.text) <= short for part in found)
    assert len({(part.title, part.media_type) for part in found}) == 1
    read = joined(found).text.split()
    assert [word.strip(";:") for word in read if word.strip(";:").startswith("word")] == WORDS
    assert found[-1].warnings == ()
    if name in ("a.csv", "a.tsv"):
        assert all(part.text.startswith("name: n") for part in found), "each part knows the columns' names"


def test_what_exceeds_the_longest_text_is_left_out_and_told(
    tmp_path: Path, short: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_module, "MAX_CHARACTERS", 9_000)
    *_, last = found = list(readers.read(write(tmp_path, "a.txt", LONG["a.txt"])))
    assert len(found) == 2
    count = sum(len(part.text) for part in found)
    assert last.warnings == (
        f"The text is very long: only its first {count:,} characters were read. "
        "Split the file to have the rest read as well.",
    )


def test_damage_in_the_middle_hides_nothing_that_came_before(tmp_path: Path, short: int) -> None:
    broken = LONG["a.json"][:30_000]
    *_, last = found = list(readers.read(write(tmp_path, "a.json", broken)))
    assert joined(found).text.split().count("a:") > 1_000
    assert last.warnings == ("The JSON is damaged or cut off; what was read ends there.",)
    table = TABLE + '\nx,"' + "y" * 200_000
    *_, last = found = list(readers.read(write(tmp_path, "a.csv", table)))
    text = joined(found).text
    assert "name: n3999; note: word3999" in text
    assert text.count("y") >= 200_000
    assert last.warnings == ("The table is not well formed; from where it is not, it was read as plain text.",)


def test_an_encoding_that_only_shows_late_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nestdesk.memory.plain_text._CHUNK_BYTES", 1_000)
    text = "Plain words. " * 20_000 + "Das Café an der Straße hat schöne Stühle."
    found = joined(readers.read(write(tmp_path, "a.txt", text.encode("cp1252"))))
    assert found.text == text
    half = "Größe " * 20_000
    damaged = half.encode() + b"\xff" + half.encode()
    found = joined(readers.read(write(tmp_path, "b.txt", damaged)))
    assert found.text.count("Größe") >= 39_999
    assert found.warnings == ("1 characters could not be decoded.",)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.json", "a.mbox"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    sentence = "The harbour master keeps seven lanterns in the northern lighthouse. " * 14
    one = {
        "a.txt": f"{sentence}\n\n",
        "a.csv": f"7,{sentence}\n",
        "a.json": f'"{sentence}",\n',
        "a.mbox": f"From a@b Thu Jan  2 03:04:05 2020\nSubject: x\n\n{sentence}\n\n",
    }[name]
    path = tmp_path / name
    counts = []
    for times in (9_000, 36_000):  # more than one part; four times as much
        content = one * times
        path.write_text(f"[{content}7]" if name == "a.json" else content, encoding="utf-8")
        # INVARIANT: both are read within the same memory; the larger one as a whole would take some 500 MB.
        counts.append(sum(len(part.text) for part in reader_worker.read_limited(path, memory_bytes=180 * 1024**2)))
    assert counts[1] > 3.9 * counts[0] > 30_000_000
