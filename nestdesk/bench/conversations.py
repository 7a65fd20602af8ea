"""Conversations: facts told up to fifty conversations ago, asked for in new ones, through the chat itself.

Everything is said to the chat, which answers it and remembers what it remembers; then each question is asked in a
conversation of its own. Beside whether the answer is right, the report tells whether the right fact was among the five
that the answer was sought in. What was never told is answered right by saying so.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nestdesk.bench.told import Question, life
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.metrics import contains
from nestdesk.services.chat import NOT_TOLD
from nestdesk.services.workspace import App

ANSWER_TOKENS = 16  # of what is answered while things are told: enough to talk about, no more
EVIDENCE = 5
DISTANCES = (10, 25, 50)  # the far ends of the spans that are reported by themselves


def conversations(app: App, count: int, seed: int) -> Job[dict[str, Any]]:
    """Measure one made-up life in an empty data folder."""
    told = life(count, seed)
    app.save_settings(replace(app.settings, max_answer_tokens=ANSWER_TOKENS))
    for number, turns in enumerate(told.conversations):
        yield Progress("telling", number / count)
        conversation = app.chat.create()
        for text in turns:
            yield from app.chat.send(conversation.id, text)
        yield from app.chat.finish(conversation.id)
    rows = []
    for number, question in enumerate(told.questions):
        yield Progress("asking", number / len(told.questions))
        rows.append((yield from _asked(app, question)))
    return {"seed": seed, "conversations": count, "facts": len(app.memory.facts()), "rows": rows}


def summary(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the means over all seeds, in all and by distance, with the least and the greatest of the seeds."""
    rows = [row for result in results for row in result["rows"]]
    told, untold = [row for row in rows if row["answer"]], [row for row in rows if not row["answer"]]
    by_seed = [statistics.mean(row["right"] for row in result["rows"]) for result in results]
    spans = zip((0, *DISTANCES), DISTANCES, strict=False)
    return {
        "accuracy": statistics.mean(row["right"] for row in rows),
        "accuracy_spread": [min(by_seed), max(by_seed)],
        "told": _share(told, "right"),
        "changed": _share([row for row in told if row["was"]], "right"),
        "untold": _share(untold, "right"),
        f"evidence_at_{EVIDENCE}": _share(told, "evidence"),
        "by_distance": {
            f"up to {far}": {"accuracy": _share(own, "right"), f"evidence_at_{EVIDENCE}": _share(own, "evidence")}
            for near, far in spans
            if (own := [row for row in told if near < row["distance"] <= far])
        },
    }


def _asked(app: App, question: Question) -> Job[dict[str, Any]]:
    conversation = app.chat.create()
    vector = app.engine.embed([question.text])[0]
    found = [hit.text for hit in app.memory.told(question.text, vector, conversation.id)][:EVIDENCE]
    message = yield from app.chat.send(conversation.id, question.text)
    said = " ".join(line for line in message.text.splitlines() if not line.startswith(">"))
    right = said == NOT_TOLD
    if question.answer:
        right = bool(contains(said, [question.answer])) and not (question.was and contains(said, [question.was]))
    return {
        "question": question.text,
        "answer": question.answer,
        "was": question.was,
        "distance": question.distance,
        "said": said,
        "right": right,
        "evidence": any(contains(text, [question.answer]) for text in found) if question.answer else not found,
    }


def _share(rows: Sequence[dict[str, Any]], name: str) -> float | None:
    return statistics.mean(row[name] for row in rows) if rows else None
