"""A small sound file of every format that is read, made here by the plainest means, for the fuzz bench to spoil."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from nestdesk.core.chats import NESTDESK

WORDS = "The old mill of Ostwick stands by the river; its wheel turned 1815 times."
_MAIL = (
    f"From: a@b\nSubject: =?utf-8?b?TcO8aGxl?=\nDate: Thu, 2 Jan 2020 03:04:05 +0000\nMIME-Version: 1.0\n\n{WORDS}\n"
)
_PARTS = (
    'From: a@b\nSubject: Mill\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n--x\n'
    "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    f"<p>M=C3=BChle</p><p>{WORDS}</p>\n--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n"
    'Content-Disposition: attachment; filename="a.png"\n\niVBORw0KGgo=\n--x--\n'
)
_RTF = (
    rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl{{\f0 Arial;}}}}{{\info{{\title Mill}}}}\pard {WORDS}\par M\'fchle \u8211?\par"
    rf"\trowd\cellx900\cellx1800 a\cell b\cell\row{{\field{{\*\fldinst HYPERLINK "
    rf'"a"}}{{\fldrslt link}}}}{{\pict\bin4 ABCD}}}}'
)
_HTML = (
    f"<!doctype html><html><head><meta charset='utf-8'><title>Mill</title></head><body><nav>x</nav><main><h1>Mill</h1>"
    f"<p>{WORDS}</p><ul><li>a<li>b</ul><table><tr><td>1</td><td>2</td></tr></table><pre>x</pre></main></body></html>"
)
_ORG = f"#+title: Mill\n* TODO Mill :a:\n:PROPERTIES:\n:ID: 1\n:END:\n{WORDS}\n#+begin_src x\n1\n#+end_src\n[[a][b]]\n"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = f'xmlns:office="{_OASIS}office:1.0" xmlns:text="{_OASIS}text:1.0" xmlns:table="{_OASIS}table:1.0"'
_ODT = (
    f"<office:document-content {_SPACES}><office:body><office:text><text:h>Mill</text:h><text:p>{WORDS}"
    "<text:s text:c='3'/><text:tab/>x<text:note><text:note-body><text:p>n</text:p></text:note-body></text:note>"
    "</text:p><text:list><text:list-item><text:p>a</text:p></text:list-item></text:list><table:table><table:table-row>"
    "<table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table></office:text>"
    "</office:body></office:document-content>"
)
_ODS = (
    f"<office:document-content {_SPACES}><office:body><office:spreadsheet><table:table table:name='Mill'>"
    "<table:table-row table:number-rows-repeated='2'><table:table-cell office:value-type='string' "
    f"table:number-columns-repeated='2'><text:p>{WORDS}</text:p></table:table-cell><table:table-cell "
    "office:value-type='float' office:value='1815'/></table:table-row></table:table></office:spreadsheet>"
    "</office:body></office:document-content>"
)
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XLSX = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_RELATED}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATED}"><sheets><sheet name="Mill" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_RELATED}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_RELATED}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>'
    ),
    "xl/sharedStrings.xml": f'<sst xmlns="{_SHEET}" count="1" uniqueCount="1"><si><t>{WORDS}</t></si></sst>',
    "xl/worksheets/sheet1.xml": (
        f'<worksheet xmlns="{_SHEET}"><dimension ref="A1:B2"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>'
        '<c r="B1"><v>1815</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c><c r="B2" t="b">'
        "<v>1</v></c></row></sheetData></worksheet>"
    ),
}
_EPUB = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile '
        'full-path="OEBPS/book.opf"/></rootfiles></container>'
    ),
    "OEBPS/book.opf": (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata><title>Mill</title></metadata><manifest><item id="a" '
        'href="a%20b.xhtml" media-type="application/xhtml+xml"/><item id="n" href="nav.xhtml" properties="nav" '
        'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
    ),
    "OEBPS/nav.xhtml": '<html><body><nav><ol><li><a href="a%20b.xhtml">Mill</a></li></ol></nav></body></html>',
    "OEBPS/a b.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><body><a id="s"/><p>{WORDS}</p></body></html>',
}
_MESSAGE = {"author": {"role": "user"}, "content": {"content_type": "text", "parts": [WORDS]}, "create_time": 1.7e9}
_CHATGPT = [
    {
        "conversation_id": "a", "title": "Mill", "create_time": 1.7e9, "current_node": "b",
        "mapping": {
            "r": {"parent": None, "message": None},
            "a": {"parent": "r", "message": _MESSAGE},
            "b": {"parent": "a", "message": {**_MESSAGE, "author": {"role": "assistant"}}},
        },
    }
]  # fmt: skip
_CLAUDE = [
    {
        "uuid": "a", "name": "Mill", "created_at": "2025-01-02T03:04:05Z",
        "chat_messages": [
            {"uuid": "1", "sender": "human", "text": WORDS, "created_at": "2025-01-02T03:04:05.678Z"},
            {"uuid": "2", "sender": "assistant", "content": [{"type": "text", "text": "Yes."}]},
        ],
    }
]  # fmt: skip
_ASKED = {"parentId": None, "role": "user", "content": WORDS, "timestamp": 1_700_000_000}
_OPEN_WEBUI = [
    {"id": "a", "title": "Mill", "chat": {"title": "Mill", "history": {"currentId": "q", "messages": {"q": _ASKED}}}}
]
_OWN = {
    "manifest.json": json.dumps({"format": NESTDESK, "version": 1}),
    "tables/conversation.jsonl": json.dumps(
        {"id": 1, "title": "Mill", "created_at": "2025-01-02T03:04:05", "leaf_id": 1}
    )
    + "\n",
    "tables/message.jsonl": json.dumps(
        {"id": 1, "conversation_id": 1, "role": "user", "text": WORDS, "created_at": "2025-01-02T03:04:05"}
    )
    + "\n",
}


def zipped(members: Mapping[str, str]) -> bytes:
    """Return an archive of texts; one that declares the type of the archive is stored as it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return buffer.getvalue()


