"""Weight files, named by the sha256 of their content, so that equal weights are one file and damage shows.

A file gets its name only when its bytes are on the disk: write, fsync, rename, fsync of the folder. Whoever then writes
the row that names it can crash at any moment and leave at most an unreferenced blob.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from nestdesk.core.errors import CheckpointError
from nestdesk.storage.failures import in_plain_words

_NAME = re.compile(r"[0-9a-f]{64}")
_INCOMING = ".incoming-"


class Blobs:
    """The folder of content-addressed files."""

    def __init__(self, folder: Path) -> None:
        """Use the folder, which must exist by the first put."""
        self._folder = folder

    def put(self, file: Path) -> str:
        """Move a finished scratch file in and return its sha256; the scratch file is gone afterwards.

        Raises:
            StorageError: the disk is full or failed; the scratch file is still there.
        """
        with in_plain_words():
            name = _digest(file)
            file.chmod(0o600)
            sync_file(file)
            try:
                file.replace(self._folder / name)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                self._copy_in(file, name)  # the scratch folder lies on another disk
                file.unlink()
            sync_folder(self._folder)
        return name

    def put_bytes(self, data: bytes) -> str:
        """Store bytes and return their sha256.

        Raises:
            StorageError: the disk is full or failed.
        """
        with in_plain_words():
            handle, incoming = tempfile.mkstemp(prefix=_INCOMING, dir=self._folder)  # mode 0600
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
                return self.put(Path(incoming))
            finally:
                Path(incoming).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Return where the blob lies.

        Raises:
            CheckpointError: there is no such blob.
        """
        path = self._folder / sha256
        if not _NAME.fullmatch(sha256) or not path.is_file():
            raise CheckpointError(
                f"The weights {sha256[:12] or '(none)'} are missing from the data folder. "
                "Roll the expert back to another checkpoint, or learn its source again."
            )
        return path

    def verify(self, sha256: str) -> bool:
        """Say whether the blob is there and its content matches its name."""
        path = self._folder / sha256
        return bool(_NAME.fullmatch(sha256)) and path.is_file() and _digest(path) == sha256

    def size_bytes(self, sha256: str) -> int:
        """Return the size of the blob, -1 if it is not there; its content is not looked at."""
        path = self._folder / sha256
        return path.stat().st_size if _NAME.fullmatch(sha256) and path.is_file() else -1

    def put_if(self, data: bytes, sha256: str) -> bool:
        """Store bytes if they are those that a blob should hold, and say whether they are.

        Raises:
            StorageError: the disk is full or failed.
        """
        return hashlib.sha256(data).hexdigest() == sha256 and self.put_bytes(data) == sha256

    def loose(self, keep: set[str]) -> tuple[Path, ...]:
        """Return the files of all blobs not in keep, by name."""
        return tuple(
            path for path in sorted(self._folder.iterdir()) if _NAME.fullmatch(path.name) and path.name not in keep
        )

    def collect(self, keep: set[str]) -> int:
        """Delete every blob not in keep, and what interrupted writes left; return the bytes freed."""
        freed = 0
        with in_plain_words():
            for path in (*self.loose(keep), *self._folder.glob(f"{_INCOMING}*")):
                freed += path.stat().st_size
                path.unlink()
            sync_folder(self._folder)
        return freed

    def _copy_in(self, file: Path, name: str) -> None:
        handle, incoming = tempfile.mkstemp(prefix=_INCOMING, dir=self._folder)
        os.close(handle)
        try:
            shutil.copyfile(file, incoming)
            sync_file(Path(incoming))
            Path(incoming).replace(self._folder / name)
        finally:
            Path(incoming).unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable (Windows does so by itself and cannot open a folder)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
