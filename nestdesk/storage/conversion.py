"""Encrypting a data folder, and decrypting it again: made beside, compared, and switched by one rename.

The new database and weights are written into a folder of their own. Only when every row of every table and every weight
file is there does a rename make them the data folder's: ``encrypting/encrypted`` becomes ``encrypted``, or the other
way round ``encrypted`` becomes ``decrypting/former``. What was there before goes after that, which the next start does
where this one was cut off. What else was made of the data in its former form goes with it: backups, what restores kept
and what was put aside.

INVARIANT: closed, failed or killed at any moment, it leaves a data folder that opens: the old one or the new one.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from nestdesk.core.errors import StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.storage import backup, connections, key_file, quarantine, recovery
from nestdesk.storage.backup_places import BackupPlaces
from nestdesk.storage.blobs import Blobs, sync_file, sync_folder
from nestdesk.storage.database import Database
from nestdesk.storage.digests import digests
from nestdesk.storage.failures import in_plain_words
from nestdesk.storage.key_file import KeyFile
from nestdesk.storage.models import CheckpointRow

_FORMER = "former"  # the encrypted folder, once what is not encrypted has taken its place
_STAGE = "converting"


def encrypt(root: Path, key: FolderKey, stored: KeyFile) -> Job[DataFolder]:
    """Encrypt a data folder that this process owns and nobody has open; returns it as it is then.

    Raises:
        StorageError: it is encrypted already, is damaged, or the disk is full or failed; nothing was changed.
    """
    folder = DataFolder(root)
    key_file.need_packages()
    key_file.refuse_locked(folder)
    new = DataFolder(folder.encrypting, key)
    try:
        yield from _copied(folder, new)
        key_file.write(new.key_file, stored)
        sync_folder(new.encrypted)
        with in_plain_words():
            new.encrypted.replace(folder.encrypted)
            sync_folder(root)
    except BaseException:  # also when the job is closed
        if not folder.encrypted.exists():  # else it was switched, and the next start goes on
            shutil.rmtree(folder.encrypting, ignore_errors=True)
        raise
    finish(root)
    return DataFolder(root, key)


def decrypt(folder: DataFolder) -> Job[DataFolder]:
    """Decrypt a data folder that was unlocked, that this process owns and nobody has open; returns it as it is then.

    Raises:
        StorageError: it is damaged, or the disk is full or failed; nothing was changed.
    """
    new = DataFolder(folder.decrypting)
    try:
        yield from _copied(folder, new)
        with in_plain_words():
            folder.encrypted.replace(folder.decrypting / _FORMER)
            sync_folder(folder.root)
    except BaseException:  # also when the job is closed
        if folder.encrypted.exists():  # else it was switched: what lies there is all there is
            shutil.rmtree(folder.decrypting, ignore_errors=True)
        raise
    finish(folder.root)
    return DataFolder(folder.root)


def finish(root: Path) -> None:
    """Bring a conversion to its end that was cut off, or clear what it left if it was cut off before the rename.

    Raises:
        StorageError: the disk failed; the next time goes on.
    """
    folder = DataFolder(root)
    with in_plain_words():
        if folder.encrypting.exists():
            if folder.encrypted.exists():
                _remove_former(folder)
                _delete_plain(folder)
            shutil.rmtree(folder.encrypting)
            sync_folder(root)
        if folder.decrypting.exists():
            if not folder.encrypted.exists():
                _settle(DataFolder(folder.decrypting), folder)
                _remove_former(folder)
            shutil.rmtree(folder.decrypting)
            sync_folder(root)


def _copied(folder: DataFolder, new: DataFolder) -> Job[None]:
    """Write all that lasts into a new folder, and compare it with what there is."""
    yield Progress(_STAGE, 0.0, "database")
    with in_plain_words():
        shutil.rmtree(new.root, ignore_errors=True)
        new.create()
    with closing(Database.open(folder)) as database:
        if database.check():
            raise StorageError(
                "The data folder is damaged, so nothing was changed. Run `nestdesk check --repair` first."
            )
        if recovery.are_traces_left(database):
            raise StorageError("Something is still being forgotten, so nothing was changed. Start NestDesk once first.")
        before, needed = digests(database), _needed(database)
    here, there = Blobs(folder.blobs, folder.key), Blobs(new.blobs, new.key)
    known = [sha256 for sha256 in needed if here.size_bytes(sha256) >= 0]  # what is lost already stays lost
    for place, sha256 in enumerate(known):
        yield Progress(_STAGE, place / (2 * len(known)), "weights")
        with here.open(sha256) as stream:
            found = there.put_stream(stream)
        if found != sha256:
            raise StorageError(f"The weights {sha256[:12]} are damaged, so nothing was changed. `check` says more.")
    yield Progress(_STAGE, 0.5, "database")
    _export(folder, new)
    with closing(Database.open(new)) as database:
        if database.check() or digests(database) != before:
            raise StorageError("The new database is not equal to the old one, so nothing was changed.")
    for place, sha256 in enumerate(known):
        yield Progress(_STAGE, 0.5 + place / (2 * len(known)), "checking the weights")
        if not there.verify(sha256):
            raise StorageError("What was written is not what was read, so nothing was changed. Check the disk.")
    yield Progress(_STAGE, 1.0, "switching")
    sync_file(new.database)
    sync_folder(new.database.parent)


def _export(folder: DataFolder, new: DataFolder) -> None:
    """Write one database from the other: SQLCipher has the encrypted one open, and the other beside it."""
    sealed, plain = (folder, new) if folder.key else (new, folder)
    source, target = ("main", "plain") if folder.key else ("plain", "main")
    with in_plain_words():
        handle = os.open(new.database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.close(handle)
        with closing(connections.connect(sealed.database, sealed.key)) as raw:
            raw.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain.database),))
            raw.execute("SELECT sqlcipher_export(?, ?)", (target, source)).fetchall()
            raw.execute("DETACH DATABASE plain")


def _needed(database: Database) -> list[str]:
    with database.session() as session:
        return sorted(set(session.scalars(select(CheckpointRow.blob))))


def _settle(new: DataFolder, folder: DataFolder) -> None:
    """Give what is not encrypted its names; repeated after a crash, it goes on."""
    folder.create()
    if new.blobs.is_dir():
        for file in sorted(new.blobs.iterdir()):
            file.replace(folder.blobs / file.name)
        sync_folder(folder.blobs)
    if new.database.exists():
        _delete_logs(folder.database)
        _delete_logs(new.database)
        new.database.replace(folder.database)
        sync_folder(folder.root)


def _remove_former(folder: DataFolder) -> None:
    """Let go what was made of the data in its former form."""
    BackupPlaces(folder).doom()
    backup.remove_all(folder.backups)
    quarantine.remove_all(folder)


def _delete_plain(folder: DataFolder) -> None:
    """Delete what was encrypted; what a person put beside it stays."""
    _delete_logs(folder.database)
    folder.database.unlink(missing_ok=True)
    if folder.blobs.is_dir():
        Blobs(folder.blobs).collect(set())
        if not any(folder.blobs.iterdir()):
            folder.blobs.rmdir()
    sync_folder(folder.root)


def _delete_logs(database: Path) -> None:
    for end in ("-wal", "-shm", ".new"):
        database.with_name(f"{database.name}{end}").unlink(missing_ok=True)
