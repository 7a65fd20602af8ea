"""Forgetting a source: its rows, its passages, its weights, and every consolidated weight that it touched.

The mid expert goes back to before the source; the later sources it had taken in get their own fast experts back, and
are consolidated again without the forgotten one. The deletion is complete before that replay begins, so stopping the
replay costs nothing but the consolidation.

A conversation, its memory and what was learned from it go together: whichever of them a person has deleted, nothing
that was said up to then is used again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Source
from nestdesk.services.roster import Roster
from nestdesk.services.sleep import Sleep
from nestdesk.storage import backup
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.folders import FolderStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.sources import SourceStore

SAID = ("conversation", "message", "memory")  # what changes when a conversation is forgotten


@dataclass(frozen=True)
class Receipt:
    """What was deleted, to be shown to the person who asked for it."""

    source_id: int
    title: str
    passages: int
    study_items: int
    experts: tuple[str, ...]  # the source's own, deleted
    checkpoints: int  # deleted, of its own and of shared experts
    rebuilt_experts: tuple[str, ...]  # shared ones that went back to before the source
    replayed_sources: tuple[str, ...]  # later sources consolidated again without it
    backups_deleted: int
    bytes_freed: int
    note: str = ""


class Forget:
    """Deletes sources and conversations for good."""

    def __init__(
        self,
        folder: DataFolder,
        database: Database,
        sources: SourceStore,
        folders: FolderStore,
        journal: Journal,
        experts: ExpertStore,
        roster: Roster,
        sleep: Sleep,
        changes: ChangeFeed,
        is_busy: Callable[[int], bool],
    ) -> None:
        """Join everything that may hold something of a source; is_busy says whether it is being learned just now."""
        self._folder = folder
        self._database = database
        self._sources = sources
        self._folders = folders
        self._journal = journal
        self._experts = experts
        self._roster = roster
        self._sleep = sleep
        self._changes = changes
        self._is_busy = is_busy

    def forget(self, source_id: int) -> Job[Receipt]:
        """Delete a source and all it left in the weights; returns what was deleted.

        Of a conversation the memory goes too, and what was said so far is never learned or summarised again.

        Raises:
            StorageError: there is no such source, it is being learned just now, or its file lies in a watched folder.
        """
        source = self._sources.get(source_id)
        folder = self._folders.holding(source.path)
        if folder and Path(source.path).exists():  # else the next look at the folder would bring it back
            raise StorageError(
                f"{source.title} lies in the watched folder {folder.path} and would be learned again. "
                "Move or delete the file, or stop watching the folder; then forget it."
            )
        also = None if source.conversation_id is None else partial(self._journal.forget_said, source.conversation_id)
        return (yield from self._forget(source, also))

    def forget_said(self, conversation_id: int) -> Job[Receipt | None]:
        """Delete what is remembered and was learned of a conversation; its messages stay.

        Returns:
            What was deleted, if something was learned from it.

        Raises:
            StorageError: there is no such conversation, or it is being learned just now.
        """
        return (yield from self._forget_conversation(conversation_id, self._journal.forget_said))

    def delete_conversation(self, conversation_id: int) -> Job[Receipt | None]:
        """Delete a conversation with its messages, its memory and what was learned from it.

        Returns:
            What was deleted, if something was learned from it.

        Raises:
            StorageError: there is no such conversation, or it is being learned just now.
        """
        return (yield from self._forget_conversation(conversation_id, self._journal.delete_conversation))

    def _forget_conversation(self, conversation_id: int, delete: Callable[[int], None]) -> Job[Receipt | None]:
        if source := self._sources.of_conversation(conversation_id):
            return (yield from self._forget(source, partial(delete, conversation_id)))
        delete(conversation_id)
        self._clean()
        self._changes.publish(*SAID)
        return None

    def _forget(self, source: Source, also: Callable[[], None] | None) -> Job[Receipt]:
        if self._is_busy(source.id):
            raise StorageError(f"{source.title} is being learned just now; stop that first, then forget it.")
        yield Progress("forgetting", text=source.title, source_id=source.id)
        receipt, later = self._delete(source, also)
        yield Progress("forgetting", 0.5, source.title, source_id=source.id)
        note = yield from self._sleep.replay(later)
        return replace(receipt, note=note)

    def _delete(self, source: Source, also: Callable[[], None] | None) -> tuple[Receipt, frozenset[int]]:
        items = len(self._sources.items(source.id))
        own = self._experts.of_source(source.id)
        checkpoints = sum(len(self._experts.history(one.id)) for one in own)
        with self._database.session():  # all of it or nothing
            taken = self._roster.take_back(source.id)
            self._experts.delete_of_source(source.id)
            self._sources.delete(source.id)
            if also:
                also()
        backups = self._clean()
        freed = self._roster.collect()
        self._changes.publish("source", "expert", "message", ids=frozenset({source.id}))
        if also:
            self._changes.publish(*SAID)
        receipt = Receipt(
            source_id=source.id,
            title=source.title,
            passages=source.passages,
            study_items=items,
            experts=tuple(one.name for one in own),
            checkpoints=checkpoints + taken.checkpoints,
            rebuilt_experts=tuple(one.name for one in taken.experts),
            replayed_sources=tuple(one.title for one in self._sources.list() if one.id in taken.later),
            backups_deleted=backups,
            bytes_freed=freed,
        )
        return receipt, taken.later

    def _clean(self) -> int:
        """Leave no trace of deleted rows in any file; returns how many copies of the database had to go."""
        backups = backup.remove_all(self._folder.backups)
        self._database.compact()
        return backups
