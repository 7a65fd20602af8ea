"""The command line's contract: exit codes, one JSON document, one line of error, and the files of questions."""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager

import pytest
import typer
from typer.testing import CliRunner

from nestdesk import __version__
from nestdesk.cli import make_cli
from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12


@pytest.fixture
def run(desk):
    @contextmanager
    def open_app(data_dir, device):
        if data_dir is not None and data_dir.name == "busy":
            raise StorageError("NestDesk is already running\nwith this data folder.")
        yield desk

    def window(data_dir, device, is_safe):
        print("window", data_dir, device, "asks" if is_safe else "")
        return 0

    def register(cli):
        @cli.command()
        def demo(context: typer.Context) -> None:
            with context.obj.opened() as app:
                context.obj.show({"ready": app.models.is_ready()}, "demo")

    cli = make_cli(open_app, window, [register])
    return lambda *args: CliRunner().invoke(cli, [str(arg) for arg in args])


@pytest.fixture
def learned(desk, document):
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    return finish(desk.learn.run(source.id))


def document_of(result):
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def test_no_sub_command_opens_the_window(run, tmp_path):
    result = run("--data-dir", tmp_path, "--device", "cpu")
    assert (result.exit_code, result.stdout) == (0, f"window {tmp_path} cpu \n")


def test_safe_has_the_window_ask_how_to_start(run):
    assert run("--safe").stdout == "window None auto asks\n"
    assert run("--safe", "check").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["--device", "toaster", "check"],
        ["nonsense"],
        ["ask"],
        ["ask", ""],
        ["ask", "Who?", "--from", "questions.jsonl"],
        ["ask", "Who?", "--out", "answers.jsonl"],
        ["ask", "Who?", "--mode", "guess"],
        ["ask", "Who?", "--mode", "passage"],
        ["ask", "Who?", "--max-tokens", "0"],
        ["learn"],
        ["learn", "x", "--effort", "heroic"],
        ["sources", "show", "first"],
        ["experts", "rollback", "reading/memory"],
    ],
)
def test_wrong_use_is_exit_code_2(run, arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--data-dir", "busy", "check"],
        ["learn", "/nowhere/at/all.txt"],
        ["ask", "--from", "/nowhere/questions.jsonl"],
        ["sources", "show", "99"],
        ["sources", "forget", "99"],
        ["experts", "history", "nobody"],
        ["experts", "rollback", "nobody", "1"],
        ["experts", "restore", "nobody"],
    ],
)
def test_an_expected_error_is_exit_code_1_and_one_line(run, arguments):
    plain = run(*arguments)
    assert (plain.exit_code, plain.stdout) == (1, "")
    assert len(plain.stderr.splitlines()) == 1

    as_json = run("--json", *arguments)
    assert as_json.exit_code == 1
    assert list(json.loads(as_json.stdout)) == ["error"]
    assert len(as_json.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["setup"],
        ["check"],
        ["demo"],
        ["sleep"],
        ["ask", "Which harbour master keeps seven lanterns?"],
        ["ask", "Who?", "--passage", "Ellinor did it.", "--short"],
        ["sources", "list"],
        ["sources", "show", "1"],
        ["experts", "list"],
        ["experts", "history", "harbour/memory"],
        ["sources", "forget", "1"],
    ],
)
def test_every_command_prints_text_or_one_json_document(run, learned, arguments):
    if arguments != ["sources", "forget", "1"]:
        plain = run(*arguments)
        assert (plain.exit_code, plain.stderr) == (0, "")
        assert plain.stdout.strip()
    document_of(run("--json", *arguments))


def test_learn_reports_every_file_and_goes_on_after_a_bad_one(run, desk, document, tmp_path):
    document("good.txt", HARBOUR)
    bad = document("bad.txt", " ")
    report = document_of(run("--json", "learn", tmp_path / "good.txt"))
    assert report["learned"] == 1
    assert report["sources"][0]["after"]["answered"] == 1

    result = run("--json", "learn", tmp_path / "good.txt", bad)
    assert result.exit_code == 1
    assert [source["state"] for source in json.loads(result.stdout)["sources"]] == ["learned", "failed"]
    assert result.stderr.startswith("1 of 2 files could not be learned.")


def test_many_failures_are_listed_and_told_in_one_line(run, document):
    bad = [document(f"bad{number}.txt", " " * (number + 1)) for number in range(4)]
    result = run("learn", *bad)
    assert result.exit_code == 1
    assert result.stderr == "4 of 4 files could not be learned. See above why.\n"
    assert len(result.stdout.splitlines()) == 4


def test_what_is_meant_for_developers_goes_to_a_log_file(run, desk, document, monkeypatch):
    def learn(*_):
        logging.getLogger("nestdesk.memory").warning("a detail")
        return ()
        yield

    monkeypatch.setattr(desk.learn, "add", learn)
    result = run("learn", document("good.txt", HARBOUR))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "a detail" in (desk.folder.logs / "commands.log").read_text(encoding="utf-8")