def _opendocument(kind: str, content: str) -> dict[str, str]:
    manifest = f'<m:manifest xmlns:m="{_OASIS}manifest:1.0"/>'
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return {"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": content}


def _docx() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("Mill", 1)
    document.add_paragraph(WORDS)
    document.add_paragraph("a", style="List Bullet")
    document.add_table(2, 2).cell(0, 0).text = "1815"
    return _saved(document)


def _pptx() -> bytes:
    import pptx

    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "Mill", WORDS
    slide.notes_slide.notes_text_frame.text = "A note."
    slide.shapes.add_table(1, 1, 0, 0, 9, 9).table.cell(0, 0).text = "1815"
    return _saved(presentation)


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _pdf() -> bytes:
    """Write two pages in Helvetica, nothing packed, so that what is changed is what a parser looks at."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>"]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 5 0 R>>>>/Contents %d 0 R>>"
    objects += [page % 6, page % 7, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for text in (WORDS, "Its keeper was called Ilse."):
        shown = b"BT /F 11 Tf 50 740 Td (%s) Tj ET" % text.encode()
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown))
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def _xls() -> bytes:
    """Write a workbook of Excel 97: its records in the one stream of an OLE container."""

    def record(kind: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    name = b"\4\0Mill"
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    sheet_at = len(begin) + len(record(0x85, bytes(6) + name)) + len(record(0x0A))
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    sheet += record(0x204, struct.pack("<HHHHB", 0, 0, 0, len(WORDS), 0) + WORDS.encode())
    sheet += record(0x203, struct.pack("<HHHd", 0, 1, 0, 1815.0)) + record(0x0A)
    stream = begin + record(0x85, struct.pack("<IBB", sheet_at, 0, 0) + name) + record(0x0A) + sheet
    stream = stream.ljust(4096, b"\0")  # a shorter one would lie in a stream of small pieces
    last, free, own = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    sectors = len(stream) // 512

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        letters = title.encode("utf-16-le") + b"\0\0"
        head = letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters), kind, 1, free, free, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, last, 0, last, 0) + struct.pack("<109I", 0, *[free] * 108)
    chain = [own, last, *range(3, 2 + sectors), last]
    directory = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, len(stream))
    return header + struct.pack("<128I", *chain, *[free] * (128 - len(chain))) + directory.ljust(512, b"\0") + stream


FORMATS: dict[str, Callable[[], bytes]] = {  # by the ending of a file's name
    ".txt": lambda: f"{WORDS}\n\nMühle – 水車\n".encode(),
    ".md": lambda: f"---\ntitle: Mill\n---\n# Mill\n\n{WORDS}\n\n- a\n  - b\n\n> c\n\n```\nx\n```\n".encode(),
    ".org": _ORG.encode,
    ".html": _HTML.encode,
    ".csv": lambda: f'id;note\n1;"{WORDS}"\n2;"a ""b"""\n'.encode(),
    ".json": lambda: json.dumps({"title": "Mill", "note": WORDS, "years": [1815, 1.5, None, {"a": [[]]}]}).encode(),
    ".jsonl": lambda: f'{{"note": "{WORDS}"}}\n[1, 2]\n"ü"\n'.encode(),
    ".py": lambda: f"def mill():\n    return {WORDS!r}\n".encode(),
    ".rtf": _RTF.encode,
    ".eml": lambda: _PARTS.encode(),
    ".mbox": lambda: "".join(f"From a@b Thu Jan  2 03:04:05 2020\n{one}\n" for one in (_MAIL, _PARTS)).encode(),
    ".pdf": _pdf,
    ".docx": _docx,
    ".pptx": _pptx,
    ".xlsx": lambda: zipped(_XLSX),
    ".xls": _xls,
    ".ods": lambda: zipped(_opendocument("spreadsheet", _ODS)),
    ".odt": lambda: zipped(_opendocument("text", _ODT)),
    ".epub": lambda: zipped(_EPUB),
    "chatgpt.json": lambda: json.dumps(_CHATGPT).encode(),
    "claude.json": lambda: json.dumps(_CLAUDE).encode(),
    "openwebui.json": lambda: json.dumps(_OPEN_WEBUI).encode(),
    "export.zip": lambda: zipped(_OWN),
}
CHATS = tuple(name for name in FORMATS if not name.startswith("."))  # read as chats of other programs, or of NestDesk
