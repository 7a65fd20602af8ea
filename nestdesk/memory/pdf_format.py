"""PDF: text page by page through PDFium, through pypdf where PDFium gives up.

page_starts keeps where every page begins, so a passage can name its page. Pages without text are pictures or scans:
with the extra for OCR they are read as well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document
from nestdesk.memory import ocr
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.paged_text import joined, lines, reflowed, without_running_lines
from nestdesk.memory.refusals import damaged, protected

MAX_PAGES = 20_000
_TICK_PAGES = 64
_CUT_WORD = re.compile("[\x02\ufffe]\\s*")  # how PDFium marks a hyphen at a line's end
_NO_TITLE = re.compile(r"microsoft word|untitled|\.(docx?|pdf|tex|indd|qxd|dvi|rtf|odt|pptx?)$|^\W*$", re.I)
_DOTS_AN_INCH = 200  # of a page that is shown to be read
_LETTERLESS = 0.3  # share of unmapped characters from which the text is useless


@dataclass(frozen=True)
class _Pages:
    title: str
    texts: tuple[str, ...]
    unreadable: int = 0
    unseen: int = 0  # beyond the last page that is read


def read_pdf(path: Path, deadline: float = math.inf, tick: Callable[[], None] = lambda: None) -> Document:
    """Read a PDF's text layer, and its scanned pages if the extra for OCR is there.

    Args:
        path: the file, of which one page at a time is in memory.
        deadline: of time.monotonic; scanned pages beyond it are left out.
        tick: called whenever a good many further pages were read.

    Raises:
        DocumentError: protected by a password, damaged, without pages or without text.
    """
    name = path.name
    pages = _with_pdfium(path, tick) or _with_pypdf(path)
    if not pages.texts:
        raise DocumentError(f"{name} has no pages.")
    blank = [number for number, text in enumerate(pages.texts) if not text.strip()]
    seen = _scanned(path, blank, deadline) if blank and ocr.is_installed() else []
    pages = replace(pages, texts=_filled(pages.texts, dict(zip(blank, seen, strict=False))))
    texts = [reflowed(page) for page in without_running_lines([lines(text) for text in pages.texts])]
    _require_text(texts, name)
    text, starts = joined(texts)
    title = "" if _NO_TITLE.search(pages.title) else pages.title
    warnings = _warnings(pages, texts, sum(bool(page.strip()) for page in seen), len(blank) - len(seen))
    return Document(title, text, media_type(Kind.PDF), page_starts=starts, warnings=warnings)


def _warnings(pages: _Pages, texts: list[str], scans: int, unseen: int) -> tuple[str, ...]:
    empty = sum(not page for page in texts)
    warnings = [f"{empty} of {len(texts)} pages have no text (pictures or scans)."] if empty else []
    if empty and not ocr.is_installed():
        warnings[0] = f"{warnings[0][:-1]}; {ocr.EXTRA}."
    elif empty and unseen:
        warnings.append(f"{unseen} of them were not looked at: reading them would take too long.")
    if scans:
        warnings.append(f"{scans} of {len(texts)} pages are scans. {ocr.READ}")
    if pages.unseen:
        warnings.append(f"The PDF is very long: only its first {len(texts):,} pages were read.")
    if pages.unreadable:
        warnings.append(f"{pages.unreadable} pages are damaged and were left out.")
    return tuple(warnings)


def _filled(texts: tuple[str, ...], seen: dict[int, str]) -> tuple[str, ...]:
    return tuple(seen.get(number, text) for number, text in enumerate(texts))


def _scanned(path: Path, numbers: list[int], deadline: float) -> list[str]:
    """Return what was read of pages that have no text, as far as there was time."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:  # pypdf could open it, and cannot show it
        return []

    def picture(number: int) -> ocr.Picture:
        page = pdf[number]
        scale = min(_DOTS_AN_INCH / 72, ocr.MAX_SIDE / max(*page.get_size(), 1.0))
        shown: ocr.Picture = page.render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3]
        page.close()
        return shown

    pages: list[Callable[[], ocr.Picture]] = [partial(picture, number) for number in numbers]
    try:
        return ocr.read_pages(pages, deadline)
    except pypdfium2.PdfiumError:
        return []
    finally:
        pdf.close()


def _with_pdfium(path: Path, tick: Callable[[], None]) -> _Pages | None:
    """Return the pages, or None when PDFium cannot make sense of the file or finds no text."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise protected(path.name) from error
        return None
    texts: list[str] = []
    unreadable = 0
    try:
        count = len(pdf)
        for number in range(min(count, MAX_PAGES)):
            if number % _TICK_PAGES == _TICK_PAGES - 1:
                tick()
            try:
                page = pdf[number]
                text_page = page.get_textpage()
            except pypdfium2.PdfiumError:
                unreadable += 1
                texts.append("")
                continue
            texts.append(_CUT_WORD.sub("", text_page.get_text_range()))
            text_page.close()
            page.close()
        title = str(pdf.get_metadata_dict().get("Title", ""))
    finally:
        pdf.close()
    return _Pages(title, tuple(texts), unreadable, count - len(texts)) if any(map(str.strip, texts)) else None


def _with_pypdf(path: Path) -> _Pages:
    import pypdf

    try:
        pdf = pypdf.PdfReader(path, strict=False)
        if pdf.is_encrypted and not pdf.decrypt(""):
            raise protected(path.name)
        texts = tuple(page.extract_text() for page in pdf.pages[:MAX_PAGES])
        unseen = len(pdf.pages) - len(texts)
        title = (pdf.metadata.title or "") if pdf.metadata else ""
    except pypdf.errors.DependencyError as error:  # a cipher that needs a further library: encrypted all the same
        raise protected(path.name) from error
    except pypdf.errors.PyPdfError as error:
        raise damaged(path.name, Kind.PDF) from error
    return _Pages(title, texts, unseen=unseen)


def _require_text(texts: list[str], name: str) -> None:
    letters = "".join(texts)
    if not letters.strip():
        raise DocumentError(
            f"{name} has no text layer: its pages are pictures or scans, in which no text was found."
            if ocr.is_installed()
            else f"{name} has no text layer: its pages are pictures or scans; {ocr.EXTRA}."
        )
    unmapped = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in letters)
    if unmapped > _LETTERLESS * len(letters):
        raise DocumentError(
            f"{name} shows text but its fonts do not say which letters; export it anew as PDF or .docx."
        )
