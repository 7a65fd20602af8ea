"""Rich text (.rtf) through striprtf, without pictures.

striprtf walks over the file character by character, so pictures and embedded objects, which make up most of a large
file, are cut out before.
"""

from __future__ import annotations

import codecs
import re

from nestdesk.core.types import Document
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.plain_text import clean

_BINARY = re.compile(rb"\\bin(\d{1,9})[ ]?")
_PICTURE = re.compile(rb"[0-9A-Fa-f\r\n]{1000,}")  # bytes as hexadecimal digits; nobody writes so
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_TITLE = re.compile(r"\{\\title\s((?:[^{}\\]|\\.)*)\}", re.S)
_BRACES = re.compile(rb"\\[\\{}]|([{}])")
_CELL_END = re.compile(r"(?<![ \t])[ \t]*+\|[ \t]*")


def read_rtf(data: bytes) -> Document:
    """Read rich text."""
    data = _PICTURE.sub(b"", _without_binary(data))
    encoding = _encoding(data)
    markup = data.decode(encoding, errors="replace")
    found = _TITLE.search(markup)
    title = _plain(f"{{\\rtf1 {found.group(1)}}}", encoding) if found else ""
    text = clean("\n".join(map(_row, _plain(markup, encoding).split("\n"))))
    warnings = () if _is_closed(data) else ("The file ends in the middle; what there is was read.",)
    return Document(title, text, media_type(Kind.RTF), warnings=warnings)


def _plain(markup: str, encoding: str) -> str:
    from striprtf.striprtf import rtf_to_text

    # striprtf looks for a link from every field to the end of its line; to RTF itself a line's end means nothing.
    markup = markup.replace("{\\field", "\n{\\field")
    text: str = rtf_to_text(markup, encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    # striprtf leaves a character beyond the first 65,536 as the two halves in which RTF writes it.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _without_binary(data: bytes) -> bytes:
    kept: list[bytes] = []
    start = 0
    while found := _BINARY.search(data, start):
        kept.append(data[start : found.start()])
        start = found.end() + int(found.group(1))
    return b"".join((*kept, data[start:]))


def _encoding(data: bytes) -> str:
    """Return how characters beyond ASCII are written: the declared code page, unless they are UTF-8."""
    try:
        data.decode("utf-8")
        is_utf8 = not data.isascii()
    except UnicodeDecodeError:
        is_utf8 = False
    found = _CODE_PAGE.search(data)
    name = "utf-8" if is_utf8 else f"cp{found.group(1).decode()}" if found else "cp1252"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _is_closed(data: bytes) -> bool:
    depth = 0
    for brace in _BRACES.finditer(data):
        depth += {b"{": 1, b"}": -1}.get(brace.group(1), 0)
    return depth <= 0


def _row(line: str) -> str:
    """Return a table's row, which striprtf ends with a bar, as other readers write it."""
    return _CELL_END.sub(" | ", line.rstrip().removesuffix("|")).strip() if line.rstrip().endswith("|") else line
