"""Recall: how much of an article is answered from the weights alone, before and after learning it.

For each article and seed, through the services that a person uses: closed book untouched, the article learned as a
document, closed book after, as the chat would (auto), with the gold passage, with retrieved passages; F1 and exact
match as SQuAD defines them, seconds, tokens and questions of learning. Articles are taken in the order of the SHA-256
of their titles; the development of the method used only the last ones of that order.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from nestdesk.bench import squad
from nestdesk.bench.squad import Article
from nestdesk.core import prompts
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Effort, Mode
from nestdesk.engine import protocol
from nestdesk.services.engine_jobs import follow
from nestdesk.services.roster import uses
from nestdesk.services.workspace import App

PROBE = prompts.closed("What do you know about it?")
SCORED = ("closed_untouched", "closed_skills", "closed_learned", "gold", "retrieval", "auto")


def recall(app: App, articles: Sequence[Article], seeds: int, budget_s: float, effort: Effort) -> Job[dict[str, Any]]:
    """Run the benchmark in an empty data folder; every source is forgotten before the next one is learned."""
    skills = uses(app.roster.slow())
    first = app.engine.call(protocol.Probe(PROBE))
    fixed, rows = [], []
    for number, article in enumerate(articles):
        fixed.append(
            {
                "title": article.title,
                "passages": len(article.passages),
                "questions": len(article.questions),
                "closed_untouched": (yield from _ask_engine(app, article, ())),
                "closed_skills": (yield from _ask_engine(app, article, skills)),
                "gold": (yield from squad.ask(app.recall, article, Mode.PASSAGE)),
            }
        )
        for seed in range(seeds):
            yield Progress("recall", (number + seed / seeds) / len(articles), article.title)
            rows.append((yield from _learned(app, article, seed, budget_s, effort)))
    return {
        "bench": "recall",
        "engine": {"backbone": app.engine.info.name, "device": app.engine.info.device} if app.engine.info else {},
        "budget_s": budget_s,
        "seeds": seeds,
        "articles": fixed,
        "runs": rows,
        "summary": _summary(fixed, rows),
        "backbone_unchanged": first == app.engine.call(protocol.Probe(PROBE)),
    }


def _learned(app: App, article: Article, seed: int, budget_s: float, effort: Effort) -> Job[dict[str, Any]]:
    source = yield from squad.learn(app, article.title, article.text, effort, budget_s, seed)
    experts = app.library.show(source.id).experts
    heads = [expert.head for expert in experts if expert.head]
    items = app.sources.items(source.id)
    row = {
        "title": article.title,
        "seed": seed,
        "state": str(source.state),
        "closed_learned": (yield from squad.ask(app.recall, article, Mode.CLOSED)),
        "auto": (yield from squad.ask(app.recall, article, Mode.AUTO)),
        "seconds": source.seconds,
        "tokens": sum(int(str(head.config.get("tokens", 0))) for head in heads),
        "steps": sum(int(str(head.config.get("steps", 0))) for head in heads),
        "questions": sum(item.kind == "question" for item in items),
        "items": len(items),
        "bytes": sum(head.size_bytes for head in heads),
        "probes_before": source.before.f1 if source.before else None,
        "probes_after": source.after.f1 if source.after else None,
        "anchor_kl_if_on": source.after.anchor_kl if source.after else None,
    }
    if seed == 0:  # what it finds and reads depends on no seed
        row["retrieval"] = yield from squad.ask(app.recall, article, Mode.RETRIEVAL)
    yield from app.forget.forget(source.id)
    return row


def _ask_engine(app: App, article: Article, experts: tuple[protocol.ExpertUse, ...]) -> Job[dict[str, float]]:
    asked = tuple(protocol.Asked(prompts.closed(question.text), experts) for question in article.questions)
    request = protocol.GenerateMany(asked, squad.ANSWER_TOKENS)
    generated = yield from follow(app.engine.stream(request), protocol.GeneratedMany)
    return squad.scores(generated.texts, article.questions)


def _summary(fixed: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    summary: dict[str, Any] = {}
    for name in SCORED:
        own = [row[name]["f1"] for row in (*fixed, *rows) if name in row]
        summary[f"{name}_f1"] = statistics.mean(own)
        summary[f"{name}_f1_spread"] = [min(own), max(own)]
    summary["times_before"] = summary["closed_learned_f1"] / max(summary["closed_untouched_f1"], 1e-9)
    for name in ("seconds", "tokens", "questions", "bytes"):
        summary[name] = statistics.mean(row[name] for row in rows)
    return summary
