"""Watched folders and collections, for the window: what the services do, without files or experts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nestdesk.core.jobs import Progress
from nestdesk.core.types import Collection, WatchedFolder
from nestdesk.services.watch import Look

NOW = datetime.now(UTC)


@dataclass
class FakeWatch:
    """Watched folders with whatever looks a test wants to be found."""

    app: Any  # the fake application
    folders: list[WatchedFolder] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    def list(self) -> tuple[WatchedFolder, ...]:
        return tuple(self.folders)

    def add(self, path: Path) -> None:
        self.folders.append(WatchedFolder(len(self.folders) + 1, str(path), NOW))

    def remove(self, folder_id: int) -> None:
        self.folders = [one for one in self.folders if one.id != folder_id]

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
        new = Collection(len(self.made) + 1, name, NOW)
        self.made[new.id] = new
        self.app.changes.publish("collection")
        return new

    def move(self, source_ids: Sequence[int], collection_id: int | None) -> Iterator[Progress]:
        yield Progress("moving")
        for source_id in source_ids:
            self.app.stored[source_id] = replace(self.app.stored[source_id], collection_id=collection_id)
        self.app.changes.publish("source", "collection")
