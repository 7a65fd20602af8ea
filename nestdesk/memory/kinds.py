"""Which kind of document a file is: its content decides, its name only chooses among kinds of text."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from nestdesk.core.errors import DocumentError
from nestdesk.memory.plain_text import is_text


class Kind(StrEnum):
    """A family of formats with one reader; the value is how it is called in sentences."""

    TEXT = "plain text"
    MARKDOWN = "Markdown"
    HTML = "a web page"
    PDF = "a PDF"
    DOCX = "a Word document"
    CSV = "a table"
    JSON = "JSON"
    CODE = "source code"


_CODE = (
    ".py .js .mjs .ts .jsx .tsx .java .kt .c .h .cc .cpp .hpp .cs .go .rs .rb .php .swift .scala .sh .ps1 .sql .r .jl "
    ".lua .pl .hs .ml .ex .erl .clj .dart .vue .css .xml .yaml .yml .toml .ini .cfg"
)
_BY_SUFFIX: dict[str, Kind] = {
    **dict.fromkeys((".txt", ".text", ".log", ".rst", ".adoc", ".org", ".tex"), Kind.TEXT),
    **dict.fromkeys((".md", ".markdown"), Kind.MARKDOWN),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Kind.HTML),
    **dict.fromkeys((".csv", ".tsv"), Kind.CSV),
    **dict.fromkeys((".json", ".jsonl"), Kind.JSON),
    **dict.fromkeys(_CODE.split(), Kind.CODE),
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
}
SUFFIXES: frozenset[str] = frozenset(_BY_SUFFIX)

_MEDIA_TYPES = {
    Kind.TEXT: "text/plain",
    Kind.MARKDOWN: "text/markdown",
    Kind.HTML: "text/html",
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.CSV: "text/csv",
    Kind.JSON: "application/json",
    Kind.CODE: "text/x-source",
}
_READABLE = "NestDesk reads text, Markdown, HTML, PDF, Word (.docx), CSV, JSON and source code"
_HTML_HEAD = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)[\s>]", re.I | re.S)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The first member that is found names a zip archive's kind.
_ARCHIVES = (
    ("xl/workbook.xml", "an Excel workbook; save it as CSV and add that"),
    ("ppt/presentation.xml", "a PowerPoint presentation; save it as PDF and add that"),
    ("content.xml", "an OpenDocument file; save it as .docx or PDF and add that"),
    ("META-INF/container.xml", "an e-book; save it as HTML or PDF and add that"),
)


def media_type(kind: Kind) -> str:
    """Return the media type a document of this kind carries."""
    return _MEDIA_TYPES[kind]


def named(suffix: str) -> Kind | None:
    """Return the kind that a lower-case suffix promises, None if it promises nothing."""
    return _BY_SUFFIX.get(suffix)


def detect(data: bytes, suffix: str, name: str) -> Kind:
    """Return what the bytes are.

    Args:
        data: the whole file, not empty.
        suffix: lower case, with its dot.
        name: the file's name, for messages.

    Raises:
        DocumentError: the content is of a kind that cannot be read; the sentence says what it is.
    """
    promised = named(suffix)
    if data.lstrip(b"\0\t\n\r \xef\xbb\xbf").startswith(b"%PDF-") or (promised is Kind.PDF and b"%PDF-" in data[:1024]):
        return Kind.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(data, name)
    if data.startswith(_OLE):
        raise DocumentError(_ole(data, name))
    if data.startswith(b"{\\rtf"):
        raise DocumentError(f"{name} is a rich text (RTF) file; save it as .docx or .txt and add that.")
    if not is_text(data):
        raise DocumentError(f"{name} is {_describe(data)}, not a document with text. {_READABLE}.")
    if promised in (None, Kind.PDF, Kind.DOCX, Kind.TEXT):
        return Kind.HTML if _HTML_HEAD.match(data[:4096]) else Kind.TEXT
    return promised


def _archive(data: bytes, name: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DocumentError(f"{name} is damaged: it is an archive that was cut off or changed.") from error
    if "word/document.xml" in members:
        return Kind.DOCX
    what = next((words for member, words in _ARCHIVES if member in members), "")
    raise DocumentError(f"{name} is {what or 'a zip archive; unpack it and add the documents inside'}.")


def _ole(data: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return f"{name} is protected by a password; save a copy without one and add that."
    return f"{name} is in the format of old Office programs (.doc, .xls); save it as .docx or PDF and add that."


def _describe(data: bytes) -> str:
    import puremagic

    try:
        found = puremagic.magic_string(data[:4096])
    except (puremagic.PureError, ValueError):
        found = []
    if not found:
        return "a binary file of an unknown kind"
    family = found[0].mime_type.partition("/")[0]
    plain = {"image": "a picture", "audio": "a sound recording", "video": "a video", "font": "a font"}.get(family)
    ending = found[0].extension.lstrip(".").upper()
    return f"{plain} ({ending})" if plain and ending else plain or "a binary file"
