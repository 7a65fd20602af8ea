"""How a source was learned is kept with its weights; another recipe leaves nothing of the first in use."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from nestdesk.core.jobs import finish
from nestdesk.core.types import Choice, Effort, Function, Level, Recipe, Scores, SourceState
from nestdesk.engine import protocol

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12
BEST = Recipe((Function.MEMORY, Function.ATTENTION), 32, optimiser="m3")
SCORES = Scores(0.5, 0.5, 2, 1)


def learned(folder: Path, recipe: Recipe, choice: Choice | None = None, is_accepted: bool = True) -> protocol.Learned:
    """Return what the engine says after learning by a recipe."""
    weights = []
    for function in recipe.functions:
        content = f"{function} {recipe}".encode()
        file = folder / hashlib.sha256(content).hexdigest()
        file.write_bytes(content)
        blocks = 2 if function is Function.ATTENTION else 0
        weights.append(protocol.NewWeights(function, Level.FAST, str(file), file.name, len(content), 1, 256, 3, blocks))
    return protocol.Learned(
        tuple(weights), (), SCORES, SCORES, is_accepted, "It helped.", 1.0, 9, 3, (), recipe, choice
    )


@pytest.fixture
def source(desk, document):
    """Have a source that was learned the usual way."""
    (added,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)], Effort.SEARCH))
    desk.sources.set_state(added.id, SourceState.LEARNED)
    return added


def keep(desk, source, recipe, **options):
    return desk.roster.keep("harbour", learned(desk.folder.scratch, recipe, **options), (source.id,), source.id)


def used(desk, source):
    return {one.gate.function for one in desk.roster.fast(source.id)}


def test_the_effort_search_reaches_the_engine_without_a_recipe(desk, source):
    desk.sources.set_state(source.id, SourceState.QUEUED)
    finish(desk.learn.run(source.id))
    assert source.effort is Effort.SEARCH
    (request,) = (one for one in desk.engine.requests if isinstance(one, protocol.Learn))
    assert (request.effort, request.recipes) == (Effort.SEARCH, ())


def test_a_checkpoint_names_the_recipe_and_both_scores(desk, source):
    keep(desk, source, BEST, choice=Choice(BEST, 0.6, 0.5, 12, 8, True))
    for expert in desk.experts.of_source(source.id):
        config = desk.experts.history(expert.id)[0].config
        assert config["recipe"] == config["searched"]
        assert (config["recipe"]["functions"], config["recipe"]["optimiser"]) == (["memory", "attention"], "m3")
        assert (config["searched_f1"], config["default_f1"]) == (0.6, 0.5)


def test_another_recipe_retires_the_experts_of_the_first(desk, source):
    keep(desk, source, BEST)
    assert used(desk, source) == set(BEST.functions)
    keep(desk, source, Recipe())
    assert used(desk, source) == {Function.ATTENTION}
    assert desk.problems() == []


def test_a_rejected_result_retires_nothing(desk, source):
    keep(desk, source, BEST)
    keep(desk, source, Recipe((Function.VOCABULARY,)), is_accepted=False)
    assert used(desk, source) == set(BEST.functions)


def test_sleep_leaves_a_source_alone_that_has_no_blocks(desk, source):
    keep(desk, source, Recipe((Function.MEMORY,)))
    assert desk.sleep.waiting() == ()
    assert finish(desk.sleep.run()) == ()
    assert used(desk, source) == {Function.MEMORY}
    keep(desk, source, BEST)
    assert [waiting.source_id for waiting in desk.sleep.waiting()] == [source.id]
