"""``backup`` and ``profiles`` from the command line."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from nestdesk import backup_command, profiles_command
from nestdesk.cli import make_cli
from nestdesk.core import paths


@pytest.fixture
def run(desk):
    @contextmanager
    def open_app(data_dir, device):
        raise AssertionError("no backup command needs the application")
        yield

    cli = make_cli(open_app, lambda *args: 0, [backup_command.register, profiles_command.register])
    return lambda *args: CliRunner().invoke(cli, ["--data-dir", str(desk.folder.root), *[str(arg) for arg in args]])


def test_a_backup_is_made_listed_verified_and_restored(run, desk):
    desk.journal.create_conversation("Earlier")
    made = run("backup", "now")
    assert made.exit_code == 0, made.output
    name = made.stdout.split()[1]
    assert made.stdout.strip().endswith("1 chats, 0 sources, 0 memories, 0 weight files.")
    head, line, where = run("backup", "list").stdout.splitlines()
    assert head.split() == ["NAME", "MADE", "SIZE", "WHY", "HOLDS"]
    assert line.startswith(name)
    assert "by hand" in line
    assert str(desk.folder.root.with_name("data-backups")) in where
    assert run("backup", "verify").stdout.strip() == "Every backup is sound."
    desk.journal.create_conversation("Later")
    desk.database.close()
    done = run("backup", "restore", name).stdout.splitlines()
    assert done[0].startswith(f"Restored {name}: 1 chats")
    kept = done[1].split("`nestdesk backup restore ")[1].split("`")[0]
    assert "before a restore" in run("backup", "list").stdout
    again = json.loads(run("--json", "backup", "restore", kept).stdout)
    assert again["restored"]["rows"]["conversation"] == 2


def test_the_place_of_backups_is_told_and_chosen(run, desk, tmp_path):
    run("backup", "now")
    (tmp_path / "disk").mkdir()
    assert run("backup", "place").stdout.strip() == str(tmp_path / "data-backups")
    assert run("backup", "place", tmp_path / "disk").stdout.strip() == str(tmp_path / "disk" / "data-backups")
    assert len(json.loads(run("--json", "backup", "list").stdout)["backups"]) == 1
    assert run("backup", "place", "--default").stdout.strip() == str(tmp_path / "data-backups")


def test_damage_and_wrong_use_are_told(run, desk, tmp_path):
    name = run("backup", "now").stdout.split()[1]
    (tmp_path / "data-backups" / f"{name}.db").write_bytes(b"no database" * 1000)
    damaged = run("backup", "verify")
    assert (damaged.exit_code, name in damaged.stderr) == (1, True)
    assert "nothing that can be read" in run("backup", "list").stdout
    for arguments in (["restore", "nonsense"], ["verify", "nonsense"], ["place", tmp_path / "nowhere"]):
        result = run("backup", *arguments)
        assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    for arguments in (["restore"], ["place", tmp_path, "--default"]):
        assert run("backup", *arguments).exit_code == 2


def test_profiles_are_added_used_listed_and_taken_off(run, tmp_path, monkeypatch):
    monkeypatch.delenv("NESTDESK_DATA", raising=False)
    monkeypatch.setattr(paths, "platform_data_folder", lambda: tmp_path / "own")
    assert run("profiles", "add", tmp_path / "work").stdout.strip() == f"{tmp_path / 'work'} is the profile work."
    used = [(one["name"], one["is_used"]) for one in json.loads(run("--json", "profiles", "list").stdout)]
    assert used == [("default", True), ("work", False)]
    run("profiles", "use", "work")
    assert paths.default_data_folder() == tmp_path / "work"
    assert "*     work" in run("profiles", "list").stdout
    monkeypatch.setenv("NESTDESK_DATA", str(tmp_path / "wins"))
    assert "NESTDESK_DATA" in run("profiles", "use", "work").stdout
    monkeypatch.delenv("NESTDESK_DATA")
    assert "off the list" in run("profiles", "remove-from-list", "work").stdout
    assert (tmp_path / "work").is_dir()
    assert paths.default_data_folder() == tmp_path / "own"
    assert run("profiles", "use", "work").exit_code == 1
