"""Documents that were made to do harm: each becomes text, or is refused in words, soon and without a look outside.

All of them are read by one confined child, which tells what it was kept from doing. What they try to take from other
files is looked for in the text that is read of them.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nestdesk.bench.fuzz import READ, REFUSED, fuzz, outcomes
from nestdesk.bench.sound_files import CHATS, FORMATS, WORDS
from nestdesk.core.errors import DocumentError
from nestdesk.core.jobs import finish
from nestdesk.memory import chat_exports
from tests.memory.files import read, write, zipped

MEBIBYTE = 1024**2
SECRET = "canaryofanotherfile"
TIMEOUT_S = 20.0  # for any of them, on a machine that is busy with other tests
ARCHIVES = {
    ".docx": "word/document.xml",
    ".pptx": "ppt/slides/slide1.xml",
    ".xlsx": "xl/sharedStrings.xml",
    ".ods": "content.xml",
    ".odt": "content.xml",
    ".epub": "OEBPS/book.opf",
}

EXPANDING = (".docx", ".epub")  # tests/memory/test_archives.py has all of them


def members(suffix: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(FORMATS[suffix]())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(suffix: str, change: Callable[[bytes], bytes], name: str = "") -> bytes:
    """Return a sound archive of which one member was changed; by default the one that holds its text."""
    own = members(suffix)
    name = name or ARCHIVES[suffix]
    return zipped(own | {name: change(own[name])})


def declared(entities: str) -> Callable[[bytes], bytes]:
    """Put entities in front of an XML document, and the last of them where its text is."""

    def change(data: bytes) -> bytes:
        head, mark, rest = data.rpartition(b"?>")
        text = rest.replace(WORDS.encode(), b"&x;").replace(b"Mill", b"&x;")
        return head + mark + f"<!DOCTYPE a [{entities}]>".encode() + text

    return change


LAUGHS = '<!ENTITY x0 "ha">' + "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
LAUGHS += '<!ENTITY x "&x11;">'


def pdf(body: bytes, **head: bytes) -> bytes:
    """Return a PDF without a table of its objects, which parsers then look for by themselves."""
    catalog = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    trailer = b"trailer<</Root 1 0 R/Size %s>>\nstartxref\n%s\n%%%%EOF"
    return b"%PDF-1.4\n" + catalog + body + trailer % (head.get("size", b"9"), head.get("start", b"0"))


def page(stream: bytes, how: bytes = b"", length: bytes = b"") -> bytes:
    font = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    return (
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]"
        b"/Resources%s/Contents 4 0 R>>endobj\n4 0 obj<</Length %s%s>>stream\n%s\nendstream endobj\n"
        % (font, length or b"%d" % len(stream), how, stream)
    )


SHOWN = b"BT /F 11 Tf 50 740 Td (%s) Tj ET" % WORDS.encode()
PACKED = zlib.compress(bytes(80 * MEBIBYTE), 1)
CELL = b'<c r="%s"><v>1</v></c></row></sheetData>'


def pdfs() -> Iterator[tuple[str, bytes]]:
    yield "sound.pdf", pdf(page(SHOWN))
    for length in (b"99999999999999999999", b"-1", b"2147483647", b"4 0 R", b"5 0 R"):
        yield f"length-{length.decode().replace(' ', '')}.pdf", pdf(page(SHOWN, length=length))
    yield "size.pdf", pdf(page(SHOWN), size=b"2147483647", start=b"99999999999")
    yield "packed.pdf", pdf(page(PACKED, b"/Filter/FlateDecode"))
    yield "packed-twice.pdf", pdf(page(zlib.compress(PACKED), b"/Filter[/FlateDecode/FlateDecode]"))
    yield "filters.pdf", pdf(page(SHOWN, b"/Filter[" + b"/ASCIIHexDecode" * 10_000 + b"]"))
    yield (
        "predictor.pdf",
        pdf(page(PACKED[:999], b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647>>")),
    )
    yield "count.pdf", pdf(b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 2147483647>>endobj\n" + page(SHOWN)[50:])
    yield "own-child.pdf", pdf(b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9/Parent 2 0 R>>endobj\n")
    yield "deep.pdf", pdf(b"2 0 obj" + b"[" * 200_000 + b"]" * 200_000 + b"endobj\n")
    yield "brackets.pdf", pdf(page(b"BT " + b"(" * 300_000))
    yield "large-page.pdf", pdf(page(SHOWN).replace(b"612 792", b"1e38 -1e38"))
    yield (
        "action.pdf",
        pdf(page(SHOWN)).replace(
            b"/Pages 2 0 R",
            b"/Pages 2 0 R/OpenAction<</S/URI/URI(http://127.0.0.1:9/)>>/AA<</O<</S/Launch/F(/bin/sh)>>>>",
        ),
    )


def sheets() -> Iterator[tuple[str, bytes]]:
    name = "xl/worksheets/sheet1.xml"
    for cell in (b"XFD1048576", b"ZZZ9999999", b"A0", b"A99999999999999999999", b"AAAAAAAAAAAAAAA1", b""):
        yield (
            f"cell-{cell.decode()}.xlsx",
            changed(".xlsx", lambda data, cell=cell: data.replace(b"</row></sheetData>", CELL % cell), name),
        )
    for said in (b"A1:XFD1048576", b"B2:A1", b"A1:A99999999999999", b"x"):
        yield (
            f"dimension-{said.decode().replace(':', '-')}.xlsx",
            changed(".xlsx", lambda data, said=said: data.replace(b"A1:B2", said), name),
        )
    yield "string.xlsx", changed(".xlsx", lambda data: data.replace(b"<v>0</v>", b"<v>4294967295</v>"), name)
    for counted in (b'count="1"', b'uniqueCount="1"'):
        huge = counted.replace(b"1", b"2147483647")
        yield f"{len(counted)}.xlsx", changed(".xlsx", lambda data, old=counted, new=huge: data.replace(old, new))
    for rows, columns in ((b"1048576", b"16384"), (b"4294967295", b"1"), (b"1", b"9999999999")):
        yield (
            f"repeated-{rows.decode()}.ods",
            changed(
                ".ods",
                lambda data, rows=rows, columns=columns: data.replace(
                    b"repeated='2'>", b"repeated='%s'>" % rows, 1
                ).replace(b"columns-repeated='2'", b"columns-repeated='%s'" % columns),
            ),
        )
    for at in range(0, 5632, 211):  # of the container's header, its table, its directory, and the workbook's records
        data = bytearray(FORMATS[".xls"]())
        data[at : at + 4] = b"\xfe\xff\xff\x7f"
        yield f"at-{at}.xls", bytes(data)


def archives() -> Iterator[tuple[str, bytes]]:
    for suffix in ARCHIVES:
        own = members(suffix)
        yield f"laughs{suffix}", changed(suffix, declared(LAUGHS))
        yield f"squared{suffix}", changed(suffix, declared(f'<!ENTITY x "{"a" * 50_000}">'))
        yield f"deep{suffix}", changed(suffix, lambda data: data.replace(WORDS.encode(), b"<a>" * 99_999))
        yield f"longer{suffix}", zipped(own)[:-22] + b"PK\5\6" + b"\xff" * 18
    for suffix in EXPANDING:
        own, text = members(suffix), ARCHIVES[suffix]
        yield f"ratio{suffix}", zipped(own | {"zeros": bytes(20 * MEBIBYTE)})
        yield f"large-text{suffix}", zipped(own | {text: own[text] + b" " * 20 * MEBIBYTE})
        nested = b"text"
        for _ in range(4):
            nested = zipped({"inner.zip": nested})
        yield f"nested{suffix}", zipped(own | {"inner.zip": nested})
        yield f"many{suffix}", zipped(own | {f"{number}": b"" for number in range(10_001)})
        yield f"overlapping{suffix}", overlapping(zipped(own | {"zeros": bytes(MEBIBYTE)}), 200)
    for depth in (60, 250):
        opened, closed = (
            b"<w:tbl><w:tr><w:tc><w:p><w:r>" * (depth // 5),
            b"</w:r></w:p></w:tc></w:tr></w:tbl>" * (depth // 5),
        )
        yield (
            f"tables-{depth}.docx",
            changed(".docx", lambda data, o=opened, c=closed: data.replace(b"<w:sectPr", o + c + b"<w:sectPr", 1)),
        )
    lists = b"<text:list><text:list-item>" * 120 + b"</text:list-item></text:list>" * 120
    yield "lists.odt", changed(".odt", lambda data: data.replace(b"<text:list>", lists + b"<text:list>", 1))
    yield "spaces.odt", changed(".odt", lambda data: data.replace(b"text:c='3'", b"text:c='99999999999999999999'"))
    loop = '<itemref idref="a"/>' * 20_000
    yield "spine.epub", changed(".epub", lambda data: data.replace(b"</spine>", loop.encode() + b"</spine>"))


def overlapping(data: bytes, times: int) -> bytes:
    """Name the last member of an archive many times in its directory, as a bomb without an inner archive does."""
    end = data.rindex(b"PK\5\6")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    last = data.rindex(b"PK\1\2", start, end)
    directory = data[start:end] + data[last:end] * times
    count = int.from_bytes(data[end + 10 : end + 12], "little") + times
    tail = b"PK\5\6" + bytes(4) + count.to_bytes(2, "little") * 2 + len(directory).to_bytes(4, "little")
    return data[:start] + directory + tail + start.to_bytes(4, "little") + bytes(2)


def texts() -> Iterator[tuple[str, bytes]]:
    words = WORDS.encode()
    for suffix, sign in ((".html", b"<div>"), (".html", b"<b><i>"), (".md", b"> "), (".md", b"- "), (".rtf", b"{"),
                         (".json", b"["), (".json", b'{"a":'), (".org", b"*"), (".xml", b"<a>"), (".eml", b">"),
                         (".txt", b"("), (".csv", b'"'), (".jsonl", b"["), (".mbox", b">")):  # fmt: skip
        yield f"deep-{sum(sign)}{suffix}", FORMATS[suffix if suffix in FORMATS else ".txt"]() + sign * 30_000 + words
    for suffix in (".txt", ".md", ".org", ".html", ".csv", ".json", ".jsonl", ".py", ".rtf", ".eml", ".mbox"):
        for sign in (b"x", b"\t", b".", b"# ", b" |", b"\0x"):
            yield f"line-{sign.hex()}{suffix}", FORMATS[suffix]() + sign * 40_000 + b"y\n" + words
    for name in ("punycode", "idna", "zlib", "hex", "rot13", "unicode_escape", "utf-7", "undefined", "x" * 5_000):
        head = f'Subject: a\nContent-Type: text/plain; charset="{name}"\n\n'.encode()
        yield f"charset-{name[:20]}.eml", head + "Mühle-".encode() * 20_000
        yield f"charset-{name[:20]}.html", f'<meta charset="{name}"><p>'.encode() + b"M\xfchle-" * 20_000
    yield "parts.eml", b"Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 4_000
    nest = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(2_000))
    yield "nest.eml", b"Subject: a\n" + nest + words
    yield "forwarded.eml", b"Subject: a\n" + b"Content-Type: message/rfc822\n\n" * 3_000 + words
    yield "header.eml", b"Subject: " + b"=?utf-8?b?TcO8?= " * 50_000 + b"\nFrom: " + b"<" * 100_000 + b"\n\n" + words
    yield "name.eml", b"Subject: a\nContent-Type: text/plain" + b"; a*0*=b" * 20_000 + b"\n\n" + words
    yield "senders.mbox", b"From a 00:00\nA: b\n\n" * 3_000 + words
    yield "number.json", b'{"a": ' + b"9" * 200_000 + b', "b": 1e999999999}'
    yield "surrogates.json", b'{"a": "' + rb"\ud800" * 20_000 + b'", "b": "\\udc00"}'
    yield "keys.json", b"{" + b'"a":1,' * 20_000 + b'"b":2}'
    yield "headings.md", b"# !\n\n" * 30_000
    yield "cell.csv", b'a,b\n"' + b"x,\n" * 60_000
    yield "code-page.rtf", FORMATS[".rtf"]().replace(b"1252", b"99999")
    yield "binary.rtf", FORMATS[".rtf"]().replace(rb"\bin4", rb"\bin999999999")
    yield "letters.rtf", FORMATS[".rtf"]() + rb"\u99999999999999999999?" * 1_000 + b"}"
    yield "fields.rtf", rb"{\rtf1 " + rb"{\field{\*\fldinst HYPERLINK }" * 3_000 + words
    for mark in (b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\xef\xbb\xbf"):
        yield f"mark-{mark.hex()}.txt", mark + words + b"\xd8"


def spies(secret: Path) -> Iterator[tuple[str, bytes]]:
    """Yield documents that want the text of another file, or want to call somebody."""
    there = secret.as_uri()
    climb = "../" * 12 + str(secret).lstrip("/")
    for suffix in ARCHIVES:
        yield f"entity{suffix}", changed(suffix, declared(f'<!ENTITY x SYSTEM "{there}">'))
        yield f"parameter{suffix}", changed(suffix, declared(f'<!ENTITY % p SYSTEM "{there}"> %p; <!ENTITY x "%p;">'))
        yield f"called{suffix}", changed(suffix, declared('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">'))
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{there}" parse="text"/>'.encode()
    yield "include.odt", changed(".odt", lambda data: data.replace(WORDS.encode(), WORDS.encode() + include))
    for target in (there, "http://127.0.0.1:9/x", climb, str(secret), f"\\\\127.0.0.1\\{secret.name}"):
        for kind in ("footnotes", "image", "attachedTemplate", "subDocument", "oleObject"):
            for mode in (' TargetMode="External"', ""):
                one = f'<Relationship Id="r99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"{mode}/>'  # noqa: E501
                related = "word/_rels/document.xml.rels"
                yield (
                    f"{kind}-{len(target)}{len(mode)}.docx",
                    changed(
                        ".docx",
                        lambda data, one=one: data.replace(b"</Relationships>", one.encode() + b"</Relationships>"),
                        related,
                    ),
                )
        for name in ("META-INF/container.xml", "OEBPS/book.opf"):
            old = b"OEBPS/book.opf" if name.startswith("META") else b"a%20b.xhtml"
            yield (
                f"path-{len(target)}{len(name)}.epub",
                changed(".epub", lambda data, old=old, target=target: data.replace(old, target.encode()), name),
            )
        tags = f'<img src="{target}"><link rel=stylesheet href="{target}"><iframe src="{target}"></iframe>'
        tags += f'<object data="{target}"></object><meta http-equiv=refresh content="0;{target}">'
        yield f"tags-{len(target)}.html", f"<p>{WORDS}</p>{tags}".encode()
        yield f"include-{len(target)}.rst", f"{WORDS}\n\n.. include:: {target}\n".encode()
        yield f"include-{len(target)}.org", f"{WORDS}\n#+INCLUDE: {target}\n#+SETUPFILE: {target}\n".encode()
        external = f"Content-Type: message/external-body; access-type=local-file; name={target}\n\nA: b\n\n"
        yield f"external-{len(target)}.eml", f"Subject: a\n{external}".encode()
        yield f"formula-{len(target)}.csv", f'a,b\n"=WEBSERVICE(""{target}"")",2\n'.encode()
    link = zipfile.ZipInfo("OEBPS/a b.xhtml")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members(".epub").items():
            archive.writestr(link if name == link.filename else name, str(secret) if name == link.filename else content)
    yield "link.epub", buffer.getvalue()
    for name in (climb, str(secret), f"C:\\{secret.name}"):
        yield f"member-{len(name)}.docx", zipped(members(".docx") | {name: b"planted"})


BOMBS: dict[str, Callable[[], Iterator[tuple[str, bytes]]]] = {
    "pdfs": pdfs, "sheets": sheets, "archives": archives, "texts": texts,
}  # fmt: skip


def all_are_harmless(paths: list[Path]) -> list[dict[str, Any]]:
    """Read files in a confined child, and check that none of them broke it or made it try what it may not do."""
    found = list(outcomes(paths, TIMEOUT_S))
    assert [one for one in found if one["outcome"] not in (READ, REFUSED) or one["forbidden"]] == []
    assert [one for one in found if one["outcome"] == REFUSED and one["file"] not in one["error"]] == []
    assert [
        one["cause"] for one in found if " in nestdesk/" in one["cause"] and "." not in one["cause"].split()[0]
    ] == []
    return found


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_read_or_refused_in_time(tmp_path: Path, kind: str) -> None:
    made = dict(BOMBS[kind]())
    found = all_are_harmless([write(tmp_path, name, data) for name, data in made.items()])
    refused = {one["file"]: one["error"] for one in found if one["outcome"] == REFUSED}
    if kind == "archives":
        names = ("ratio", "nested", "many", "overlapping", "large-text")
        assert all("expand to far more" in refused[f"{name}{suffix}"] for suffix in EXPANDING for name in names)
        assert {f"longer{suffix}" for suffix in ARCHIVES} <= set(refused)
    if kind == "pdfs":
        assert "sound.pdf" not in refused


def test_a_spy_learns_nothing_and_calls_nobody(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", f"The {SECRET} is 1815.")
    folder = tmp_path / "documents"
    folder.mkdir()
    paths = [write(folder, name, data) for name, data in dict(spies(secret)).items()]
    all_are_harmless(paths)
    is_read = 0
    for path in paths:
        try:
            text = read(path).text
        except DocumentError as error:
            text = str(error)
        else:
            is_read += 1
        assert SECRET not in text
    assert is_read > len(paths) / 2, "what is refused anyhow proves little"
    assert secret.read_text(encoding="utf-8") == f"The {SECRET} is 1815."
    assert sorted(tmp_path.iterdir()) == [folder, secret]


@pytest.mark.parametrize("name", CHATS)
def test_chats_that_were_made_to_do_harm_are_skipped_or_refused(tmp_path: Path, name: str) -> None:
    data = FORMATS[name]()
    if name.endswith(".zip"):
        own = _unzipped(data)
        made = [zipped(own | {"tables/message.jsonl": bytes(MEBIBYTE)}), zipped(own | {"manifest.json": b"[" * 99_999})]
        made += [zipped({"conversations.json": bytes(20 * MEBIBYTE)}), overlapping(data, 100)]
    else:
        made = [b"[" * 200_000 + data, data[:-1] + b"," + b'{"a":' * 200_000, data[:-1] + b"," + b"9" * 99_999]
        made += [
            data.replace(b'"a"', b'"b"'),
            data.replace(b"null", b'"r"'),
            data.replace(b"{", b"[").replace(b"}", b"]"),
        ]
    all_are_harmless([write(tmp_path, f"{number}{name}", one) for number, one in enumerate(made)])
    with pytest.raises(DocumentError):
        chat_exports.find(write(tmp_path, "none.json", b"[1, 2]"))


def _unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_five_hundred_spoiled_files_are_text_or_refused(tmp_path: Path) -> None:
    report = finish(fuzz(tmp_path, 506, 0, TIMEOUT_S))
    assert report["bad"] == []
    assert (report["files"], report["crashed"], report["hung"], report["forbidden_attempts"]) == (506, 0, 0, 0)
    assert report["read"] > 150, "what is refused anyhow proves little"
    assert report["refused"] > 150
    assert [row["files"] for row in report["formats"]] == [22] * len(FORMATS)
    assert list(tmp_path.iterdir()) == []
