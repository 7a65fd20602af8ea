"""``desktop install`` and ``desktop remove`` from the command line; no data folder is opened for them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nestdesk import desktop_command
from nestdesk.cli import make_cli


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    def open_app(data_dir, device):
        raise AssertionError("the data folder was opened")

    cli = make_cli(open_app, lambda *_: 0, [desktop_command.register])
    return lambda *args: CliRunner().invoke(cli, args)


def test_it_is_put_into_the_menu_and_taken_out(run, tmp_path):
    starter = tmp_path / "applications" / "nestdesk.desktop"
    said = run("desktop", "install")
    assert (said.exit_code, said.stderr) == (0, "")
    assert said.stdout == f"NestDesk is in the menu: {starter}. `desktop remove` takes it out again.\n"
    assert starter.is_file()
    assert run("desktop", "remove").stdout == "NestDesk is no longer in the menu.\n"
    assert not starter.exists()
    assert run("desktop", "remove").stdout == "NestDesk was not in the menu.\n"


def test_the_chosen_data_folder_and_json(run, tmp_path):
    said = run("--data-dir", str(tmp_path / "mine"), "--json", "desktop", "install")
    files = json.loads(said.stdout)["files"]
    assert files[0] == str(tmp_path / "applications" / "nestdesk.desktop")
    assert f'"--data-dir" "{tmp_path / "mine"}"\n' in Path(files[0]).read_text(encoding="utf-8")
    assert json.loads(run("--json", "desktop", "remove").stdout) == {"files": files}


def test_elsewhere_it_is_one_sentence(run, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    said = run("desktop", "install")
    assert (said.exit_code, said.stdout) == (1, "")
    assert len(said.stderr.splitlines()) == 1
