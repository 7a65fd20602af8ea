"""One process owns a data folder: it holds the lock file's lock, which goes with the process however that ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from nestdesk.core.errors import StorageError
from nestdesk.core.paths import DataFolder


@contextmanager
def owned(folder: DataFolder) -> Iterator[None]:
    """Own the data folder for the length of a with statement; its folders are made, unless it is still locked.

    Raises:
        StorageError: another process owns it, or it cannot be used.
    """
    lock = FileLock(folder.lock, thread_local=False)  # the window opens and closes it in different threads
    try:
        if folder.key is None and folder.encrypted.exists():
            folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            folder.create()
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StorageError(
            f"NestDesk is already running with the data folder {folder.root}; "
            "close it first, or choose another folder with --data-dir."
        ) from error
    except OSError as error:
        raise StorageError(
            f"The data folder {folder.root} cannot be used: {error.strerror or error}. "
            "Choose another one with --data-dir."
        ) from error
    try:
        yield
    finally:
        lock.release()
