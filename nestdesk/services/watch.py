"""Watched folders: documents that come, change and move are followed; what is gone is forgotten only after a yes.

A look at a folder walks all of it and compares contents by their hashes. INVARIANT: a look never forgets anything, and
proposes nothing where more than half of a folder's documents, or the folder itself, cannot be found: a disk that is not
connected looks just like that.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nestdesk.core.errors import DocumentError
from nestdesk.core.folders import LeftOut, WatchedFolder
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.types import Effort, Source
from nestdesk.memory import folders as walks
from nestdesk.services.forget import Forget
from nestdesk.services.learn import Learn
from nestdesk.services.material import DOCUMENT, hash_file
from nestdesk.services.receipt import Receipt
from nestdesk.storage.folders import FolderStore, is_below
from nestdesk.storage.sources import SourceStore

SETTLED_S = 2.0  # a file written this recently may change again without its time showing it


@dataclass(frozen=True)
class Look:
    """What a look at a watched folder found."""

    folder: WatchedFolder
    added: tuple[Source, ...] = ()
    changed: tuple[Source, ...] = ()
    moved: tuple[Source, ...] = ()
    missing: tuple[Source, ...] = ()  # to be forgotten, if a person says so
    problem: str = ""  # one sentence: why the folder, or a file in it, was left alone


@dataclass(frozen=True)
class FolderState:
    """A watched folder as it stands: how many documents it has in the library, and what is left out of it."""

    folder: WatchedFolder
    documents: int
    left_out: tuple[LeftOut, ...] = ()


class Watch:
    """The watched folders and what becomes of their documents."""

    def __init__(
        self, folders: FolderStore, sources: SourceStore, learn: Learn, forget: Forget, changes: ChangeFeed
    ) -> None:
        """Join the stores with learning and forgetting."""
        self._folders = folders
        self._sources = sources
        self._learn = learn
        self._forget = forget
        self._changes = changes
        self._hashes: dict[Path, tuple[tuple[int, ...], str]] = {}

    def list(self) -> tuple[WatchedFolder, ...]:
        """Return the watched folders, oldest first."""
        return self._folders.list()

    def states(self) -> tuple[FolderState, ...]:
        """Return the watched folders with what is known of their files, oldest first."""
        paths = [source.path for source in self._documents()]
        left_out = self._folders.left_out()
        return tuple(
            FolderState(
                folder,
                sum(is_below(path, folder.path) for path in paths),
                tuple(one for one in left_out if one.folder_id == folder.id),
            )
            for folder in self._folders.list()
        )

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return the files in watched folders that were forgotten and are not looked at any more, by path."""
        return self._folders.left_out()

    def add(self, path: Path, collection_id: int | None = None) -> WatchedFolder:
        """Watch a folder; its documents are taken in at the first look at it.

        Raises:
            DocumentError: it is no folder, or holds too many files.
            StorageError: it lies in a watched folder, or one lies in it.
        """
        if not path.is_dir():
            raise DocumentError(f"There is no folder {path}.")
        walks.below(path)
        made = self._folders.add(str(path.resolve()), collection_id)
        self._changes.publish("folder")
        return made

    def remove(self, folder_id: int) -> WatchedFolder:
        """Stop watching a folder; what was learned from it stays.

        Raises:
            StorageError: there is no such folder.
        """
        gone = self._folders.get(folder_id)
        self._folders.remove(folder_id)
        self._changes.publish("folder")
        return gone

    def take_in(self, path: str, effort: Effort = Effort.NORMAL) -> Job[tuple[Source, ...]]:
        """Queue a file that was left out of its folder; looks follow it again.

        Raises:
            DocumentError: there is no such file any more.
        """
        folder = self._folders.holding(path)
        added = yield from self._learn.add([Path(path)], effort, folder.collection_id if folder else None)
        self._folders.take_in(path)
        self._changes.publish("folder")
        return added

    def check(self, effort: Effort = Effort.NORMAL) -> Job[tuple[Look, ...]]:
        """Look at every watched folder: queue what is new or changed there, and tell what is gone."""
        looks = []
        for folder in self._folders.list():
            yield Progress("looking", text=folder.path)
            try:
                looks.append((yield from self._look(folder, effort)))
            except DocumentError as error:  # it holds too many files by now
                looks.append(Look(folder, problem=str(error)))
            self._folders.note_check(folder.id)
        self._changes.publish("folder")
        return tuple(looks)

    def forget_missing(self, source_ids: Sequence[int]) -> Job[tuple[Receipt, ...]]:
        """Forget documents whose files are gone, after a person has seen which; those that are there again stay.

        Raises:
            StorageError: one of them is being learned just now.
        """
        gone = {source.id for folder in self._folders.list() for source in self._missing(folder)[0]}
        receipts = []
        for source_id in source_ids:
            if source_id in gone and self._is_gone(self._sources.get(source_id)):
                receipts.append((yield from self._forget.forget(source_id)))
        return tuple(receipts)

    def _look(self, folder: WatchedFolder, effort: Effort) -> Job[Look]:
        if not Path(folder.path).is_dir():
            return Look(folder, problem=f"The folder {folder.path} cannot be found, so nothing of it was changed.")
        known = {source.path: source for source in reversed(self._documents())}  # the newest of a path counts
        left_out = {mark for one in self._folders.left_out() for mark in (one.path, one.sha256)}
        new: list[Path] = []
        changed: list[Path] = []
        moved: list[Source] = []
        problem = ""
        for file in walks.below(Path(folder.path)):
            yield Progress("looking", text=file.name)
            path = str(file.resolve())
            try:
                sha256 = self._hash(file)
            except OSError as error:
                problem = f"{file.name} cannot be opened: {error.strerror or error}."
                continue
            if path in known:
                if known[path].sha256 != sha256:
                    changed.append(file)
            elif path in left_out or sha256 in left_out:
                continue
            elif (same := self._sources.by_sha(sha256)) is None:
                new.append(file)
            elif self._is_gone(same):
                self._sources.relocate(same.id, path)
                moved.append(self._sources.get(same.id))
        if moved:
            self._changes.publish("source", ids=frozenset(source.id for source in moved))
        changes = (yield from self._learn.add(changed, effort)) if changed else ()
        additions = (yield from self._learn.add(new, effort, folder.collection_id)) if new else ()
        missing, refusal = self._missing(folder)
        return Look(folder, additions, changes, tuple(moved), missing, problem or refusal)

    def _missing(self, folder: WatchedFolder) -> tuple[tuple[Source, ...], str]:
        """Return the folder's documents that are gone, or why none of them is to be forgotten."""
        if not Path(folder.path).is_dir():
            return (), ""
        own = [source for source in self._documents() if is_below(source.path, folder.path)]
        gone = tuple(source for source in own if self._is_gone(source))
        if 2 * len(gone) > len(own):
            return (), (
                f"{len(gone)} of {len(own)} documents in {folder.path} are gone. That is more than half, so nothing of "
                "them is forgotten; if it is meant, forget them one by one."
            )
        return gone, ""

    def _documents(self) -> tuple[Source, ...]:
        return tuple(one for one in self._sources.list() if one.kind == DOCUMENT and one.attached_to is None)

    def _is_gone(self, source: Source) -> bool:
        """Say whether a source's file is certainly not there; one in a folder that cannot be entered may be."""
        try:
            Path(source.path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return False

    def _hash(self, file: Path) -> str:
        """Return the sha256 of a file, remembered while its size and times stay as they are."""
        status = file.stat()
        state = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        known = self._hashes.get(file)
        if known and known[0] == state:
            return known[1]
        sha256 = hash_file(file)
        if time.time() - max(status.st_mtime, status.st_ctime) > SETTLED_S:
            self._hashes[file] = (state, sha256)
        return sha256
