"""How a sound file is spoiled: its bytes, its numbers, its nesting, its encoding, and the members of an archive.

Everything is drawn from one random number generator, so a file is the same for the same seed.
"""

from __future__ import annotations

import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable, Sequence

MOST_BYTES = 1024 * 1024  # of a spoiled file: what takes long is to be the reader's own doing
_NUMBER = re.compile(rb"\d+")
_HUGE = (b"0", b"-1", b"65536", b"2147483647", b"4294967295", b"9223372036854775808", b"1e999", b"9" * 5_000)
_DEEP = (
    b"[", b'{"a":', b"<a>", b"<b><i>", b"{", b"{\\b ", b"> ", b"- ", b"<table><tr><td>", b"((", b"<<", b"[[", b"* ",
    b"--x\n", b"\t", b"Content-Type: multipart/mixed; boundary=x\n\n", b"<text:p>", b"<w:tbl><w:tr><w:tc>", b"&a;",
)  # fmt: skip
_ODD = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1b[31m", b"\r", b"\x0c", b"\x1a",
    "\u202e".encode(), "\u2028".encode(), b"]]>", b"<!DOCTYPE a [<!ENTITY a '&a;&a;'>]>", b"<!--", b"%00", b"\\u", b'"',
)  # fmt: skip
_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp500", "shift_jis", "gb18030", "koi8_r")
_PATHS = ("../../etc/passwd", "/etc/passwd", "C:\\a", "a" * 60_000, "", ".", "a\0b", "word/document.xml", "mimetype")
_WHOLE_ELEMENT = re.compile(rb"(<([\w:]+)[^<>]*(?<!/))>[^<>]*</\2>")
_EMPTY_ELEMENT = re.compile(rb"<[\w:]+[^<>]*/>")
_IN_ARCHIVES = 0.85  # of what is done to an archive: else hardly any would be opened
_SYMBOLIC_LINK = 0o120777 << 16
Spoil = Callable[[bytes, random.Random], bytes]


def spoiled(name: str, sound: bytes, others: Sequence[bytes], chance: random.Random) -> tuple[str, bytes]:
    """Return a file that one to four things were done to, and the name of what was done last.

    Args:
        name: of the format, told with what was done.
        sound: the file as it should be.
        others: files of any format, pieces of which may find their way into it.
        chance: what everything is drawn from.
    """
    data, done = sound, []
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        if chance.random() < _IN_ARCHIVES and zipfile.is_zipfile(io.BytesIO(data)):
            what, data = _member(data, others, chance)
        else:
            what, data = _changed(data, others, chance)
        done.append(what)
        data = data[:MOST_BYTES]
    return f"{name}: {', '.join(done)}", data


def _changed(data: bytes, others: Sequence[bytes], chance: random.Random) -> tuple[str, bytes]:
    way = chance.choice((*_PLAIN, _element, _element, None))
    if way is None:
        return "spliced", _spliced(data, chance.choice(others), chance)
    return way.__name__.strip("_"), way(data, chance)


def _flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 64)) if data else 0):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _overwritten(data: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(data, chance, 64)
    return data[:start] + chance.choice((b"\0", b"\xff", b"\x7f", b"\x80", b" ")) * (end - start) + data[end:]


def _cut_off(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _left_out(data: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(data, chance, 1 + len(data) // 2)
    return data[:start] + data[end:]


def _repeated(data: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(data, chance, 1 + len(data) // 2)
    return data[:end] + data[start:end] * chance.choice((1, 2, 50, 1_000)) + data[end:]


def _numbered(data: bytes, chance: random.Random) -> bytes:
    """Put numbers in that are too large, too small or none."""
    found = list(_NUMBER.finditer(data))
    for one in sorted(chance.sample(found, min(len(found), chance.choice((1, 2, 8)))), key=lambda one: -one.start()):
        data = data[: one.start()] + chance.choice(_HUGE) + data[one.end() :]
    return data


def _nested(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_DEEP) * chance.choice((3, 300, 3_000, 30_000)) + data[at:]


def _oddly_lettered(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 3, 20))):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(_ODD) + data[at:]
    return data


def _in_one_line(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice((b"x", b"x ", b"<", b"=", b"\\", b"&amp;", b",", b"\xc3")) * 50_000 + data[at:]


def _encoded(data: bytes, chance: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(chance.choice(_ENCODINGS), "replace")


def _element(data: bytes, chance: random.Random) -> bytes:
    """Leave an element of XML or HTML out, repeat it, or put it into itself: what comes of it is well formed."""
    found = [*_WHOLE_ELEMENT.finditer(data), *_EMPTY_ELEMENT.finditer(data)]
    if not found:
        return _repeated(data, chance)
    one = chance.choice(found)
    times = chance.choice((0, 2, 200, 2_000))
    if times and one.re is _WHOLE_ELEMENT and chance.random() < 0.5:
        whole = (one.group(1) + b">") * times + one.group() + (b"</" + one.group(2) + b">") * times
    else:
        whole = one.group() * times
    return data[: one.start()] + whole + data[one.end() :]


def _spliced(data: bytes, other: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(other, chance, len(other) + 1)
    at = chance.randrange(len(data) + 1)
    return data[:at] + other[start:end] + data[chance.choice((at, len(data))) :]


def _member(data: bytes, others: Sequence[bytes], chance: random.Random) -> tuple[str, bytes]:
    """Pack an archive anew after something was done to one of its members."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(one, archive.read(one)) for one in archive.infolist()]
    except Exception:  # it was spoiled before, in one of the many ways that Python's zipfile has words for
        return "nothing", data
    if not members:
        return "nothing", data
    at = chance.randrange(len(members))
    info, content = members[at]
    what = chance.choice(("changed",) * 12 + ("left out", "twice", "swapped", "renamed", "a link", "an archive"))
    match what:
        case "left out":
            del members[at]
        case "twice":
            members.insert(chance.randrange(len(members) + 1), (info, _flipped(content, chance)))
        case "swapped":
            members[at] = (info, chance.choice(members)[1])
        case "renamed":
            members[at] = (_info(chance.choice(_PATHS)), content)
        case "a link":
            link = _info(info.filename)
            link.create_system, link.external_attr = 3, _SYMBOLIC_LINK
            members[at] = (link, b"/etc/passwd")
        case "an archive":
            members[at] = (info, chance.choice(others))
        case _:
            what, content = _changed(content, others, chance)
            members[at] = (info, content[:MOST_BYTES])
    return f"member {what}", _packed(members)


def _packed(members: Sequence[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")  # two members of one name are meant
        for info, content in members:
            fresh = _info(info.filename)
            fresh.create_system, fresh.external_attr = info.create_system, info.external_attr
            packing = zipfile.ZIP_STORED if info.filename == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(fresh, content, packing)
    return buffer.getvalue()


def _info(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def _stretch(data: bytes, chance: random.Random, most: int) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.randrange(1, most + 1))


_PLAIN: tuple[Spoil, ...] = (
    _flipped, _overwritten, _cut_off, _left_out, _repeated, _numbered, _nested, _oddly_lettered, _in_one_line, _encoded,
)  # fmt: skip
