"""Questions about whole documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Effort, Passage, Section
from nestdesk.services.holdings import Holdings
from nestdesk.services.overviews import LISTED, TOLD, Overviews
from nestdesk.storage.database import Database
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.sections import SectionStore
from nestdesk.storage.sources import SourceStore


class Library:
    """Stores with documents of a passage a section."""

    def __init__(self, database: Database) -> None:
        self.sources, self.sections = SourceStore(database), SectionStore(database)
        self.overviews = Overviews(self.sources, self.sections, Holdings(self.sources, PassageStore(database)))

    def add(self, title: str, *sections: Section, kind: str = "document") -> int:
        source = self.sources.add(title, kind, f"/tmp/{title}", title, 9, Effort.NORMAL)
        vectors = np.random.default_rng(len(sections)).normal(size=(max(1, len(sections)), 384)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        passages = tuple(Passage(one.summary, one.start, one.end) for one in sections) or (Passage("All.", 0, 4),)
        self.sources.save_content(source.id, title, f"{title} in short.", passages, vectors)
        self.sections.save(source.id, sections, vectors[: len(sections)])
        return source.id


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    database = Database.open(DataFolder(tmp_path / "data"))
    yield Library(database)
    database.close()


def _sections(count: int) -> list[Section]:
    return [Section(f"Part {n}", 1 + n % 2, 10 * n, 10 * n + 10, f"Sentence {n}.") for n in range(count)]


def test_a_named_document_is_summed_up_section_by_section_in_its_order(library: Library) -> None:
    library.add("Ferries", *_sections(3))
    library.add("Mills", *_sections(2))
    told = library.overviews.answer("Summarise Ferries, please")
    assert told is not None
    assert told.text == (
        "From **Ferries**:\n\n**Part 0**\n\n> Sentence 0.\n\n**Part 1**\n\n> Sentence 1.\n\n**Part 2**\n\n> Sentence 2."
    )
    assert [hit.text for hit in told.passages] == ["Sentence 0.", "Sentence 1.", "Sentence 2."]


def test_of_a_long_document_some_sections_are_told(library: Library) -> None:
    library.add("Ferries", *_sections(200))
    told = library.overviews.answer("What is Ferries about?")
    assert told is not None
    quoted = [line for line in told.text.splitlines() if line.startswith(">")]
    assert len(quoted) == len(told.passages) == TOLD
    assert quoted == sorted(quoted, key=lambda line: int(line.split()[-1].rstrip(".")))
    contents = library.overviews.answer("List the chapters of Ferries")
    assert contents is not None
    assert contents.text.count("- Part") == LISTED
    assert contents.text.startswith("**Ferries** has these parts:\n\n- Part 0\n  - Part 1\n- Part 2\n")
    assert contents.text.endswith(f"and {200 - LISTED} more.")


def test_the_document_is_the_one_spoken_of_or_the_newest_and_never_a_chat(library: Library) -> None:
    ferries = library.add("Ferries", *_sections(1))
    library.add("Mills", *_sections(1))
    library.add("A chat", *_sections(1), kind="conversation")
    newest, spoken_of = (
        library.overviews.answer("Summarise the text"),
        library.overviews.answer("Summarise it", ferries),
    )
    assert library.overviews.answer("Summarise it") is None, "nothing was spoken of"
    assert newest is not None
    assert spoken_of is not None
    assert newest.text.startswith("From **Mills**")
    assert spoken_of.text.startswith("From **Ferries**")


def test_a_document_without_sections_or_headings_is_told_by_what_there_is(library: Library) -> None:
    library.add("Mills")
    library.add("Ferries", Section("", 1, 0, 9, "They left."))
    bare, contents = library.overviews.answer("Summarise Mills"), library.overviews.answer("What parts has Ferries?")
    assert bare is not None
    assert bare.text == "From **Mills**:\n\n> Mills in short."
    assert contents is not None
    assert contents.text == "From **Ferries**:\n\n> They left."


def test_an_empty_library_says_so_and_other_questions_are_left_to_others(library: Library) -> None:
    told = library.overviews.answer("Summarise the document")
    assert told is not None
    assert told.text == "There are no documents to look into yet."
    library.add("Ferries", *_sections(1))
    assert library.overviews.answer("When do the ferries leave?") is None


def test_the_library_as_a_whole_is_told_too(library: Library) -> None:
    library.add("Ferries", *_sections(1))
    told = library.overviews.answer("Which documents do I have?")
    assert told is not None
    assert "**Ferries**" in told.text
