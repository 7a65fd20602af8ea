"""Watched folders and collections, for the window: what the services do, without files or experts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nestdesk.core.errors import StorageError
from nestdesk.core.folders import WatchedFolder
from nestdesk.core.jobs import Progress
from nestdesk.core.types import Collection, DeletedCollection
from nestdesk.services.collections import Deleted, Home, Moved
from nestdesk.services.watch import FolderState, Look
from nestdesk.storage.folders import LeftOut

NOW = datetime.now(UTC)


@dataclass
class FakeWatch:
    """Watched folders with whatever looks a test wants to be found."""

    app: Any  # the fake application
    folders: list[WatchedFolder] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)

    def list(self) -> tuple[WatchedFolder, ...]:
        return tuple(self.folders)

    def states(self) -> tuple[FolderState, ...]:
        left = {one.id: tuple(file for file in self.left if file.folder_id == one.id) for one in self.folders}
        return tuple(FolderState(one, 3, left[one.id]) for one in self.folders)

    def take_in(self, path: str, effort: object) -> Iterator[Progress]:
        yield Progress("adding")
        self.left = [one for one in self.left if one.path != path]
        self.app.changes.publish("folder")

    def add(self, path: Path) -> None:
        self.folders.append(WatchedFolder(len(self.folders) + 1, str(path), NOW))
        self.app.changes.publish("folder")

    def remove(self, folder_id: int) -> None:
        self.folders = [one for one in self.folders if one.id != folder_id]
        self.app.changes.publish("folder")

    def check(self, effort: object) -> Iterator[Progress]:
        self.app.calls.append(("look", len(self.folders)))
        yield Progress("looking")
        return tuple(self.looks)

    def forget_missing(self, source_ids: Sequence[int]) -> Iterator[Progress]:
        for source_id in source_ids:
            yield from self.app.forget_source(source_id)
        self.looks = []
        return ()


@dataclass
class FakeCollections:
    """Collections of the fake application's sources."""

    app: Any  # the fake application
    made: dict[int, Collection] = field(default_factory=dict)

    def list(self) -> tuple[Collection, ...]:
        return tuple(self.made.values())

    def named(self, name: str) -> Collection:
        found = next((one for one in self.made.values() if one.name == name), None)
        return found or self.create(name)

    def create(self, name: str) -> Collection:
        if any(one.name == name for one in self.made.values()):
            raise StorageError(f"There is a collection called {name} already.")
        return self._keep(Collection(len(self.made) + 1, name, NOW))

    def rename(self, collection_id: int, name: str) -> Collection:
        return self._keep(replace(self.made[collection_id], name=name))

    def delete(self, collection_id: int) -> Deleted:
        own = tuple(one.id for one in self.app.stored.values() if one.collection_id == collection_id)
        gone = Deleted(DeletedCollection(self.made.pop(collection_id), own), ())
        self._put(own, None)
        return gone

    def restore(self, gone: Deleted) -> Iterator[Progress]:
        yield Progress("moving")
        self._keep(gone.belongings.collection)
        self._put(gone.belongings.source_ids, gone.belongings.collection.id)

    def assign(self, folder_id: int, collection_id: int | None) -> Iterator[Progress]:
        yield Progress("moving")
        watch = self.app.watch
        watch.folders = [
            replace(one, collection_id=collection_id) if one.id == folder_id else one for one in watch.folders
        ]
        self.app.changes.publish("folder")

    def get(self, collection_id: int) -> Collection:
        return self.made[collection_id]

    def move(self, source_ids: Sequence[int], collection_id: int | None) -> Iterator[Progress]:
        yield Progress("moving")
        stored = [self.app.stored[one] for one in source_ids]
        homes = tuple((one.id, Home(one.collection_id, one.attached_to)) for one in stored)
        self._put(source_ids, collection_id)
        return Moved(tuple(self.app.stored[one] for one in source_ids), (), (), homes=homes)

    def move_back(self, moved: Moved) -> Iterator[Progress]:
        yield Progress("moving")
        for source_id, home in moved.homes:
            self._put([source_id], home.collection_id, home.attached_to)

    def _keep(self, collection: Collection) -> Collection:
        self.made[collection.id] = collection
        self.app.changes.publish("collection")
        return collection

    def _put(self, source_ids: Sequence[int], collection_id: int | None, attached_to: int | None = None) -> None:
        for source_id in source_ids:
            self.app.stored[source_id] = replace(
                self.app.stored[source_id], collection_id=collection_id, attached_to=attached_to
            )
        self.app.changes.publish("source", "collection")
