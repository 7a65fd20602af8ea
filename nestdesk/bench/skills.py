"""Skills: whether the slow experts read better after they have grown on a person's documents.

Articles are learned as documents; then the data set's own questions are asked with the right passage, before the slow
experts grew and after: about the articles they learned from, those that were only asked about, and others that were
never there. What grew is measured as if it were in use, whatever the verdict was; the verdict is reported beside.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from nestdesk.bench import squad
from nestdesk.bench.squad import Article
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Effort, Mode
from nestdesk.services.growth import HELD_EVERY, TOO_FEW
from nestdesk.services.recall import Recall
from nestdesk.services.workspace import App


def skills(
    app: App, articles: Sequence[Article], others: Sequence[Article], budget_s: float, grow_s: float, seed: int
) -> Job[dict[str, Any]]:
    """Run the benchmark with one seed in an empty data folder.

    Args:
        articles: that are learned, and grown on.
        others: that are only asked about.
        budget_s: for learning each article.
        grow_s: for growing; 0: the product's own.

    Raises:
        SettingsError: there are too few articles to grow on.
    """
    groups: dict[str, list[Article]] = {"taught": [], "held": [], "others": list(others)}
    for number, article in enumerate(articles):
        yield Progress("skills", number / len(articles), article.title)
        source = yield from squad.learn(app, article.title, article.text, Effort.NORMAL, budget_s, seed)
        groups["held" if source.id % HELD_EVERY == HELD_EVERY - 1 else "taught"].append(article)
    before = yield from _asked(app.recall, groups)
    checkpoints = yield from app.growth.run(grow_s, seed)
    if not checkpoints:
        raise SettingsError(TOO_FEW)
    first = checkpoints[0]
    scores = {
        name: {key: value for key, value in asdict(score).items() if key != "answers"}
        for name, score in (("before", first.before), ("after", first.after))
        if score
    }
    config = {key: first.config[key] for key in ("seconds", "steps", "tokens")}
    return {
        "seed": seed,
        "articles": {name: [article.title for article in own] for name, own in groups.items()},
        "questions": {name: sum(len(article.questions) for article in own) for name, own in groups.items()},
        "before": before,
        "after": (yield from _asked(app.recall_as_if(*checkpoints), groups)),
        "is_accepted": first.is_accepted,
        "reason": first.reason,
        "own_questions": scores,
        **config,
    }


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean F1 of each group before and after, with the least and the greatest gain of a seed."""
    found = {}
    for group in rows[0]["before"]:
        gains = [row["after"][group]["f1"] - row["before"][group]["f1"] for row in rows]
        means = {time: statistics.mean(row[time][group]["f1"] for row in rows) for time in ("before", "after")}
        found[group] = means | {"least_gain": min(gains), "greatest_gain": max(gains)}
    return found


def _asked(recall: Recall, groups: dict[str, list[Article]]) -> Job[dict[str, dict[str, float]]]:
    told = {}
    for name, articles in groups.items():
        scores = []
        for article in articles:
            scores.append((yield from squad.ask(recall, article, Mode.PASSAGE)))
            yield Progress("skills", text=article.title)
        if scores:
            told[name] = {key: statistics.mean(one[key] for one in scores) for key in scores[0]}
    return told
