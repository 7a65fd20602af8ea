"""Which kind of document a file is: its content decides, its name only chooses among kinds of text."""

from __future__ import annotations

import mmap
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path

from nestdesk.core.errors import DocumentError
from nestdesk.memory.plain_text import is_text
from nestdesk.memory.refusals import damaged, protected


class Kind(StrEnum):
    """A family of formats with one reader; the value is how it is called in sentences."""

    TEXT = "plain text"
    MARKDOWN = "Markdown"
    HTML = "a web page"
    PDF = "a PDF"
    DOCX = "a Word document"
    ODT = "an OpenDocument text"
    RTF = "rich text (RTF)"
    PPTX = "a presentation"
    SHEET = "a spreadsheet"
    EPUB = "an e-book"
    MAIL = "an e-mail"
    MAILBOX = "a mailbox"
    ORG = "an Org outline"
    CSV = "a table"
    JSON = "JSON"
    CODE = "source code"
    IMAGE = "a picture"


_CODE = (
    ".py .js .mjs .ts .jsx .tsx .java .kt .c .h .cc .cpp .hpp .cs .go .rs .rb .php .swift .scala .sh .ps1 .sql .r .jl "
    ".lua .pl .hs .ml .ex .erl .clj .dart .vue .css .xml .yaml .yml .toml .ini .cfg"
)
_BY_SUFFIX: dict[str, Kind] = {
    **dict.fromkeys((".txt", ".text", ".log", ".rst", ".adoc", ".tex"), Kind.TEXT),
    **dict.fromkeys((".md", ".markdown"), Kind.MARKDOWN),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Kind.HTML),
    **dict.fromkeys((".csv", ".tsv"), Kind.CSV),
    **dict.fromkeys((".json", ".jsonl"), Kind.JSON),
    **dict.fromkeys(_CODE.split(), Kind.CODE),
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".odt": Kind.ODT,
    ".rtf": Kind.RTF,
    ".pptx": Kind.PPTX,
    **dict.fromkeys((".xlsx", ".xls", ".ods"), Kind.SHEET),
    ".epub": Kind.EPUB,
    ".eml": Kind.MAIL,
    ".mbox": Kind.MAILBOX,
    ".org": Kind.ORG,
}
SUFFIXES: frozenset[str] = frozenset(_BY_SUFFIX)  # of what is taken from folders
_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"))  # only taken if they are named

_MEDIA_TYPES = {
    Kind.TEXT: "text/plain",
    Kind.MARKDOWN: "text/markdown",
    Kind.HTML: "text/html",
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
    Kind.RTF: "application/rtf",
    Kind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Kind.SHEET: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.EPUB: "application/epub+zip",
    Kind.MAIL: "message/rfc822",
    Kind.MAILBOX: "application/mbox",
    Kind.ORG: "text/org",
    Kind.CSV: "text/csv",
    Kind.JSON: "application/json",
    Kind.CODE: "text/x-source",
    Kind.IMAGE: "image/*",
}
_READABLE = (
    "NestDesk reads text, Markdown, Org, HTML, PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx, .xls), "
    "OpenDocument (.odt, .ods), rich text, e-books (.epub), e-mail (.eml, .mbox), CSV, JSON, source code and pictures "
    "of text (PNG, JPEG, TIFF, WebP, BMP)"
)
_HEAD_BYTES = 65_536
_HTML_HEAD = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)[\s>]", re.I | re.S)
_MAILBOX_HEAD = re.compile(rb"From [^\n]*\d\d:\d\d[^\n]*\n[!-9;-~]+:\s")
_PICTURE_HEAD = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|II\*\0|MM\0\*|RIFF.{4}WEBP|BM.{4}\0{4}.{3}\0[\x0c\x28\x6c\x7c]\0{3}", re.S
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What a zip archive is: the type it declares, else the first member of these that it has.
_DECLARED = {
    "application/vnd.oasis.opendocument.text": Kind.ODT,
    "application/vnd.oasis.opendocument.spreadsheet": Kind.SHEET,
    "application/epub+zip": Kind.EPUB,
}
_BY_MEMBER = {
    "word/document.xml": Kind.DOCX,
    "ppt/presentation.xml": Kind.PPTX,
    "xl/workbook.xml": Kind.SHEET,
    "META-INF/container.xml": Kind.EPUB,
}
_UNREAD_MEMBERS = {
    "xl/workbook.bin": "a binary Excel workbook; save it as .xlsx and add that",
    "content.xml": "an OpenDocument file of a kind that NestDesk does not read; save it as PDF and add that",
}
# What the container of old Office programs holds: the first stream of these that it has.
_UNREAD_STREAMS = {
    "WordDocument": "an old Word document (.doc); save it as .docx or PDF and add that",
    "PowerPoint Document": "an old presentation (.ppt); save it as .pptx or PDF and add that",
    "__substg1.0_": "an Outlook message (.msg); save it as .eml and add that",
}
# A name that promises one of these is believed only if the content agrees; what is text instead is read as text.
_BINARY = frozenset((Kind.PDF, Kind.DOCX, Kind.ODT, Kind.RTF, Kind.PPTX, Kind.SHEET, Kind.EPUB, Kind.IMAGE))


