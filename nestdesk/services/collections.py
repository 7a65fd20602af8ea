"""Collections: sources that belong together, and move with what was consolidated of them.

A collection's mid expert holds its own sources and no others, so a source that leaves is taken out of it as by
forgetting; but nothing of the source itself is lost: its own experts wake up and sleep in their new place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.types import Collection, Source
from nestdesk.services.roster import Roster
from nestdesk.services.sleep import Sleep
from nestdesk.storage.collections import CollectionStore
from nestdesk.storage.database import Database
from nestdesk.storage.sources import SourceStore


@dataclass(frozen=True)
class Moved:
    """What came of moving sources."""

    sources: tuple[Source, ...]  # those that were elsewhere before
    rebuilt_experts: tuple[str, ...]  # mid experts that went back to before them
    replayed_sources: tuple[str, ...]  # others, consolidated again without them
    note: str = ""


class Collections:
    """Makes, renames and deletes collections, and moves sources between them."""

    def __init__(
        self,
        database: Database,
        collections: CollectionStore,
        sources: SourceStore,
        roster: Roster,
        sleep: Sleep,
        changes: ChangeFeed,
    ) -> None:
        """Join the stores with the experts."""
        self._database = database
        self._collections = collections
        self._sources = sources
        self._roster = roster
        self._sleep = sleep
        self._changes = changes

    def list(self) -> tuple[Collection, ...]:
        """Return all collections by name."""
        return self._collections.list()

    def get(self, ref: int | str) -> Collection:
        """Return a collection by its number or name.

        Raises:
            StorageError: there is none.
        """
        return self._collections.get(ref)

    def create(self, name: str) -> Collection:
        """Make a collection.

        Raises:
            StorageError: the name is empty or taken.
        """
        made = self._collections.create(name)
        self._changes.publish("collection")
        return made

    def named(self, name: str) -> Collection:
        """Return the collection of that name, made if there is none.

        Raises:
            StorageError: the name is empty.
        """
        return self._collections.find(name) or self.create(name)

    def rename(self, ref: int | str, name: str) -> Collection:
        """Give a collection and its mid experts another name.

        Raises:
            StorageError: there is no such collection, or the name is empty or taken.
        """
        with self._database.session():
            renamed = self._collections.rename(self.get(ref).id, name)
            self._roster.rename(renamed.id, renamed.name)
        self._changes.publish("collection", "expert")
        return renamed

    def delete(self, ref: int | str) -> Collection:
        """Delete a collection and its mid experts; its sources stay, with their own experts awake.

        Raises:
            StorageError: there is no such collection.
        """
        with self._database.session():  # all of it or nothing
            gone = self.get(ref)
            self._roster.dissolve(gone.id)
            self._collections.delete(gone.id)
        self._roster.collect()
        self._changes.publish("collection", "source", "expert")
        return gone

    def move(self, source_ids: Sequence[int], collection_id: int | None) -> Job[Moved]:
        """Put sources into a collection, or into none; what had been consolidated after them is consolidated again.

        Raises:
            StorageError: there is no such source or collection; nothing was moved.
        """
        if collection_id is not None:
            self.get(collection_id)
        yield Progress("moving")
        moved: list[int] = []
        experts: dict[str, None] = {}
        later: set[int] = set()
        with self._database.session():  # all of it or nothing
            for source_id in source_ids:
                if self._sources.get(source_id).collection_id == collection_id:
                    continue
                taken = self._roster.take_back(source_id)
                if taken.experts:
                    self._roster.wake(source_id)
                self._sources.move(source_id, collection_id)
                moved.append(source_id)
                experts |= dict.fromkeys(one.name for one in taken.experts)
                later |= taken.later
            later -= set(moved)
        if moved:
            self._roster.collect()
            self._changes.publish("collection", "source", "expert", ids=frozenset(moved))
        replayed = tuple(self._sources.get(one).title for one in sorted(later))
        note = yield from self._sleep.replay(later)
        return Moved(tuple(self._sources.get(one) for one in moved), tuple(experts), replayed, note)
