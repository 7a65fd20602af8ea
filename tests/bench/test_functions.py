"""The ablation lets every recipe learn the same, asks each question with its own block, and leaves nothing behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nestdesk.bench import functions, search
from nestdesk.bench.squad import Article, Question
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Choice, Effort, Function, Level, Passage, Recipe, Scores, StudyItem
from nestdesk.engine import protocol

WORDS = ("lantern", "orchard", "granary")
ARTICLE = Article(
    "Ostwick",
    tuple(Passage(f"The {word} stands behind the harbour.", 0, 36) for word in WORDS),
    tuple(Question(f"Where is the {word}?", ("harbour",), at) for at, word in enumerate(WORDS)),
)
ITEMS = (StudyItem("question", "", "What about it?", "seven", 0),)
AFTER = Scores(0.5, 0.5, 1, 1, anchor_kl=0.25)


@dataclass
class Learning:
    """The fake engine, which makes an expert for each function; who has a block answers right."""

    engine: object
    scratch: Path
    choice: Choice | None = None
    learned: list[protocol.Learn] = field(default_factory=list)
    asked: list[protocol.Asked] = field(default_factory=list)

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name)

    def stream(self, request):
        yield protocol.Progressed("working", 0.5)
        if isinstance(request, protocol.GenerateMany):
            self.asked += request.asked
            known = [any(use.blocks for use in one.experts) for one in request.asked]
            return protocol.GeneratedMany(tuple("harbour" if is_known else "sea" for is_known in known), 3, 0.1)
        self.learned.append(request)
        recipe = request.recipes[0] if request.recipes else Recipe()
        weights = []
        for function in recipe.functions:
            file = self.scratch / f"{len(self.learned)}-{function}"
            file.write_bytes(b"1234")
            blocks = 2 if function is Function.ATTENTION else 0  # there was no time to read the last passage
            weights.append(protocol.NewWeights(function, Level.FAST, str(file), "", 4, 1, 256, 3, blocks))
        choice = self.choice if request.effort is Effort.SEARCH else None
        return protocol.Learned(
            tuple(weights), request.items or ITEMS, AFTER, AFTER, True, "It helped.", 2.0, 9, 3, (), recipe, choice
        )


@pytest.fixture
def app(desk):
    desk.engine = Learning(desk.engine, desk.folder.scratch)
    return desk


def is_fast(use: protocol.ExpertUse, app) -> bool:
    return use.path.startswith(str(app.folder.scratch))


def test_every_recipe_learns_the_same_items_with_the_same_seconds(app):
    recipes = functions.chosen("slow, attention,attention+memory")
    report = finish(functions.functions(app, [ARTICLE], recipes, 7.0, 2))
    assert [(row["recipe"], row["seed"]) for row in report["rows"]] == [
        (name, seed) for seed in (0, 1) for name in recipes
    ]
    written, *tried = app.engine.learned[:4]
    assert (written.recipes, written.items) == ((Recipe(()),), ())
    assert [request.recipes for request in tried] == [(recipe,) for recipe in recipes.values()]
    assert {(request.items, request.budget_s, request.beside) for request in tried} == {(ITEMS, 7.0, written.beside)}
    assert len(written.beside) == len(ARTICLE.passages)
    assert list(app.folder.scratch.iterdir()) == []


def test_a_question_gets_the_block_of_its_passage_and_with_the_passage_none(app):
    finish(functions.functions(app, [ARTICLE], functions.chosen("attention+memory"), 7.0, 1))
    off, closed, gold = (app.engine.asked[at : at + 3] for at in (0, 3, 6))
    assert len(app.engine.asked) == 9
    blocks = [[use.blocks for use in one.experts if is_fast(use, app)] for one in closed]
    assert blocks == [[(0,), ()], [(1,), ()], [()]]
    assert [[use.blocks for use in one.experts if is_fast(use, app)] for one in gold] == [[()]] * 3
    assert not any(is_fast(use, app) for one in off for use in one.experts)
    for one, with_passage, passage in zip(closed, gold, ARTICLE.passages, strict=True):
        assert passage.text in with_passage.turns[-1].text
        assert passage.text not in one.turns[-1].text


def test_the_report_has_means_and_the_spread_of_seeds(app):
    report = finish(functions.functions(app, [ARTICLE], functions.chosen("slow,attention,memory"), 7.0, 2))
    slow, attention, memory = report["summary"]
    assert (slow["closed_f1"], attention["closed_f1"], memory["closed_f1"]) == (0.0, pytest.approx(2 / 3), 0.0)
    assert attention["spread"]["closed_f1"] == [pytest.approx(2 / 3)] * 2
    assert (slow["bytes"], attention["bytes"], attention["updates"], attention["kl"]) == (0, 4, 3, 0.25)
    assert attention["gold_f1"] == report["articles"][0]["gold_off"]["f1"]  # it has nothing but blocks


def test_spread_is_that_of_the_seeds_and_not_of_the_articles():
    row = {"recipe": "x", "gold": {"f1": 0.5}, "kl": 0.0, "probes_f1": 0.0, "seconds": 1.0, "updates": 2, "bytes": 3}
    scores = {(0, "easy"): 0.9, (0, "hard"): 0.1, (1, "easy"): 0.8, (1, "hard"): 0.4}
    rows = [row | {"seed": seed, "closed": {"f1": f1, "exact": f1}} for (seed, _), f1 in scores.items()]
    (summary,) = functions._means(rows)
    assert summary["closed_f1"] == pytest.approx(0.55)
    assert summary["spread"]["closed_f1"] == [pytest.approx(0.5), pytest.approx(0.6)]


def test_an_unknown_recipe_is_refused():
    with pytest.raises(SettingsError, match="magic"):
        functions.chosen("attention,magic")


@pytest.mark.parametrize("is_used", [True, False])
def test_a_search_is_compared_with_the_default_and_its_rejected_recipe_learns_again(app, is_used):
    best = Recipe((Function.MEMORY,), optimiser="m3")
    app.engine.choice = Choice(best, 0.6, 0.5, 12, 8, is_used)
    report = finish(search.search(app, [ARTICLE], 300.0, 1))
    searched, *again = app.engine.learned
    assert (searched.effort, searched.recipes, searched.budget_s) == (Effort.SEARCH, (), 300.0)
    assert [request.recipes for request in again] == [(Recipe(),), *([] if is_used else [(best,)])]
    assert all(request.items == ITEMS for request in again)
    assert (report["summary"]["used"], report["summary"]["searched"]) == (int(is_used), 1)
    assert report["rows"][0]["searched"]["recipe"]["optimiser"] == "m3"


def test_a_search_without_time_is_reported_as_such(app):
    report = finish(search.search(app, [ARTICLE], 30.0, 1))
    assert (report["summary"]["runs"], report["summary"]["searched"]) == (1, 0)
