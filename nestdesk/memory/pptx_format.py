"""Presentations (.pptx): a slide is a page, through python-pptx.

Of a slide its title comes first, then text and tables in the order in which they were laid down, then the speaker's
notes. What repeats on every slide (date, footer, slide number) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document
from nestdesk.memory.archives import BROKEN, check_archive
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.plain_text import clean
from nestdesk.memory.refusals import damaged

if TYPE_CHECKING:
    from pptx.slide import Slide
    from pptx.text.text import TextFrame

_NO_TITLE = ("PowerPoint Presentation", "PowerPoint-Präsentation")  # what programs fill in by themselves


def read_pptx(path: Path) -> Document:
    """Read a presentation.

    Raises:
        DocumentError: encrypted, damaged or a bomb.
    """
    import pptx
    from pptx.exc import PackageNotFoundError

    check_archive(path)
    try:
        presentation = pptx.Presentation(str(path))
        slides = [clean("\n\n".join(_blocks(slide))) for slide in presentation.slides]
        title = presentation.core_properties.title
    except (PackageNotFoundError, *BROKEN) as error:
        raise damaged(path.name, Kind.PPTX) from error
    except ValueError as error:  # python-pptx: the main part is of another type (a template, a slide show)
        raise DocumentError(f"{path.name} is not a plain presentation; save it as .pptx and add that.") from error
    if title in ("", *_NO_TITLE):
        title = next((slide.partition("\n")[0] for slide in slides if slide), "")
    text, starts = _join(slides)
    empty = sum(not slide for slide in slides)
    warnings = (f"{empty} of {len(slides)} slides have no text (pictures or drawings).",) if empty else ()
    return Document(title, text, media_type(Kind.PPTX), page_starts=starts, warnings=warnings)


def _join(slides: list[str]) -> tuple[str, tuple[int, ...]]:
    text = ""
    starts: list[int] = []
    for slide in slides:
        text += "\n\n" if text and slide else ""
        starts.append(len(text))
        text += slide
    return text, tuple(starts)


def _blocks(slide: Slide) -> Iterator[str]:
    title = slide.shapes.title
    if title is not None:
        yield " ".join(title.text_frame.text.split())
    for shape in _flat(slide.shapes):
        if title is not None and shape.element is title.element:
            continue
        if shape.has_text_frame and not _is_repeated(shape):
            yield _text(shape.text_frame)
        elif getattr(shape, "has_table", False):
            rows = ([" ".join(cell.text.split()) for cell in row.cells] for row in shape.table.rows)
            yield "\n".join(" | ".join(row).strip() for row in rows if any(row))
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        yield "Notes: " + "\n\n".join(text for _, text in _paragraphs(notes))


def _flat(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield shapes in order, those of a group in its place."""
    from pptx.shapes.group import GroupShape

    for shape in shapes:
        if isinstance(shape, GroupShape):
            yield from _flat(shape.shapes)
        else:
            yield shape


def _is_repeated(shape: Any) -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER

    repeated = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER)
    return shape.is_placeholder and shape.placeholder_format.type in repeated


def _text(frame: TextFrame) -> str:
    """Return the paragraphs of a frame; several are a list, as slides have them."""
    paragraphs = _paragraphs(frame)
    if len(paragraphs) < 2:
        return "".join(text for _, text in paragraphs)
    return "\n".join(f"{'  ' * level}- {text}" for level, text in paragraphs)


def _paragraphs(frame: TextFrame) -> list[tuple[int, str]]:
    """Return the level and the text of each paragraph that says something."""
    found = ((paragraph.level, " ".join(paragraph.text.split())) for paragraph in frame.paragraphs)
    return [(level, text) for level, text in found if text]
