"""The outline of a document."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.types import Document
from nestdesk.memory.outline import MOST_WORDS, outline, sections
from nestdesk.memory.passages import split

SENTENCE = "The harbour was dredged again in spring, and the ferries came back to their old quay. "
TEXT = SENTENCE * 6


def _titles(text: str) -> list[tuple[str, int]]:
    return [(part.title, part.depth) for part in outline(Document("", text, "text/plain"))]


def test_headings_of_markdown_make_parts_with_their_depth() -> None:
    text = f"# Report\n\n{TEXT}\n\n## Costs\n\n{TEXT}\n\n### Repairs ###\n\n{TEXT}\n\n## Staff\n\n{TEXT}"
    assert _titles(text) == [("Report", 1), ("Costs", 2), ("Repairs", 3), ("Staff", 2)]


def test_numbers_in_front_tell_the_depth() -> None:
    text = (
        f"1 Introduction\n\n{TEXT}\n\n1.1 Earlier work\n\n{TEXT}\n\n2. Method\n\n{TEXT}\n\nChapter 3 Results\n\n{TEXT}"
    )
    assert _titles(text) == [
        ("1 Introduction", 1), ("1.1 Earlier work", 2), ("2. Method", 1), ("Chapter 3 Results", 1)
    ]  # fmt: skip


def test_a_short_line_of_its_own_is_a_heading_only_before_a_text() -> None:
    assert _titles(f"The ferries\n\n{TEXT}\n\nThe quay\n\n{TEXT}") == [("The ferries", 1), ("The quay", 1)]
    assert _titles(f"{TEXT}\n\nMilk\n\nBread\n\nCheese\n\n{TEXT}") == [("", 1), ("Cheese", 1)]
    assert _titles(f"{TEXT}\n\nHe left.\n\n{TEXT}\n\n- a point\n\n{TEXT}\n\nname | price\n\n{TEXT}") == [("", 1)]


def test_a_title_above_the_first_heading_goes_on_in_it_and_a_short_part_in_the_one_before() -> None:
    text = f"# Annual report\n\n# Costs\n\n{TEXT}\n\n# Contact\n\nWrite to us.\n\n# Staff\n\n{TEXT}"
    parts = outline(Document("", text, "text/plain"))
    assert [part.title for part in parts] == ["Costs", "Staff"]
    assert parts[0].start == 0
    assert "Write to us." in text[parts[0].start : parts[0].end]


def test_a_long_text_without_headings_is_divided_evenly() -> None:
    words = len(SENTENCE.split())
    for text in (SENTENCE * 400, "\n\n".join([TEXT] * 70), "word " * 4_000, "line\n" * 4_000):
        parts = outline(Document("", text, "text/plain"))
        sizes = [len(text[part.start : part.end].split()) for part in parts]
        if "." in text or "\n" in text:
            assert len(parts) > 2
            assert max(sizes) <= MOST_WORDS + 6 * words
            assert min(sizes) > MOST_WORDS / 2


def test_a_document_without_a_word_has_no_parts() -> None:
    assert outline(Document("", " \n\n ", "text/plain")) == ()


PIECES = st.sampled_from(
    ["# One\n\n", "Two\n\n", "3.1 Three\n\n", TEXT, "\n\n", "word ", " ", "\n", "Ende。", SENTENCE * 150]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_every_character_lies_in_exactly_one_part(text: str) -> None:
    parts = outline(Document("", text, "text/plain"))
    for before, after in pairwise(parts):
        assert before.end <= after.start
    assert "".join("".join(text[part.start : part.end].split()) for part in parts) == "".join(text.split())


def test_a_section_is_told_by_sentences_of_its_own_passages_without_the_heading() -> None:
    parts = [f"The {name} opened early. {SENTENCE * 9}" for name in ("mill", "quay", "inn")]
    text = f"# Mill\n\n{parts[0]}\n\n# Quay\n\n{parts[1]}\n\n{parts[2]}"
    document = Document("", text, "text/plain")
    passages = split(document)
    found = sections(outline(document), passages, np.eye(len(passages), 384, dtype=np.float32))
    assert [(one.title, one.summary) for one in found] == [
        ("Mill", "The mill opened early."),
        ("Quay", "The quay opened early. The inn opened early."),
    ]
    assert [text[one.start : one.start + 3] for one in found] == ["# M", "# Q"]
