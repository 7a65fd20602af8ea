"""Slides are pages: title, texts, tables and notes in order, without what every slide repeats."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.util import Inches

from nestdesk.core.errors import DocumentError
from nestdesk.memory.passages import split
from tests.memory.files import read, read_limited, write

BOX = (Inches(1), Inches(1), Inches(4), Inches(2))
TITLE_AND_CONTENT, ONLY_TITLE, BLANK = 1, 5, 6


def saved(presentation: Any) -> bytes:
    """Return the file's bytes."""
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def make_pptx() -> bytes:
    """Return three slides: a list with notes, an empty one, a table with a group of boxes."""
    presentation = pptx.Presentation()
    presentation.core_properties.title = "Mühlen"
    first = presentation.slides.add_slide(presentation.slide_layouts[TITLE_AND_CONTENT])
    first.shapes.title.text = "Die alte Mühle"
    first.placeholders[1].text = "Sie steht am Fluß.\nRäder drehen sich\nИ колесо"
    first.placeholders[1].text_frame.paragraphs[1].level = 1
    first.notes_slide.notes_text_frame.text = "Langsam sprechen.\nPause."
    presentation.slides.add_slide(presentation.slide_layouts[BLANK])
    last = presentation.slides.add_slide(presentation.slide_layouts[ONLY_TITLE])
    table = last.shapes.add_table(2, 2, *BOX).table
    for row, cells in enumerate((("Year", "Owner"), ("1815", "水車"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    group = last.shapes.add_group_shape()
    group.shapes.add_textbox(*BOX).text_frame.text = "In the group."
    group.shapes.add_group_shape().shapes.add_textbox(*BOX).text_frame.text = "Deeper."
    last.shapes.title.text = "Owners"
    return saved(presentation)


FIRST = (
    "Die alte Mühle\n\n- Sie steht am Fluß.\n  - Räder drehen sich\n- И колесо\n\nNotes: Langsam sprechen.\n\nPause."
)
LAST = "Owners\n\nYear | Owner\n1815 | 水車\n\nIn the group.\n\nDeeper."


def test_slides_are_pages(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.pptx", make_pptx()))
    assert document.title == "Mühlen"
    assert document.text == f"{FIRST}\n\n{LAST}"
    assert document.page_starts == (0, len(FIRST), len(FIRST) + 2)
    assert document.text[document.page_starts[2] :] == LAST
    assert any("1 of 3 slides" in warning for warning in document.warnings)


def test_passages_name_their_slide(tmp_path: Path) -> None:
    passages = split(read(write(tmp_path, "a.pptx", make_pptx())), min_words=2, max_words=8)
    assert passages[0].page == 1
    assert [passage.page for passage in passages if "In the group" in passage.text] == [3]


def test_the_worker_gives_what_read_gives(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pptx", make_pptx())
    assert read_limited(path) == read(path)


def test_without_a_title_of_its_own_it_has_that_of_its_first_slide(tmp_path: Path) -> None:
    presentation = pptx.Presentation()
    presentation.core_properties.title = "PowerPoint Presentation"
    presentation.slides.add_slide(presentation.slide_layouts[BLANK])
    presentation.slides.add_slide(presentation.slide_layouts[ONLY_TITLE]).shapes.title.text = "The\vmill"
    document = read(write(tmp_path, "a.pptx", saved(presentation)))
    assert (document.title, document.text, document.page_starts) == ("The mill", "The mill", (0, 0))


def test_footers_and_slide_numbers_are_left_out(tmp_path: Path) -> None:
    from copy import deepcopy

    presentation = pptx.Presentation()
    layout = presentation.slide_layouts[ONLY_TITLE]
    slide = presentation.slides.add_slide(layout)
    slide.shapes.title.text = "Kept."
    repeated = [shape for shape in layout.placeholders if shape.placeholder_format.idx in (10, 11, 12)]
    assert len(repeated) == 3
    for shape in repeated:  # as PowerPoint does when a person asks for date, footer and number
        shape.text_frame.text = "canary"
        slide.shapes._spTree.append(deepcopy(shape.element))
    assert read(write(tmp_path, "a.pptx", saved(presentation))).text == "Kept."


def test_slides_without_any_text_are_no_document(tmp_path: Path) -> None:
    presentation = pptx.Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[BLANK])
    with pytest.raises(DocumentError, match="no text"):
        read(write(tmp_path, "a.pptx", saved(presentation)))


@pytest.mark.parametrize("keep", [0.3, 0.99])
def test_cut_off_is_damaged(tmp_path: Path, keep: float) -> None:
    data = make_pptx()
    with pytest.raises(DocumentError, match="damaged"):
        read(write(tmp_path, "a.pptx", data[: int(len(data) * keep)]))


@pytest.mark.parametrize(
    ("member", "content", "word"),
    [
        ("ppt/slides/slide1.xml", b"<p:sld", "damaged: it is a presentation"),
        ("ppt/slides/slide1.xml", None, "damaged"),
        ("ppt/presentation.xml", b"<x/>", "damaged"),
    ],
)
def test_broken_parts_are_damage(tmp_path: Path, member: str, content: bytes | None, word: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_pptx())) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            if name != member or content is not None:
                target.writestr(name, content if name == member and content is not None else source.read(name))
    with pytest.raises(DocumentError, match=word):
        read(write(tmp_path, "a.pptx", buffer.getvalue()))


def test_a_slide_show_says_what_to_do(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_pptx())) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"presentation.main+xml", b"slideshow.main+xml"))
    with pytest.raises(DocumentError, match=r"save it as \.pptx"):
        read(write(tmp_path, "a.ppsx", buffer.getvalue()))


def test_presentation_named_docx_is_read_as_one(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.docx", make_pptx()))
    assert "Die alte Mühle" in document.text
    assert any("is a presentation" in warning for warning in document.warnings)
