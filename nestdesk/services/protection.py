"""Encryption of a data folder: switching it on and off, its passphrase, and how an encrypted one is opened.

A passphrase is asked for where there is somebody to ask; a program that is started by another one takes it from
NESTDESK_PASSPHRASE. Where a person asked for that, the system's keyring keeps the key, and nobody is asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from nestdesk import sealed
from nestdesk.core.errors import PassphraseError, StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.sealed import SealedError
from nestdesk.services.backups import Backups
from nestdesk.storage import conversion, key_file, keyring_entry
from nestdesk.storage.backup_places import BackupPlaces
from nestdesk.storage.key_file import KeyFile
from nestdesk.storage.ownership import owned

VARIABLE = "NESTDESK_PASSPHRASE"
AFTER = "after-encrypting"  # why a backup was made
TRIES = 3
_PLAIN = "This data folder is not encrypted."
Ask = Callable[[], str]  # for a passphrase; raises PassphraseError where nobody can be asked


@dataclass(frozen=True)
class ProtectionState:
    """How a data folder is protected."""

    is_encrypted: bool
    is_possible: bool  # the packages that encryption needs are installed
    is_remembered: bool  # the keyring opens it
    can_be_remembered: bool


@dataclass(frozen=True)
class Converted:
    """What became of a data folder, and what is to be said of its backups."""

    folder: DataFolder
    note: str


def is_locked(root: Path) -> bool:
    """Say whether a data folder opens with a passphrase only."""
    folder = DataFolder(root)
    if folder.encrypted.exists():
        return True
    return not (folder.database.exists() or folder.decrypting.exists()) and bool(BackupPlaces(folder).key_files())


def nobody() -> str:
    """Ask nobody for a passphrase.

    Raises:
        PassphraseError: always.
    """
    raise PassphraseError(
        f"This data folder is encrypted, and nobody is here to be asked for its passphrase. Put it into {VARIABLE}."
    )


def unlocked(root: Path, ask: Ask = nobody) -> DataFolder:
    """Return a data folder with its key, if it is encrypted: by the environment, the keyring, or who is asked.

    Raises:
        PassphraseError: the passphrase is wrong, or nobody can be asked.
        StorageError: packages are missing, or the file with the key is missing or damaged.
    """
    if known := Locked(root).known():
        return known
    for _ in range(TRIES - 1):
        try:
            return unlocked_by(root, ask())
        except key_file.WrongPassphraseError:
            continue
    return unlocked_by(root, ask())


def unlocked_by(root: Path, passphrase: str) -> DataFolder:
    """Return a locked data folder with the key that a passphrase opens; a key that was lost is brought from a backup.

    Raises:
        PassphraseError: it is another passphrase.
        StorageError: packages are missing, or the file with the key is missing or damaged.
    """
    key_file.need_packages()
    folder = DataFolder(root)
    if not is_locked(root):
        raise StorageError(_PLAIN)
    stored = _stored(folder)
    key = key_file.open_with(stored, passphrase)
    found = DataFolder(root, key)
    if not folder.key_file.exists():
        found.create()
        key_file.write(folder.key_file, stored)
    return found


def remembered(root: Path) -> DataFolder | None:
    """Return a locked data folder with its key, if the keyring of this computer has it."""
    stored = _stored(DataFolder(root))
    key = keyring_entry.kept(stored.id) if stored.is_remembered and key_file.is_possible() else None
    return DataFolder(root, key) if key and DataFolder(root).key_file.exists() else None


def _stored(folder: DataFolder) -> KeyFile:
    if not folder.key_file.exists():
        for file in BackupPlaces(folder).key_files():
            return key_file.read(file)
    return key_file.read(folder.key_file)


class Locked:
    """A data folder that waits for its passphrase."""

    def __init__(self, root: Path) -> None:
        """Know the folder."""
        self.changes = ChangeFeed()
        self._root = root

    def known(self) -> DataFolder | None:
        """Return the folder if nobody has to be asked: it is not locked, or the environment or the keyring opens it.

        Raises:
            StorageError: packages are missing, or the file with the key is missing or damaged.
        """
        if not is_locked(self._root):
            return DataFolder(self._root)
        key_file.need_packages()
        if given := os.environ.get(VARIABLE):
            return unlocked_by(self._root, given)
        return remembered(self._root)

    def unlock(self, passphrase: str) -> DataFolder:
        """Return the folder with its key.

        Raises:
            PassphraseError: it is another passphrase.
        """
        return unlocked_by(self._root, passphrase)


@contextmanager
def locked(root: Path) -> Iterator[Locked]:
    """Look at a data folder before it is opened; nothing of it is owned."""
    yield Locked(root)


class Protection:
    """The protection of one data folder that is open."""

    def __init__(self, folder: DataFolder) -> None:
        """Know the folder."""
        self._folder = folder

    def state(self) -> ProtectionState:
        """Say how the folder is protected."""
        is_encrypted, is_remembered = self._folder.key is not None, False
        if is_encrypted:
            is_remembered = key_file.read(self._folder.key_file).is_remembered
        return ProtectionState(is_encrypted, key_file.is_possible(), is_remembered, keyring_entry.is_possible())

    def change(self, old: str, new: str) -> Job[None]:
        """Have the folder opened by another passphrase from now on, and its backups too; nothing else is rewritten.

        Raises:
            PassphraseError: the old one is not its passphrase, or the new one is too short; nothing was changed.
            StorageError: the folder is not encrypted, or the disk failed.
        """
        yield Progress("checking")
        stored = self._needed()
        key = key_file.open_with(stored, old)
        changed = replace(key_file.wrap(key, new, stored.id), is_remembered=stored.is_remembered)
        key_file.write(self._folder.key_file, changed)
        BackupPlaces(self._folder).bring_key()

    def remember(self) -> None:
        """Have the keyring of this computer open the folder, without a passphrase.

        Raises:
            StorageError: it is not encrypted, or there is no keyring or it refuses.
        """
        stored = self._needed()
        assert self._folder.key is not None  # it is open
        keyring_entry.keep(stored.id, self._folder.key)
        key_file.write(self._folder.key_file, replace(stored, is_remembered=True))

    def forget_key(self) -> None:
        """Take the key out of the keyring, so that the folder asks for its passphrase again.

        Raises:
            StorageError: it is not encrypted, or the keyring refuses.
        """
        stored = self._needed()
        key_file.write(self._folder.key_file, replace(stored, is_remembered=False))  # first: it is not asked then
        keyring_entry.remove(stored.id)

    def read_aside(self, file: Path) -> bytes:
        """Return what is in a file that was sealed here: one that was put aside, or an export that a restore kept.

        Raises:
            StorageError: it cannot be read, or was not sealed here.
        """
        key = self._folder.key.files if self._folder.key else None
        try:
            if sealed.is_sealed(file):
                with sealed.opened(file, key) as stream:
                    return stream.read()
            lines = file.read_bytes().splitlines(keepends=True)
            return b"".join(_shown(line, key) for line in lines)
        except OSError as error:
            raise StorageError(f"{file} cannot be read: {error.strerror or error}.") from error

    def _needed(self) -> KeyFile:
        if self._folder.key is None:
            raise StorageError(_PLAIN)
        return key_file.read(self._folder.key_file)


def _shown(line: bytes, key: FolderKey | None) -> bytes:
    """Return a line of a file that was put aside; its note begins with lines for everybody."""
    try:
        return sealed.opened_line(line, key) if key else line
    except SealedError:
        return line


class ClosedProtection:
    """A data folder that this process owns while nobody has it open: it can be encrypted, or decrypted."""

    def __init__(self, folder: DataFolder) -> None:
        """Know the folder."""
        self.changes = ChangeFeed()
        self._folder = folder

    def encrypt(self, passphrase: str) -> Job[Converted]:
        """Encrypt the folder; backups made before give way to one that is encrypted.

        Raises:
            PassphraseError: the passphrase is too short.
            StorageError: it is encrypted already, is damaged, or the disk is full or failed; nothing was changed.
        """
        key_file.need_packages()
        key_file.refuse_locked(self._folder)
        key = FolderKey.new()
        yield Progress("converting")
        stored = key_file.wrap(key, passphrase)
        done = yield from conversion.encrypt(self._folder.root, key, stored)
        return Converted(done, _renewed(done))

    def decrypt(self) -> Job[Converted]:
        """Decrypt the folder, which was unlocked; backups made before give way to one that is not encrypted.

        Raises:
            StorageError: it is not encrypted, is damaged, or the disk is full or failed; nothing was changed.
        """
        if self._folder.key is None:
            raise StorageError(_PLAIN)
        stored = key_file.read(self._folder.key_file)
        done = yield from conversion.decrypt(self._folder)
        keyring_entry.remove(stored.id)
        return Converted(done, _renewed(done))


def _renewed(folder: DataFolder) -> str:
    """Make a backup in the new form, and return what went wrong, if something did."""
    try:
        for _ in Backups(folder).make(AFTER):  # not step by step: it cannot be stopped half way
            pass
    except StorageError as error:
        return f"No new backup could be made: {error}"
    return ""


@contextmanager
def closed(root: Path, key: FolderKey | None = None) -> Iterator[ClosedProtection]:
    """Own a data folder without opening it.

    Raises:
        StorageError: another process owns it.
    """
    with owned(DataFolder(root, key)):
        conversion.finish(root)
        yield ClosedProtection(DataFolder(root, key))
