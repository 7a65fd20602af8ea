"""E-books (.epub): the chapters in the order of the book's spine, each the visible text of a web page.

Reference: EPUB 3.3 (container, package, navigation document) and, for its table of contents, OPF 2.0.1 (NCX).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document
from nestdesk.memory.archives import opened, parse_xml
from nestdesk.memory.html_format import visible_text
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.plain_text import decode

_MAX_CHAPTERS = 5_000
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
# HTML knows no empty element but these; XHTML closes any with a slash.
_SELF_CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)([A-Za-z][\w:.-]*)(\s[^<>]*)?/>"
)
_FONT_SCRAMBLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # no protection of text
_HEADING_CHARS = 300  # of a chapter, in which its heading is looked for
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class _Item:
    path: str  # within the archive
    media_type: str
    properties: str


def read_epub(path: Path) -> Document:
    """Read an e-book.

    Raises:
        DocumentError: protected by its shop, damaged or a bomb.
    """
    with opened(path, Kind.EPUB) as archive:
        _require_open(archive, path.name)
        root = _package_path(archive)
        package = parse_xml(archive.read(root))
        items = _manifest(package, root)
        spine = [items.get(entry.get("idref", "")) for entry in _all(package, "itemref")][:_MAX_CHAPTERS]
        chapters = [item for item in spine if item and item.media_type in _PAGES and "nav" not in item.properties]
        labels = _labels(archive, items)
        sections: list[str] = []
        missing = spine.count(None)
        for chapter in chapters:
            try:
                text = _chapter(archive.read(chapter.path))
            except KeyError:
                missing += 1
                continue
            if text:
                sections.append(_under(labels.get(chapter.path, ""), text))
    warnings = (f"{missing} of {len(spine)} chapters are missing in the file.",) if missing else ()
    title = next((text for node in _all(package, "title") if (text := _label(node))), "")
    return Document(title, "\n\n".join(sections), media_type(Kind.EPUB), warnings=warnings)


def _all(root: Any, tag: str) -> list[Any]:
    """Return all elements of this name below root, in whichever namespace."""
    return list(root.iter(f"{{*}}{tag}"))


def _require_open(archive: zipfile.ZipFile, name: str) -> None:
    if "META-INF/encryption.xml" not in archive.namelist():
        return
    methods = _all(parse_xml(archive.read("META-INF/encryption.xml")), "EncryptionMethod")
    if any(method.get("Algorithm") not in _FONT_SCRAMBLING for method in methods):
        raise DocumentError(f"{name} is protected by the shop that sold it, so its text cannot be read.")


def _package_path(archive: zipfile.ZipFile) -> str:
    files = _all(parse_xml(archive.read("META-INF/container.xml")), "rootfile")
    return str(files[0].get("full-path")) if files else ""


def _manifest(package: Any, root: str) -> dict[str, _Item]:
    return {
        item.get("id", ""): _Item(
            _resolved(root, item.get("href", "")), item.get("media-type", ""), item.get("properties", "")
        )
        for item in _all(package, "item")
    }


def _resolved(origin: str, href: str) -> str:
    """Return the path in the archive that a link in the file origin means."""
    path = _ESCAPED.sub(lambda found: bytes.fromhex(found.group().replace("%", "")).decode("utf-8", "replace"), href)
    return posixpath.normpath(posixpath.join(posixpath.dirname(origin), path.partition("#")[0]))


def _labels(archive: zipfile.ZipFile, items: dict[str, _Item]) -> dict[str, str]:
    """Return the table of contents: for each file the label that leads to it as a whole."""
    labels: dict[str, str] = {}
    for item in items.values():
        is_nav = "nav" in item.properties
        if not (is_nav or item.media_type == "application/x-dtbncx+xml"):
            continue
        try:
            tree = parse_xml(archive.read(item.path))
        except (KeyError, SyntaxError):  # a book without contents is still a book
            continue
        for entry in _all(tree, "a" if is_nav else "navPoint"):
            target = entry if is_nav else next(entry.iter("{*}content"), entry)
            label = entry if is_nav else next(entry.iter("{*}navLabel"), entry)
            href = target.get("href" if is_nav else "src", "#")
            if "#" not in href:
                labels.setdefault(_resolved(item.path, href), _label(label))
    return labels


def _label(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


def _chapter(data: bytes) -> str:
    markup, _ = decode(data)
    return visible_text(_SELF_CLOSED.sub(r"<\1\2></\1>", markup), is_site=False)[1]


def _under(label: str, text: str) -> str:
    """Return a chapter under its heading, which its own text lacks where it is a picture."""
    start = set(_WORD.findall(text[:_HEADING_CHARS].casefold()))
    return text if start.issuperset(_WORD.findall(label.casefold())) else f"{label}\n\n{text}"
