"""An Org outline is its text under its headings, without what Org itself does not export."""

from __future__ import annotations

from pathlib import Path

import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.memory.passages import split
from tests.memory.files import read, read_limited, write

ORG = """#+TITLE: Mühlen
#+AUTHOR: canary
# canary
* TODO [#A] Die alte Mühle :wasser:rad:
  SCHEDULED: <2020-01-02>
  :PROPERTIES:
  :ID: canary
  :END:
Sie steht am *Fluß*, siehe [[https://example.org][die Karte]] und [[id:7]].
** 水車
- Колесо
#+BEGIN_SRC python
* kept = [[1, 2]]
# kept too
#+END_SRC
#+begin_comment
canary
#+end_comment
End.
"""
TEXT = """# Die alte Mühle

Sie steht am *Fluß*, siehe die Karte und id:7.

## 水車

- Колесо
* kept = [[1, 2]]
# kept too
End."""


def test_headings_are_sections_and_the_unseen_is_left_out(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.org", ORG))
    assert (document.title, document.text, document.media_type) == ("Mühlen", TEXT, "text/org")


def test_the_worker_gives_what_read_gives(tmp_path: Path) -> None:
    path = write(tmp_path, "a.org", ORG)
    assert read_limited(path) == read(path)


def test_without_a_title_its_first_heading_is_it(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.org", "Intro\n* First\n* Second")).title == "First"
    assert read(write(tmp_path, "b.org", "No heading.")).title == "b"


def test_a_heading_stays_with_its_text(tmp_path: Path) -> None:
    sections = "\n".join(f"* Section {n}\n" + "The wheel turns in the water. " * 4 for n in range(5))
    passages = split(read(write(tmp_path, "a.org", sections)), min_words=20, max_words=40)
    assert [passage.text.split("\n")[0] for passage in passages] == [f"# Section {n}" for n in range(5)]


@pytest.mark.parametrize("start", [":PROPERTIES:\n", "#+begin_comment\n", "#+begin_src c\n"])
def test_what_never_ends_hides_nothing(tmp_path: Path, start: str) -> None:
    assert read(write(tmp_path, "a.org", f"One.\n{start}Two.\n* Three")).text.replace("* ", "# ").split() == (
        ["One.", "Two.", "#", "Three"]
    )


def test_a_drawer_holds_no_heading(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.org", ":LOGBOOK:\nOne.\n* Two\n:END:\nThree.")).text == "One.\n\n# Two\n\nThree."


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_older_encodings(tmp_path: Path, encoding: str) -> None:
    assert read(write(tmp_path, "a.org", "* Größe\nÄrger und Übermut.\n".encode(encoding))).text == (
        "# Größe\n\nÄrger und Übermut."
    )


def test_nothing_but_what_is_unseen_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no text"):
        read(write(tmp_path, "a.org", "#+TITLE: x\n# only a comment\n:ID:\n"))
