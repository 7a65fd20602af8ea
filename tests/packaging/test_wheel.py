"""The built wheel, installed where nothing of the repository is: whole, able to start, and with nothing too much."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from nestdesk import __version__

ROOT = Path(__file__).resolve().parents[2]
NAME = f"nestdesk-{__version__}"
FOLDERS = {"nestdesk": "nestdesk", "resources": "nestdesk/resources", "migrations": "nestdesk/migrations"}
KINDS = {
    ".py", ".md", ".txt", ".svg", ".png", ".qss", ".ts", ".qm", ".json", ".otf", ".ttf", ".safetensors", ".desktop",
    ".xml",
}  # fmt: skip
MOST_BYTES = 16 * 1024 * 1024  # of which 10 are the slow experts' birth

LOOK = """
import json, sys
from pathlib import Path
import nestdesk
from nestdesk.core.paths import DataFolder, migrations, resources
from nestdesk.storage import schema
from nestdesk.storage.database import Database

folder = DataFolder(Path(sys.argv[1]))
folder.create()
database = Database.open(folder)
database.close()
import sqlite3
raw = sqlite3.connect(folder.database)
print(json.dumps({
    "package": nestdesk.__file__,
    "resources": str(resources()),
    "migrations": str(migrations()),
    "revision": schema.revision_of(raw),
    "head": schema.head(),
}))
"""


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", *arguments, "--quiet", "--no-deps", "--no-index"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", str(ROOT), "--no-build-isolation", "--wheel-dir", str(folder))
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("clean environment")
    pip("install", str(wheel), "--target", str(target), "--no-compile")
    return target


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Callable[..., str]:
    """Run Python with the installed wheel before everything else, far from the repository."""

    def run(*arguments: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(installed), "NESTDESK_DATA": str(tmp_path / "data")}
        command = [sys.executable, "-P", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def members(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as archive:
        return {entry.filename: entry.file_size for entry in archive.infolist()}


def shipped() -> set[str]:
    """Return what the wheel should hold of the repository, by the names it has there."""
    return {
        f"{place}/{file.relative_to(ROOT / folder).as_posix()}"
        for folder, place in FOLDERS.items()
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_everything_of_the_program_is_inside_and_nothing_else(wheel: Path) -> None:
    found = members(wheel)
    own = {name for name in found if not name.startswith(f"{NAME}.dist-info/")}
    assert own == shipped()
    assert {PurePosixPath(name).suffix for name in own} <= KINDS
    assert not {"tests", "shared"} & {part for name in own for part in PurePosixPath(name).parts[:-1]}
    assert {"METADATA", "RECORD", "WHEEL", "entry_points.txt"} <= {PurePosixPath(n).name for n in found.keys() - own}


def test_its_size_is_that_of_a_program_without_models(wheel: Path) -> None:
    assert wheel.name == f"{NAME}-py3-none-any.whl"
    assert wheel.stat().st_size < MOST_BYTES
    births = {name: size for name, size in members(wheel).items() if name.endswith(".safetensors")}
    assert {PurePosixPath(name).parent.as_posix() for name in births} == {"nestdesk/resources/birth"}
    assert sum(size for name, size in members(wheel).items() if name not in births) < MOST_BYTES / 3


def test_it_finds_its_files_and_makes_a_database(run: Callable[..., str], installed: Path, tmp_path: Path) -> None:
    seen = json.loads(run("-c", LOOK, str(tmp_path / "new")))
    package = installed / "nestdesk"
    assert Path(seen["package"]) == package / "__init__.py"
    assert (Path(seen["resources"]), Path(seen["migrations"])) == (package / "resources", package / "migrations")
    assert seen["revision"] == seen["head"]
    assert seen["head"]
    assert (package / "resources" / "icons" / "nestdesk.svg").is_file()


@pytest.mark.skipif(sys.platform != "linux", reason="only there is such a menu")
def test_it_starts_and_puts_itself_into_the_menu(
    run: Callable[..., str], installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (installed / "bin" / "nestdesk").read_text(encoding="utf-8")
    assert "from nestdesk.__main__ import main" in script
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    files = [Path(file) for file in json.loads(run("-m", "nestdesk", "--json", "desktop", "install"))["files"]]
    assert files
    assert all(file.is_file() for file in files)
