"""The readable files below what a person dropped or named."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from nestdesk.core.errors import DocumentError
from nestdesk.memory.kinds import SUFFIXES

MAX_FILES = 2_000
_MAX_ENTRIES = 200_000  # looked at, readable or not, before a folder is called too large
_SKIPPED = frozenset(("__pycache__", "node_modules"))


def walk(paths: Sequence[Path], limit: int = MAX_FILES) -> tuple[Path, ...]:
    """Return the documents among files and below folders, each once, in a stable order.

    A file named by itself is taken whatever its suffix, so that reading it can say what is wrong with it. Below a
    folder, hidden entries, empty files and unknown suffixes are skipped; links are followed once.

    Raises:
        DocumentError: a path does not exist, a folder holds nothing readable, or there are more than limit files.
    """
    found: dict[tuple[int, int], Path] = {}
    for path in paths:
        try:
            status = path.stat()
        except (OSError, ValueError) as error:
            raise DocumentError(f"There is no file or folder {path}.") from error
        if not path.is_dir():
            found.setdefault((status.st_dev, status.st_ino), path)
            continue
        files = list(_readable(path, limit))
        if not files:
            raise DocumentError(f"There is no document that NestDesk can read in {path}.")
        for file, identity in files:
            found.setdefault(identity, file)
        if len(found) > limit:
            raise _too_many(path, limit)
    if len(found) > limit:
        raise _too_many(Path(os.path.commonpath([path.absolute() for path in paths])), limit)
    return tuple(found.values())


def below(folder: Path, limit: int = MAX_FILES) -> tuple[Path, ...]:
    """Return the documents below a folder, each once, in a stable order, by the same rules; there may be none.

    Raises:
        DocumentError: there are more than limit files.
    """
    found: dict[tuple[int, int], Path] = {}
    for file, identity in _readable(folder, limit):
        found.setdefault(identity, file)
    return tuple(found.values())


def _readable(folder: Path, limit: int) -> Iterator[tuple[Path, tuple[int, int]]]:
    visited: set[tuple[int, int]] = set()
    entries = files = 0
    for root, folders, names in os.walk(folder, followlinks=True):
        identity = _identity(Path(root))
        if identity is None or identity in visited:  # INVARIANT: a loop of links ends here
            folders.clear()
            continue
        visited.add(identity)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        entries += len(folders) + len(names)
        if entries > _MAX_ENTRIES:
            raise DocumentError(f"{folder} holds too many files; choose a smaller folder.")
        for name in sorted(names):
            file = Path(root, name)
            if name.startswith(".") or file.suffix.lower() not in SUFFIXES:
                continue
            if not file.is_file() or file.stat().st_size == 0 or (identity := _identity(file)) is None:
                continue
            files += 1
            if files > limit:
                raise _too_many(folder, limit)
            yield file, identity


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:  # gone meanwhile, or not ours to see
        return None
    return status.st_dev, status.st_ino


def _too_many(folder: Path, limit: int) -> DocumentError:
    return DocumentError(f"{folder} holds more than {limit:,} documents; choose a smaller folder or add it in parts.")
