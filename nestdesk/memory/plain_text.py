"""Bytes to clean text: which encoding a file is in, and which characters are kept.

Order of belief: a byte order mark, strict UTF-8, the encoding a page declares, UTF-16 without a mark, then
charset-normalizer's guess among the encodings people still meet.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import BinaryIO, TextIO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 65_536
_CHUNK_BYTES = 1 << 20
_GUESSES = "cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 koi8_r cp932 euc_jp gb18030 big5 cp949"
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([A-Za-z][\w.:-]{1,30})""")
_WESTERN = frozenset("àâäáãåæçèéêëíîïñòóôöõœùúûüýÿßÀÂÄÁÃÅÆÇÈÉÊËÍÎÏÑÒÓÔÖÕŒÙÚÛÜß’‘“”–—…€£§°«»¿¡·•©®™\u00a0")
LOST = "\ufffd"  # stands for what could not be decoded
_MULTI_BYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")

_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Escape sequences of terminals, control characters, marks that show nothing, and halves of surrogate pairs.
_DROPPED = re.compile(
    "\x1b\\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\ufeff\ufffe\uffff]|[\ud800-\udfff]"
)
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " "}
)
_LINE_END_SPACE = re.compile(r"(?<![ \t])[ \t]++(?=\n)")  # each run is looked at once, however long it is
_BLANK_LINES = re.compile(r"\n{3,}")


def is_text(data: bytes) -> bool:
    """Return whether the bytes look like text in some encoding rather than like a binary format."""
    sample = data[:_SAMPLE_BYTES]
    if any(sample.startswith(mark) for mark, _ in _MARKS) or _utf16_order(sample):
        return True
    if b"\0" in sample:
        return False
    control = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1b" for byte in sample)
    return control <= len(sample) * 0.02


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of the bytes and a warning for what could not be decoded."""
    name, is_sound = encoding(io.BytesIO(data))
    text = data.decode(name, errors="replace")
    return text, () if is_sound else lost(text.count(LOST))


def lost(characters: int) -> tuple[str, ...]:
    """Return the warning for so many characters that could not be decoded, if there are any."""
    return (f"{characters} characters could not be decoded.",) if characters else ()


def opened(file: BinaryIO) -> tuple[TextIO, bool]:
    """Return a file as text, however long it is, and whether all of it is sure to be decoded; line ends become one."""
    name, is_sound = encoding(file)
    file.seek(0)
    return io.TextIOWrapper(file, name, errors="replace", newline=None), is_sound


def encoding(file: BinaryIO) -> tuple[str, bool]:
    """Return which encoding a file is in, and whether all of it can be decoded for sure. It is read in chunks."""
    before, chunk = b"", file.read(_CHUNK_BYTES)
    head = chunk
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, False
    strict = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk:
            strict.decode(chunk)
            before, chunk = chunk, file.read(_CHUNK_BYTES)
        strict.decode(b"", final=True)
    except UnicodeDecodeError as error:
        start = len(before) + error.start
        around = before + error.object
        return _older(head, around[max(0, start - _SAMPLE_BYTES) : start], around[start : start + _SAMPLE_BYTES]), False
    return "utf-8", True


def _older(head: bytes, before: bytes, after: bytes) -> str:
    """Return the encoding of what is no sound UTF-8, by its head and what lies on both sides of the first bad byte."""
    if declared := _declared_encoding(head):
        return declared
    if order := _utf16_order(head[:_SAMPLE_BYTES]):
        return order
    # Many well-formed sequences around the bad byte: UTF-8 with some damage, not an older encoding.
    if len(_MULTI_BYTE.findall(before)) >= 3:
        return "utf-8"
    sample = head[:_SAMPLE_BYTES]
    return _guess(after if sample.isascii() else sample)


def clean(text: str) -> str:
    """Normalise line ends, spaces and ligatures; drop what cannot be shown; at most one blank line in a row."""
    text = _DROPPED.sub("", _NEWLINE.sub("\n", text)).translate(_LIGATURES)
    return _BLANK_LINES.sub("\n\n", _LINE_END_SPACE.sub("", text)).strip()


def _declared_encoding(data: bytes) -> str:
    found = _DECLARED.search(data[:2048])
    if found is None:
        return ""
    name = found.group(1).decode("ascii")
    try:
        info = codecs.lookup(name)
        str(b"a", info.name)  # refuses codecs that are no text encodings, such as hex
        data[:_SAMPLE_BYTES].decode(info.name, errors="strict" if len(data) <= _SAMPLE_BYTES else "replace")
    except (LookupError, UnicodeError):
        return ""
    return "" if info.name.startswith(("utf-8", "utf-16", "utf-32")) else info.name


def _utf16_order(sample: bytes) -> str:
    """Return the byte order of UTF-16 text without a mark: in Latin text every second byte is zero."""
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) < 8:
        return ""
    pairs = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.5 * pairs and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > 0.5 * pairs and odd == 0 else ""


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_GUESSES.split()).best()
    encoding = best.encoding if best else "cp1252"
    if encoding == "cp1250":  # shares most letters with cp1252, which is far more common
        western = {letter for letter in sample.decode("cp1252", errors="replace") if ord(letter) > 127}
        return "cp1252" if western <= _WESTERN else encoding
    return encoding