def media_type(kind: Kind) -> str:
    """Return the media type a document of this kind carries."""
    return _MEDIA_TYPES[kind]


def named(suffix: str) -> Kind | None:
    """Return the kind that a lower-case suffix promises, None if it promises nothing."""
    return Kind.IMAGE if suffix in _PICTURES else _BY_SUFFIX.get(suffix)


def detect(path: Path) -> Kind:
    """Return what a file is, which must not be empty; of a large one no more is read than is needed for that.

    Raises:
        DocumentError: the content is of a kind that cannot be read; the sentence says what it is.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    promised, name = named(path.suffix.lower()), path.name
    if head.lstrip(b"\0\t\n\r \xef\xbb\xbf").startswith(b"%PDF-") or (promised is Kind.PDF and b"%PDF-" in head[:1024]):
        return Kind.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(path)
    if head.startswith(_OLE):
        return _ole(path, promised)
    if head.lstrip().startswith(b"{\\rtf"):
        return Kind.RTF
    if _PICTURE_HEAD.match(head):
        return Kind.IMAGE
    if not is_text(head):
        raise DocumentError(f"{name} is {_describe(head)}, not a document with text. {_READABLE}.")
    return _text(head, promised)


def _text(head: bytes, promised: Kind | None) -> Kind:
    is_open = promised in (None, Kind.TEXT) or promised in _BINARY
    if _HTML_HEAD.match(head[:4096]) and (is_open or promised in (Kind.MAIL, Kind.MAILBOX)):
        return Kind.HTML
    if _MAILBOX_HEAD.match(head[:4096]) and (is_open or promised is Kind.MAIL):
        return Kind.MAILBOX
    if promised is Kind.SHEET:  # many programs call a table of commas .xls
        return Kind.CSV
    return Kind.TEXT if promised is None or is_open else promised


def _archive(path: Path) -> Kind:
    declared = b""
    try:
        with zipfile.ZipFile(path) as archive:
            if any(member.flag_bits & 1 for member in archive.infolist()):
                raise protected(path.name)
            members = set(archive.namelist())
            if "mimetype" in members:
                with archive.open("mimetype") as file:
                    declared = file.read(100)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError) as error:
        raise damaged(path.name, "an archive") from error
    kind = _DECLARED.get(declared.decode("ascii", "replace").strip().removesuffix("-template"))
    kind = kind or next((kind for member, kind in _BY_MEMBER.items() if member in members), None)
    if kind is not None:
        return kind
    unread = next((words for member, words in _UNREAD_MEMBERS.items() if member in members), "")
    raise DocumentError(f"{path.name} is {unread or 'a zip archive; unpack it and add the documents inside'}.")


def _ole(path: Path, promised: Kind | None) -> Kind:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        names = ("EncryptedPackage", "Workbook", "Book\0", *_UNREAD_STREAMS)
        held = {stream for stream in names if data.find(stream.encode("utf-16-le")) >= 0}
    if "EncryptedPackage" in held:
        raise protected(path.name)
    # A document may hold others, so no sign is enough by itself; of these three a workbook shows two.
    is_workbook = bool(held & {"Workbook", "Book\0"})
    words = next((words for stream, words in _UNREAD_STREAMS.items() if stream in held), "")
    if sum((is_workbook, promised is Kind.SHEET, not words)) >= 2:
        return Kind.SHEET
    raise DocumentError(f"{path.name} is {words or 'in a format of old Office programs; save it as PDF and add that'}.")


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
