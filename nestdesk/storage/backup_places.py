"""Where the backups of a data folder lie: outside of it, so that what happens to it does not happen to them.

<parent>/<name of the data folder>-backups/
  <moment>-<why>.db    a copy of the database each
  blobs/               the weight files that the copies need, each once
  key.json             of an encrypted data folder: what its passphrase opens

The parent is the data folder's own unless a person chose another one. Where backups lay before is remembered until
they are moved, and where they must be deleted until they are: a disk may not be connected just now.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from nestdesk.core.errors import StorageError
from nestdesk.core.paths import DataFolder
from nestdesk.storage import backup, key_file
from nestdesk.storage.blobs import Blobs, sync_folder
from nestdesk.storage.failures import in_plain_words

_OWNER = "data-folder"  # a file that names whose backups these are
_WAIT_S = 600.0  # a first backup on a slow disk


class BackupPlaces:
    """The place where backups are made, and those where they were made before."""

    def __init__(self, folder: DataFolder) -> None:
        """Know the places of a data folder."""
        self._folder = folder
        self._root = folder.root.resolve()

    @property
    def current(self) -> Path:
        """Where backups are made; the folder may not exist yet."""
        chosen = next(iter(_lines(self._folder.backup_places)), "")
        return self._in(Path(chosen) if chosen else self._root.parent)

    @property
    def is_default(self) -> bool:
        """Whether backups are made beside the data folder."""
        return self.current.parent == self._root.parent

    @property
    def all(self) -> tuple[Path, ...]:
        """Where backups may lie: the current place first."""
        former = (Path(line) for line in _lines(self._folder.backup_places)[1:])
        return tuple(dict.fromkeys((self.current, *former)))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else make, move or delete backups for the length of a with statement.

        Raises:
            StorageError: somebody else does, for long.
        """
        lock = FileLock(self._folder.backup_lock, thread_local=False)
        try:
            lock.acquire(timeout=_WAIT_S)
        except Timeout as error:
            raise StorageError("Another NestDesk is working on the backups just now; try again later.") from error
        except OSError as error:
            raise StorageError(f"The data folder cannot be used: {error.strerror or error}.") from error
        try:
            yield
        finally:
            lock.release()

    def opened(self) -> Path:
        """Return the current place; it is made if need be.

        Raises:
            StorageError: its disk is not connected, it cannot be written, or it belongs to another data folder.
        """
        if not self._is_reachable(self.current):
            raise StorageError(
                f"The folder for backups, {self.current}, is not there. Connect its disk, or choose another folder."
            )
        return self._made(self.current)

    def _made(self, place: Path) -> Path:
        owner = place / _OWNER
        try:
            (place / "blobs").mkdir(mode=0o700, parents=True, exist_ok=True)
            place.chmod(0o700)
            written = owner.read_text(encoding="utf-8") if owner.exists() else ""
            if written and written != str(self._root) and Path(written).exists():
                raise StorageError(
                    f"{place} holds the backups of another data folder, {written}. Choose another folder for backups."
                )
            if written != str(self._root):
                _write(owner, [str(self._root)])
        except OSError as error:
            raise StorageError(
                f"Backups cannot be written to {place}: {error.strerror or error}. Choose another folder for them."
            ) from error
        return place

    def found(self) -> tuple[Path, ...]:
        """Return every copy there is, newest first."""
        places = (*self.all, self._folder.backups)
        doomed = self._doomed()
        copies = (copy for place in places if place not in doomed for copy in backup.copies(place))
        return tuple(sorted(copies, key=lambda path: path.name, reverse=True))

    def size_bytes(self) -> int:
        """Return how much all backups take, each weight file counted once."""
        total = 0
        for place in self.all:
            for path in place.rglob("*"):
                with suppress(OSError):  # deleted meanwhile
                    total += path.stat().st_size if path.is_file() else 0
        return total

    def bring_key(self) -> None:
        """Have the places that can be reached hold the key that opens their backups, as the passphrase opens it now.

        Raises:
            StorageError: the disk failed.
        """
        if self._folder.key is not None:
            stored = key_file.read(self._folder.key_file)
            for place in self.all:
                if place.is_dir():
                    key_file.write(place / self._folder.key_file.name, stored)

    def key_files(self) -> tuple[Path, ...]:
        """Return the files with keys that lie with backups."""
        return tuple(file for place in self.all if (file := place / self._folder.key_file.name).is_file())

    # -- choosing

    def choose(self, parent: Path | None) -> None:
        """Have backups made in a folder from now on; None: beside the data folder. Those that are there stay behind.

        Raises:
            StorageError: the folder cannot be used; nothing is changed.
        """
        before = _lines(self._folder.backup_places)
        former = [str(place) for place in self.all]
        if parent is not None:
            parent = parent.resolve()
            if parent.name == self._in(parent).name:  # where the backups lie, or lay, was chosen itself
                parent = parent.parent
            if parent == self._root or self._root in parent.parents:
                raise StorageError("Backups belong outside the data folder; choose another folder for them.")
        chosen = "" if parent is None else str(parent)
        _write(self._folder.backup_places, [chosen, *former])
        try:
            if not self.current.parent.is_dir():
                raise StorageError(f"The folder {self.current.parent} is not there; choose another one for backups.")
            place = self._made(self.current)
        except StorageError:
            _write(self._folder.backup_places, before)
            raise
        _write(self._folder.backup_places, [chosen, *(line for line in former if line != str(place))])

    def bring_in(self) -> None:
        """Move what lies in former places to the current one, as far as they can be reached.

        Raises:
            StorageError: the disk failed; what was not moved is where it was.
        """
        current, *former = self.all
        left = []
        with in_plain_words():
            for place in former:
                if not self._is_reachable(place):
                    left.append(place)
                elif place.is_dir():
                    _move(place, current)
        if len(left) != len(former):
            chosen = _lines(self._folder.backup_places)[0]
            _write(self._folder.backup_places, [chosen, *map(str, left)])

    # -- deleting

    def doom(self) -> None:
        """Note that every backup that was made so far has to go, wherever it lies."""
        _write(self._folder.to_be_emptied, dict.fromkeys([*map(str, self._doomed()), *map(str, self.all)]))

    def empty(self) -> tuple[int, tuple[Path, ...]]:
        """Delete the backups that have to go; returns how many went, and the places that could not be reached.

        Weight files that the database itself names stay, for the next backup.

        Raises:
            StorageError: the disk failed; the next time goes on.
        """
        doomed = self._doomed()
        gone, left = 0, []
        keep = set(backup.weights(self._folder.database, self._folder.key)) if doomed else set()
        with in_plain_words():
            for place in doomed:
                if not self._is_reachable(place):
                    left.append(place)
                elif place.is_dir():
                    gone += backup.remove_all(place)
                    (place / self._folder.key_file.name).unlink(missing_ok=True)  # the next backup brings it
                    if (place / "blobs").is_dir():
                        Blobs(place / "blobs", self._folder.key).collect(keep)
        if len(left) != len(doomed):
            _write(self._folder.to_be_emptied, map(str, left))
        return gone, tuple(left)

    def _doomed(self) -> tuple[Path, ...]:
        return tuple(Path(line) for line in _lines(self._folder.to_be_emptied) if line)

    def _is_reachable(self, place: Path) -> bool:
        """Say whether a place is there: the folder around it may be nothing but where its disk would be connected."""
        return place.parent == self._root.parent or (place / _OWNER).is_file()

    def _in(self, parent: Path) -> Path:
        return parent / f"{self._root.name}-backups"


