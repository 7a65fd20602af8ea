"""Small files, as the tests of the readers make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nestdesk.core.types import Document
from nestdesk.memory import reader_worker, readers
from nestdesk.memory.parts import GAP


def read(path: Path, **limits: Any) -> Document:
    """Read a file as one document, however many parts it has."""
    return joined(readers.read(path, **limits))


def read_limited(path: Path, **limits: Any) -> Document:
    """Do the same in a limited process."""
    return joined(reader_worker.read_limited(path, **limits))


def joined(parts: Iterable[Document]) -> Document:
    """Return parts as the one document that they are."""
    found = list(parts)
    whole, *others = found
    for part in others:
        start = len(whole.text) + len(GAP)
        pages = [start + page for page in part.page_starts[len(whole.page_starts) :]]
        whole = replace(whole, text=f"{whole.text}{GAP}{part.text}", page_starts=(*whole.page_starts, *pages))
    return replace(whole, warnings=found[-1].warnings)


def write(folder: Path, name: str, data: bytes | str) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def zipped(members: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive; its type, where it declares one, is stored as it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return buffer.getvalue()
