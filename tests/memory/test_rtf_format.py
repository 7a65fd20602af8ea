"""Rich text is read in every script and code page, without pictures; what was cut off is read up to there."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nestdesk.core.errors import DocumentError
from nestdesk.memory.rtf_format import read_rtf
from tests.memory.files import read, read_limited, write

HEAD = rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}}{\colortbl;\red1\green2\blue3;}"


def test_paragraphs_and_title(tmp_path: Path) -> None:
    data = (
        HEAD
        + rb"{\info{\title Die M\'fchle}{\author canary}}\pard\f0 Sie \b steht\b0  am Flu\'df.\par\par\{Rad\}\tab 1}"
    )
    document = read(write(tmp_path, "a.rtf", data))
    assert (document.title, document.text) == ("Die Mühle", "Sie steht am Fluß.\n\n{Rad}\t1")
    assert (document.media_type, document.warnings) == ("application/rtf", ())


def test_the_worker_gives_what_read_gives(tmp_path: Path) -> None:
    path = write(tmp_path, "a.rtf", HEAD + rb"\'c4rger}")
    assert read_limited(path) == read(path)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (rb"\u1050 ?\u1086?\u1083?", "Кол"),
        (rb"\uc0\u27700\u-28922", "水車"[0] + "\u8f06"),
        (rb"\u-10179?\u-8704?", "😀"),
        ("Räder – 水車".encode(), "Räder – 水車"),
        ("Räder".encode("cp1252"), "Räder"),
    ],
)
def test_other_scripts(tmp_path: Path, written: bytes, text: str) -> None:
    assert read(write(tmp_path, "a.rtf", HEAD + rb"\f0 " + written + b"}")).text == text


def test_the_code_page_is_believed(tmp_path: Path) -> None:
    text = "Колесо крутится."
    escaped = "".join(f"\\'{byte:02x}" for byte in text.encode("cp1251")).encode()
    data = rb"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\fcharset204 Arial;}}\f0 " + escaped + b"}"
    assert read(write(tmp_path, "a.rtf", data)).text == text
    raw = rb"{\rtf1\ansi\ansicpg1251 " + text.encode("cp1251") + b"}"
    assert read(write(tmp_path, "b.rtf", raw)).text == text


def test_rows_of_a_table_have_bars_between(tmp_path: Path) -> None:
    data = HEAD + rb"\trowd Year\cell Owner\cell\row\trowd 1815\cell Ada\cell\row\pard After.}"
    assert read(write(tmp_path, "a.rtf", data)).text == "Year | Owner\n1815 | Ada\nAfter."


def test_binary_data_is_no_text(tmp_path: Path) -> None:
    data = HEAD + rb"Before.\par{\object\bin7 }}{{\{" + b"x}" + rb"\pard After.}"
    document = read(write(tmp_path, "a.rtf", data))
    assert (document.text, document.warnings) == ("Before.\nAfter.", ())


def test_pictures_are_cut_out_before_they_cost_time(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[str] = []
    monkeypatch.setattr("striprtf.striprtf.rtf_to_text", lambda text, **_: walked.append(text) or "text")
    digits = (b"89504e47" * 16 + b"\r\n") * 1_000
    read_rtf(HEAD + rb"Before.{\pict\pngblip " + digits + b"}After.}")
    assert len(walked) == 1
    assert walked[0].endswith(r"Before.{\pict\pngblip }After.}")


def test_links_keep_where_they_lead_and_fields_begin_lines_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    link = rb'{\field{\*\fldinst{HYPERLINK "http://a.b/c"}}{\fldrslt here}}'
    assert read_rtf(HEAD + b"See " + link + b" and " + link + b".}").text.count('here("http://a.b/c")') == 2
    walked: list[str] = []
    monkeypatch.setattr("striprtf.striprtf.rtf_to_text", lambda text, **_: walked.append(text) or "text")
    read_rtf(HEAD + link * 3 + b"}")
    assert walked[0].count("\n{\\field") == 3


def test_cut_off_text_is_read_with_a_warning(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.rtf", HEAD + rb"Sie steht am {\b Flu"))
    assert document.text == "Sie steht am Flu"
    assert any("ends in the middle" in warning for warning in document.warnings)


@pytest.mark.parametrize("data", [HEAD + b"}", rb"{\rtf1}", rb"{\rtf"])
def test_nothing_in_it(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DocumentError, match="no text"):
        read(write(tmp_path, "a.rtf", data))


def test_rich_text_under_another_name_is_read_as_such(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.doc", HEAD + b"Hello.}"))
    assert (document.text, document.warnings) == ("Hello.", ())
    document = read(write(tmp_path, "a.txt", HEAD + b"Hello.}"))
    assert any("is rich text (RTF)" in warning for warning in document.warnings)


def test_plain_text_named_rtf_is_read_as_text(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.rtf", "Nur Text, ß.".encode()))
    assert (document.text, document.media_type) == ("Nur Text, ß.", "text/plain")
    assert any("named .rtf but is plain text" in warning for warning in document.warnings)


@given(
    st.lists(
        st.sampled_from(
            [b"{", b"}", b"\\", b"\\'f", b"\\u", b"\\u99999999 ", b"\\bin9 ", b"\\ansicpg7", b"\xff", b"a "]
        )
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_marks_are_read_or_refused_in_words(tmp_path: Path, marks: list[bytes]) -> None:
    with contextlib.suppress(DocumentError):
        assert read(write(tmp_path, "a.rtf", b"{\\rtf1 " + b"".join(marks))).text.strip()
