"""A book is its chapters in the order of its spine, each under its heading; what its shop locked stays locked."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nestdesk.core.errors import DocumentError
from tests.memory.files import read, read_limited, write, zipped

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PAGE = (
    '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
    '<body><a id="start"/>{}</body></html>'
)
CHAPTERS = {
    "text/z first.xhtml": PAGE.format("<h1>Die Mühle</h1><p>Sie steht am Fluß.</p><aside>Ein Hinweis.</aside>"),
    "text/b.xhtml": PAGE.format('<img src="heading.png" alt=""/><p>Колесо крутится.</p>'),
    "text/a.xhtml": PAGE.format("<h2>水車</h2><p>川のそばにある。</p>"),
}
ORDER = list(CHAPTERS)


def make_epub(
    chapters: dict[str, str] = CHAPTERS, title: str = "Mühlen &amp; Räder", nav: str = "", **further: str
) -> bytes:
    """Return a book whose chapters are named against their order; nav is its table of contents."""
    items = "".join(
        f'<item id="i{number}" href="{name.replace(" ", "%20")}" media-type="application/xhtml+xml"/>'
        for number, name in reversed(list(enumerate(chapters)))
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><meta property="x">y</meta>'
        f"</metadata><manifest>{items}"
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    members = {f"OEBPS/{name}": text for name, text in chapters.items()}
    everything = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package}
    everything |= {"OEBPS/nav.xhtml": PAGE.format(f"<nav><ol>{nav}</ol></nav>"), **members}
    return zipped(everything | further)


FIRST = "Die Mühle\n\nSie steht am Fluß.\n\nEin Hinweis."
LAST = "水車\n\n川のそばにある。"


def test_chapters_in_the_order_of_the_spine(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.epub", make_epub()))
    assert document.title == "Mühlen & Räder"
    assert document.text == f"{FIRST}\n\nКолесо крутится.\n\n{LAST}"
    assert (document.media_type, document.page_starts, document.warnings) == ("application/epub+zip", (), ())


def test_the_worker_gives_what_read_gives(tmp_path: Path) -> None:
    path = write(tmp_path, "a.epub", make_epub())
    assert read_limited(path) == read(path)


def test_a_chapter_whose_heading_is_a_picture_gets_it_from_the_contents(tmp_path: Path) -> None:
    nav = (
        '<li><a href="text/z%20first.xhtml">1. Die Mühle</a></li><li><a href="text/b.xhtml">Das <b>Rad</b></a></li>'
        '<li><a href="text/a.xhtml#middle">Nicht der Anfang</a></li>'
    )
    text = read(write(tmp_path, "a.epub", make_epub(nav=nav))).text
    assert f"{FIRST}\n\nDas Rad\n\nКолесо крутится.\n\n{LAST}" in text
    assert "Nicht der Anfang" not in text


def test_the_older_table_of_contents_is_understood(tmp_path: Path) -> None:
    ncx = (
        '<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>Das Rad</text></navLabel>'
        '<content src="text/b.xhtml"/></navPoint></navMap></ncx>'
    )
    text = read(write(tmp_path, "a.epub", make_epub(**{"OEBPS/toc.ncx": ncx}))).text
    assert "\n\nDas Rad\n\nКолесо крутится." in text


def test_missing_chapters_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    data = make_epub()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            if name != "OEBPS/text/b.xhtml":
                target.writestr(name, source.read(name))
    document = read(write(tmp_path, "a.epub", buffer.getvalue()))
    assert document.text == f"{FIRST}\n\n{LAST}"
    assert any("1 of 4 chapters are missing" in warning for warning in document.warnings)


def test_what_the_shop_locked_is_named(tmp_path: Path) -> None:
    lock = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData '
        'xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    )
    aes = lock.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    with pytest.raises(DocumentError, match="protected by the shop"):
        read(write(tmp_path, "a.epub", make_epub(**{"META-INF/encryption.xml": aes})))
    fonts = lock.format("http://www.idpf.org/2008/embedding")
    assert read(write(tmp_path, "a.epub", make_epub(**{"META-INF/encryption.xml": fonts}))).text.startswith("Die")


@pytest.mark.parametrize(
    "broken",
    [
        {"META-INF/container.xml": "<container/>"},
        {"META-INF/container.xml": "<container"},
        {"OEBPS/book.opf": "<package"},
        {"META-INF/container.xml": CONTAINER.replace("book.opf", "gone.opf")},
    ],
)
def test_a_broken_package_is_damage(tmp_path: Path, broken: dict[str, str]) -> None:
    with pytest.raises(DocumentError, match="damaged: it is an e-book"):
        read(write(tmp_path, "a.epub", make_epub(**broken)))


@pytest.mark.parametrize("keep", [0.3, 0.99])
def test_cut_off_is_damaged(tmp_path: Path, keep: float) -> None:
    data = make_epub()
    with pytest.raises(DocumentError, match="damaged"):
        read(write(tmp_path, "a.epub", data[: int(len(data) * keep)]))


@pytest.mark.parametrize("where", ["relative", "absolute", "address"])
def test_links_out_of_the_archive_lead_nowhere(tmp_path: Path, where: str) -> None:
    secret = write(tmp_path, "secret.xhtml", b"<p>canary")
    href = {"relative": "../../secret.xhtml", "absolute": str(secret), "address": secret.as_uri()}[where]
    chapters = {"text/a.xhtml": PAGE.format("<p>Text."), "gone.xhtml": ""}
    with zipfile.ZipFile(io.BytesIO(make_epub(chapters))) as source:
        package = source.read("OEBPS/book.opf").decode().replace("gone.xhtml", href)
    assert href in package
    document = read(write(tmp_path, "a.epub", make_epub(chapters, **{"OEBPS/book.opf": package})))
    assert document.text == "Text."
    assert any("1 of 3 chapters are missing" in warning for warning in document.warnings)


def test_a_book_without_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no text"):
        read(write(tmp_path, "a.epub", make_epub({"text/a.xhtml": PAGE.format("<img src='x.png'/>")})))


@given(st.binary(max_size=200), st.sampled_from(["META-INF/container.xml", "OEBPS/book.opf", "OEBPS/text/a.xhtml"]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_part_of_any_bytes_is_read_or_refused_in_words(tmp_path: Path, data: bytes, member: str) -> None:
    with zipfile.ZipFile(io.BytesIO(make_epub())) as source:
        members = {name: source.read(name) for name in source.namelist()} | {member: data}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with contextlib.suppress(DocumentError):
        assert read(write(tmp_path, "a.epub", buffer.getvalue())).text.strip()
