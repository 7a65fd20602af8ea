"""Curves and retention tell what was measured, for every source by itself, and nothing that was not."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import CheckpointError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Function, Level, Scores
from nestdesk.services.curves import Curves
from nestdesk.services.probes import Probes, prints

TEXT = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12


@pytest.fixture
def curves(desk):
    return Curves(desk.experts, desk.sources, Probes(desk.sources))


@pytest.fixture
def learned(desk, document):
    files = [document(f"{name}.txt", TEXT.replace("harbour", name)) for name in ("harbour", "quarry")]
    added = finish(desk.learn.add(files))
    finish(desk.learn.run_queue())
    return [desk.sources.get(source.id) for source in added]


def test_a_curve_counts_the_updates_of_all_a_checkpoint_grew_from(desk, curves, learned):
    (expert,) = desk.experts.of_source(learned[0].id)
    first = expert.head
    scores = Scores(0.25, 0.0, 1, 0, answers=("six",))
    worse = desk.experts.record(
        expert.id, first.blob, 1, first.source_ids, first.after, scores, {"updates": 5}, False, "Worse."
    )
    desk.expert_service.name(expert.id, first.id, "the first")
    points = curves.curve(expert.id)
    assert [(one.checkpoint_id, one.updates, one.after, one.is_accepted) for one in points] == [
        (first.id, 3, 1.0, True),
        (worse.id, 8, 0.25, False),
    ]
    assert [one.name for one in points] == ["the first", ""]
    with pytest.raises(CheckpointError, match="no expert"):
        curves.curve("nobody")


def test_every_source_is_followed_through_learning_and_sleep(desk, curves, learned):
    assert [(one.title, one.before, [m.f1 for m in one.measured]) for one in curves.retention()] == [
        ("harbour", 0.0, [1.0]),
        ("quarry", 0.0, [1.0]),
    ]
    items = [item for source in learned for item in desk.sources.items(source.id)]
    (slept,) = finish(desk.sleep.run())
    after = Scores(0.5, 0.5, 2, 1, answers=("seven", "nine"))  # harbour's probe is still right, quarry's is not
    ids = tuple(source.id for source in learned)
    config = {"probes": prints(items, after)}
    desk.experts.record(slept.expert_id, slept.blob, 1, ids, after, after, config, True, "Slept.")
    harbour, quarry = curves.retention()
    assert [(one.level, one.f1) for one in harbour.measured] == [(Level.FAST, 1.0), (Level.MID, 1.0)]
    assert [(one.level, one.f1) for one in quarry.measured] == [(Level.FAST, 1.0), (Level.MID, 0.0)]


def test_two_experts_learned_together_are_one_measurement_and_a_rejected_one_is_none(desk, curves, learned):
    (expert,) = desk.experts.of_source(learned[0].id)
    head = expert.head
    twin = desk.experts.create(
        "harbour/attention", Function.ATTENTION, Level.FAST, expert.backbone, 1, learned[0].id,
        birth_blob=desk.experts.history(expert.id)[-1].blob, birth_config={"is_identity": True},
    )  # fmt: skip
    desk.experts.record(twin.id, head.blob, 1, head.source_ids, head.before, head.after, head.config, True, "")
    low = Scores(0.1, 0.0, 1, 0)
    desk.experts.record(expert.id, head.blob, 1, head.source_ids, head.before, low, {"seconds": 9.0}, False, "")
    assert [m.f1 for m in curves.retention()[0].measured] == [1.0]


def test_prints_are_kept_only_where_every_answer_has_its_probe(desk, learned):
    items = desk.sources.items(learned[0].id)
    probe = next(one for one in items if one.is_probe)
    assert len(prints(items, Scores(1.0, 1.0, 1, 1, answers=("seven",)))) == 1
    assert prints(items, Scores(1.0, 1.0, 2, 2, answers=("seven", "eight"))) == ()
    assert prints([probe, probe], Scores(1.0, 1.0, 2, 2, answers=("a", "b"))) != ()


def test_a_forgotten_source_is_not_told_of(desk, curves, learned):
    finish(desk.forget.forget(learned[0].id))
    assert [one.title for one in curves.retention()] == ["quarry"]
