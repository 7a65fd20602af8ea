"""PEFT studies the product's items until it answers as well, or its time is out; here on the tiny backbone."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from nestdesk.learning import race, study
from nestdesk.learning.inner_loop import BATCH_ITEMS
from nestdesk.learning.packing import Example

ITEMS = tuple(study.question_item(f"Where is number {number}?", f"at {number}", number % 2) for number in range(4))
HELD_OUT = study.question_item("And number nine?", "at 9", 0, is_probe=True)


@pytest.fixture
def job(tiny_folder: Path) -> race.Job:
    ours = (race.Studied(3, True), race.Studied(2, False))
    return race.Job(str(tiny_folder), "", (*ITEMS, HELD_OUT), 2.0, 0.5, 1, 0, 1e-3, ours)


def test_a_target_that_cannot_be_reached_ends_with_the_time(job):
    found = race.run(job)
    assert found["seconds"] is None
    assert found["looks"][-1][0] >= job.limit_s
    assert found["tokens_per_s"] > 0
    assert found["peak_bytes"] > 10**7
    assert len(found["our_tokens"]) == 2
    json.dumps(found)


def test_a_target_that_is_met_ends_the_race_at_the_first_look(job):
    found = race.run(replace(job, target=0.0))
    assert found["seconds"] == found["looks"][0][0]
    assert len(found["looks"]) == 1


def test_a_job_is_read_as_it_was_written(job, tmp_path):
    (tmp_path / "job.json").write_text(json.dumps(asdict(job)), encoding="utf-8")
    assert race.read(tmp_path / "job.json") == job


def test_the_products_tokens_are_those_of_its_batches_in_turns():
    examples = [Example((1,) * 9, (1,)), Example((1,) * 19, (1,))] * 2
    owners = [0, 1, 0, 1]
    assert race.studied_tokens(examples, owners, race.Studied(3, True)) == 20 + 40 + 20
    assert race.studied_tokens(examples, owners, race.Studied(3, False)) == 3 * 60
    many = [Example((1,) * 9, (1,))] * (BATCH_ITEMS * 2)
    assert race.studied_tokens(many, [0] * len(many), race.Studied(1, True)) == 10 * BATCH_ITEMS
