"""A fresh data folder a test, and the stores over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nestdesk.core.paths import DataFolder
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.sources import SourceStore


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def database(folder: DataFolder) -> Iterator[Database]:
    database = Database.open(folder)
    yield database
    database.close()


@pytest.fixture
def blobs(folder: DataFolder) -> Blobs:
    folder.create()
    return Blobs(folder.blobs)


@pytest.fixture
def experts(database: Database, blobs: Blobs) -> ExpertStore:
    return ExpertStore(database, blobs)


@pytest.fixture
def sources(database: Database) -> SourceStore:
    return SourceStore(database)


@pytest.fixture
def passages(database: Database) -> PassageStore:
    return PassageStore(database)


@pytest.fixture
def journal(database: Database) -> Journal:
    return Journal(database)
