"""Collections: sources that belong together, and move with what was consolidated of them.

A collection's mid expert holds its own sources and no others, so a source that leaves is taken out of it as by
forgetting; but nothing of the source itself is lost: its own experts wake up and sleep in their new place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.types import Collection, DeletedCollection, Expert, Source
from nestdesk.services.material import DOCUMENT
from nestdesk.services.roster import Roster
from nestdesk.services.sleep import Sleep
from nestdesk.storage.collections import CollectionStore
from nestdesk.storage.database import Database
from nestdesk.storage.folders import FolderStore, is_below
from nestdesk.storage.sources import SourceStore

_TOUCHED = ("collection", "source", "expert", "folder", "conversation", "memory")  # by deleting one


@dataclass(frozen=True)
class Home:
    """Where a source is: in a collection of the library or in none, or attached to one chat."""

    collection_id: int | None = None
    attached_to: int | None = None


@dataclass(frozen=True)
class Moved:
    """What came of moving sources."""

    sources: tuple[Source, ...]  # those that were elsewhere before
    rebuilt_experts: tuple[str, ...]  # mid experts that went back to before them
    replayed_sources: tuple[str, ...]  # others, consolidated again without them
    note: str = ""
    homes: tuple[tuple[int, Home], ...] = ()  # where each of them was

    def words(self, target: str) -> str:
        """Return in one or two sentences what was moved; target is the collection's name, "" of none."""
        count = len(self.sources)
        nowhere = "the library" if any(home.attached_to is not None for _, home in self.homes) else "no collection"
        told = f"Moved {count} source{'' if count == 1 else 's'} to {target or nowhere}."
        again = f"Consolidated again without them: {', '.join(self.replayed_sources)}." if self.replayed_sources else ""
        return " ".join(filter(None, (told, again, self.note)))


@dataclass(frozen=True)
class Deleted:
    """What deleting a collection left; restore() takes it back."""

    belongings: DeletedCollection
    put_away: tuple[Expert, ...]  # its mid experts, as they were

    @property
    def sentence(self) -> str:
        """What became of what belonged to it."""
        count = len(self.belongings.source_ids)
        stay = f"its {count} source{' stays' if count == 1 else 's stay'} and can still be asked about"
        kept = ", and its mid expert is put away with its checkpoints" if self.put_away else ""
        off = " What was remembered for it alone is switched off." if self.belongings.fact_ids else ""
        return f"Deleted {self.belongings.collection.name}: {stay if count else 'no source was in it'}{kept}.{off}"


class Collections:
    """Makes, renames and deletes collections, and moves sources between them."""

    def __init__(
        self,
        database: Database,
        collections: CollectionStore,
        sources: SourceStore,
        folders: FolderStore,
        roster: Roster,
        sleep: Sleep,
        changes: ChangeFeed,
    ) -> None:
        """Join the stores with the experts."""
        self._database = database
        self._collections = collections
        self._sources = sources
        self._folders = folders
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

    def delete(self, ref: int | str) -> Deleted:
        """Delete a collection; its sources stay, with their own experts awake, and its mid experts are put away.

        Raises:
            StorageError: there is no such collection.
        """
        with self._database.session():  # all of it or nothing
            put_away = self._roster.put_away(self.get(ref).id)
            gone = self._collections.delete(self.get(ref).id)
        self._changes.publish(*_TOUCHED)
        return Deleted(gone, put_away)

    def restore(self, gone: Deleted) -> Job[Moved]:
        """Take back that a collection was deleted: what belonged to it and belongs to no other now is in it again.

        Its mid experts are in use as they were, unless one of their sources was moved, forgotten or slept elsewhere.

        Raises:
            StorageError: its name is taken by now; nothing was changed.
        """
        yield Progress("moving")
        with self._database.session():  # all of it or nothing
            back = self._collections.restore(gone.belongings)
            homes = {one.id: one.collection_id for one in self._sources.list()}
            free = [one for one in gone.belongings.source_ids if one in homes and homes[one] is None]
            slept = self._roster.consolidated().intersection(free)
            awake = [one for one in free if one not in slept]
            for source_id in awake:
                self._sources.move(source_id, back.id)
            self._roster.bring_back(gone.put_away, back.id)
        self._changes.publish(*_TOUCHED)
        moved = yield from self.move(sorted(slept), back.id)
        return replace(moved, sources=(*(self._sources.get(one) for one in awake), *moved.sources))

    def assign(self, folder_id: int, collection_id: int | None) -> Job[Moved]:
        """Let a watched folder's documents go to a collection, or to none: those to come, and those that are there.

        What a person put elsewhere than its folder stays where it is.

        Raises:
            StorageError: there is no such folder or collection; nothing was changed.
        """
        if collection_id is not None:
            self.get(collection_id)
        folder = self._folders.get(folder_id)
        self._folders.assign(folder_id, collection_id)
        self._changes.publish("folder")
        known = [one for one in self._sources.list() if one.kind == DOCUMENT and one.attached_to is None]
        there = [one for one in known if is_below(one.path, folder.path)]
        own = [one.id for one in there if one.collection_id == folder.collection_id]
        return (yield from self.move(own, collection_id))

    def move(self, source_ids: Sequence[int], collection_id: int | None) -> Job[Moved]:
        """Put sources into a collection, or into none; what had been consolidated after them is consolidated again.

        What was attached to a chat is in the library from then on, for every chat.

        Raises:
            StorageError: there is no such source or collection, or the library has the same document already; nothing
                was moved.
        """
        return (yield from self._put(dict.fromkeys(source_ids, Home(collection_id))))

    def move_back(self, moved: Moved) -> Job[Moved]:
        """Put sources that were moved back to where each of them was.

        Raises:
            StorageError: one of them, or of those collections, is gone by now; nothing was moved.
        """
        return (yield from self._put(dict(moved.homes)))

    def _put(self, homes: Mapping[int, Home]) -> Job[Moved]:
        for collection_id in filter(None, {home.collection_id for home in homes.values()}):
            self.get(collection_id)
        yield Progress("moving")
        moved: dict[int, Home] = {}  # and where they were
        experts: dict[str, None] = {}
        later: set[int] = set()
        with self._database.session():  # all of it or nothing
            for source_id, home in homes.items():
                source = self._sources.get(source_id)
                before = Home(source.collection_id, source.attached_to)
                if before == home:
                    continue
                if before.attached_to != home.attached_to and self._has_same(source, home.attached_to):
                    raise StorageError(f"“{source.title}” is there already; forget one of the two.")
                taken = self._roster.take_back(source_id, grown_too=home.attached_to is not None)
                if taken.experts:
                    self._roster.wake(source_id)
                self._sources.move(source_id, home.collection_id, home.attached_to)
                moved[source_id] = before
                experts |= dict.fromkeys(one.name for one in taken.experts)
                later |= taken.later
            later -= set(moved)
        if moved:
            self._roster.collect()
            self._changes.publish("collection", "source", "expert", ids=frozenset(moved))
        replayed = tuple(self._sources.get(one).title for one in sorted(later))
        note = yield from self._sleep.replay(later)
        sources = tuple(self._sources.get(one) for one in moved)
        return Moved(sources, tuple(experts), replayed, note, tuple(moved.items()))

    def _has_same(self, source: Source, attached_to: int | None) -> bool:
        """Say whether the library, or a chat, has a document already: by its file or by its content."""
        return bool(self._sources.by_path(source.path, attached_to) or self._sources.by_sha(source.sha256, attached_to))
