"""Installing into the menu writes what a desktop reads, twice is once, and removing leaves nothing."""

from __future__ import annotations

import os
import re
import sys
from configparser import RawConfigParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest

from nestdesk.core.errors import DesktopError
from nestdesk.services import menu_entry

STARTER = Path("applications/nestdesk.desktop")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desktop's data folder with something of another program in it."""
    monkeypatch.setattr(sys, "platform", "linux")
    home = tmp_path / "a share"
    (home / "icons" / "hicolor" / "64x64" / "apps").mkdir(parents=True)
    (home / "icons" / "hicolor" / "64x64" / "apps" / "other.png").write_bytes(b"other")
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    return home


@pytest.fixture
def interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python in a folder whose name means something in every language on the way."""
    folder = tmp_path / 'it\'s "50 %u" of $HOME, a\\b `c`; \t &'
    folder.mkdir()
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    return folder / "python"


def contents(home: Path) -> dict[Path, bytes]:
    return {path.relative_to(home): path.read_bytes() if path.is_file() else b"" for path in home.rglob("*")}


def starter(home: Path) -> dict[str, str]:
    parser = RawConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string((home / STARTER).read_text(encoding="utf-8"))
    return dict(parser["Desktop Entry"])


def unescaped(value: str) -> str:
    """Read a value as the specification says: the file's own escapes."""
    return re.sub(r"\\(.)", lambda found: {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}[found[1]], value)


def arguments(command: str) -> list[str]:
    """Read an Exec as the specification says: escapes, quotes, field codes."""
    found = re.findall(r'"((?:[^"`$\\]|\\["`$\\])*)"(?: |$)', unescaped(command))
    read = [re.sub(r"\\(.)", r"\1", one) for one in found]
    assert not re.search("%", "".join(read).replace("%%", "")), "a field code would be filled in"
    return [one.replace("%%", "%") for one in read]


def test_the_starter_runs_this_installation(home: Path, interpreter: Path) -> None:
    menu_entry.install()
    assert arguments(starter(home)["Exec"]) == [str(interpreter), "-P", "-m", "nestdesk"]
    assert unescaped(starter(home)["TryExec"]) == str(interpreter)

    script = interpreter.with_name("nestdesk")
    script.write_text("", encoding="utf-8")
    menu_entry.install()
    assert arguments(starter(home)["Exec"]) == [str(script)]
    assert unescaped(starter(home)["TryExec"]) == str(script)


def test_a_bundled_program_starts_itself(home: Path, interpreter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    menu_entry.install()
    assert arguments(starter(home)["Exec"]) == [str(interpreter)]


def test_a_chosen_data_folder_is_opened_from_the_menu(
    home: Path, interpreter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    menu_entry.install(Path("100 % mine"))
    assert arguments(starter(home)["Exec"])[-2:] == ["--data-dir", str(tmp_path / "100 % mine")]


def test_everything_a_desktop_needs_is_there(home: Path) -> None:
    files = menu_entry.install()
    assert files[0] == home / STARTER
    icon = starter(home)["Icon"]
    sizes = {path.parts[-3] for path in files if path.stem == icon and "icons" in path.parts}
    assert sizes == {"48x48", "64x64", "128x128", "256x256", "scalable"}
    (description,) = (home / "metainfo").iterdir()
    images = [str(image.text) for image in ElementTree.parse(description).iter("image")]
    assert len(images) == 3
    for image in images:
        assert image.startswith("file:///")
        assert Path(unquote(urlsplit(image).path)).read_bytes().startswith(b"\x89PNG")


def test_twice_is_once_and_removing_leaves_what_was_there(home: Path, interpreter: Path) -> None:
    before = contents(home)
    installed = menu_entry.install()
    once = contents(home)
    assert menu_entry.install() == installed
    assert contents(home) == once != before
    assert {path for path in once if (home / path).is_file()} - before.keys() == {
        path.relative_to(home) for path in installed
    }

    assert set(menu_entry.remove()) == set(installed)
    assert contents(home) == before
    assert menu_entry.remove() == ()
    assert contents(home) == before


def test_a_desktop_is_told_of_the_icons(home: Path) -> None:
    theme = home / "icons" / "hicolor"
    for act in (menu_entry.install, menu_entry.remove):
        os.utime(theme, (0, 0))
        act()
        assert theme.stat().st_mtime > 0


@pytest.mark.parametrize("chosen", ["", "not/absolute"])
def test_without_a_usable_choice_the_standard_folder_is_taken(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", chosen)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    menu_entry.install()
    assert (tmp_path / "me" / ".local" / "share" / STARTER).is_file()


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_platforms_are_told_how_to_start_it(home: Path, monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    before = contents(home)
    monkeypatch.setattr(sys, "platform", platform)
    for act in (menu_entry.install, menu_entry.remove):
        with pytest.raises(DesktopError, match="start NestDesk with the command `nestdesk`"):
            act()
    assert contents(home) == before


def test_a_folder_that_cannot_be_written_is_an_error_in_words(home: Path) -> None:
    (home / "applications").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(DesktopError, match=r"applications.* cannot be changed: .*desktop remove"):
        menu_entry.install()
