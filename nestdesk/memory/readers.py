"""A file becomes a Document, or several in a row if it is long: one reader per format, chosen by what the file is.

This is the border of the third-party parsers: whatever they raise on a strange file leaves here as a DocumentError in
plain words. Untrusted files are read through reader_worker, which calls read() in a limited process.
"""

from __future__ import annotations

import io
import math
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TextIO

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document
from nestdesk.memory.kinds import SUFFIXES, Kind, detect, named
from nestdesk.memory.parts import parts

__all__ = ["MAX_WHOLE_BYTES", "SUFFIXES", "read"]

MAX_WHOLE_BYTES = 64 * 1024 * 1024  # of a file that has to be in memory as a whole; its parser takes several times that
TICK_BYTES = 8 * 1024 * 1024
_MAX_TITLE = 120
_WHOLE = (Kind.HTML, Kind.RTF, Kind.MAIL)
_PAGED = (Kind.PDF, Kind.IMAGE, Kind.DOCX, Kind.ODT, Kind.PPTX, Kind.SHEET, Kind.EPUB)  # read from the disk as needed


def read(path: Path, deadline: float = math.inf, tick: Callable[[], None] = lambda: None) -> Iterator[Document]:
    """Read a document's text.

    Args:
        path: a file of any kind and length; its content decides how it is read.
        deadline: of time.monotonic; a reader of scanned pages stops before it and says what it left out.
        tick: called whenever a further TICK_BYTES of a long file, or many further pages, were read.

    Returns:
        The document, or its parts in order. The warnings of the last one say what was left out or read as something
        else than the name promised.

    Raises:
        DocumentError: missing, empty, too large, encrypted, damaged, without text or not a document.
    """
    _require_content(path)
    kind = detect(path)
    has_text = False
    try:
        for part in parts(_pieces(path, kind, deadline, tick)):
            has_text = True
            yield replace(part, title=_title(part.title, path))
    except DocumentError:
        raise
    except ImportError:  # a broken installation, not a broken file
        raise
    except MemoryError as error:
        raise DocumentError(f"{path.name} needs too much memory to be read.") from error
    except Exception as error:  # parsers fail on strange files in every way there is; the cause stays attached
        raise DocumentError(f"{path.name} is damaged and could not be read as {kind.value}.") from error
    if not has_text:
        raise DocumentError(f"{path.name} has no text in it.")


def _pieces(path: Path, kind: Kind, deadline: float, tick: Callable[[], None]) -> Iterator[Document]:
    suffix = path.suffix.lower()
    if named(suffix) not in (None, kind):
        yield Document("", "", "", warnings=(f"The file is named {suffix} but is {kind.value}; it was read as that.",))
    if kind in _PAGED:
        yield _paged(path, kind, deadline, tick)
    elif kind in _WHOLE:
        yield _whole(path, kind)
    else:
        with io.BufferedReader(_Ticking(path, tick)) as file:
            yield from _streamed(file, kind, suffix)


def _paged(path: Path, kind: Kind, deadline: float, tick: Callable[[], None]) -> Document:
    # Each format's module, and with it its library, is imported when the first file of that format is met.
    match kind:
        case Kind.PDF:
            from nestdesk.memory.pdf_format import read_pdf

            return read_pdf(path, deadline, tick)
        case Kind.IMAGE:
            from nestdesk.memory.image_format import read_image

            return read_image(path, deadline)
        case Kind.DOCX:
            from nestdesk.memory.docx_format import read_docx

            return read_docx(path)
        case Kind.ODT:
            from nestdesk.memory.odt_format import read_odt

            return read_odt(path)
        case Kind.PPTX:
            from nestdesk.memory.pptx_format import read_pptx

            return read_pptx(path)
        case Kind.SHEET:
            from nestdesk.memory.sheet_format import read_sheet

            return read_sheet(path)
        case _:
            from nestdesk.memory.epub_format import read_epub

            return read_epub(path)


def _whole(path: Path, kind: Kind) -> Document:
    if path.stat().st_size > MAX_WHOLE_BYTES:
        most = f"{MAX_WHOLE_BYTES // 1024**2} MB"
        raise DocumentError(
            f"{path.name} is larger than {most}, too large for {kind.value}; split it and add the parts."
        )
    data = path.read_bytes()
    match kind:
        case Kind.HTML:
            from nestdesk.memory.html_format import read_html

            return read_html(data)
        case Kind.RTF:
            from nestdesk.memory.rtf_format import read_rtf

            return read_rtf(data)
        case _:
            from nestdesk.memory.mail_format import read_mail

            return read_mail(data)


def _streamed(file: BinaryIO, kind: Kind, suffix: str) -> Iterator[Document]:
    if kind is Kind.MAILBOX:
        from nestdesk.memory.mail_format import read_mailbox

        yield from read_mailbox(file)
        return
    from nestdesk.memory import plain_text

    stream, is_sound = plain_text.opened(file)
    lost = 0
    for piece in _texts(stream, kind, suffix):
        lost += 0 if is_sound else piece.text.count(plain_text.LOST)
        yield piece
    yield Document("", "", "", warnings=plain_text.lost(lost))


def _texts(stream: TextIO, kind: Kind, suffix: str) -> Iterator[Document]:
    match kind:
        case Kind.JSON:
            from nestdesk.memory.json_outline import read_json, read_json_lines

            return read_json_lines(stream) if suffix == ".jsonl" else read_json(stream)
        case Kind.ORG:
            from nestdesk.memory.org_format import read_org

            return read_org(stream)
    from nestdesk.memory.text_format import read_csv, read_markdown, read_text

    if kind is Kind.CSV:
        return read_csv(stream)
    return read_markdown(stream) if kind is Kind.MARKDOWN else read_text(stream, kind)


class _Ticking(io.FileIO):
    """A file that tells when more of it was read."""

    def __init__(self, path: Path, tick: Callable[[], None]) -> None:
        super().__init__(path)
        self._tick = tick
        self._untold_bytes = 0

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        count = super().readinto(buffer)
        self._untold_bytes += count or 0
        if self._untold_bytes >= TICK_BYTES:
            self._untold_bytes = 0
            self._tick()
        return count


def _require_content(path: Path) -> None:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise DocumentError(f"{path.name} is a folder, not a document.")
        if not stat.S_ISREG(status.st_mode):  # a pipe or device could block or never end
            raise DocumentError(f"{path.name} is not a regular file.")
        with path.open("rb") as file:
            head = file.read(4096)
            is_all = not file.read(1)
    except FileNotFoundError as error:
        raise DocumentError(f"There is no file {path}.") from error
    except PermissionError as error:
        raise DocumentError(f"{path.name} may not be read: you have no permission for it.") from error
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path.name} could not be read from the disk ({error}).") from error
    if is_all and not head.strip():
        raise DocumentError(f"{path.name} is empty.")


def _title(found: str, path: Path) -> str:
    from nestdesk.memory.plain_text import clean

    title = " ".join(clean(found).split()) or path.stem
    return title if len(title) <= _MAX_TITLE else title[: _MAX_TITLE - 1].rstrip() + "…"
