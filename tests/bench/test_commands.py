"""A bench works in a data folder of its own, but its report is kept in the person's."""

from __future__ import annotations

import importlib.util
import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from nestdesk.bench import commands, memory_commands
from nestdesk.cli import make_cli
from nestdesk.core.paths import DataFolder

TRAIN = "".join(f"Where stands my {word} number {n}?,{word}\n" for n in range(6) for word in ("lantern", "orchard"))
SQUAD = {
    "data": [
        {
            "title": "Bakery",
            "paragraphs": [
                {
                    "context": "The oven of the bakery was lit in 1874.",
                    "qas": [{"question": "When was the oven lit?", "answers": [{"text": "1874"}]}],
                }
            ],
        }
    ]
}


@pytest.fixture
def own(tmp_path):
    return DataFolder(tmp_path / "own")


@pytest.fixture
def run(desk, own):
    opened = []

    @contextmanager
    def open_app(data_dir, device):
        opened.append(data_dir)
        yield desk

    def invoke(*arguments):
        cli = make_cli(open_app, lambda *_: 0, [commands.register])
        result = CliRunner().invoke(cli, ["--data-dir", str(own.root), "bench", *map(str, arguments)])
        assert own.root in opened
        assert opened[-1] != own.root
        return result

    return invoke


@pytest.fixture
def intents(tmp_path, monkeypatch):
    monkeypatch.setattr(commands.intents_bench, "FEATURES", 60)
    file = tmp_path / "train.csv"
    file.write_text("text,category\n" + TRAIN, encoding="utf-8")
    return ("intents", "--train", file, "--test", file, "--increments", "2")


@pytest.fixture
def stream(tmp_path, monkeypatch):
    def measured(app, run):
        kept = commands.stream_bench._kept([[0.5]])
        return {"method": run.method, "retention": [[0.5]], "modes": {}, "learned": [], **kept}
        yield

    monkeypatch.setattr(commands.stream_bench, "stream", measured)
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(SQUAD), encoding="utf-8")
    return ("stream", "--data", file, "--titles", "1", "--methods", "nested,none", "--seeds", "1")


def kept(own):
    (file,) = own.reports.glob("*.json")
    return file


def test_a_printed_report_is_kept_too(run, own, intents):
    result = run(*intents)
    assert result.exit_code == 0, result.output
    report = json.loads(kept(own).read_text(encoding="utf-8"))
    assert report == json.loads(result.stdout)
    assert report["bench"] == "intents"
    assert {"cores", "processor", "system"} <= report["machine"].keys()
    made = datetime.fromisoformat(report["made"])
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=5)
    assert re.fullmatch(rf"intents-{made:%Y%m%d-%H%M%S}\.json", kept(own).name)


def test_a_report_in_a_file_is_kept_too(run, own, intents, tmp_path):
    result = run(*intents, "--out", tmp_path / "report.json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(kept(own).read_text(encoding="utf-8")) == json.loads((tmp_path / "report.json").read_text())


def test_a_stream_is_pictured_beside_the_kept_report_and_beside_the_wanted_one(run, own, stream, tmp_path):
    assert run(*stream, "--out", tmp_path / "report.json").exit_code == 0
    for report in (kept(own), tmp_path / "report.json"):
        assert report.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert sorted(file.suffix for file in own.reports.iterdir()) == [".json", ".png"]


def test_without_matplotlib_only_a_wanted_picture_is_missed(run, own, stream, tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "matplotlib" else find(name))
    result = run(*stream)
    assert (result.exit_code, result.stderr) == (0, "")
    assert not kept(own).with_suffix(".png").exists()
    kept(own).unlink()

    result = run(*stream, "--out", tmp_path / "report.json")
    assert result.exit_code == 1
    assert "needs matplotlib" in result.stderr
    assert kept(own).is_file()
    assert (tmp_path / "report.json").is_file()


def test_a_report_that_cannot_be_kept_was_printed_before(run, own, intents):
    own.root.mkdir()
    own.reports.write_text("no folder")
    result = run(*intents)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["bench"] == "intents"
    assert len(result.stderr.splitlines()) == 1


def test_a_long_document_that_was_measured_is_not_measured_again(run, own, tmp_path, monkeypatch):
    asked = []

    def measured(app, passages, length, questions, seed, *_):
        yield from ()
        asked.append((length, seed))
        return {"tokens": length, "seed": seed}

    monkeypatch.setattr(commands.long_bench, "long", measured)
    data = tmp_path / "squad.json"
    data.write_text(json.dumps(SQUAD), encoding="utf-8")
    told = ("long", "--data", data, "--keep", tmp_path / "kept", "--lengths")
    first = json.loads(run(*told, "100").stdout)["results"]
    assert json.loads(run(*told, "100,200").stdout)["results"] == [*first, {"tokens": 200, "seed": 0}]
    assert asked == [(100, 0), (200, 0)]
    run(*told, "100", "--questions", "7")
    assert asked[2:] == [(100, 0)], "other questions are another measurement"


@pytest.fixture
def _embedding(monkeypatch):
    @contextmanager
    def embedding(app):
        yield app.engine

    monkeypatch.setattr(memory_commands, "embedding", embedding)


@pytest.mark.usefixtures("_embedding")
def test_retrieval_measures_a_question_set_or_generated_passages(run, own, tmp_path):
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(SQUAD), encoding="utf-8")
    result = run("retrieval", "--data", file)
    assert json.loads(result.stdout)["search"]["recall_at_1"] == 1.0
    assert json.loads(kept(own).read_text(encoding="utf-8"))["bench"] == "retrieval"


