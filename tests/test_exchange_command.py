"""``import`` and ``export`` from the command line."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from nestdesk import exchange_command
from nestdesk.cli import make_cli
from nestdesk.services.exchange import Exchange
from tests.memory.chat_files import branched, claude
from tests.memory.files import write


@pytest.fixture
def run(desk):
    desk.exchange = Exchange(desk.folder, desk.database, desk.blobs, desk.learn, desk.changes)

    @contextmanager
    def open_app(data_dir, device):
        yield desk

    cli = make_cli(open_app, lambda data_dir, device: 0, [exchange_command.register])
    return lambda *args: CliRunner().invoke(cli, [str(arg) for arg in args])


@pytest.fixture
def file(tmp_path):
    return write(tmp_path, "conversations.json", json.dumps([branched(), claude(), {}]))


def test_a_preview_then_the_import_then_the_lesson(run, desk, file):
    seen = run("import", file, "--preview")
    assert seen.exit_code == 0, seen.output
    assert seen.stdout.splitlines() == [
        "2 chats with 6 messages: 2 chats and 6 messages would be new, 0 chats there already.",
        "They were written from 2023-11-14 to 2025-01-02.",
        "Skipped 1:",
        "  entry 3: it is no chat of a program that NestDesk knows.",
        "With --learn it would learn, for instance:",
        "  I live in Oslo.",
        "  My cat is called Ada.",
    ]
    assert desk.journal.conversations() == ()
    assert "2 chats and 6 messages new" in run("import", file).stdout
    assert desk.sources.list() == ()
    learned = run("import", file, "--learn").stdout
    assert "0 chats and 0 messages new, 2 chats there already." in learned
    assert "Worked through 2 sources" in learned


def test_json_is_one_document(run, file, tmp_path):
    assert json.loads(run("--json", "import", file, "--preview").stdout)["new_messages"] == 6
    taken = json.loads(run("--json", "import", file, "--learn").stdout)
    assert (taken["taken"]["queued"], len(taken["learned"])) == (2, 2)
    made = json.loads(run("--json", "export", tmp_path / "all.zip").stdout)
    assert (made["file"], made["rows"]["conversation"]) == (str(tmp_path / "all.zip"), 2)


def test_what_was_exported_can_be_imported(run, file, tmp_path):
    run("import", file)
    made = run("export", tmp_path / "all.zip")
    assert made.stdout.startswith(f"Wrote 2 chats, 0 sources, 0 weight files to {tmp_path / 'all.zip'} (")
    again = run("import", tmp_path / "all.zip").stdout.splitlines()
    assert again == [
        "Only the chats of all.zip are taken, because this data folder is not empty.",
        "2 chats with 6 messages: 0 chats and 0 messages new, 2 chats there already.",
        "They were written from 2023-11-14 to 2025-01-02.",
    ]


def test_a_restore_is_told_first_then_done_and_can_be_undone(run, desk, file, tmp_path):
    run("import", file)
    run("export", tmp_path / "all.zip")
    later = desk.journal.create_conversation("Later")
    told = run("restore", tmp_path / "all.zip", "--preview").stdout.splitlines()
    assert "all.zip of" in told[0]
    assert "holds 2 chats, 0 sources, 0 weight files." in told[0]
    assert "all that is here: 3 chats" in told[1]
    assert desk.journal.conversation(later.id) == later
    done = run("restore", tmp_path / "all.zip").stdout.splitlines()
    assert done[0].startswith("Restored 2 chats, 0 sources, 0 weight files from")
    assert len(desk.journal.conversations()) == 2
    kept = done[1].split("`nestdesk restore ")[1].split("`")[0]
    assert run("restore", kept).exit_code == 0
    assert desk.journal.conversation(later.id) == later


def test_expected_errors_are_one_line_and_wrong_use_is_exit_code_2(run, file, tmp_path):
    for arguments in (["import", tmp_path / "nowhere.zip"], ["export", file], ["restore", file]):
        result = run(*arguments)
        assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    for arguments in (["import"], ["export"], ["restore"], ["import", file, "--preview", "--learn"]):
        assert run(*arguments).exit_code == 2