def test_what_a_chat_taught_is_listed_as_a_chat(run, desk, learned):
    conversation = desk.chat.create()
    finish(desk.chat.send(conversation.id, "My daughter Wilhelmina plays the bassoon in Rotterdam."))
    finish(desk.chat.finish(conversation.id))
    finish(desk.learn.run_queue())
    header, chat, document = run("sources", "list").stdout.splitlines()
    assert header.split()[:2] == ["ID", "KIND"]
    assert (chat.split()[1], document.split()[1]) == ("chat", "document")
    shown = run("sources", "show", "2").stdout
    assert "you said: My daughter Wilhelmina plays the bassoon in Rotterdam." in shown
    assert "you said" not in run("sources", "show", "1").stdout
    assert document_of(run("--json", "sources", "show", "2"))["source"]["conversation_id"] == conversation.id
    assert run("sources", "forget", "2").exit_code == 0
    assert desk.chat.summaries() == ()


def test_roll_back_and_restore(run, desk, learned):
    checkpoints = document_of(run("--json", "experts", "history", "harbour/memory"))
    newest, birth = (checkpoint["id"] for checkpoint in checkpoints)
    assert document_of(run("--json", "experts", "rollback", "harbour/memory", birth))["id"] == birth
    assert document_of(run("--json", "experts", "restore", "harbour/memory"))["id"] == newest


def test_a_checkpoint_is_named_and_pinned_and_both_are_taken_back(run, learned):
    expert = "harbour/memory"
    newest = document_of(run("--json", "experts", "history", expert))[0]["id"]
    assert run("experts", "name", expert, newest, "the good one").stdout.endswith("is called the good one.\n")
    assert run("experts", "pin", expert, newest).stdout.endswith("is pinned.\n")
    line = run("experts", "history", expert).stdout.splitlines()[1]
    assert "in use, pinned" in line
    assert "the good one" in line
    assert document_of(run("--json", "experts", "pin", expert, newest, "--off"))["is_pinned"] is False
    assert document_of(run("--json", "experts", "name", expert, newest, ""))["name"] == ""
    assert "pinned" not in run("experts", "history", expert).stdout
    refused = run("experts", "name", expert, newest, "x" * 61)
    assert (refused.exit_code, refused.stderr.count("at most 60 characters")) == (1, 1)


def test_a_file_of_questions_is_answered_line_by_line(run, learned, tmp_path):
    questions, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    lines = [
        {"id": "a", "question": "Which harbour master keeps seven lanterns?"},
        {"id": 7, "question": "Who?", "passage": "P"},
    ]
    questions.write_text("".join(json.dumps(line) + "\n\n" for line in lines), encoding="utf-8")
    result = run("ask", "--from", questions, "--out", out, "--mode", "closed", "--short")
    assert result.exit_code == 0
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == ["a", 7]
    assert all(set(answer) == {"id", "answer", "sources", "experts", "seconds"} for answer in answers)
    assert [expert["level"] for expert in answers[0]["experts"]] == ["fast", "slow", "slow"]

    on_stdout = run("ask", "--from", questions, "--mode", "retrieval")
    assert [json.loads(line)["id"] for line in on_stdout.stdout.splitlines()] == ["a", 7]
    assert len(document_of(run("--json", "ask", "--from", questions))["answers"]) == 2
    assert run("ask", "--from", questions, "--mode", "passage").exit_code == 1


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"question": 5}', '{"question": "x", "passage": 3}'])
def test_a_damaged_file_of_questions_names_its_line(run, tmp_path, line):
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"id": 1, "question": "Who?"}\n' + line + "\n", encoding="utf-8")
    result = run("ask", "--from", questions)
    assert result.exit_code == 1
    assert "Line 2" in result.stderr


def test_a_damaged_store_fails_the_check(run, desk, learned):
    (expert,) = desk.experts.of_source(learned.id)
    desk.blobs.path(expert.head.blob).write_bytes(b"damaged")
    result = run("--json", "check")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"]


def test_the_version_is_printed_without_opening_anything(run):
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"nestdesk {__version__}\n")


def test_a_document_is_attached_to_a_chat_that_alone_is_asked_about_it(run, desk, document):
    chat = desk.chat.create()
    desk.chat.rename(chat.id, "Lamps")
    report = document_of(run("--json", "learn", document("harbour.txt", HARBOUR), "--chat", "Lamps"))
    assert [one["attached_to"] for one in report["sources"]] == [chat.id]
    question = "Which harbour master keeps seven lanterns?"
    assert document_of(run("--json", "ask", question))["sources"] == []
    assert [one["title"] for one in document_of(run("--json", "ask", question, "--chat", chat.id))["sources"]] == [
        "harbour"
    ]
    assert "Lamps" in run("sources", "list").stdout
    assert "only in the chat: Lamps" in run("sources", "show", "1").stdout
    assert run("learn", "x.txt", "--chat", "Lamps", "--collection", "papers").exit_code == 2
    assert run("ask", question, "--chat", "Nothing").stderr == "There is no chat Nothing.\n"
