"""Copies of the database file, made before anything risky happens to it."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from nestdesk.storage.blobs import sync_folder
from nestdesk.storage.failures import in_plain_words


def copy(raw: sqlite3.Connection, folder: Path, label: str) -> Path:
    """Write a consistent copy of the open database into the folder and return its path.

    The copy gets its final name only when it is whole and on the disk.

    Raises:
        StorageError: the copy could not be written.
    """
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = folder / f"{moment}-{label}.db"
    partial = target.with_suffix(".partial")
    with in_plain_words():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(partial)) as destination:
                raw.backup(destination)
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            partial.replace(target)
            sync_folder(folder)
        finally:
            partial.unlink(missing_ok=True)
    return target


def copies(folder: Path) -> tuple[Path, ...]:
    """Return the copies in the folder, newest first."""
    return tuple(sorted(folder.glob("*.db"), reverse=True))


def remove_all(folder: Path) -> int:
    """Delete every copy, exports kept by a restore among them, and return how many there were.

    *Why*: a forgotten source still lies in the copies made before it was forgotten.
    """
    with in_plain_words():
        found = [*folder.glob("*.db"), *folder.glob("*.zip"), *folder.glob("*.partial")]
        for path in found:
            path.unlink()
        if found:
            sync_folder(folder)
    return len(found)


def remove_exports(root: Path, but: Path) -> int:
    """Delete every export that lies in a data folder, but in one of its folders; return how many there were.

    *Why*: as above. One that a person wrote elsewhere is theirs, and nobody here knows where it is.
    """
    with in_plain_words():
        found = [path for path in root.rglob("*") if not path.is_relative_to(but) and _is_export(path)]
        for path in found:
            path.unlink()
    return len(found)


def _is_export(path: Path) -> bool:
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as opened:
        names = opened.namelist()
    return "manifest.json" in names and any(name.startswith("tables/") for name in names)
