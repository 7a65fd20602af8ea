"""OpenDocument texts are read in order, whole, and without comments or what was deleted."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nestdesk.core.errors import DocumentError
from tests.memory.files import read, read_limited, write, zipped

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(
    f'xmlns:{short}="{OASIS}{long}:1.0"'
    for short, long in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "svg": "svg-compatible",
    }.items()
)
TYPE = "application/vnd.oasis.opendocument.text"
BODY = """<text:tracked-changes><text:changed-region><text:deletion><text:p>canary</text:p></text:deletion>
</text:changed-region></text:tracked-changes>
<text:h text:outline-level="1">Die alte Mühle</text:h>
<text:p>Sie <text:span>steht</text:span>
   am Fluß<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Seit 1815.</text:p>
</text:note-body></text:note>.<office:annotation><text:p>canary</text:p></office:annotation></text:p>
<text:section><text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>Колесо</text:p></text:section>
<text:list><text:list-item><text:p>stones</text:p><text:list><text:list-item><text:p>old</text:p></text:list-item>
</text:list></text:list-item><text:list-item><text:p>wheel</text:p></text:list-item></text:list>
<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell>
<table:table-cell><text:p>Owner</text:p></table:table-cell></table:table-row></table:table-header-rows><table:table-row>
<table:table-cell><text:p>1815</text:p></table:table-cell><table:table-cell><table:table><table:table-row>
<table:table-cell><text:p>水車</text:p></table:table-cell></table:table-row></table:table></table:table-cell>
</table:table-row></table:table>
<text:p>Before.<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box><svg:desc>canary</svg:desc>
</draw:frame></text:p>"""
TEXT = (
    "Die alte Mühle\n\nSie steht am Fluß.\n\na   b\tc\nКолесо\n\n- stones\n  - old\n- wheel\n\n"
    "Year | Owner\n1815 | 水車\n\nBefore.\n\nIn the box.\n\nSeit 1815."
)


def make_odt(body: str = BODY, mimetype: str = TYPE, head: str = "", **further: str) -> bytes:
    """Return an OpenDocument text."""
    content = f"<office:document-content {SPACES}><office:body><office:text>{body}</office:text></office:body>"
    meta = (
        f'<office:document-meta {SPACES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        "<dc:title>Mühlen &amp; Räder</dc:title></office:meta></office:document-meta>"
    )
    members = {"mimetype": mimetype, "content.xml": f"{head}{content}</office:document-content>", "meta.xml": meta}
    return zipped(members | further)


def test_everything_that_is_seen_in_order(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.odt", make_odt()))
    assert (document.title, document.text) == ("Mühlen & Räder", TEXT)
    assert (document.media_type, document.warnings) == (TYPE, ())


def test_the_worker_gives_what_read_gives(tmp_path: Path) -> None:
    path = write(tmp_path, "a.odt", make_odt())
    assert read_limited(path) == read(path)


def test_template_and_other_names(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.ott", make_odt(mimetype=TYPE + "-template"))).text == TEXT
    document = read(write(tmp_path, "a.docx", make_odt()))
    assert document.text == TEXT
    assert any("is an OpenDocument text" in warning for warning in document.warnings)


def test_other_opendocument_files_say_what_to_do(tmp_path: Path) -> None:
    data = make_odt(mimetype="application/vnd.oasis.opendocument.graphics")
    with pytest.raises(DocumentError, match="save it as PDF"):
        read(write(tmp_path, "a.odg", data))


def test_passwords_are_named(tmp_path: Path) -> None:
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    with pytest.raises(DocumentError, match="password"):
        read(write(tmp_path, "a.odt", make_odt(**{"META-INF/manifest.xml": manifest})))


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret", b"canary")
    head = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    assert read(write(tmp_path, "a.odt", make_odt("<text:p>Text &x;.</text:p>", head=head))).text == "Text ."


@pytest.mark.parametrize("keep", [0.3, 0.99])
def test_cut_off_is_damaged(tmp_path: Path, keep: float) -> None:
    data = make_odt()
    with pytest.raises(DocumentError, match="damaged"):
        read(write(tmp_path, "a.odt", data[: int(len(data) * keep)]))


@pytest.mark.parametrize("body", ["<text:p>", "<text:section>" * 2_000 + "</text:section>" * 2_000])
def test_broken_content_is_damage(tmp_path: Path, body: str) -> None:
    with pytest.raises(DocumentError, match="damaged"):
        read(write(tmp_path, "a.odt", make_odt(body)))


@pytest.mark.parametrize("body", ["", "<text:p/>", "<text:p><draw:frame/></text:p>"])
def test_nothing_in_it(tmp_path: Path, body: str) -> None:
    with pytest.raises(DocumentError, match="no text"):
        read(write(tmp_path, "a.odt", make_odt(body)))


@pytest.mark.parametrize("count", ["100000000000", "-3", "x"])
def test_spaces_are_bounded(tmp_path: Path, count: str) -> None:
    text = read(write(tmp_path, "a.odt", make_odt(f'<text:p>a<text:s text:c="{count}"/>b</text:p>'))).text
    assert text.split() == ["a", "b"]
    assert len(text) <= 102


@given(st.binary(max_size=200), st.sampled_from(["content.xml", "meta.xml", "META-INF/manifest.xml"]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_part_of_any_bytes_is_read_or_refused_in_words(tmp_path: Path, data: bytes, member: str) -> None:
    path = write(tmp_path, "a.odt", make_odt(**{member: data.decode("latin-1")}))
    with contextlib.suppress(DocumentError):
        assert read(path).text.strip()
