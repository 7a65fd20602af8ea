"""Junk and recall of a labelled log."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from nestdesk.bench import commands
from nestdesk.bench.memories import Logged, junk, memories, missed, read
from nestdesk.cli import make_cli
from nestdesk.core.errors import SettingsError

LOG = (
    Logged("My dog is called Bruno.", (), ("My dog is called Bruno",), "tuning"),
    Logged("I live in Oslo.", (), (), "tuning"),
    Logged("I like the sky so much that words fail.", (), ("words fail",), "held out"),
    Logged("No, it's Rex.", ("What is my dog's name?", "Bruno."), ("it's Rex",), "held out"),
    Logged("Hello!", (), (), "held out"),
    Logged("We met in May and it was cold.", (), ("it was cold",), "held out"),
)


def test_junk_is_what_is_kept_and_should_not_be_and_recall_what_is_not_lost():
    report = memories(LOG)
    tuning, held_out, everything = report["summary"]
    assert (tuning["half"], tuning["remembered"], tuning["junk_share"], tuning["recall"]) == ("tuning", 2, 0.5, 1.0)
    assert (held_out["half"], held_out["wanted"], held_out["recall"]) == ("held out", 3, pytest.approx(2 / 3))
    assert (everything["half"], everything["turns"], everything["junk"]) == ("all", 6, 1)
    assert [list(junk(turn)) for turn in LOG][1] == ["I live in Oslo."]
    assert [list(missed(turn)) for turn in LOG][5] == ["it was cold"]


def test_a_log_is_read_line_by_line(tmp_path):
    file = tmp_path / "log.jsonl"
    lines = [{"text": turn.text, "before": turn.before, "remember": turn.remember, "half": turn.half} for turn in LOG]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert read(file) == LOG
    file.write_text('{"text": "Hi", "remember": []}\n', encoding="utf-8")
    assert [row["half"] for row in memories(read(file))["summary"]] == ["all"]


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "Hi"}'])
def test_a_damaged_log_names_its_line(tmp_path, line):
    file = tmp_path / "log.jsonl"
    file.write_text('{"text": "Hi", "remember": []}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="Line 2"):
        read(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        read(tmp_path / "none.jsonl")


def test_the_command_prints_and_keeps_the_report_without_opening_any_data(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text('{"text": "My dog is called Bruno.", "remember": ["called Bruno"]}\n', encoding="utf-8")
    cli = make_cli(lambda *_: pytest.fail("opened"), lambda *_: 0, [commands.register])
    result = CliRunner().invoke(cli, ["--data-dir", str(tmp_path / "own"), "bench", "memories", "--log", str(log)])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["summary"][0] == {
        "half": "all", "turns": 1, "remembered": 1, "junk": 0, "junk_share": 0.0, "wanted": 1, "recall": 1.0
    }  # fmt: skip
    (file,) = (tmp_path / "own" / "reports").glob("memories-*.json")
    assert json.loads(file.read_text(encoding="utf-8")) == report
