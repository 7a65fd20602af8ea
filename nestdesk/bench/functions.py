"""Functions: what each kind of expert and each optimiser adds to what is known of an article.

For each article and seed, study items are written once. Every recipe then learns from them with the same seconds and is
asked the data set's own questions: closed book, each with the block of its passage, so that functions and not routing
are compared; and with the passage in the prompt, where no block takes part but every other expert does. Reported beside
are the drift on generic prompts as if the experts were on there, seconds, updates and bytes; `slow` has no fast expert.
A summary has the mean over articles and seeds, and the least and the greatest of the seeds' own means.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nestdesk.bench import squad
from nestdesk.bench.squad import Article
from nestdesk.core import prompts
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Effort, Function, Recipe, StudyItem
from nestdesk.engine import protocol
from nestdesk.memory.retrieval import neighbours
from nestdesk.services.engine_jobs import embed_all, follow
from nestdesk.services.learn import NEIGHBOURS
from nestdesk.services.roster import uses
from nestdesk.services.workspace import App

ATTENTION, MEMORY, VOCABULARY, POSITION = Function.ATTENTION, Function.MEMORY, Function.VOCABULARY, Function.POSITION
RECIPES = {
    "slow": Recipe(()),
    **{str(function): Recipe((function,)) for function in (ATTENTION, MEMORY, VOCABULARY, POSITION)},
    **{f"attention+{other}": Recipe((ATTENTION, other)) for other in (MEMORY, VOCABULARY, POSITION)},
    "all": Recipe((ATTENTION, MEMORY, VOCABULARY, POSITION)),
    "attention-dgd": Recipe((ATTENTION,), optimiser="dgd"),
    "attention-m3": Recipe((ATTENTION,), optimiser="m3"),
    "memory-dgd": Recipe((MEMORY,), optimiser="dgd"),
    "memory-m3": Recipe((MEMORY,), optimiser="m3"),
}


@dataclass(frozen=True)
class Lesson:
    """An article to be learned with a seed; without items they are written."""

    article: Article
    seed: int
    skills: tuple[protocol.ExpertUse, ...]
    beside: tuple[tuple[int, ...], ...]
    items: tuple[StudyItem, ...] = ()


def chosen(names: str) -> dict[str, Recipe]:
    """Return recipes by their names, separated by commas.

    Raises:
        SettingsError: there is no such recipe.
    """
    wanted = [name.strip() for name in names.split(",")]
    if unknown := [name for name in wanted if name not in RECIPES]:
        raise SettingsError(f"The recipe {', '.join(unknown)} is unknown; choose among {', '.join(RECIPES)}.")
    return {name: RECIPES[name] for name in wanted}


def functions(
    app: App, articles: Sequence[Article], recipes: dict[str, Recipe], budget_s: float, seeds: int
) -> Job[dict[str, Any]]:
    """Let every recipe learn every article.

    Args:
        budget_s: seconds of each recipe for all but the questions, which are written before, with the effort's budget.
    """
    fixed: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for number, article in enumerate(articles):
        for seed in range(seeds):
            lesson = yield from prepared(app, article, seed)
            written = yield from learn(app, lesson, (Recipe(()),), Effort.NORMAL, 0.0)
            lesson = replace(lesson, items=written.items)
            if seed == 0:
                off = yield from _with_passage(app, lesson, ())
                fixed.append({"title": article.title, "questions": len(article.questions), "gold_off": off})
            for name, recipe in recipes.items():
                yield Progress("functions", number / len(articles), f"{article.title}, seed {seed}: {name}")
                row = {"title": article.title, "seed": seed, "recipe": name, "gold": off}
                rows.append(row | (yield from tried(app, lesson, recipe, budget_s)))
    return {
        "bench": "functions",
        "budget_s": budget_s,
        "seeds": seeds,
        "recipes": {name: asdict(recipe) for name, recipe in recipes.items()},
        "articles": fixed,
        "summary": list(_means(rows)),
        "rows": rows,
    }


def prepared(app: App, article: Article, seed: int) -> Job[Lesson]:
    """Return a lesson without items; which passages are alike is told by their embeddings."""
    vectors = yield from embed_all(app.engine, [passage.text for passage in article.passages])
    return Lesson(article, seed, uses(app.roster.slow()), neighbours(vectors, NEIGHBOURS))


def learn(
    app: App, lesson: Lesson, recipes: tuple[Recipe, ...], effort: Effort, budget_s: float
) -> Job[protocol.Learned]:
    """Learn by one recipe or a search over several; the weights lie in the scratch folder until they were asked."""
    request = protocol.Learn(
        lesson.article.title,
        lesson.article.passages,
        lesson.skills,
        recipes,
        effort,
        budget_s,
        lesson.seed,
        lesson.items,
        lesson.beside,
    )
    return (yield from follow(app.engine.stream(request), protocol.Learned))


def tried(app: App, lesson: Lesson, recipe: Recipe, budget_s: float) -> Job[dict[str, Any]]:
    """Learn by a recipe and ask."""
    learned = yield from learn(app, lesson, (recipe,), Effort.NORMAL, budget_s)
    return (yield from asked(app, lesson, learned))


def asked(app: App, lesson: Lesson, learned: protocol.Learned) -> Job[dict[str, Any]]:
    """Ask all questions about an article to what was learned, and delete it."""
    asked = tuple(
        protocol.Asked(
            prompts.closed(question.text), (*_routed(learned, question.passage), *lesson.skills), prompts.ABSENT
        )
        for question in lesson.article.questions
    )
    row: dict[str, Any] = {"closed": (yield from _scored(app, lesson.article, asked))}
    if others := _routed(learned, None):
        row["gold"] = yield from _with_passage(app, lesson, others)
    for new in learned.weights:
        Path(new.path).unlink(missing_ok=True)
    return row | {
        "kl": learned.after.anchor_kl,
        "probes_f1": learned.after.f1,
        "is_accepted": learned.is_accepted,
        "seconds": learned.seconds,
        "steps": learned.steps,
        "updates": sum(new.updates for new in learned.weights),
        "bytes": sum(new.size_bytes for new in learned.weights),
    }


def _routed(learned: protocol.Learned, passage: int | None) -> tuple[protocol.ExpertUse, ...]:
    """Return the experts for a question about a passage; None: those without blocks."""
    return tuple(
        protocol.ExpertUse(new.path, blocks=(passage,) if new.blocks and passage is not None else ())
        for new in learned.weights
        if not new.blocks or (passage is not None and passage < new.blocks)
    )


def _with_passage(app: App, lesson: Lesson, experts: tuple[protocol.ExpertUse, ...]) -> Job[dict[str, float]]:
    """Ask with the right passage in the prompt; the answer is free, so that all of it is the experts' doing."""
    texts = [passage.text for passage in lesson.article.passages]
    asked = tuple(
        protocol.Asked(
            prompts.reading([texts[question.passage]], question.text), (*experts, *lesson.skills), prompts.ABSENT
        )
        for question in lesson.article.questions
    )
    return (yield from _scored(app, lesson.article, asked))


def _scored(app: App, article: Article, asked: tuple[protocol.Asked, ...]) -> Job[dict[str, float]]:
    request = protocol.GenerateMany(asked, squad.ANSWER_TOKENS)
    generated = yield from follow(app.engine.stream(request), protocol.GeneratedMany)
    return squad.scores(generated.texts, article.questions)


def _means(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield, for each recipe, its figures over articles and seeds."""
    for name in dict.fromkeys(row["recipe"] for row in rows):
        own = [row for row in rows if row["recipe"] == name]
        means, spread = {}, {}
        for figure in ("closed_f1", "closed_exact", "gold_f1", "kl", "probes_f1", "seconds", "updates", "bytes"):
            by_seed = [
                statistics.mean(_figure(row, figure) for row in own if row["seed"] == seed)
                for seed in dict.fromkeys(row["seed"] for row in own)
            ]
            means[figure], spread[figure] = statistics.mean(by_seed), [min(by_seed), max(by_seed)]
        yield {"recipe": name, **means, "spread": spread}


def _figure(row: dict[str, Any], name: str) -> float:
    mode, _, measure = name.partition("_")
    return float(row[mode][measure] if mode in ("closed", "gold") else row[name])
