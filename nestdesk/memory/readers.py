"""A file becomes a Document: one reader per format, chosen by what the file is, not by what it is called.

This is the border of the third-party parsers: whatever they raise on a strange file leaves here as a DocumentError in
plain words. Untrusted files are read through reader_worker, which calls read() in a limited process.
"""

from __future__ import annotations

import math
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document
from nestdesk.memory.kinds import SUFFIXES, Kind, detect, named

__all__ = ["MAX_FILE_BYTES", "SUFFIXES", "read"]

MAX_FILE_BYTES = 64 * 1024 * 1024
_MAX_TITLE = 120


def read(path: Path, deadline: float = math.inf) -> Document:
    """Read a document's text.

    Args:
        path: a file of any kind; its content decides how it is read.
        deadline: of time.monotonic; a reader of scanned pages stops before it and says what it left out.

    Returns:
        The document. Its warnings say what was left out or read as something else than the name promised.

    Raises:
        DocumentError: missing, empty, too large, encrypted, damaged, without text or not a document.
    """
    name = path.name
    data = _load(path)
    suffix = path.suffix.lower()
    kind = detect(data, suffix, name)
    try:
        document = _reader(kind, suffix, name, deadline)(data)
    except DocumentError:
        raise
    except ImportError:  # a broken installation, not a broken file
        raise
    except MemoryError as error:
        raise DocumentError(f"{name} needs too much memory to be read.") from error
    except Exception as error:  # parsers fail on strange files in every way there is; the cause stays attached
        raise DocumentError(f"{name} is damaged and could not be read as {kind.value}.") from error
    if not document.text:
        raise DocumentError(f"{name} has no text in it.")
    warnings = document.warnings
    if named(suffix) not in (None, kind):
        warnings = (f"The file is named {suffix} but is {kind.value}; it was read as that.", *warnings)
    return replace(document, title=_title(document.title, path), warnings=warnings)


def _reader(kind: Kind, suffix: str, name: str, deadline: float) -> Callable[[bytes], Document]:
    # Each format's module, and with it its library, is imported when the first file of that format is met.
    match kind:
        case Kind.PDF:
            from nestdesk.memory.pdf_format import read_pdf

            return lambda data: read_pdf(data, name, deadline)
        case Kind.IMAGE:
            from nestdesk.memory.image_format import read_image

            return lambda data: read_image(data, name, deadline)
        case Kind.DOCX:
            from nestdesk.memory.docx_format import read_docx

            return lambda data: read_docx(data, name)
        case Kind.ODT:
            from nestdesk.memory.odt_format import read_odt

            return lambda data: read_odt(data, name)
        case Kind.PPTX:
            from nestdesk.memory.pptx_format import read_pptx

            return lambda data: read_pptx(data, name)
        case Kind.SHEET:
            from nestdesk.memory.sheet_format import read_sheet

            return lambda data: read_sheet(data, name)
        case Kind.EPUB:
            from nestdesk.memory.epub_format import read_epub

            return lambda data: read_epub(data, name)
        case Kind.HTML:
            from nestdesk.memory.html_format import read_html

            return read_html
        case Kind.RTF:
            from nestdesk.memory.rtf_format import read_rtf

            return read_rtf
        case Kind.ORG:
            from nestdesk.memory.org_format import read_org

            return read_org
        case Kind.MAIL | Kind.MAILBOX:
            from nestdesk.memory.mail_format import read_mail, read_mailbox

            return read_mail if kind is Kind.MAIL else read_mailbox
        case _:
            return _text_reader(kind, suffix)


def _text_reader(kind: Kind, suffix: str) -> Callable[[bytes], Document]:
    from nestdesk.memory.text_format import read_csv, read_json, read_markdown, read_text

    if kind is Kind.JSON:
        return lambda data: read_json(data, has_lines=suffix == ".jsonl")
    if kind is Kind.CSV:
        return read_csv
    return read_markdown if kind is Kind.MARKDOWN else lambda data: read_text(data, kind)


def _load(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise DocumentError(f"{path.name} is a folder, not a document.")
        if not stat.S_ISREG(status.st_mode):  # a pipe or device could block or never end
            raise DocumentError(f"{path.name} is not a regular file.")
        # What is too large is not read at all; a file may also grow, or say nothing of its size.
        with path.open("rb") as file:
            data = b"" if status.st_size > MAX_FILE_BYTES else file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise DocumentError(f"There is no file {path}.") from error
    except PermissionError as error:
        raise DocumentError(f"{path.name} may not be read: you have no permission for it.") from error
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path.name} could not be read from the disk ({error}).") from error
    if max(len(data), status.st_size) > MAX_FILE_BYTES:
        raise DocumentError(f"{path.name} is larger than {MAX_FILE_BYTES // 1024**2} MB; split it and add the parts.")
    if not data.strip():
        raise DocumentError(f"{path.name} is empty.")
    return data


def _title(found: str, path: Path) -> str:
    from nestdesk.memory.plain_text import clean

    title = " ".join(clean(found).split()) or path.stem
    return title if len(title) <= _MAX_TITLE else title[: _MAX_TITLE - 1].rstrip() + "…"
