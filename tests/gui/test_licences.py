"""About names every package NestDesk needs with version and licence, what is shipped, and where the data lie."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from nestdesk import __version__
from nestdesk.core.paths import resources
from nestdesk.gui import licences
from nestdesk.gui.about_dialog import AboutDialog

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs


def test_every_package_is_named_with_its_version_and_a_licence():
    found = {part.name: part for part in licences.packages()}
    assert {"torch", "pyside6-essentials", "sqlalchemy", "nh3"} <= set(found)
    assert all(part.version and part.licence for part in found.values())
    assert "LGPL-3.0" in found["pyside6-essentials"].licence
    assert found["nh3"].licence == "MIT"


def test_packages_of_extras_are_not_named():
    assert not {"pytest", "ruff", "matplotlib"} & {part.name for part in licences.packages()}


def test_the_pinned_versions_are_those_that_are_told():
    pinned = dict(one.split("==") for one in tomllib.loads(PROJECT.read_text())["project"]["dependencies"])
    found = {part.name: part.version.partition("+")[0] for part in licences.packages()}
    assert len(found) > 20
    assert {name: version for name, version in found.items() if pinned.get(name, version) != version} == {}


def test_everything_that_is_shipped_has_a_licence():
    told = licences.as_text(licences.SHIPPED)
    for name in ("SmolLM2", "MiniLM", "birth", "Inter", "DejaVu"):
        assert name in told
    assert len(list((resources() / "fonts").glob("LICENSE-*"))) == 2


def test_a_package_that_is_missing_is_left_out(monkeypatch):
    monkeypatch.setattr(licences.metadata, "requires", lambda name: ["no-such-package-here==1.0", "nh3==0.3.8"])
    assert [part.name for part in licences.packages()] == ["nh3"]


def test_about_shows_and_copies_it_all(qtbot, theme, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = AboutDialog(parent, tmp_path)
    assert dialog.parts.toPlainText() == ""  # looked up when it is asked for
    dialog.popup()
    assert "SmolLM2-135M-Instruct" in dialog.parts.toPlainText()
    assert "torch" in dialog.parts.toPlainText()
    dialog.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(f"NestDesk {__version__}\n{tmp_path}")
    assert "torch" in copied
    dialog.close()
