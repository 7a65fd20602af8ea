"""A reader gets the text out of what a file is, and says in plain words why it cannot."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import zipfile
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from nestdesk.core.errors import DocumentError
from nestdesk.memory import readers
from nestdesk.memory.readers import SUFFIXES
from tests.memory.files import read, write


def make_pdf(pages: list[list[str]], title: str = "", password: str = "") -> bytes:
    """Return a PDF with the lines of each page set in Helvetica."""
    writer = pypdf.PdfWriter()
    name = NameObject
    font = DictionaryObject(
        {name("/Type"): name("/Font"), name("/Subtype"): name("/Type1"), name("/BaseFont"): name("/Helvetica")}
    )
    fonts = DictionaryObject({name("/F1"): writer._add_object(font)})
    for lines in pages:
        page = writer.add_blank_page(612, 792)
        shown = " ".join("(" + line.replace("(", r"\(").replace(")", r"\)") + ") Tj T*" for line in lines)
        stream = StreamObject()
        stream.set_data(f"BT /F1 11 Tf 50 740 Td 14 TL {shown} ET".encode("latin-1"))
        page[name("/Resources")] = DictionaryObject({name("/Font"): fonts})
        page[name("/Contents")] = writer._add_object(stream)
    if title:
        writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "cp1252"])
    def test_every_common_encoding_gives_the_same_text(self, tmp_path: Path, encoding: str) -> None:
        text = "The café on the main street serves crème brûlée – it’s “good”."
        assert read(write(tmp_path, "note.txt", text.encode(encoding))).text == text

    @pytest.mark.parametrize(
        ("encoding", "text"),
        [
            ("cp1251", "Привет, как дела? Это простой текст."),
            ("koi8_r", "Привет, как дела? Это простой текст."),
            ("shift_jis", "これは日本語のテキストです。文字コードを調べます。"),
            ("gb18030", "这是一个中文文本，用于测试编码。"),
            ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy. "),
        ],
    )
    def test_older_encodings_are_guessed(self, tmp_path: Path, encoding: str, text: str) -> None:
        assert read(write(tmp_path, "note.txt", (text * 3).encode(encoding))).text == (text * 3).strip()

    def test_damaged_utf8_stays_utf8_with_a_warning(self, tmp_path: Path) -> None:
        document = read(write(tmp_path, "note.txt", "äöü ß €".encode() + b" \xff " + "äöü".encode()))
        assert document.text.startswith("äöü ß €")
        assert any("could not be decoded" in warning for warning in document.warnings)

    @given(st.text(min_size=1))
    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_text_is_read_or_refused_and_can_be_stored(self, tmp_path: Path, text: str) -> None:
        path = write(tmp_path, "note.txt", text.encode("utf-8", "replace"))
        try:
            document = read(path)
        except DocumentError:
            return
        assert document.text.encode("utf-8")
        assert "\r" not in document.text
        assert "\0" not in document.text

    @given(st.binary(min_size=1, max_size=300), st.sampled_from(sorted(SUFFIXES)))
    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_bytes_under_any_name_are_read_or_refused_in_words(
        self, tmp_path: Path, data: bytes, suffix: str
    ) -> None:
        path = write(tmp_path, f"file{suffix}", data)
        with contextlib.suppress(DocumentError):
            assert read(path).text.strip()

    def test_markdown_title_is_its_first_heading(self, tmp_path: Path) -> None:
        document = read(write(tmp_path, "a.md", "Intro\n\n# The *mill*\n\nText."))
        assert (document.title, document.media_type) == ("The *mill*", "text/markdown")
        front = read(write(tmp_path, "b.md", '---\ntitle: "Front"\ntags: x\n---\n# Other\n'))
        assert (front.title, front.text) == ("Front", "# Other")

    def test_code_keeps_its_indentation(self, tmp_path: Path) -> None:
        code = "def f():\n    return 1"
        document = read(write(tmp_path, "a.py", code))
        assert (document.text, document.title, document.media_type) == (code, "a", "text/x-source")

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_table_rows_carry_their_column_names(self, tmp_path: Path, delimiter: str) -> None:
        rows = [["name", "born", "note"], ["Ada", "1815", '"a, b; c"'], ["Carl", "1777", ""]]
        document = read(write(tmp_path, "a.csv", "\n".join(delimiter.join(row) for row in rows)))
        assert document.text == "name: Ada; born: 1815; note: a, b; c\nname: Carl; born: 1777"

    def test_table_of_numbers_has_no_header(self, tmp_path: Path) -> None:
        assert read(write(tmp_path, "a.csv", "1,2\n3,4\n")).text == "1; 2\n3; 4"

    def test_json_becomes_an_outline(self, tmp_path: Path) -> None:
        document = read(write(tmp_path, "a.json", '{"title": "Mill", "owners": ["Ada", {"name": "Carl"}], "x": null}'))
        assert document.title == "Mill"
        assert document.text == "title: Mill\nowners:\n  - Ada\n  name: Carl"
        lines = read(write(tmp_path, "a.jsonl", '{"a": 1}\n{"a": true}\n'))
        assert lines.text == "a: 1\n\na: true"

    @pytest.mark.parametrize("text", ['{"a": ', "[" * 100_000])
    def test_broken_json_is_read_as_text_with_a_warning(self, tmp_path: Path, text: str) -> None:
        document = read(write(tmp_path, "a.json", text))
        assert document.text == text.strip()
        assert document.warnings


class TestHtml:
    def test_main_text_without_what_surrounds_it_or_is_hidden(self, tmp_path: Path) -> None:
        document = read(
            write(
                tmp_path,
                "a.html",
                "<html><head><title> The\n mill </title><style>p{}</style></head><body><nav>Home</nav>"
                "<main><h1>Mill</h1>"
                "<p>It <b>sta</b>nds&nbsp;here.<br>By the\nriver.</p><ul><li>stones<li>wheel</ul><pre>a\n  b</pre>"
                "<p hidden>secret</p><p style='display:none'>order</p><table><tr><th>Year<td>1815</tr></table></main>"
                "<script>alert(1)</script><footer>Imprint</footer></body></html>",
            )
        )
        assert document.title == "The mill"
        assert document.text == (
            "Mill\n\nIt stands here.\nBy the river.\n\n- stones\n\n- wheel\n\na\n  b\n\nYear | 1815"
        )

    def test_a_small_landmark_does_not_hide_the_rest(self, tmp_path: Path) -> None:
        page = "<article>Teaser</article>" + "<p>The body of the page goes on.</p>" * 5
        assert "goes on" in read(write(tmp_path, "a.html", page)).text

    def test_declared_encoding_is_believed(self, tmp_path: Path) -> None:
        page = '<html><meta charset="iso-8859-2"><body>Příliš žluťoučký kůň</body>'
        assert read(write(tmp_path, "a.html", page.encode("iso-8859-2"))).text == "Příliš žluťoučký kůň"

    def test_deep_nesting_is_no_recursion(self, tmp_path: Path) -> None:
        assert "deep" in read(write(tmp_path, "a.html", "<div><b>" * 5_000 + "deep")).text


class TestPdf:
    def test_pages_begin_where_page_starts_says(self, tmp_path: Path) -> None:
        document = read(write(tmp_path, "a.pdf", make_pdf([["First page."], [], ["Third page."]], title="Mill")))
        assert document.title == "Mill"
        assert document.text == "First page.\n\nThird page."
        assert document.page_starts == (0, 11, 13)
        assert any("1 of 3 pages" in warning for warning in document.warnings)

    def test_lines_become_paragraphs_and_cut_words_whole(self, tmp_path: Path) -> None:
        lines = [
            "The old mill stands by the river and its wheel has not been turned in exam-",
            "ple for over eighty years although the water still runs below it every day",
            "and night.",
            "A second paragraph begins here, which is also long enough to fill its line.",
        ]
        text = read(write(tmp_path, "a.pdf", make_pdf([lines]))).text
        assert "in example for over" in text
        assert "every day and night.\n\nA second paragraph" in text

    def test_sentence_over_a_page_break_stays_one(self, tmp_path: Path) -> None:
        document = read(write(tmp_path, "a.pdf", make_pdf([["The wheel turned"], ["and the mill ran."]])))
        assert document.text == "The wheel turned and the mill ran."
        assert document.text[document.page_starts[1] :] == "and the mill ran."

    def test_running_heads_and_page_numbers_are_dropped(self, tmp_path: Path) -> None:
        pages = [["The Mill Gazette", f"Story number {word}.", f"page {n}"] for n, word in enumerate("abcd")]
        text = read(write(tmp_path, "a.pdf", make_pdf(pages))).text
        assert text == "Story number a.\n\nStory number b.\n\nStory number c.\n\nStory number d."

    def test_password_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match="password"):
            read(write(tmp_path, "a.pdf", make_pdf([["Secret."]], password="x")))

    def test_scan_has_no_text_layer(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match="no text layer"):
            read(write(tmp_path, "a.pdf", make_pdf([[], []])))

    @pytest.mark.parametrize("keep", [12, 300])
    def test_cut_off_pdf_is_damaged(self, tmp_path: Path, keep: int) -> None:
        with pytest.raises(DocumentError, match=r"damaged|no text"):
            read(write(tmp_path, "a.pdf", make_pdf([["Text."]])[:keep]))

    def test_pypdf_reads_what_pdfium_does_not(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from nestdesk.memory import pdf_format

        monkeypatch.setattr(pdf_format, "_with_pdfium", lambda *_: None)
        assert read(write(tmp_path, "a.pdf", make_pdf([["Found anyway."]]))).text == "Found anyway."
        with pytest.raises(DocumentError, match="password"):
            read(write(tmp_path, "b.pdf", make_pdf([["Secret."]], password="x")))


class TestMislabelled:
    def test_png_named_txt_is_a_picture(self, tmp_path: Path) -> None:
        png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 5, 5) + bytes(40)
        with pytest.raises(DocumentError, match="is a picture"):
            read(write(tmp_path, "a.txt", png))

    def test_zip_named_txt_is_an_archive(self, tmp_path: Path) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("a.txt", "text")
        with pytest.raises(DocumentError, match="zip archive"):
            read(write(tmp_path, "a.txt", buffer.getvalue()))

    @pytest.mark.parametrize("name", ["a.docx", "a.txt", "a.html", "noending"])
    def test_pdf_is_read_under_any_name(self, tmp_path: Path, name: str) -> None:
        document = read(write(tmp_path, name, make_pdf([["Really a PDF."]])))
        assert (document.text, document.media_type) == ("Really a PDF.", "application/pdf")
        assert bool(document.warnings) == ("." in name)

    def test_web_page_named_pdf_is_read_as_one(self, tmp_path: Path) -> None:
        document = read(write(tmp_path, "a.pdf", "<!DOCTYPE html><html><body><p>Log in</p></body></html>"))
        assert (document.text, document.media_type) == ("Log in", "text/html")


class TestRefused:
    @pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf"])
    def test_empty(self, tmp_path: Path, data: bytes) -> None:
        with pytest.raises(DocumentError, match=r"empty|no text"):
            read(write(tmp_path, "a.txt", data))

    def test_missing_and_folder(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match="no file"):
            read(tmp_path / "gone.txt")
        with pytest.raises(DocumentError, match="folder"):
            read(tmp_path)

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the platform has no pipes in folders")
    def test_pipe_does_not_block(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.txt")
        with pytest.raises(DocumentError, match="regular"):
            read(tmp_path / "pipe.txt")

    @pytest.mark.parametrize("name", ["a.html", "a.rtf", "a.eml"])
    def test_too_large_to_be_read_as_a_whole(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        assert readers.MAX_WHOLE_BYTES == 64 * 1024**2
        data = {"a.html": b"<p>Words.", "a.rtf": rb"{\rtf1 Words.}", "a.eml": b"Subject: x\n\nWords."}[name]
        monkeypatch.setattr(readers, "MAX_WHOLE_BYTES", len(data))
        assert "Words." in read(write(tmp_path, name, data)).text
        with pytest.raises(DocumentError, match=rf"^{name} is larger than 0 MB, too large for .*; split it"):
            read(write(tmp_path, name, data + b" "))

    def test_titles_are_one_short_line(self, tmp_path: Path) -> None:
        title = read(write(tmp_path, "a.html", f"<title>{'long ' * 100}</title><p>Text")).title
        assert len(title) <= 120
        assert title.endswith("…")
