"""Backups of a data folder: made before risky steps, now and then, and when a person asks; restored, and thinned.

A backup is a copy of the database of one moment, with the weight files that its rows name; all backups share those. It
holds no models, which can be downloaded, and no temporary chats. Backups of an encrypted data folder are encrypted with
the same key, and the file that its passphrase opens lies beside them. A restore puts a backup in the place of the
database while nobody has it open; what was there is backed up first, so a restore is undone by restoring that.

What is forgotten is in no backup: all that were made before go, and a new one is made.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.storage import backup, backup_files, key_file, thinning
from nestdesk.storage.backup_places import BackupPlaces
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.ownership import owned

EVERY = timedelta(minutes=30)
BY_ITSELF, BY_HAND, BEFORE_RESTORE, AFTER_FORGETTING = "auto", "by-hand", "before-restore", "after-forgetting"
_RISKY = "before-"  # how the names of those begin that were made before a risky step
_RISKY_KEPT = 3  # of the newest of them


@dataclass(frozen=True)
class Backup:
    """One backup."""

    name: str
    made_at: datetime
    label: str  # why it was made: auto, by-hand, before-restore, after-forgetting, before-<schema>
    size_bytes: int  # of the database; weight files are shared with other backups
    rows: dict[str, int]  # conversation, message, source, fact
    weights: int
    missing: int  # weight files that are nowhere
    is_readable: bool
    file: Path


@dataclass(frozen=True)
class Overview:
    """Where backups lie, which there are, newest first, and what all of them take together."""

    place: Path
    is_default: bool  # the place is beside the data folder
    size_bytes: int
    backups: tuple[Backup, ...]


@dataclass(frozen=True)
class BackupRestored:
    """Which backup was restored, and which one undoes that."""

    restored: Backup
    kept: str  # name of the backup of what was there; "": it could not be read, and was put aside as it was
    missing: int  # weight files that the backup names and that are nowhere


@dataclass
class Swept:
    """What became of the backups when something was forgotten."""

    deleted: int = 0
    note: str = ""


class Backups:
    """The backups of one data folder. Nothing of it needs the database to be open, or even to be sound."""

    def __init__(self, folder: DataFolder) -> None:
        """Know where they lie."""
        self._folder = folder
        self._places = BackupPlaces(folder)

    # -- looking

    def list(self) -> Overview:
        """Say which backups there are, and what is in them."""
        found = tuple(map(self._look, self._places.found()))
        return Overview(self._places.current, self._places.is_default, self._places.size_bytes(), found)

    def verify(self, name: str = "") -> Job[tuple[str, ...]]:
        """Return every fault found in one backup, or in all of them; () when they are sound.

        Raises:
            StorageError: there is no such backup.
        """
        faults: list[str] = []
        sound: dict[str, bool] = {}  # by weight file: backups share them
        wanted = [self._file(name)] if name else list(self._places.found())
        for place, file in enumerate(wanted):
            yield Progress("checking", place / len(wanted), file.stem)
            faults += [f"{file.stem}: {fault}" for fault in backup.faults(file, self._folder.key)]
            for sha256 in sorted(self._needs(file) or ()):
                if sha256 not in sound:
                    yield Progress("checking", place / len(wanted), "weights")
                    sound[sha256] = any(pool.verify(sha256) for pool in self._pools())
                if not sound[sha256]:
                    faults.append(f"{file.stem}: the weights {sha256[:12]} are missing or damaged.")
        return tuple(faults)

    # -- making

    def make(self, label: str = BY_HAND) -> Job[Backup]:
        """Make a backup now.

        Raises:
            StorageError: it cannot be written; nothing of it is left behind.
        """
        made = yield from self._make(label, only_if_changed=False)
        assert made is not None  # only one that repeats the newest is left out
        return made

    def make_if_due(self) -> Job[Backup | None]:
        """Make a backup if the newest is half an hour old and something was changed since.

        Raises:
            StorageError: it cannot be written; nothing of it is left behind.
        """
        found = self._places.found()
        age = datetime.now(UTC) - _made_at(found[0]) if found else EVERY
        if timedelta(0) <= age < EVERY:  # a newest one of the future is of before the clock was set back
            return None
        if found and age >= EVERY and not backup_files.is_touched(self._folder.database, _made_at(found[0])):
            return None
        return (yield from self._make(BY_ITSELF, only_if_changed=True))

    def _make(self, label: str, only_if_changed: bool) -> Job[Backup | None]:
        with self._places.locked():
            yield Progress("backing up", 0.0, "database")
            self._places.empty()
            place = self._places.opened()
            self._places.bring_in()
            backup_files.remove_halves(place)
            found = self._places.found()
            with backup.copied(self._folder.database, place, label, self._folder.key) as partial:
                if only_if_changed and found and backup_files.are_equal(partial, found[0]):
                    return None
                needed = sorted({sha256 for file in (partial, *found) for sha256 in self._needs(file) or ()})
                pool = self._pool(place)
                for at, sha256 in enumerate(needed):
                    yield Progress("backing up", at / len(needed), "weights")
                    backup_files.take(sha256, self._own(), pool, place / "blobs")
                self._places.bring_key()
                made = backup.place(partial)
            self._thin(place)
            return self._look(made)

    def _thin(self, place: Path) -> None:
        """Delete the backups that are not kept, and weight files that no backup needs."""
        found = self._places.found()
        risky = [file for file in found if _label(file).startswith(_RISKY)][:_RISKY_KEPT]
        stay = thinning.kept(_made_at(file) for file in found)
        backup_files.remove(file for file in found if _made_at(file) not in stay and file not in risky)
        self._collect(place)

    def _collect(self, place: Path) -> None:
        needed: set[str] = set()
        for file in self._places.found():
            if (needs := self._needs(file)) is None:
                return  # nobody knows what that one needs
            needed |= needs
        self._pool(place).collect(needed)

    # -- deleting

    def delete(self, name: str) -> None:
        """Delete a backup.

        Raises:
            StorageError: there is no such backup, or the disk failed.
        """
        with self._places.locked():
            backup_files.remove([self._file(name)])
            self._collect(self._places.opened())

    @contextmanager
    def swept(self) -> Iterator[Swept]:
        """Delete all backups, have something done while none is being made, and make a new one.

        Raises:
            StorageError: backups that can be reached could not be deleted.
        """
        swept = Swept()
        with self._places.locked():
            self._places.doom()
            swept.deleted, left = self._places.empty()
            yield swept
        if left:
            swept.note = (
                f"The backups in {', '.join(map(str, left))} cannot be reached just now; "
                "they are deleted before the next one is made."
            )
        elif swept.deleted:
            swept.note = self._renewed()

    def _renewed(self) -> str:
        try:
            for _ in self._make(AFTER_FORGETTING, only_if_changed=False):
                pass
        except StorageError as error:
            return f"No new backup could be made: {error}"
        return "A new backup without it was made."

    # -- choosing

    def choose(self, parent: Path | None) -> Job[Path]:
        """Have backups lie in a folder of their own inside another one; None: beside the data folder.

        Those that are there are moved along, as far as their disk is connected. Returns where they lie now.

        Raises:
            StorageError: they cannot lie there; nothing was changed.
        """
        with self._places.locked():
            yield Progress("moving")
            self._places.empty()
            self._places.choose(parent)
            self._places.bring_in()
            self._places.bring_key()
            return self._places.current

    # -- restoring

    def restore(self, name: str) -> Job[BackupRestored]:
        """Put a backup in the place of the database, which nobody may have open; what was there is backed up first.

        INVARIANT: closed, failed or killed at any moment, it leaves either what was there or all of the backup.

        Raises:
            StorageError: there is no such backup, it is damaged or of a newer NestDesk, or the disk failed.
        """
        file = self._file(name)
        restored = self._look(file)  # keeping what is there may thin it away
        trial = self._folder.scratch / "restoring"
        try:
            yield Progress("restoring", 0.0, "database")
            ready = backup_files.prepared(file, trial, self._folder.key)
            missing = yield from self._bring_weights(file)
            kept = yield from self._kept()
            backup_files.replace_database(self._folder.database, ready)
            return BackupRestored(restored, kept, missing)
        finally:
            shutil.rmtree(trial, ignore_errors=True)

    def _bring_weights(self, file: Path) -> Job[int]:
        """Bring back what weight files are not there any more; returns how many are nowhere."""
        own, missing = self._own(), 0
        needed = sorted(self._needs(file) or ())
        for at, sha256 in enumerate(needed):
            yield Progress("restoring", at / len(needed), "weights")
            if not own.verify(sha256):
                brought = (backup_files.take(sha256, pool, own, self._folder.scratch) for pool in self._pools())
                missing += not any(brought)
        return missing

    def _kept(self) -> Job[str]:
        """Back up what is there; returns the backup's name, or "" where it cannot be read and is put aside as it is."""
        if not self._folder.database.exists():
            return ""
        if backup_files.is_sound(self._folder.database, self._folder.key):
            made = yield from self.make(BEFORE_RESTORE)
            backup_files.fold(self._folder.database, self._folder.key)
            return made.name
        backup_files.put_aside(self._folder)
        return ""

    # -- parts

    def _file(self, name: str) -> Path:
        file = next((file for file in self._places.found() if file.stem == name), None)
        if file is None:
            raise StorageError(f"There is no backup {name}; `nestdesk backup list` shows those there are.")
        return file

    def _needs(self, file: Path) -> frozenset[str] | None:
        return backup.needs(file, self._folder.key)

    def _own(self) -> Blobs:
        return Blobs(self._folder.blobs, self._folder.key)

    def _pool(self, place: Path) -> Blobs:
        return Blobs(place / "blobs", self._folder.key)

    def _pools(self) -> Sequence[Blobs]:
        return [self._pool(place) for place in self._places.all]

    def _look(self, file: Path) -> Backup:
        held = backup.contents(file, self._folder.key)
        pools = self._pools()
        missing = sum(all(pool.size_bytes(sha256) < 0 for pool in pools) for sha256 in held.weights)
        size = file.stat().st_size
        name, made_at, label = file.stem, _made_at(file), _label(file)
        return Backup(name, made_at, label, size, held.rows, len(held.weights), missing, held.is_readable, file)


def _made_at(file: Path) -> datetime:
    found = backup.name_parts(file)
    assert found is not None  # places find nothing else
    return found[0]


def _label(file: Path) -> str:
    found = backup.name_parts(file)
    assert found is not None
    return found[1]


class ClosedFolder:
    """A data folder that this process owns while its database is closed: all that can be done is with its backups."""

    def __init__(self, folder: DataFolder) -> None:
        """Know the backups."""
        self.changes = ChangeFeed()
        self.backups = Backups(folder)


@contextmanager
def closed_folder(folder: DataFolder) -> Iterator[ClosedFolder]:
    """Own a data folder without opening its database.

    Raises:
        StorageError: another process owns it, or it is encrypted and was not unlocked.
    """
    key_file.refuse_locked(folder)
    with owned(folder):
        yield ClosedFolder(folder)
