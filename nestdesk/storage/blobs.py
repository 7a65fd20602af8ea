"""Weight files, named by the sha256 of their content, so that equal weights are one file and damage shows.

In an encrypted data folder they are sealed. What names them in the database is the sha256 of the weights all the same,
which is what has to be verified; the file's own name is made of that and the key, because weights that somebody could
learn from the same document, or that are shipped with the program, would tell by their sha256 that they are here.

A file gets its name only when its bytes are on the disk: write, fsync, rename, fsync of the folder. Whoever then writes
the row that names it can crash at any moment and leave at most an unreferenced blob.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from nestdesk import sealed
from nestdesk.core.errors import CheckpointError
from nestdesk.core.folder_key import FolderKey
from nestdesk.storage.failures import in_plain_words

_NAME = re.compile(r"[0-9a-f]{64}")
_INCOMING = ".incoming-"
_PART_BYTES = 1 << 20


class Blobs:
    """The folder of content-addressed files."""

    def __init__(self, folder: Path, key: FolderKey | None = None) -> None:
        """Use the folder, which must exist by the first put; key: of an encrypted data folder."""
        self._folder = folder
        self._key = key
        self._files_key = key.files if key else None

    def put(self, file: Path) -> str:
        """Move a finished scratch file in and return its sha256; the scratch file is gone afterwards.

        Where weights are sealed, those of the file may be already, as the engine writes them.

        Raises:
            StorageError: the disk is full or failed; the scratch file is still there.
            CheckpointError: it was sealed with another key, or damaged.
        """
        with in_plain_words():
            if self._key is not None and not sealed.is_sealed(file):
                with file.open("rb") as stream:
                    name = self.put_stream(stream)
                file.unlink()
                return name
            found = self._digest(file)
            if found is None:
                raise CheckpointError("The new weights are damaged, so they were not stored.")
            name = found
            file.chmod(0o600)
            sync_file(file)
            try:
                file.replace(self._file(name))
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                self._copy_in(file, name)  # the scratch folder lies on another disk
                file.unlink()
            sync_folder(self._folder)
        return name

    def put_stream(self, stream: BinaryIO) -> str:
        """Store all that can be read from a stream and return its sha256.

        Raises:
            StorageError: the disk is full or failed.
        """
        with in_plain_words(), self._incoming() as incoming:
            digest = hashlib.sha256()
            with sealed.created(incoming, self._files_key) as made:
                while part := stream.read(_PART_BYTES):
                    digest.update(part)
                    made.write(part)
            return self._take(incoming, digest.hexdigest())

    def put_bytes(self, data: bytes) -> str:
        """Store bytes and return their sha256.

        Raises:
            StorageError: the disk is full or failed.
        """
        with in_plain_words(), self._incoming() as incoming:
            with sealed.created(incoming, self._files_key) as made:
                made.write(data)
            return self._take(incoming, hashlib.sha256(data).hexdigest())

    def path(self, sha256: str) -> Path:
        """Return where the blob lies, as it lies there: the engine, which has the key, is given this.

        Raises:
            CheckpointError: there is no such blob.
        """
        path = self._file(sha256)
        if not _NAME.fullmatch(sha256) or not path.is_file():
            raise CheckpointError(
                f"The weights {sha256[:12] or '(none)'} are missing from the data folder. "
                "Roll the expert back to another checkpoint, or learn its source again."
            )
        return path

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        """Read a blob as it was put in; a sealed one is opened as it is read, in memory alone.

        Raises:
            CheckpointError: there is no such blob.
            StorageError: it cannot be read, or (only sealed ones show it at once) is damaged.
        """
        with in_plain_words(), sealed.opened(self.path(sha256), self._files_key) as stream:
            yield stream

    def verify(self, sha256: str) -> bool:
        """Say whether the blob is there and its content matches its name."""
        path = self._file(sha256)
        return bool(_NAME.fullmatch(sha256)) and path.is_file() and self._digest(path) == sha256

    def size_bytes(self, sha256: str) -> int:
        """Return the size of the blob, -1 if it is not there; its content is not looked at."""
        path = self._file(sha256)
        return sealed.size_of(path) if _NAME.fullmatch(sha256) and path.is_file() else -1

    def put_if(self, data: bytes, sha256: str) -> bool:
        """Store bytes if they are those that a blob should hold, and say whether they are.

        Raises:
            StorageError: the disk is full or failed.
        """
        return hashlib.sha256(data).hexdigest() == sha256 and self.put_bytes(data) == sha256

    def loose(self, keep: set[str]) -> tuple[Path, ...]:
        """Return the files of all blobs not in keep, by name."""
        kept = {self._file(sha256).name for sha256 in keep}
        return tuple(
            path for path in sorted(self._folder.iterdir()) if _NAME.fullmatch(path.name) and path.name not in kept
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

    def _digest(self, path: Path) -> str | None:
        """Return the sha256 of what a file holds; None: it is sealed and cannot be opened."""
        try:
            with sealed.opened(path, self._files_key) as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # it can all it must
        except sealed.SealedError:
            return None

    def _file(self, sha256: str) -> Path:
        return self._folder / (self._key.name_of(sha256) if self._key else sha256)

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        incoming = self._folder / f"{_INCOMING}{uuid.uuid4().hex}"
        try:
            yield incoming
        finally:
            incoming.unlink(missing_ok=True)

    def _take(self, incoming: Path, sha256: str) -> str:
        """Give a file that is whole its name."""
        sync_file(incoming)
        incoming.replace(self._file(sha256))
        sync_folder(self._folder)
        return sha256

    def _copy_in(self, file: Path, name: str) -> None:
        with self._incoming() as incoming:
            shutil.copyfile(file, incoming)
            incoming.chmod(0o600)
            sync_file(incoming)
            incoming.replace(self._file(name))


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
