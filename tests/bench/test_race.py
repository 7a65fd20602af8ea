"""The race with PEFT: what is compared, and what is said of a target that was not reached."""

from __future__ import annotations

import importlib.util

import pytest

from nestdesk.bench import peers, plots, race
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import finish
from nestdesk.engine import protocol

THEIRS = {"tokens_per_s": 100.0, "steps": 9, "parameters": 7, "peak_bytes": 2**30}


@pytest.fixture
def peft(monkeypatch):
    """Take the place of PEFT: it finds what it is told, and notes its job."""
    jobs = []

    def told(**found):
        def run(peer, program, job):
            jobs.append((peer, program, job))
            return THEIRS | {"our_tokens": [600.0, 300.0]} | found

        monkeypatch.setattr(peers, "run", run)
        monkeypatch.setattr(peers, "check", lambda peer: None)
        return jobs

    return told


def test_both_learn_the_same_items_at_the_same_rank(desk, peft):
    jobs = peft(seconds=30.0, looks=[[10.0, 0.2], [30.0, 1.0]])
    found = finish(race.race(desk, 60.0, 2))
    default, low = [one for one in desk.engine.requests if isinstance(one, protocol.Learn)]
    assert low.items == tuple(protocol.StudyItem(**item) for item in jobs[0][2]["items"])
    assert low.recipes[0].rank == found["rank"] == 16
    assert default.skills == low.skills
    ((peer, program, job),) = jobs
    assert (peer, program, job["threads"], job["target"]) == ("peft", "nestdesk.learning.race", 2, found["f1"])
    assert (found["peft_seconds"], found["seconds_times"]) == (30.0, 30.0 / found["seconds"])
    assert found["tokens_per_s_times"] == found["tokens_per_s"] / 100.0
    assert not list(desk.folder.scratch.iterdir())


def test_a_target_that_was_not_reached_is_said_to_be_so(desk, peft):
    peft(seconds=None, looks=[[61.0, 0.4]])
    found = finish(race.race(desk, 60.0, 2))
    assert (found["peft_seconds"], found["peft_reached_it"]) == ("not reached in 60 s", False)
    assert (found["seconds_times"], found["peft_best_f1"]) == (60.0 / found["seconds"], 0.4)


def test_without_a_limit_peft_gets_six_times_as_long(desk, peft):
    jobs = peft(seconds=None, looks=[[61.0, 0.4]])
    found = finish(race.race(desk, 0.0, 2))
    assert jobs[0][2]["limit_s"] == 6 * found["seconds"]


def test_without_peft_it_is_said_how_to_get_it(desk, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"peft is not installed.*\[bench\]"):
        finish(race.race(desk, 60.0, 2))


def test_the_race_and_the_growth_are_drawn(desk, peft, tmp_path):
    peft(seconds=30.0, looks=[[10.0, 0.2], [30.0, 1.0]])
    row = dict.fromkeys(("open_s", "engine_start_s", "first_answer_s"), 1.0)
    row |= {name: {"median": 1.0} for name in ("answer_s", "closed_answer_s", "route_ms")}
    rows = [row | {"sources": size, "engine_bytes": 2**28, "own_bytes": None} for size in (1, 10)]
    report = {"peft": finish(race.race(desk, 60.0, 2)), "growth": rows}
    assert plots.has_panels(report)
    assert not plots.has_panels({"bench": "speed"})
    plots.speed(report, tmp_path / "speed.png")
    assert (tmp_path / "speed.png").read_bytes().startswith(b"\x89PNG")
