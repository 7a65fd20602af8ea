"""Pictures and scanned pages are read where the extra for it is installed, and said to need it where it is not."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.memory import image_format, ocr
from tests.memory.files import read, read_limited, write

Image = pytest.importorskip("PIL.Image")
needs_extra = pytest.mark.skipif(not ocr.is_installed(), reason="needs nestdesk[ocr]")
LINES = ("The harbour master Ellinor Vance", "keeps 42 lanterns in Brackwater.")
BLANK = np.full((40, 40, 3), 255, np.uint8)


def drawn(*lines: str, size: tuple[int, int] = (900, 260)) -> Any:
    """Return a picture with lines of text; "" leaves one out."""
    from PIL import ImageDraw, ImageFont

    picture = Image.new("RGB", size, "white")
    for row, line in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 30 + 60 * row), line, fill="black", font=ImageFont.load_default(36))
    return picture


def saved(picture: Any, kind: str, **how: Any) -> bytes:
    """Return a picture as a file of a kind."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **how)
    return buffer.getvalue()


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> list[ocr.Picture]:
    """Read no picture, but note every one and take it for its width; the extra need not be there."""
    seen: list[ocr.Picture] = []

    def lines(picture: ocr.Picture) -> list[str]:
        seen.append(picture)
        return [f"It is {picture.shape[1]} pixels wide."]

    monkeypatch.setattr(ocr, "lines", lines)
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    return seen


@needs_extra
def test_text_in_a_picture_is_read_in_the_confined_process(tmp_path: Path) -> None:
    document = read_limited(write(tmp_path, "scan.png", saved(drawn(*LINES), "PNG")))
    assert document.text == " ".join(LINES)
    assert (document.title, document.media_type, document.page_starts) == ("scan", "image/*", ())
    assert document.warnings == (ocr.READ,)


@needs_extra
def test_pages_of_a_pdf_without_text_are_read(tmp_path: Path) -> None:
    scan = saved(drawn(*LINES), "PDF", resolution=100)
    document = read_limited(write(tmp_path, "scan.pdf", scan))
    assert "Ellinor Vance" in document.text
    assert document.warnings == (f"1 of 1 pages are scans. {ocr.READ}",)


@needs_extra
@pytest.mark.filterwarnings("error:A test tried to use socket")  # which is what a library of the extra would do
def test_a_gap_between_lines_ends_a_paragraph() -> None:
    picture = np.asarray(drawn("One line of words", "", "", "Another line of words"))
    assert ocr.lines(picture) == ["One line of words", "", "Another line of words"]
    assert ocr.lines(BLANK) == []


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    with pytest.raises(DocumentError, match=r"^a\.jpg is a picture; .* extra: pip install 'nestdesk\[ocr\]'\.$"):
        read(write(tmp_path, "a.jpg", saved(drawn(*LINES), "JPEG")))
    with pytest.raises(DocumentError, match=r"^a\.pdf has no text layer: .* pip install 'nestdesk\[ocr\]'\.$"):
        read(write(tmp_path, "a.pdf", saved(drawn(*LINES), "PDF")))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP"])
def test_every_format_is_decoded(tmp_path: Path, reading: list[ocr.Picture], kind: str) -> None:
    document = read(write(tmp_path, f"a.{kind.lower()}", saved(Image.new("RGB", (50, 20), (250, 3, 2)), kind)))
    assert document.text == "It is 50 pixels wide."
    (picture,) = reading
    assert picture.shape == (20, 50, 3)
    assert picture[10, 20, 0] < 30 < 220 < picture[10, 20, 2], "blue first"


def test_what_is_transparent_is_paper(tmp_path: Path, reading: list[ocr.Picture]) -> None:
    read(write(tmp_path, "a.png", saved(Image.new("RGBA", (50, 20), (0, 0, 0, 0)), "PNG")))
    assert (reading[0] == 255).all()


def test_a_large_picture_is_made_smaller(tmp_path: Path, reading: list[ocr.Picture]) -> None:
    read(write(tmp_path, "a.png", saved(Image.new("L", (5200, 1000)), "PNG")))
    assert reading[0].shape == (500, ocr.MAX_SIDE, 3)


def test_a_picture_with_far_too_many_pixels_is_refused(
    tmp_path: Path, reading: list[ocr.Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_format, "MAX_PIXELS", 999)
    with pytest.raises(DocumentError, match="too many pixels"):
        read(write(tmp_path, "a.png", saved(Image.new("L", (50, 20)), "PNG")))
    assert reading == []


def test_the_pages_of_a_tiff_are_pages(tmp_path: Path, reading: list[ocr.Picture]) -> None:
    pages = [Image.new("L", (width, 20)) for width in (30, 40, 50)]
    document = read(write(tmp_path, "a.tiff", saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])))
    assert [document.text[start : start + 8] for start in document.page_starts] == ["It is 30", "It is 40", "It is 50"]


@pytest.mark.parametrize("cut", [20, 60])
def test_a_damaged_picture_is_damaged(tmp_path: Path, reading: list[ocr.Picture], cut: int) -> None:
    whole = saved(Image.effect_noise((60, 60), 50), "PNG")
    with pytest.raises(DocumentError, match=r"a\.png is damaged"):
        read(write(tmp_path, "a.png", whole[:cut]))


def test_a_picture_without_text_says_so(
    tmp_path: Path, reading: list[ocr.Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "lines", lambda _: [])
    with pytest.raises(DocumentError, match=r"^No text was found in the picture a\.png\.$"):
        read(write(tmp_path, "a.png", saved(drawn(*LINES), "PNG")))


def test_after_the_deadline_no_further_page_is_begun(reading: list[ocr.Picture]) -> None:
    pages: list[Callable[[], ocr.Picture]] = [lambda: BLANK] * 3
    assert len(ocr.read_pages(pages, math.inf)) == 3
    assert len(ocr.read_pages(pages, time.monotonic() - 1)) == 1, "the first page is always read"
    assert len(reading) == 4


def test_pages_that_time_did_not_reach_are_told(tmp_path: Path, reading: list[ocr.Picture]) -> None:
    pages = [Image.new("L", (40, 20))] * 3
    late = time.monotonic() - 1
    tiff = read(
        write(tmp_path, "a.tiff", saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])), deadline=late
    )
    assert "2 of 3 pages were left out: reading them would take too long." in tiff.warnings
    pdf = read(write(tmp_path, "a.pdf", saved(pages[0], "PDF", save_all=True, append_images=pages[1:])), deadline=late)
    assert pdf.warnings == (
        "2 of 3 pages have no text (pictures or scans).",
        "2 of them were not looked at: reading them would take too long.",
        f"1 of 3 pages are scans. {ocr.READ}",
    )
