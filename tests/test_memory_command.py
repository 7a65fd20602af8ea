"""The memory commands: text or one JSON document, and an error in one line."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from nestdesk import memory_command
from nestdesk.cli import make_cli


@pytest.fixture
def run(desk):
    @contextmanager
    def open_app(data_dir, device):
        yield desk

    cli = make_cli(open_app, lambda *_: 0, [memory_command.register])
    return lambda *arguments: CliRunner().invoke(cli, [str(one) for one in arguments])


def test_a_memory_is_added_changed_switched_and_forgotten(run, desk):
    assert run("memory", "add", "I live in Oslo.").stdout == "Remembered as 1: I live in Oslo.\n"
    assert run("memory", "add", "I live in Bergen.").exit_code == 0
    assert run("memory", "edit", 2, "I live in Tartu.").stdout == "Memory 2 is now: I live in Tartu.\n"
    header, now, before = run("memory", "list").stdout.splitlines()
    assert header.split() == ["ID", "KIND", "STATE", "SAID", "USED", "TEXT"]
    assert now.split()[:3] == ["2", "fact", "on"]
    assert now.endswith("I live in Tartu.")
    assert "replaced by 2" in before
    assert run("memory", "off", 2).stdout == "Off: I live in Tartu.\n"
    assert run("memory", "list").stdout.splitlines()[1].split()[2] == "off"
    assert run("memory", "on", 2).stdout == "On: I live in Tartu.\n"
    assert run("memory", "forget", 2).stdout.startswith("“I live in Tartu.” is forgotten.")
    assert desk.memory.facts() == ()


def test_with_json_there_is_one_document(run):
    added = json.loads(run("--json", "memory", "add", "My dog is called Bruno.").stdout)
    assert (added["id"], added["topic"], added["kind"]) == (1, "dog name", "fact")
    assert json.loads(run("--json", "memory", "list").stdout) == [added]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["forget", 7], "There is no memory 7."),
        (["off", 7], "There is no memory 7."),
        (["edit", 7, "I live in Oslo."], "There is no memory 7."),
        (["add", " "], "A memory is a sentence of at most 300 characters."),
        (["add", "x" * 301], "A memory is a sentence of at most 300 characters."),
    ],
)
def test_what_cannot_be_done_is_one_line(run, arguments, said):
    result = run("memory", *arguments)
    assert (result.exit_code, result.stderr) == (1, f"{said}\n")
