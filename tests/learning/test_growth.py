"""Growth: the slow experts learn to read what they are taught, and say whether others are read better."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nestdesk.core.jobs import finish
from nestdesk.core.types import Function, Level, Scores, StudyItem
from nestdesk.learning import experts, growth, study
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.growth import Material
from nestdesk.learning.nested import NestedModel, Use

BEFORE = Scores(f1=0.5, exact=0.25, probes=40, answered=20)


def material(number: int) -> Material:
    texts = tuple(f"The {place} of Ostwick keeps {number} geese." for place in ("mayor", "miller", "baker"))
    items = [
        study.question_item(f"How many geese keeps the {text.split()[1]}?", str(number), place)
        for place, text in enumerate(texts)
    ]
    return Material(texts, (*items, replace(items[0], is_probe=True), replace(items[0], passage=9)))


@pytest.fixture
def nested(tiny: Backbone) -> NestedModel:
    return NestedModel(tiny)


@pytest.fixture
def skills(nested: NestedModel, tmp_path: Path) -> list[Use]:
    found: list[Use] = []
    for seed, function in enumerate((Function.ATTENTION, Function.MEMORY)):
        born = experts.newborn(nested.backbone.config, function, Level.SLOW, nested.fingerprint, 4, seed=seed)
        for name, tensor in born.tensors.items():
            if name.endswith(".b"):
                tensor.normal_(0.0, 0.02, generator=torch.Generator().manual_seed(seed))
        experts.save(born, tmp_path / f"{function}.safetensors")
        found.append((str(tmp_path / f"{function}.safetensors"), 1.0, ()))
    return found


def test_a_question_is_asked_once_and_behind_its_passage() -> None:
    one = material(11)
    asked = growth.questions(one)
    assert [item.prompt for item in asked] == [
        f"{text}\n\nQuestion: How many geese keeps the {text.split()[1]}?" for text in one.texts
    ]
    assert {item.kind for item in asked} == {"reading"}


def test_passages_without_questions_or_too_long_ones_are_left_out() -> None:
    item = StudyItem("cloze", "", "The ____ of Ostwick", "mayor", 0)
    assert growth.paragraphs(Material(("The mayor of Ostwick.",), (item,))) == []
    long = "geese " * 400
    assert growth.paragraphs(Material((long,), (study.question_item("What are they?", "geese", 0),))) == []
    assert len(growth.paragraphs(material(11))) == 3


def test_experts_change_by_what_they_are_taught_and_their_former_selves_do_not(
    nested: NestedModel, skills: list[Use]
) -> None:
    files = [Path(path).read_bytes() for path, _, _ in skills]
    before = [{name: tensor.clone() for name, tensor in nested.expert(path).tensors.items()} for path, _, _ in skills]
    taught, held = [material(11), material(12)], [material(number) for number in range(13, 17)]
    result = finish(growth.grow(nested, taught, held, skills, 600.0, 0, most_steps=40))
    assert result.steps == 40
    assert [one.expert.function for one in result.learners] == [Function.ATTENTION, Function.MEMORY]
    assert all(one.updates > 0 and one.expert.level is Level.SLOW for one in result.learners)
    for learner, (path, _, _), own, content in zip(result.learners, skills, before, files, strict=True):
        assert any(not torch.equal(learner.expert.tensors[name], tensor) for name, tensor in own.items())
        assert all(torch.equal(nested.expert(path).tensors[name], tensor) for name, tensor in own.items())
        assert Path(path).read_bytes() == content
    assert result.before.probes == result.after.probes == 12


def test_the_same_seed_gives_the_same_weights(nested: NestedModel, skills: list[Use]) -> None:
    taught, held = [material(11)], [material(number) for number in (12, 13, 14)]
    twice = [finish(growth.grow(nested, taught, held, skills, 600.0, 3, most_steps=12)) for _ in range(2)]
    first, again = ([one.expert.tensors for one in result.learners] for result in twice)
    for own, other in zip(first, again, strict=True):
        assert all(torch.equal(tensor, other[name]) for name, tensor in own.items())


def test_too_few_questions_tell_nothing(nested: NestedModel, skills: list[Use]) -> None:
    few = finish(growth.grow(nested, [material(11)], [material(12)], skills, 600.0, 0))
    nobody = finish(growth.grow(nested, [], [material(one) for one in range(12, 17)], skills, 600.0, 0))
    for result in (few, nobody):
        assert not result.is_accepted
        assert result.learners == ()
        assert "Too few questions" in result.reason


@pytest.mark.parametrize(
    ("gain", "drift", "is_wanted"),
    [(0.05, 0.1, True), (growth.LEAST_GAIN, 0.1, True), (0.0, 0.1, False), (-0.1, 0.1, False), (0.05, 9.0, False)],
)
def test_only_better_reading_is_accepted(gain: float, drift: float, is_wanted: bool) -> None:
    after = replace(BEFORE, f1=BEFORE.f1 + gain, anchor_kl=drift)
    is_accepted, reason = growth.verdict(BEFORE, after)
    assert is_accepted is is_wanted
    assert reason