def copy_before(raw: sqlite3.Connection, folder: DataFolder, revision: str) -> Path:
    """Copy an open database before it is upgraded; inside the data folder where its place cannot be used just now.

    The next backup brings the weight files that the copy needs.

    Raises:
        StorageError: the copy could not be written.
    """
    try:
        place = BackupPlaces(folder).opened()
    except StorageError:
        place = folder.backups
    return backup.copy(raw, place, f"before-{revision}", folder.key)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _write(file: Path, lines: Iterable[str]) -> None:
    """Replace a small file as a whole; without a word to write, delete it."""
    written = list(lines)
    with in_plain_words():
        if not any(written):
            file.unlink(missing_ok=True)
        else:
            partial = file.with_name(f".{file.name}.partial")
            handle = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as new:
                new.write("\n".join(written))
                new.flush()
                os.fsync(new.fileno())
            partial.replace(file)
        sync_folder(file.parent)


def _move(source: Path, target: Path) -> None:
    """Move all backups from one place to another, weights first, so that each copy finds its own."""
    for inner in (Path("blobs"), Path()):
        for path in sorted((source / inner).glob("*")):
            if path.is_file() and path.name != _OWNER:
                _move_file(path, target / inner / path.name)
        sync_folder(target / inner)
    (source / _OWNER).unlink(missing_ok=True)
    with suppress(OSError):  # something that is not ours lies in it
        (source / "blobs").rmdir()
        source.rmdir()


def _move_file(source: Path, target: Path) -> None:
    partial = target.with_name(f".incoming-{target.name}.partial")
    try:
        shutil.copyfile(source, partial)
        partial.chmod(0o600)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    source.unlink()
