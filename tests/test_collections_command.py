"""Collections and watched folders by the command line: text for people, one JSON document for programs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from nestdesk import collections_command, folders_command
from nestdesk.cli import make_cli

ABOUT = "Which harbour master keeps lanterns in the northern lighthouse?"
HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12


@pytest.fixture
def run(desk):
    @contextmanager
    def open_app(data_dir, device):
        yield desk

    cli = make_cli(open_app, lambda *_: 0, [collections_command.register, folders_command.register])
    return lambda *args: CliRunner().invoke(cli, [str(arg) for arg in args])


@pytest.fixture
def said(run):
    def said(*args):
        result = run(*args)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return result.stdout

    return said


def test_a_file_is_learned_into_a_collection_that_is_made_for_it(desk, document, said):
    file = document("harbour.txt", HARBOUR)
    said("learn", file, "--collection", "north")
    (collection,) = json.loads(said("--json", "collections", "list"))
    assert (collection["name"], collection["sources"]) == ("north", 1)
    lines = said("sources", "list").splitlines()
    assert lines[0].split()[:3] == ["ID", "KIND", "LANGUAGE"]
    assert {"en", "north"} <= set(lines[1].split())
    shown = said("sources", "show", "1")
    assert {"collection: north", "language: en", "type: text/plain"} <= set(shown.splitlines())

    said("learn", file, "--collection", "south")
    assert json.loads(said("--json", "sources", "show", "1"))["collection"] == "south"


def test_what_the_reader_remarked_is_shown(desk, document, said):
    said("learn", document("harbour.txt", HARBOUR))
    desk.sources.describe(1, "application/pdf", "en", ("2 of 9 pages have no text (pictures or scans).",))
    assert "note: 2 of 9 pages have no text (pictures or scans)." in said("sources", "show", "1").splitlines()


def test_collections_are_made_renamed_filled_and_deleted(desk, document, said):
    said("learn", document("harbour.txt", HARBOUR))
    assert said("collections", "create", "north") == "The collection north has the number 1.\n"
    assert said("collections", "move", "1", "--to", "north") == "Moved 1 source to north.\n"
    said("collections", "rename", "north", "south")
    assert "south" in said("collections", "list")
    assert "everything" not in said("sleep")
    assert said("collections", "move", "1") == "Moved 1 source to no collection.\n"
    assert "no source was in it" in said("collections", "delete", "south")
    assert json.loads(said("--json", "collections", "list")) == []
    assert desk.library.sources()


def test_folders_are_watched_looked_at_and_forgotten_from(desk, tmp_path, said):
    place = tmp_path / "papers"
    place.mkdir()
    for name in ("harbour", "bakery", "quarry"):
        (place / f"{name}.txt").write_text(HARBOUR.replace("harbour", name), encoding="utf-8")
    assert said("folders", "check") == "No folder is watched.\n"
    said("folders", "add", place, "--collection", "papers")
    assert {"never", "papers", str(place.resolve())} <= set(said("folders", "list").split())
    assert said("folders", "check", "--learn").splitlines()[0] == f"{place.resolve()}: 3 new."
    assert "never" not in said("folders", "list")
    assert [one.collection_id for one in desk.library.sources()] == [1, 1, 1]

    (place / "bakery.txt").unlink()
    told = said("folders", "check")
    assert "1 gone" in told
    assert "--forget-missing" in told
    assert len(desk.library.sources()) == 3
    report = json.loads(said("--json", "folders", "check", "--forget-missing"))
    assert [receipt["title"] for receipt in report["forgotten"]] == ["bakery"]
    said("collections", "create", "others")
    told = said("collections", "assign", "1", "--to", "others")
    assert told == "What comes into folder 1 goes to others. Moved 2 sources to others.\n"
    assert "others" in said("folders", "list")
    assert said("collections", "assign", "1").startswith("What comes into folder 1 goes to no collection.")
    said("folders", "remove", "1")
    assert len(desk.library.sources()) == 2


def test_what_is_left_out_of_a_folder_is_listed_until_it_is_learned_again(desk, tmp_path, said):
    place = tmp_path / "papers"
    place.mkdir()
    for name in ("harbour", "bakery"):
        (place / f"{name}.txt").write_text(HARBOUR.replace("harbour", name), encoding="utf-8")
    said("folders", "add", place)
    said("folders", "check", "--learn")
    assert json.loads(said("--json", "folders", "left-out")) == []
    gone = next(one for one in desk.library.sources() if one.title == "bakery")
    said("sources", "forget", gone.id)
    file = str((place / "bakery.txt").resolve())
    (left,) = json.loads(said("--json", "folders", "left-out"))
    assert (left["path"], left["folder_id"]) == (file, 1)
    header, line = said("folders", "left-out").splitlines()
    assert (header.split(), line.split()[0], line.split()[-1]) == (["FOLDER", "SINCE", "PATH"], "1", file)
    assert said("folders", "check").splitlines() == [f"{place.resolve()}: nothing new."]

    said("learn", file)
    assert json.loads(said("--json", "folders", "left-out")) == []
    assert {one.title for one in desk.library.sources()} == {"harbour", "bakery"}


def test_a_question_is_asked_of_collections_types_and_days(desk, document, said, tmp_path):
    said("learn", document("harbour.txt", HARBOUR), "--collection", "north")
    said("learn", document("quay.md", HARBOUR.replace("seven", "nine")), "--collection", "south")
    day = desk.library.sources()[0].added_at.astimezone().date()
    before, after = (str(day + timedelta(days)) for days in (-1, 1))

    def asked(*options):
        report = json.loads(said("--json", "ask", ABOUT, "--mode", "retrieval", *options))
        return {hit["source_title"] for hit in report["why"]["passages"]}

    def all_found(*options):
        desk.engine.found = lambda asked: found.append({"nine" in one.passage for one in asked.readings}) or 0
        found = []
        asked(*options)
        return found == [{True, False}]

    assert all_found()
    assert all_found("--collection", "north", "--collection", "south", "--since", day, "--until", day)
    assert all_found("--type", "txt", "--type", ".MD")
    desk.engine.found = lambda asked: 0
    assert asked("--collection", "north") == asked("--type", "txt") == {"harbour"}
    assert asked("--collection", "2") == asked("--type", "md", "--since", before) == {"quay"}
    assert (
        asked("--until", before) == asked("--since", after) == asked("--collection", "north", "--type", "md") == set()
    )

    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps({"question": ABOUT}), encoding="utf-8")
    (line,) = json.loads(said("--json", "ask", "--from", questions, "--collection", "south"))["answers"]
    assert [source["title"] for source in line["sources"]] == ["quay"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--collection", "nobody"], "There is no collection nobody."),
        (["--type", "pdf"], "No file of the library ends in .pdf; there are .txt."),
        (["--since", "May"], "May is not a day; write it as in 2026-01-31."),
        (["--until", "2026-02-30"], "2026-02-30 is not a day; write it as in 2026-01-31."),
        (["--since", "2026-02-01", "--until", "2026-01-31"], "There is no day from 2026-02-01 until 2026-01-31."),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_sentence(document, run, said, options, reason):
    said("learn", document("harbour.txt", HARBOUR))
    result = run("ask", ABOUT, *options)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{reason}\n")


def test_a_given_passage_is_not_narrowed(run):
    result = run("ask", ABOUT, "--passage", "Ellinor did.", "--type", "pdf")
    assert result.exit_code == 2
    assert "a given passage is all that is asked" in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["collections", "create", " "],
        ["collections", "rename", "nobody", "x"],
        ["collections", "delete", "9"],
        ["collections", "move", "9"],
        ["collections", "assign", "9"],
        ["collections", "assign", "9", "--to", "nobody"],
        ["collections", "move", "1", "--to", "nobody"],
        ["folders", "add", "/nowhere/at/all"],
        ["folders", "remove", "9"],
    ],
)
def test_an_expected_error_is_exit_code_1_and_one_line(run, arguments):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