@pytest.mark.usefixtures("_embedding")
def test_retrieval_times_searches_among_generated_passages(run):
    report = json.loads(run("retrieval", "--synthetic", "120", "--questions", "6").stdout)
    assert (report["passages"], report["questions"]) == (120, 6)


@pytest.mark.usefixtures("_embedding")
def test_ingest_reads_files_or_generated_text(run, document):
    given = run("ingest", document("a.txt", "Seven lanterns hang here."))
    assert given.exit_code == 0, given.output
    assert json.loads(given.stdout)["words"] == 4
    generated = run("ingest", "--words", "2000")
    assert generated.exit_code == 0, generated.output
    assert json.loads(generated.stdout)["words"] >= 2000


def test_forgetting_is_measured_against_a_control_that_never_learned(run, own, monkeypatch, tmp_path):
    taught = []

    def control(app, papers, made):
        taught.append((papers, made))
        return {"kept": "a" * 64}
        yield

    def forget(app, papers, made, wanted):
        taught.append((papers, made))
        return {"bench": "forget", "words": len(made.words["forgotten"]), "same_hash": wanted == {"kept": "a" * 64}}
        yield

    monkeypatch.setattr(memory_commands.forget_bench, "control", control)
    monkeypatch.setattr(memory_commands.forget_bench, "forget", forget)
    result = run("forget", "--canaries", "3", "--seed", "5", "--out", tmp_path / "report.json")
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["words"], report["canaries"], report["seed"], report["same_hash"]) == (3, 3, 5, True)
    assert report == json.loads(kept(own).read_text(encoding="utf-8"))
    (first, made), (second, same) = taught
    assert made == same == memory_commands.forget_bench.case(3, 5)
    assert first == second
    assert not first.exists()


def test_growth_is_measured_when_it_is_asked_for_and_drawn(run, own, monkeypatch, tmp_path):
    asked = []

    def speed(app, repeats, compared, limit_s):
        asked.append((repeats, compared, limit_s))
        return {"bench": "speed"}
        yield

    def growth(open_app, root, device, sizes):
        asked.append(sizes)
        named = ("answer_s", "closed_answer_s", "route_ms", "first_answer_s", "open_s", "engine_start_s")
        row = {name: {"median": 1.0} for name in named} | {"engine_bytes": 2**28, "own_bytes": 2**28}
        return [row | {"sources": size} for size in sizes]
        yield

    monkeypatch.setattr(commands.speed_bench, "speed", speed)
    monkeypatch.setattr(commands.growth_bench, "growth", growth)
    monkeypatch.setattr(commands.window_bench, "window", lambda folder, repeats: {"repeats": repeats})
    assert run("speed", "--peers", "peft", "--limit", "30").exit_code == 0
    assert asked == [(5, ["peft"], 30.0)]
    assert not kept(own).with_suffix(".png").exists()
    kept(own).unlink()

    result = run("speed", "--growth", "10,1", "--out", tmp_path / "report.json")
    assert result.exit_code == 0, result.output
    assert asked[1:] == [(5, [], 0.0), (1, 10)]
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["growth_in_times"]["sources"] == 10
    assert report["window"] == {"repeats": 5}
    assert (tmp_path / "report.png").is_file()
    assert kept(own).with_suffix(".png").is_file()


def test_a_soak_works_in_a_folder_of_its_own_which_needs_models_for_the_real_engine(run, own, monkeypatch):
    asked = []

    def soak(folder, plan):
        asked.append((plan, folder.exists()))
        assert own.root not in (folder, *folder.parents)
        return {"bench": "soak", "messages": plan.messages}
        yield

    monkeypatch.setattr(memory_commands.soak_bench, "soak", soak)
    result = run("soak", "--messages", "8", "--rounds", "2")
    assert result.exit_code == 0, result.output
    assert json.loads(kept(own).read_text(encoding="utf-8"))["messages"] == 8

    cli = make_cli(lambda *_: pytest.fail("Nothing has to be opened."), lambda *_: 0, [commands.register])
    result = CliRunner().invoke(cli, ["--data-dir", str(own.root), "bench", "soak", "--stand-in"])
    assert result.exit_code == 0, result.output
    plan = memory_commands.soak_bench.Plan
    assert asked == [(plan(8, 2), True), (plan(stand_in=True), False)]
