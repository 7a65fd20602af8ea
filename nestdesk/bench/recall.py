"""Recall: how much of an article is answered from the weights alone, before and after learning it.

For each article and seed: closed book untouched, closed book after learning, with the gold passage, with retrieved
passages; F1 and exact match as SQuAD defines them, seconds, tokens and questions of learning. Articles are taken in the
order of the SHA-256 of their titles; the development of the method used only the last ones of that order.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nestdesk.core import metrics, prompts
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Effort, Passage, Turn
from nestdesk.engine import protocol
from nestdesk.services.engine_jobs import embed_all, follow
from nestdesk.services.learn import FUNCTIONS
from nestdesk.services.roster import uses
from nestdesk.services.workspace import App

RETRIEVED = 3
ANSWER_TOKENS = 24
PROBE = (Turn(prompts.closed("What do you know about it?")[1].role, "What do you know about it?"),)


@dataclass(frozen=True)
class Question:
    """A question with its right answers and the place of its passage."""

    text: str
    answers: tuple[str, ...]
    passage: int


@dataclass(frozen=True)
class Article:
    """A title, its first passages, and the questions about them."""

    title: str
    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]


def read_articles(data: Path, titles: str, passages: int) -> list[Article]:
    """Read articles of a file in SQuAD's format.

    Args:
        titles: a number (the first ones in the order of their titles' SHA-256) or titles separated by commas.
        passages: how many of each article.

    Raises:
        SettingsError: the file is not in that format, or a title is not in it.
    """
    try:
        entries = {entry["title"]: entry for entry in json.loads(data.read_text(encoding="utf-8"))["data"]}
        if titles.isdigit():
            order = sorted(entries, key=lambda title: hashlib.sha256(title.encode()).hexdigest())
            chosen = order[: int(titles)]
        else:
            chosen = [title.strip() for title in titles.split(",")]
        return [_article(entries[title], passages) for title in chosen]
    except OSError as error:
        raise SettingsError(f"The question file {data} cannot be read: {error.strerror or error}.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"{data.name} is not in SQuAD's format, or lacks the title {error}.") from error


def _article(entry: dict[str, Any], limit: int) -> Article:
    passages, questions, at = [], [], 0
    for index, paragraph in enumerate(entry["paragraphs"][:limit]):
        text = " ".join(paragraph["context"].split())
        passages.append(Passage(text, at, at + len(text)))
        at += len(text) + 2
        for asked in paragraph["qas"]:
            answers = tuple(answer["text"] for answer in asked["answers"])
            if answers:
                questions.append(Question(asked["question"].strip(), answers, index))
    return Article(entry["title"], tuple(passages), tuple(questions))


def recall(app: App, articles: Sequence[Article], seeds: int, budget_s: float, effort: Effort) -> Job[dict[str, Any]]:
    """Run the benchmark; nothing of it is stored in the library."""
    skills = uses(app.roster.slow())
    first = app.engine.call(protocol.Probe(PROBE))
    rows, fixed = [], []
    for number, article in enumerate(articles):
        fixed.append((yield from _without_learning(app, article, skills)))
        for seed in range(seeds):
            yield Progress("recall", (number + seed / seeds) / len(articles), article.title)
            rows.append((yield from _learned(app, article, skills, seed, budget_s, effort)))
    last = app.engine.call(protocol.Probe(PROBE))
    assert isinstance(first, protocol.Probed)
    assert isinstance(last, protocol.Probed)
    return {
        "bench": "recall",
        "machine": {"cores": os.cpu_count(), "processor": platform.machine(), "system": platform.system()},
        "engine": {"backbone": app.engine.info.name, "device": app.engine.info.device} if app.engine.info else {},
        "budget_s": budget_s,
        "seeds": seeds,
        "articles": fixed,
        "runs": rows,
        "summary": _summary(fixed, rows),
        "backbone_unchanged": first == last,
    }


def _without_learning(app: App, article: Article, skills: tuple[protocol.ExpertUse, ...]) -> Job[dict[str, Any]]:
    texts = [passage.text for passage in article.passages]
    stored = yield from embed_all(app.engine, texts)
    asked = yield from embed_all(app.engine, [question.text for question in article.questions])
    best = np.argsort(-(asked @ stored.T), axis=1)[:, :RETRIEVED]
    closed = [prompts.closed(question.text) for question in article.questions]
    gold = [prompts.reading([texts[question.passage]], question.text) for question in article.questions]
    found = [
        prompts.reading([texts[i] for i in row[::-1]], question.text)
        for row, question in zip(best, article.questions, strict=True)
    ]
    return {
        "title": article.title,
        "passages": len(article.passages),
        "questions": len(article.questions),
        "closed_untouched": (yield from _ask(app, article, closed, ())),
        "closed_skills": (yield from _ask(app, article, closed, skills)),
        "gold_untouched": (yield from _ask(app, article, gold, ())),
        "gold_skills": (yield from _ask(app, article, gold, skills)),
        "retrieval_skills": (yield from _ask(app, article, found, skills)),
    }


def _learned(
    app: App, article: Article, skills: tuple[protocol.ExpertUse, ...], seed: int, budget_s: float, effort: Effort
) -> Job[dict[str, Any]]:
    began = time.monotonic()
    request = protocol.Learn(article.title, article.passages, skills, FUNCTIONS[effort], effort, budget_s, seed)
    learned = yield from follow(app.engine.stream(request), protocol.Learned)
    seconds = time.monotonic() - began
    new = tuple(protocol.ExpertUse(weights.path) for weights in learned.weights)
    closed = [prompts.closed(question.text) for question in article.questions]
    scores = yield from _ask(app, article, closed, skills + new)
    for weights in learned.weights:
        Path(weights.path).unlink()
    return {
        "title": article.title,
        "seed": seed,
        "closed_learned": scores,
        "seconds": seconds,
        "tokens": learned.tokens,
        "steps": learned.steps,
        "questions": sum(item.kind == "question" for item in learned.items),
        "items": len(learned.items),
        "bytes": sum(weights.size_bytes for weights in learned.weights),
        "is_accepted": learned.is_accepted,
        "probes_before": learned.before.f1,
        "probes_after": learned.after.f1,
        "anchor_kl_if_on": learned.after.anchor_kl,
    }


def _ask(
    app: App, article: Article, turns: Sequence[tuple[Turn, ...]], experts: tuple[protocol.ExpertUse, ...]
) -> Job[dict[str, float]]:
    request = protocol.GenerateMany(tuple(turns), experts, ANSWER_TOKENS)
    generated = yield from follow(app.engine.stream(request), protocol.GeneratedMany)
    pairs = list(zip(generated.texts, article.questions, strict=True))
    return {
        "f1": statistics.mean(metrics.best_f1(text, question.answers) for text, question in pairs),
        "exact": statistics.mean(metrics.best_exact(text, question.answers) for text, question in pairs),
        "contains": statistics.mean(metrics.contains(text, question.answers) for text, question in pairs),
    }


def _summary(fixed: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    summary: dict[str, Any] = {}
    for name in ("closed_untouched", "closed_skills", "gold_untouched", "gold_skills", "retrieval_skills"):
        summary[f"{name}_f1"] = statistics.mean(row[name]["f1"] for row in fixed)
    learned = [row["closed_learned"]["f1"] for row in rows]
    summary["closed_learned_f1"] = statistics.mean(learned)
    summary["closed_learned_f1_spread"] = [min(learned), max(learned)]
    summary["times_before"] = summary["closed_learned_f1"] / max(summary["closed_untouched_f1"], 1e-9)
    for name in ("seconds", "tokens", "questions", "bytes"):
        summary[name] = statistics.mean(row[name] for row in rows)
    return summary
