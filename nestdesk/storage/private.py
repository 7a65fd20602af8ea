"""Only its owner may read a data folder's files, also those that an older version or another program made readable."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nestdesk.core.paths import DataFolder

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def only_for_owner() -> None:
    """Let everything that this process and its children write be their owner's alone, whatever the system's habit."""
    os.umask(OTHERS)


def keep_private(folder: DataFolder) -> None:
    """Take from others what they may do with the files that are the program's own; what is another's is left alone.

    The folder itself is not touched if a person chose one that was there, nor what they put beside the program's files.
    """
    if os.name == "nt":
        return  # what a person's own folders hand down decides there
    for path in _own(folder):
        with suppress(OSError):  # it belongs to someone else, or has gone
            mode = path.lstat().st_mode
            if mode & OTHERS and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & ~OTHERS)


def _own(folder: DataFolder) -> Iterator[Path]:
    named = [getattr(folder, name) for name, one in vars(DataFolder).items() if isinstance(one, property)]
    yield from named
    yield from (folder.database.with_name(folder.database.name + end) for end in ("-wal", "-shm"))
    for top in named:
        if not top.is_symlink():
            for inside, folders, files in os.walk(top):
                yield from (Path(inside) / name for name in (*folders, *files))
