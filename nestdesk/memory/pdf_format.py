"""PDF: text page by page through PDFium, through pypdf where PDFium gives up.

A PDF stores lines, not paragraphs. Lines that fill the column are joined, words cut by a hyphen are made whole, and
running heads and page numbers are dropped. page_starts keeps where every page begins, so a passage can name its page.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.plain_text import clean
from nestdesk.memory.refusals import damaged, protected

_CUT_WORD = re.compile("[\x02\ufffe]\\s*")  # how PDFium marks a hyphen at a line's end
_BULLET = re.compile(r"(?:[-*•‣▪–·]|\(?\w{1,3}[.)])\s")
_ENDS_SENTENCE = re.compile(r"[.!?:;。！？…][\"'”’)\]]*$")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_NO_TITLE = re.compile(r"microsoft word|untitled|\.(docx?|pdf|tex|indd|qxd|dvi|rtf|odt|pptx?)$|^\W*$", re.I)
_FULL_LINE = 0.7  # of the page's usual line length: such a line goes on in the next
_RUNNING_PAGES = 3  # a line at the edge of so many pages, and of half of them, is a running head
_LETTERLESS = 0.3  # share of unmapped characters from which the text is useless


@dataclass(frozen=True)
class _Pages:
    title: str
    texts: tuple[str, ...]
    unreadable: int = 0


def read_pdf(data: bytes, name: str) -> Document:
    """Read a PDF's text layer.

    Raises:
        DocumentError: protected by a password, damaged, without pages or without text.
    """
    pages = _with_pdfium(data, name) or _with_pypdf(data, name)
    if not pages.texts:
        raise DocumentError(f"{name} has no pages.")
    texts = [_reflow(lines) for lines in _without_running_lines([_lines(text) for text in pages.texts])]
    _require_text(texts, name)
    text, starts = _join(texts)
    empty = sum(not page for page in texts)
    warnings = [f"{empty} of {len(texts)} pages have no text (pictures or scans)."] if empty else []
    if pages.unreadable:
        warnings.append(f"{pages.unreadable} pages are damaged and were left out.")
    title = "" if _NO_TITLE.search(pages.title) else pages.title
    return Document(title, text, media_type(Kind.PDF), page_starts=starts, warnings=tuple(warnings))


def _with_pdfium(data: bytes, name: str) -> _Pages | None:
    """Return the pages, or None when PDFium cannot make sense of the file or finds no text."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise protected(name) from error
        return None
    texts: list[str] = []
    unreadable = 0
    try:
        for number in range(len(pdf)):
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
    return _Pages(title, tuple(texts), unreadable) if any(text.strip() for text in texts) else None


def _with_pypdf(data: bytes, name: str) -> _Pages:
    import pypdf

    try:
        pdf = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if pdf.is_encrypted and not pdf.decrypt(""):
            raise protected(name)
        texts = tuple(page.extract_text() for page in pdf.pages)
        title = (pdf.metadata.title or "") if pdf.metadata else ""
    except pypdf.errors.DependencyError as error:  # a cipher that needs a further library: encrypted all the same
        raise protected(name) from error
    except pypdf.errors.PyPdfError as error:
        raise damaged(name, Kind.PDF) from error
    return _Pages(title, texts)


def _require_text(texts: list[str], name: str) -> None:
    letters = "".join(texts)
    if not letters.strip():
        raise DocumentError(
            f"{name} has no text layer: its pages are pictures or scans, which NestDesk cannot read yet."
        )
    unmapped = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in letters)
    if unmapped > _LETTERLESS * len(letters):
        raise DocumentError(
            f"{name} shows text but its fonts do not say which letters; export it anew as PDF or .docx."
        )


def _lines(page: str) -> list[str]:
    return [line.strip() for line in clean(page).split("\n")]


def _without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    """Drop first and last lines that repeat over the pages but for their numbers, and bare page numbers."""
    edges = [{_masked(page[0]), _masked(page[-1])} for page in pages if any(page)]
    counts = Counter(line for edge in edges for line in edge)
    enough = max(_RUNNING_PAGES, len(edges) / 2)
    running = {line for line, count in counts.items() if count >= enough}
    kept = []
    for page in pages:
        lines = page[1:] if page and _masked(page[0]) in running else page
        kept.append(lines[:-1] if lines and _masked(lines[-1]) in running else lines)
    return kept


def _masked(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _reflow(lines: list[str]) -> str:
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    full = _FULL_LINE * lengths[int(0.9 * (len(lengths) - 1))]
    text = previous = ""
    for line in lines:
        if not line:
            separator = "\n\n"
        elif not previous:
            separator = ""
        elif previous.endswith("-") and previous[-2:-1].isalpha() and line[0].islower():
            text, separator = text[:-1], ""
        elif len(previous) >= max(full, 30) and not _BULLET.match(line):
            separator = "" if _CJK.match(previous[-1]) and _CJK.match(line[0]) else " "
        else:
            separator = "\n\n" if _ENDS_SENTENCE.search(previous) else "\n"
        text += separator + line
        previous = line
    return clean(text)


def _join(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    """Join pages into one text; a sentence that runs over a page break stays one sentence."""
    text = ""
    starts: list[int] = []
    for page in pages:
        if text and page:
            runs_on = not _ENDS_SENTENCE.search(text) and page[0].islower()
            text += " " if runs_on else "\n\n"
        starts.append(len(text))
        text += page
    return text, tuple(starts)
