"""Long: one document of tens of thousands of words, learned, then asked about its beginning, middle and end.

The document is articles of a question set one after the other until it has the wanted length. Questions are drawn
evenly over it; reported are F1 by third of the document, in the modes a person can choose, and what learning cost.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from typing import Any

from nestdesk.bench import squad
from nestdesk.bench.squad import Article, Question
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Effort, Mode, Passage
from nestdesk.services.workspace import App

MODES = (Mode.CLOSED, Mode.RETRIEVAL, Mode.AUTO)
THIRDS = ("beginning", "middle", "end")


def joined(articles: Sequence[Article], words: int) -> Article:
    """Return articles as one, cut at the first passage beyond so many words."""
    passages: list[Passage] = []
    questions: list[Question] = []
    used = 0
    for article in articles:
        for index, passage in enumerate(article.passages):
            if used >= words:
                break
            here = [question for question in article.questions if question.passage == index]
            questions += [Question(question.text, question.answers, len(passages)) for question in here]
            passages.append(passage)
            used += len(passage.text.split())
    return Article("Long document", tuple(passages), tuple(questions))


def long(
    app: App, document: Article, questions: int, seed: int, budget_s: float, effort: Effort
) -> Job[dict[str, Any]]:
    """Run the benchmark in an empty data folder."""
    yield Progress("long", text="learning")
    source = yield from squad.learn(app, document.title, document.text, effort, budget_s, seed)
    chance = random.Random(seed)
    asked = sorted(
        chance.sample(document.questions, min(questions, len(document.questions))), key=lambda one: one.passage
    )
    found: dict[str, Any] = {}
    for mode in MODES:
        parts = {}
        for third, name in enumerate(THIRDS):
            own = [one for one in asked if one.passage * 3 // len(document.passages) == third]
            if own:
                part = Article(document.title, document.passages, tuple(own))
                parts[name] = (yield from squad.ask(app, part, mode)) | {"questions": len(own)}
        found[str(mode)] = parts | {"f1": statistics.mean(part["f1"] for part in parts.values())}
    heads = [one.head for one in app.library.show(source.id).experts if one.head]
    return {
        "bench": "long",
        "words": len(document.text.split()),
        "passages": source.passages,
        "state": str(source.state),
        "learning_s": source.seconds,
        "bytes": sum(head.size_bytes for head in heads),
        "seed": seed,
        "modes": found,
    }
