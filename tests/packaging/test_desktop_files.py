"""The starter, the description and the icons say of the program what is true, in the form that desktops read."""

from __future__ import annotations

import ast
import datetime
import re
import runpy
import tomllib
from configparser import RawConfigParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QImage

from nestdesk import __version__
from nestdesk.core.paths import resources

ROOT = Path(__file__).resolve().parents[2]
DESKTOP = resources() / "desktop"
THEME = DESKTOP / "icons" / "hicolor"
MAIN_CATEGORIES = {
    "AudioVideo", "Audio", "Video", "Development", "Education", "Game", "Graphics", "Network", "Office", "Science",
    "Settings", "System", "Utility",
}  # fmt: skip


@pytest.fixture(scope="module")
def starter() -> dict[str, str]:
    parser = RawConfigParser(interpolation=None, delimiters=("=",), strict=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string((DESKTOP / "nestdesk.desktop").read_text(encoding="utf-8"))
    assert parser.sections() == ["Desktop Entry"]
    return dict(parser["Desktop Entry"])


@pytest.fixture(scope="module")
def description() -> ElementTree.Element:
    (file,) = DESKTOP.glob("*.metainfo.xml")
    root = ElementTree.parse(file).getroot()
    assert file.name == f"{root.findtext('id')}.metainfo.xml"
    return root


def application_id() -> str:
    """Return what the window tells the desktop it is, as it is written in the program."""
    tree = ast.parse((ROOT / "nestdesk" / "gui" / "application.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (name,) = [
        ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func).endswith("setDesktopFileName")
    ]
    return str(name)


def test_the_starter_has_what_every_starter_needs(starter: dict[str, str]) -> None:
    assert starter["Type"] == "Application"
    assert starter["Name"] == "NestDesk"
    assert starter["Terminal"] == "false"
    assert starter["Comment"].rstrip(".") == starter["Comment"] != ""
    for lists in ("Categories", "Keywords"):
        assert starter[lists].endswith(";")
        assert all(one.strip() == one != "" for one in starter[lists].removesuffix(";").split(";"))
    assert len(MAIN_CATEGORIES & set(starter["Categories"].split(";"))) == 1
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", key) for key in starter)


def test_the_starter_runs_the_command_of_the_package(starter: dict[str, str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert starter["Exec"] == starter["TryExec"]
    assert starter["Exec"] in project["scripts"]


def test_the_window_is_recognised_as_the_starters(starter: dict[str, str]) -> None:
    assert starter["StartupWMClass"] == application_id()
    assert (DESKTOP / f"{application_id()}.desktop").is_file()


def test_the_description_is_complete(description: ElementTree.Element, starter: dict[str, str]) -> None:
    assert (description.tag, description.get("type")) == ("component", "desktop-application")
    assert re.fullmatch(r"[a-z][a-z0-9]*(\.[A-Za-z][A-Za-z0-9]*){2,}", str(description.findtext("id")))
    assert description.findtext("metadata_license") == "CC0-1.0"
    assert description.findtext("project_license")
    assert description.findtext("name") == starter["Name"]
    summary = str(description.findtext("summary"))
    assert 0 < len(summary) <= 60
    assert not summary.endswith(".")
    assert len(" ".join("".join(description.find("description").itertext()).split())) > 200
    assert description.find("content_rating").get("type") == "oars-1.1"


def test_the_description_and_the_starter_belong_together(
    description: ElementTree.Element, starter: dict[str, str]
) -> None:
    launchable = description.find("launchable")
    assert (launchable.get("type"), launchable.text) == ("desktop-id", f"{application_id()}.desktop")
    assert [binary.text for binary in description.findall("provides/binary")] == [starter["Exec"]]
    assert description.findtext("icon[@type='stock']") == starter["Icon"]
    assert {one.text for one in description.findall("categories/category")} == set(
        starter["Categories"].removesuffix(";").split(";")
    )


def test_the_newest_release_is_this_version(description: ElementTree.Element) -> None:
    releases = description.findall("releases/release")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert releases[0].get("version") == __version__ == project["version"]
    days = [datetime.date.fromisoformat(str(release.get("date"))) for release in releases]
    assert days == sorted(days, reverse=True)


def test_the_screenshots_are_shipped_and_told_apart(description: ElementTree.Element) -> None:
    shots = description.findall("screenshots/screenshot")
    assert [shot.get("type") for shot in shots].count("default") == 1
    assert len({shot.findtext("caption") for shot in shots} - {None}) == len(shots) >= 3
    for shot in shots:
        picture = QImage(str(resources() / "screenshots" / str(shot.findtext("image"))))
        assert picture.width() >= 620


def test_the_icons_are_what_the_command_draws(starter: dict[str, str], tmp_path: Path) -> None:
    drawn = runpy.run_path(str(ROOT / ".packaging" / "icons.py"))["draw"](tmp_path)
    assert {file.relative_to(tmp_path) for file in drawn} == {file.relative_to(THEME) for file in THEME.rglob("*.png")}
    for file in drawn:
        new, shipped = QImage(str(file)), QImage(str(THEME / file.relative_to(tmp_path)))
        side = int(file.parts[-3].partition("x")[0])
        assert file.stem == starter["Icon"]
        assert (shipped.width(), shipped.height()) == (new.width(), new.height()) == (side, side)
        assert np.abs(_pixels(new) - _pixels(shipped)).max() <= 2
        assert shipped.pixelColor(0, 0).alpha() == 0
        assert shipped.pixelColor(side // 2, side // 4).alpha() == 255


def _pixels(picture: QImage) -> np.ndarray:
    plain = picture.convertToFormat(QImage.Format.Format_RGBA8888)
    return np.frombuffer(plain.constBits(), np.uint8).astype(int)
