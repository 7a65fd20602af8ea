"""A data folder with something of everything in it, made once, and apps over copies of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from nestdesk.app import App, open_app
from nestdesk.bench.stand_in import StandIn, make_ready
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.services.backups import Backups
from nestdesk.storage import schema
from nestdesk.storage.table_lines import TABLES, dump

TEXT = "The keeper of the {} is called {}, and keeps seven lanterns in the tower by the sea. "


@contextmanager
def started(root: Path) -> Iterator[App]:
    """Start the program over a data folder, with an engine that needs no model."""
    folder = DataFolder(root)
    with open_app(root, "cpu", engine=StandIn(folder.scratch)) as app:
        yield app


def state(app: App) -> dict[str, list[str]]:
    """Return every row of every table but for the moments in it."""
    with app.database.session() as session:
        return {
            name: sorted(json.dumps(_timeless(json.loads(line))) for line in dump(session, table))
            for name, table in TABLES.items()
        }


def unsound(app: App) -> list[str]:
    """Return what is damaged in a folder that was just opened, or was left lying about."""
    root = app.folder.root
    named = app.experts.referenced_blobs()
    left = [path for path in root.parent.rglob("*") if ".partial" in path.name or ".incoming" in path.name]
    left += [path for path in app.folder.blobs.iterdir() if path.name not in named]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "differences", lambda _: [])  # it takes half of the time, and no write changes the tables
        return [*app.repair.faults(), *map(str, left), *finish(Backups(app.folder).verify())]


def _timeless(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if not name.endswith("_at") and name != "seconds"}


@dataclass(frozen=True)
class Made:
    """The prepared folder, what lies beside it, and what it holds."""

    root: Path
    export: Path
    paper: Path  # a document that is not added yet


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make the folder: two documents that were learned, one of them twice, a chat, and an older export."""
    home = tmp_path_factory.mktemp("made")
    root, export = home / "data", home / "older.zip"
    papers = {name: home / f"{name}.txt" for name in ("harbour", "granary", "chapel")}
    for name, file in papers.items():
        file.write_text(TEXT.format(name, f"{name.capitalize()}son") * 12, encoding="utf-8")
    make_ready(DataFolder(root))
    with started(root) as app:
        (first,) = finish(app.learn.add([papers["harbour"]]))
        finish(app.learn.run(first.id))
        chat = app.chat.create()
        finish(app.chat.send(chat.id, "I live in Oslo."))
        finish(app.exchange.export(export))
        (second,) = finish(app.learn.add([papers["granary"]]))
        finish(app.learn.run(second.id))
        finish(app.learn.again([first.id]))
        finish(app.learn.run(first.id))
        assert app.repair.faults() == ()
    return Made(root, export, papers["chapel"])


@pytest.fixture
def copied(made: Made, tmp_path: Path) -> Callable[[], Path]:
    """Return what makes another copy of the folder, beside nothing else."""
    numbers = iter(range(10_000))

    def copy() -> Path:
        root = tmp_path / f"copy-{next(numbers)}" / "data"
        shutil.copytree(made.root, root)
        return root

    return copy
