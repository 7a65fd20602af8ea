"""What was damaged and could not be used is put aside here, with a note that says what happened.

In an encrypted data folder every line of what is put aside is sealed by itself, the note but for its beginning among
them; `nestdesk encrypt read` shows them.

Every incident has a folder of its own in the data folder's ``quarantine``. A person may look into it, send it to
someone who can help, or delete it; NestDesk never reads it again. Forgetting something deletes all of it, as it does
backups: what was put aside may hold what was forgotten.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from nestdesk import sealed
from nestdesk.core.paths import DataFolder
from nestdesk.storage.blobs import sync_file, sync_folder
from nestdesk.storage.columns import now
from nestdesk.storage.failures import in_plain_words

NOTE = "READ ME.txt"
_EXPLAINED = (
    "NestDesk put aside here what it could not use. It never reads this folder again: look into it, keep it, or delete "
    "it. Deleting or forgetting something in NestDesk empties the whole quarantine, because it may be in here too."
)
_SEALED = " The data folder is encrypted, and so is what follows: `nestdesk encrypt read FILE` shows a file."


class Incident:
    """The folder of what was put aside at one time. It is made when there is something to put in."""

    def __init__(self, folder: DataFolder, label: str) -> None:
        """Name the incident; label is part of its folder's name."""
        self._key = folder.key.files if folder.key else None
        self.folder = folder.quarantine / f"{now():%Y%m%dT%H%M%S.%fZ}-{label}"

    def move(self, file: Path, why: str) -> None:
        """Move a file here, and say why in the note.

        Raises:
            StorageError: the disk failed; the file is where it was.
        """
        with in_plain_words():
            self.say(why)  # first: what lies here without a word would be a riddle
            file.replace(self.folder / file.name)
            sync_folder(self.folder)

    def copy(self, files: Iterable[Path], why: str) -> None:
        """Copy files here, and say why in the note.

        Raises:
            StorageError: the disk is full or failed.
        """
        with in_plain_words():
            self.say(why)
            for file in files:
                shutil.copyfile(file, self.folder / file.name)
                (self.folder / file.name).chmod(0o600)
                sync_file(self.folder / file.name)
            sync_folder(self.folder)

    def add(self, name: str, lines: Iterable[bytes]) -> None:
        """Append lines to a file of this folder.

        Raises:
            StorageError: the disk is full or failed.
        """
        with in_plain_words():
            self._append(name, *lines)

    def say(self, sentence: str) -> None:
        """Append a sentence to the note.

        Raises:
            StorageError: the disk is full or failed.
        """
        with in_plain_words():
            self._append(NOTE, f"{sentence}\n".encode())

    def _append(self, name: str, *lines: bytes) -> None:
        if not self.folder.is_dir():
            self.folder.mkdir(mode=0o700, parents=True)
            self.folder.parent.chmod(0o700)
            self._write(NOTE, f"{_EXPLAINED}{_SEALED if self._key else ''}\n\n".encode())
        self._write(name, *(sealed.sealed_line(line, self._key) if self._key else line for line in lines))

    def _write(self, name: str, *lines: bytes) -> None:
        target = self.folder / name
        with os.fdopen(os.open(target, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "ab") as file:
            file.write(b"".join(lines))
            file.flush()
            os.fsync(file.fileno())


def remove_all(folder: DataFolder) -> int:
    """Delete everything that was put aside, and return of how many incidents.

    Raises:
        StorageError: the disk failed.
    """
    with in_plain_words():
        found = list(folder.quarantine.iterdir()) if folder.quarantine.is_dir() else []
        if found:
            shutil.rmtree(folder.quarantine)
            sync_folder(folder.root)
    return len(found)
