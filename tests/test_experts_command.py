"""``experts export``, ``import``, ``accept`` and ``decline`` from the command line."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from nestdesk.cli import make_cli
from nestdesk.core.types import Level
from tests.services.expert_files import exchanging, harbour


def runner(desk):
    @contextmanager
    def open_app(data_dir, device):
        yield desk

    cli = make_cli(open_app, lambda data_dir, device: 0)
    return lambda *args: CliRunner().invoke(cli, [str(arg) for arg in args])


@pytest.fixture
def theirs(make_desk, tmp_path):
    desk = exchanging(make_desk(tmp_path / "theirs"))
    yield desk
    desk.database.close()


@pytest.fixture
def run(desk):
    return runner(exchanging(desk))


@pytest.fixture
def run_theirs(theirs, document):
    harbour(theirs, document)
    return runner(theirs)


def test_an_expert_goes_from_one_desk_to_another(run, run_theirs, desk, tmp_path):
    file = tmp_path / "harbour.expert"
    told = run_theirs("experts", "export", "harbour/memory", file, "--with-text").stdout.splitlines()
    assert told[0].startswith("Wrote checkpoint ")
    assert told[0].endswith(f"of harbour/memory (in use) to {file}.")
    assert told[1] == "The text of “harbour” and its questions went along: whoever has the file can read them."

    seen = run("experts", "import", file)
    assert seen.exit_code == 0, seen.output
    number = desk.expert_exchange.held()[0].id
    lines = seen.stdout.splitlines()
    assert lines[0].startswith("harbour/memory: a fast memory expert for fake, exported on 20")
    assert lines[1] == "It says of itself: 0 of 1 questions answered before, 1 after."
    assert lines[2].startswith("The text of “harbour” comes along: ")
    assert lines[-1] == (
        f"It is held for review and not in use: `experts accept {number}` or `experts decline {number}`."
    )
    assert "held: harbour/memory" in run("experts", "list").stdout
    again = run("experts", "import", file).stdout
    assert again == f"These weights are here already, in held: harbour/memory ({number}); nothing was added.\n"

    used = run("experts", "accept", number).stdout
    assert used.startswith("harbour/memory now uses checkpoint ")
    rollback = used.split("`")[1].split()
    assert run(*rollback).exit_code == 0


def test_without_text_it_is_said_what_that_means(run, run_theirs, tmp_path):
    file = tmp_path / "harbour.expert"
    told = run_theirs("experts", "export", "harbour/memory", file).stdout.splitlines()
    assert told[1].startswith("No text went along, so it answers only where “harbour” is in the library too")
    lines = run("experts", "import", file).stdout.splitlines()
    assert "is not in your library: add it before you accept" in lines[2]


def test_a_declined_expert_is_gone(run, theirs, desk, tmp_path):
    attention = next(one for one in theirs.experts.list() if one.level is Level.SLOW)
    known = runner(theirs)("experts", "export", attention.id, tmp_path / "slow.expert")
    assert len(known.stdout.splitlines()) == 1, "there is no source to speak of"
    desk.experts.delete(desk.experts.get("reading/attention").id)  # else these weights are known
    assert "Measured here: it moves answers that it is not about by 0.25 nats." in (
        run("experts", "import", tmp_path / "slow.expert").stdout
    )
    gone = run("experts", "decline", "held: reading/attention")
    assert gone.stdout == "held: reading/attention was deleted; nothing else was changed.\n"
    assert desk.expert_exchange.held() == ()


@pytest.mark.parametrize("form", ["peft", "gguf"])
def test_other_programs_get_their_form(run_theirs, tmp_path, form):
    assert run_theirs("experts", "export", "reading/memory", tmp_path / "adapter", "--as", form).exit_code == 0
    assert (tmp_path / "adapter").read_text(encoding="utf-8") == form


def test_json_is_one_document(run, run_theirs, tmp_path):
    file = tmp_path / "harbour.expert"
    sent = json.loads(run_theirs("--json", "experts", "export", "harbour/memory", file).stdout)
    assert (sent["file"], sent["has_text"], sent["manifest"]["about"]["text"]) == (str(file), False, None)
    taken = json.loads(run("--json", "experts", "import", file).stdout)
    assert (taken["is_new"], taken["is_source_here"]) == (True, False)
    assert json.loads(run("--json", "experts", "decline", taken["expert"]["id"]).stdout)["id"] == taken["expert"]["id"]


def test_expected_errors_are_one_line_and_wrong_use_is_exit_code_2(run, tmp_path):
    (tmp_path / "note.txt").write_text("no expert", encoding="utf-8")
    note, nowhere = tmp_path / "note.txt", tmp_path / "nowhere"
    for arguments in (["import", note], ["import", nowhere], ["accept", 1], ["decline", 1], ["export", "x", nowhere]):
        result = run("experts", *arguments)
        assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    for arguments in (["import"], ["export", "x"], ["export", "x", "y", "--as", "pickle"], ["accept"],
                      ["export", "x", "y", "--as", "peft", "--with-text"]):  # fmt: skip
        assert run("experts", *arguments).exit_code == 2
