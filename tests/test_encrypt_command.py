"""``encrypt`` from the command line, and every other command over an encrypted data folder."""

from __future__ import annotations

import json
from functools import partial

import pytest
from typer.testing import CliRunner

from nestdesk import backup_command, encrypt_command, terminal
from nestdesk.app import open_app
from nestdesk.cli import make_cli
from nestdesk.core.errors import PassphraseError
from nestdesk.services.protection import VARIABLE, nobody
from nestdesk.storage import key_file
from nestdesk.storage.quarantine import Incident

pytest.importorskip("sqlcipher3")

OLD, NEW = "eight letters", "eight other letters"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(key_file, "COST", 1 << 4)
    for name in (VARIABLE, encrypt_command.NEW_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    with open_app(tmp_path / "data") as app:
        app.journal.create_conversation("Earlier")
    return tmp_path / "data"


@pytest.fixture
def run(root):
    more = [encrypt_command.register, backup_command.register]
    cli = make_cli(partial(open_app, ask=terminal.ask_passphrase), lambda *args: 0, more)

    def run(*args, **environment):
        arguments = ["--data-dir", str(root), *map(str, args)]
        return CliRunner().invoke(cli, arguments, env={VARIABLE: None} | environment)

    return run


@pytest.fixture
def typed(monkeypatch):
    """Type at the terminal; returns what is left to be typed."""
    left: list[str] = []

    def ask(question="Passphrase: "):
        return left.pop(0) if left else nobody()

    monkeypatch.setattr(terminal, "ask_passphrase", ask)
    monkeypatch.setattr(encrypt_command, "ask_passphrase", ask)
    return left


def test_it_is_switched_on_used_and_switched_off(run, root, typed):
    assert run("encrypt", "status").stdout.strip() == f"{root} is not encrypted."
    typed += [OLD, OLD]
    done = run("encrypt", "on")
    assert done.exit_code == 0, done.output
    assert "loses everything" in done.stderr
    assert "is encrypted." in done.stdout
    assert json.loads(run("--json", "encrypt", "status").stdout) == {"is_encrypted": True}
    for command in (["backup", "list"], ["backup", "now"], ["check"], ["sources", "list"]):
        refused = run(*command)
        assert (refused.exit_code, refused.stdout) == (1, ""), command
        assert VARIABLE in refused.stderr
        opened = run(*command, **{VARIABLE: OLD})
        assert opened.exit_code == 0, opened.output
    typed += [OLD]
    assert run("backup", "verify").stdout.strip() == "Every backup is sound."
    off = run("encrypt", "off", **{VARIABLE: OLD})
    assert off.exit_code == 0, off.output
    assert run("backup", "verify").exit_code == 0
    with open_app(root) as app:
        assert [one.title for one in app.journal.conversations()] == ["Earlier"]


def test_the_passphrase_is_changed_and_a_wrong_one_told(run, root, typed):
    run("encrypt", "on", **{VARIABLE: OLD})
    wrong = run("backup", "list", **{VARIABLE: "wrong as can be"})
    assert (wrong.exit_code, "not the passphrase" in wrong.stderr) == (1, True)
    typed += [OLD, NEW, NEW]
    assert run("encrypt", "passphrase").stdout.strip() == "The passphrase is changed."
    assert run("backup", "list", **{VARIABLE: OLD}).exit_code == 1
    assert run("backup", "list", **{VARIABLE: NEW}).exit_code == 0
    again = run("encrypt", "passphrase", **{VARIABLE: NEW, encrypt_command.NEW_VARIABLE: OLD})
    assert again.exit_code == 0, again.output
    typed += ["one way and", "another"]
    differing = run("encrypt", "passphrase", **{VARIABLE: OLD})
    assert (differing.exit_code, "differ" in differing.stderr) == (1, True)
    typed += ["wrong 1 letters", "wrong 2 letters", OLD]
    assert run("backup", "list").exit_code == 0, "three tries"
    typed += ["wrong 1 letters", "wrong 2 letters", "wrong 3 letters"]
    assert run("backup", "list").exit_code == 1


def test_what_cannot_be_is_said(run, root, typed, monkeypatch):
    typed += ["short", "short"]
    assert "at least 8" in run("encrypt", "on").stderr
    for command in (["off"], ["passphrase"], ["keyring"]):
        refused = run("encrypt", *command, **{VARIABLE: OLD})
        assert (refused.exit_code, "not encrypted" in refused.stderr) == (1, True), command
    run("encrypt", "on", **{VARIABLE: OLD})
    assert "already" in run("encrypt", "on", **{VARIABLE: OLD}).stderr
    monkeypatch.setattr(key_file, "NEEDED", ("no_such_package_of_anybody",))
    assert "pip install" in run("backup", "list", **{VARIABLE: OLD}).stderr


def test_a_file_that_was_put_aside_is_shown(run, root, typed):
    run("encrypt", "on", **{VARIABLE: OLD})
    with open_app(root, ask=lambda: OLD) as app:
        aside = Incident(app.folder, "rows")
        aside.add("message.jsonl", [b'{"text": "Petrelwing"}\n', b"{}\n"])
    file = aside.folder / "message.jsonl"
    assert b"Petrelwing" not in file.read_bytes()
    assert run("encrypt", "read", file, **{VARIABLE: OLD}).stdout == '{"text": "Petrelwing"}\n{}\n'


def test_nobody_is_asked_where_nobody_is(monkeypatch):
    monkeypatch.setattr("sys.stdin", type("Pipe", (), {"isatty": lambda self: False})())
    with pytest.raises(PassphraseError, match=VARIABLE):
        terminal.ask_passphrase()
