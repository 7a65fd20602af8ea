"""Documents that are zip archives: refused when they are bombs, opened, and their XML parsed without entities.

What an archive says about its own size decides before anything in it is expanded. zipfile never expands a member
beyond that size, so a reader that goes through it cannot be lied to; other libraries have the reader worker's limits.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nestdesk.core.errors import DocumentError
from nestdesk.memory.refusals import damaged, protected

MAX_EXPANDED_BYTES = 500 * 1024 * 1024
MAX_RATIO = 100
MAX_NESTING = 3  # an archive within an archive within an archive
_MAX_MEMBERS = 10_000
_RATIO_FROM_BYTES = 8 * 1024 * 1024  # below this a high ratio does no harm: short documents repeat themselves
_ZIP = b"PK\x03\x04"
# How zipfile, lxml and the office libraries say that an archive was cut off or changed.
BROKEN = (zipfile.BadZipFile, zlib.error, SyntaxError, KeyError, EOFError, NotImplementedError)


def check_archive(path: Path) -> None:
    """Refuse a zip archive that is encrypted, damaged or a bomb, before anything in it is expanded.

    Raises:
        DocumentError: says which.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if any(member.flag_bits & 1 for member in archive.infolist()):
                raise protected(path.name)
            if not _is_harmless(archive, path.stat().st_size):
                raise DocumentError(f"{path.name} was not opened: it would expand to far more than a document should.")
    except (*BROKEN, ValueError, OSError) as error:
        raise damaged(path.name, "an archive") from error


@contextlib.contextmanager
def opened(path: Path, what: str) -> Iterator[zipfile.ZipFile]:
    """Check an archive and open it for the length of a with statement.

    Args:
        path: the file, of which no more than its directory is read.
        what: how its kind of document is called in a sentence.

    Raises:
        DocumentError: encrypted, a bomb, or the reader in the with statement met what is cut off or changed.
    """
    check_archive(path)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except BROKEN as error:
        raise damaged(path.name, what) from error


def parse_xml(data: bytes) -> Any:
    """Return the root of an XML tree; comments are dropped and entities stand for nothing.

    Raises:
        SyntaxError: not well formed, or nested deeper than a document is.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    root = etree.fromstring(data, parser)
    etree.strip_elements(root, etree.Entity, with_tail=False)  # else they are read as they are written: "&name;"
    return root


def require_open(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse an OpenDocument file that wants a password, which it says in its manifest and not in the archive.

    Raises:
        DocumentError: it does.
    """
    manifest = "META-INF/manifest.xml"
    if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
        raise protected(name)


def _is_harmless(archive: zipfile.ZipFile, packed: int) -> bool:
    """Return whether an archive, with all archives inside it, keeps to the limits; packed is its size in bytes."""
    left = MAX_EXPANDED_BYTES
    if MAX_RATIO * packed < left:
        left = max(MAX_RATIO * packed, _RATIO_FROM_BYTES)
    return _left_of(archive, left, MAX_NESTING) >= 0


def _left_of(archive: zipfile.ZipFile, left: int, levels: int) -> int:
    """Return how many bytes may still be expanded after an archive, negative if it must not be."""
    members = archive.infolist()
    left -= sum(member.file_size for member in members)
    if levels == 0 or len(members) > _MAX_MEMBERS:
        return -1
    for member in members:
        # INVARIANT: an inner archive is expanded only once all that was declared so far fits.
        if left < 0:
            break
        with contextlib.suppress(*BROKEN, RuntimeError, ValueError):  # what looks like an archive need not be one
            with archive.open(member) as file:
                is_archive = file.read(len(_ZIP)) == _ZIP
            if is_archive:
                with zipfile.ZipFile(io.BytesIO(archive.read(member))) as inner:
                    left = _left_of(inner, left, levels - 1)
    return left
