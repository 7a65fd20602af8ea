"""New files for people: each gets its name when it is whole and on the disk, and never takes the place of another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from nestdesk.core.errors import StorageError
from nestdesk.storage.blobs import sync_folder


@contextmanager
def new_file(target: Path, what: str) -> Iterator[BinaryIO]:
    """Open a file for its owner alone, to be written and read; where writing breaks off, nothing is left of it.

    Args:
        target: the file; it must not exist yet.
        what: is written, as errors call it ("The export").

    Raises:
        StorageError: the file exists or cannot be written.
    """
    partial = target.with_name(f".{target.name}.partial")
    try:
        if target.exists():
            raise StorageError(f"{target} exists already; choose another name.")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StorageError(f"{what} cannot be written to {target}: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):  # what went wrong was said already
            partial.unlink(missing_ok=True)
