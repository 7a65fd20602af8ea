"""Search: whether the recipe that a search found for an article answers more of the data set's questions.

These questions took no part in it: the search knows its own probes only. Each is asked closed book with the block of
its passage, as in functions.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from nestdesk.bench import functions
from nestdesk.bench.squad import Article
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Effort, Recipe
from nestdesk.services.workspace import App


def search(app: App, articles: Sequence[Article], budget_s: float, seeds: int) -> Job[dict[str, Any]]:
    """Search a recipe for every article, and ask the data set's questions to it and to the default.

    Where the search kept the default, its best recipe learns once more, to see whether it was right to reject it. That
    and the default learn from the search's items, with the time of the normal effort.
    """
    rows: list[dict[str, Any]] = []
    for number, article in enumerate(articles):
        for seed in range(seeds):
            yield Progress("search", number / len(articles), f"{article.title}, seed {seed}")
            lesson = yield from functions.prepared(app, article, seed)
            found = yield from functions.learn(app, lesson, (), Effort.SEARCH, budget_s)
            row: dict[str, Any] = {"title": article.title, "seed": seed, "reason": found.reason, "searched": None}
            row["given"] = yield from functions.asked(app, lesson, found)
            lesson = replace(lesson, items=found.items)
            row["default"] = yield from functions.tried(app, lesson, Recipe(), 0.0)
            if found.choice:
                row["searched"] = asdict(found.choice)
                is_used = found.choice.is_used
                row["best"] = (
                    row["given"] if is_used else (yield from functions.tried(app, lesson, found.choice.recipe, 0.0))
                )
            rows.append(row)
    searched = [row for row in rows if row["searched"]]
    return {
        "bench": "search",
        "budget_s": budget_s,
        "seeds": seeds,
        "summary": {
            "runs": len(rows),
            "searched": len(searched),
            "used": sum(row["searched"]["is_used"] for row in searched),
            "given_f1": statistics.mean(row["given"]["closed"]["f1"] for row in rows),
            "default_f1": statistics.mean(row["default"]["closed"]["f1"] for row in rows),
            "best_beats_default": sum(row["best"]["closed"]["f1"] > row["default"]["closed"]["f1"] for row in searched),
        },
        "rows": rows,
    }
