"""A source that changed: unchanged passages keep their blocks to the bit, the others are asked about and learned."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nestdesk.core.jobs import finish
from nestdesk.core.types import Effort, Function, Passage, Recipe, StudyItem
from nestdesk.engine import protocol, work
from nestdesk.learning import experts, imprint, outer_loop
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, ExpertWeights
from nestdesk.learning.nested import NestedModel

TEXTS = ("The ferry leaves Ostwick at nine.", "The baker sells rye bread.", "Green marble comes from Ferrow.")


def passages(*texts: str) -> tuple[Passage, ...]:
    return tuple(Passage(text, 0, len(text)) for text in texts)


def about(place: int, answer: str) -> tuple[StudyItem, ...]:
    return (
        StudyItem("question", "Answer.", f"What does part {place} say?", answer, place),
        StudyItem("question", "Answer.", f"What is told there in part {place}?", answer, place, is_probe=True),
    )


def learned(
    nested: NestedModel,
    texts: tuple[str, ...],
    items: tuple[StudyItem, ...],
    kept: dict[int, ExpertWeights] | None = None,
    recipe: Recipe | None = None,
) -> outer_loop.Result:
    lesson = finish(outer_loop.prepare(nested, passages(*texts), NOTHING, Effort.NORMAL, 3600.0, 0, items, (), kept))
    return finish(outer_loop.learn(lesson, recipe or Recipe(), 12))


@pytest.fixture(scope="module")
def nested(tiny: Backbone) -> NestedModel:
    return NestedModel(tiny)


@pytest.fixture(scope="module")
def earlier(nested: NestedModel, tmp_path_factory: pytest.TempPathFactory) -> list[ExpertWeights]:
    """Return the stored blocks of the three texts."""
    file = tmp_path_factory.mktemp("weights") / "earlier.safetensors"
    items = (*about(0, "nine"), *about(1, "rye"), *about(2, "marble"))
    (whole,) = learned(nested, TEXTS, items).learners
    experts.save(whole.expert, file)
    return experts.parts(experts.load(file, nested.fingerprint))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Let an item be written about every passage asked about, and note which those were."""
    asked: list[list[str]] = []

    def write(
        nested: NestedModel, new: list[Passage], *rest: object
    ) -> Generator[outer_loop.Report, None, tuple[StudyItem, ...]]:
        asked.append([passage.text for passage in new])
        return tuple(item for place in range(len(new)) for item in about(place, "news"))
        yield

    monkeypatch.setattr(outer_loop, "_write_items", write)
    return asked


def test_unchanged_blocks_stay_to_the_bit_where_their_passages_went(
    nested: NestedModel, tmp_path: Path, earlier: list[ExpertWeights], written: list[list[str]]
) -> None:
    new = "The orchard has quinces."
    items = (*about(0, "marble"), *about(2, "nine"))
    result = learned(nested, (TEXTS[2], new, TEXTS[0]), items, {0: earlier[2], 2: earlier[0]})

    assert written == [[new]]
    assert {item.passage for item in result.items if item.answer == "news"} == {1}
    assert result.after.probes == 3
    (whole,) = result.learners
    assert whole.updates == Recipe().block_updates, "of the new block alone"
    experts.save(whole.expert, tmp_path / "new.safetensors")
    marble, fresh, ferry = experts.parts(experts.load(tmp_path / "new.safetensors", nested.fingerprint))
    for block, old in ((marble, earlier[2]), (ferry, earlier[0])):
        assert all(torch.equal(block.tensors[name], old.tensors[name]) for name in old.tensors)
    assert fresh.tensors["0.keys"].shape != marble.tensors["0.keys"].shape


def test_taking_passages_out_learns_nothing_and_keeps_the_rest(
    nested: NestedModel, earlier: list[ExpertWeights], written: list[list[str]]
) -> None:
    items = (*about(0, "nine"), *about(1, "marble"))
    result = learned(nested, (TEXTS[0], TEXTS[2]), items, {0: earlier[0], 1: earlier[2]})
    assert (written, result.steps) == ([], 0)
    (whole,) = result.learners
    for block, old in zip(experts.parts(whole.expert), (earlier[0], earlier[2]), strict=True):
        assert all(torch.equal(block.tensors[name], old.tensors[name]) for name in old.tensors)


def test_experts_without_blocks_learn_all_of_the_source(
    nested: NestedModel, earlier: list[ExpertWeights], written: list[list[str]]
) -> None:
    recipe = Recipe((Function.MEMORY, Function.ATTENTION), rank=4)
    memory, attention = learned(nested, TEXTS[:2], about(0, "nine"), {0: earlier[0]}, recipe).learners
    assert attention.updates == Recipe().block_updates
    assert any(tensor.abs().sum() > 0 for name, tensor in memory.expert.tensors.items() if name.endswith(".b"))
    block = experts.parts(attention.expert)[0]
    assert all(torch.equal(block.tensors[name], tensor) for name, tensor in earlier[0].tensors.items())


def test_where_the_time_is_over_the_blocks_are_those_of_the_first_passages(
    nested: NestedModel, earlier: list[ExpertWeights], written: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outer_loop, "READING_ENDS", 0.0)
    texts = (TEXTS[0], "One more.", "And another.", TEXTS[2])
    (whole,) = learned(nested, texts, about(0, "nine"), {0: earlier[0], 3: earlier[2]}).learners
    first, second = experts.parts(whole.expert)
    assert all(torch.equal(first.tensors[name], tensor) for name, tensor in earlier[0].tensors.items())
    assert second.tensors["0.keys"].shape[1] != first.tensors["0.keys"].shape[1]


def test_the_engine_takes_kept_blocks_from_the_earlier_weights(
    nested: NestedModel, tmp_path: Path, earlier: list[ExpertWeights]
) -> None:
    experts.save(imprint.bind(earlier), tmp_path / "whole.safetensors")
    opened = work.Opened(nested, None, tmp_path)  # type: ignore[arg-type]
    request = protocol.Learn("Title", passages("a", "b", "c"), (), earlier=str(tmp_path / "whole.safetensors"))
    kept = work._kept(opened, replace(request, kept=(2, -1, 0)))
    assert set(kept) == {0, 2}
    for place, block in ((0, 2), (2, 0)):
        assert all(torch.equal(kept[place].tensors[name], one) for name, one in earlier[block].tensors.items())
    assert work._kept(opened, replace(request, earlier="")) == {}
