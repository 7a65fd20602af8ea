"""Passages have exact offsets, lose nothing, never overlap and keep their size."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.types import Document, Passage
from nestdesk.memory.passages import sentences, split

WORDS = st.sampled_from(
    ["mill", "River", "wheel.", "e.g.", "old,", "字字字。", "x" * 70, "-", "# Head", "\n", "\n\n", "7."]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=200).map(" ".join))
TYPES = st.sampled_from(["text/plain", "text/x-source", "text/csv"])


def check(document: Document, passages: tuple[Passage, ...]) -> None:
    """Assert what holds for every text."""
    covered = 0
    for passage in passages:
        assert passage.text == document.text[passage.start : passage.end] == passage.text.strip() != ""
        assert document.text[covered : passage.start].strip() == ""  # nothing lost, nothing twice, in order
        assert covered <= passage.start < passage.end
        covered = passage.end
    assert document.text[covered:].strip() == ""


@given(TEXTS, TYPES, st.integers(1, 20), st.integers(0, 30))
def test_any_text_is_covered_exactly_once(text: str, media_type: str, min_words: int, more: int) -> None:
    document = Document("t", text, media_type)
    passages = split(document, min_words, min_words + more)
    check(document, passages)
    for passage in passages:
        assert len(passage.text.split()) <= min_words + more


@given(st.integers(3, 30), st.integers(4, 40), st.integers(1, 9))
def test_prose_passages_are_whole_sentences_of_the_asked_size(count: int, length: int, paragraph: int) -> None:
    sentence = "The " + " ".join(["mill"] * (length - 2)) + " turns."
    text = "".join(sentence + ("\n\n" if n % paragraph == paragraph - 1 else " ") for n in range(count))
    passages = split(Document("t", text, "text/plain"))
    ends = {end for _, end in sentences(text)}
    assert all(passage.end in ends for passage in passages)
    assert all(len(passage.text.split()) <= 180 for passage in passages)
    assert all(len(passage.text.split()) >= 100 for passage in passages[:-1])


def test_passages_end_with_paragraphs_when_they_can() -> None:
    paragraph = "The mill stands by the river. " * 20
    passages = split(Document("t", "\n\n".join([paragraph.strip()] * 4), "text/plain"))
    assert [passage.text for passage in passages] == [paragraph.strip()] * 4


def test_heading_stays_with_what_it_announces() -> None:
    body = "The mill stands by the river and turns. " * 10
    text = f"{body}\n\n{body.strip()}\n\nThe second part\n\n{body * 2}"
    passages = split(Document("t", text, "text/plain"))
    assert not passages[0].text.endswith("The second part")
    assert any(passage.text.startswith("The second part\n\n") for passage in passages)


@pytest.mark.parametrize(
    "text",
    [
        "so i got this router and it keeps dropping and nobody knows why " * 60,  # a post without punctuation
        "- buy milk\n" * 400,
        "def f(x):\n    return x + 1\n\n" * 200,
        "这是一个没有空格的中文句子，用来测试分段。" * 60,
        "x" * 20_000,
        "a,b;c:d " * 900,
    ],
)
@pytest.mark.parametrize("media_type", ["text/plain", "text/x-source"])
def test_unusual_texts_are_cut_into_even_passages(text: str, media_type: str) -> None:
    document = Document("t", text, media_type)
    passages = split(document)
    check(document, passages)
    sizes = [len(passage.text) for passage in passages]
    assert len(sizes) > 1
    assert max(sizes) <= 180 * 25
    assert min(sizes) >= 0.3 * max(sizes)


def test_long_sentence_is_cut_between_words_at_a_pause() -> None:
    text = "the mill turns all day, " * 100
    assert all(passage.text.endswith(",") for passage in split(Document("t", text, "text/plain")))


def test_page_is_where_the_passage_begins() -> None:
    page = "The mill stands by the river. " * 20
    text = page * 3
    starts = (0, len(page), len(page), 2 * len(page))  # the second page is empty
    passages = split(Document("t", text, "application/pdf", page_starts=starts))
    assert {passage.page for passage in passages} <= {1, 3, 4}
    for passage in passages:
        assert passage.page is not None
        assert starts[passage.page - 1] <= passage.start
        assert passage.page == len(starts) or passage.start < starts[passage.page]
    assert split(Document("t", text, "text/plain"))[0].page is None


def test_empty_document_has_no_passages() -> None:
    assert split(Document("t", " \n ", "text/plain")) == ()


@pytest.mark.parametrize(("least", "most"), [(0, 10), (11, 10)])
def test_impossible_sizes_are_refused(least: int, most: int) -> None:
    with pytest.raises(ValueError, match="no room"):
        split(Document("t", "text", "text/plain"), least, most)


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import sys, nestdesk.memory.passages, nestdesk.memory.readers, nestdesk.memory.reader_worker;"
        "print({'numpy', 'torch', 'docx', 'pypdf', 'pypdfium2', 'selectolax', 'PySide6'} & set(sys.modules))"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert output.strip() == "set()"
