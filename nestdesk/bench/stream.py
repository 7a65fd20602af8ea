"""Stream: articles learned one after the other, all of them asked after each.

What a person's library goes through: R[i][j], the score on article j after learning article i, shows what is kept.
Reported are the retention matrix, the scores just learnt and at the end, backward transfer (arXiv 1706.08840,
equation 3) and the drift of the untouched model, which must be none. Methods: `nested` is the product; `retrieval` has
the passages and no source experts; `none` has nothing. Every (method, seed, article) result is kept in a folder, so
that a run can be interrupted and goes on.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nestdesk.bench import squad
from nestdesk.bench.squad import Article
from nestdesk.core import metrics, prompts
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Effort, Mode
from nestdesk.engine import protocol
from nestdesk.services.engine_jobs import follow
from nestdesk.services.workspace import App

METHODS = ("nested", "retrieval", "none")
MODES = {"nested": (Mode.CLOSED, Mode.AUTO), "retrieval": (Mode.RETRIEVAL,)}
UNRELATED = "How do I keep my bread from going stale?"


def stream(
    app: App, articles: Sequence[Article], method: str, seed: int, budget_s: float, effort: Effort, kept: Path | None
) -> Job[dict[str, Any]]:
    """Run one method with one seed in an empty data folder.

    Args:
        kept: folder of finished (method, seed) results; None: nothing is kept.

    Raises:
        SettingsError: the method is unknown.
    """
    if method not in METHODS:
        raise SettingsError(f"The method {method} is unknown; choose among {', '.join(METHODS)}.")
    file = kept / f"{method}-{seed}-{'-'.join(article.title for article in articles)[:80]}.json" if kept else None
    if file and file.is_file():
        return dict(json.loads(file.read_text(encoding="utf-8")))
    untouched = _digest(app)
    modes = MODES.get(method, ())
    retention: dict[str, list[list[float]]] = {str(mode): [] for mode in modes} or {"none": []}
    learned = []
    for number, article in enumerate(articles):
        yield Progress("stream", number / len(articles), f"{method}, seed {seed}: {article.title}")
        if method != "none":
            source = yield from squad.learn(app, article.title, article.text, effort, budget_s, seed)
            heads = [one.head for one in app.library.show(source.id).experts if one.head]
            size = sum(head.size_bytes for head in heads)
            learned.append({"title": article.title, "seconds": source.seconds, "bytes": size})
        for mode in modes:
            row = []
            for asked in articles:
                row.append((yield from squad.ask(app, asked, mode))["f1"])
            retention[str(mode)].append(row)
        if method == "none":
            retention["none"].append((yield from _untouched(app, articles)))
    result = {
        "method": method,
        "seed": seed,
        "articles": [article.title for article in articles],
        "learned": learned,
        "unrelated_logits_identical": _digest(app) == untouched,
        "modes": {mode: {"retention": matrix, **_kept(matrix)} for mode, matrix in retention.items()},
    }
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(result), encoding="utf-8")
    return result


def _kept(matrix: Sequence[Sequence[float]]) -> dict[str, float]:
    just = statistics.mean(row[index] for index, row in enumerate(matrix))
    end = statistics.mean(matrix[-1])
    ahead = [matrix[index - 1][index] - matrix[0][index] for index in range(2, len(matrix))]
    return {
        "just_learnt": just,
        "end": end,
        "end_over_just": end / max(just, 1e-9),
        "backward_transfer": metrics.backward_transfer(matrix),
        "forward_transfer": statistics.mean(ahead) if ahead else 0.0,
    }


def _untouched(app: App, articles: Sequence[Article]) -> Job[list[float]]:
    row = []
    for article in articles:
        turns = tuple(prompts.closed(question.text) for question in article.questions)
        request = protocol.GenerateMany(turns, (), squad.ANSWER_TOKENS)
        generated = yield from follow(app.engine.stream(request), protocol.GeneratedMany)
        row.append(squad.scores(generated.texts, article.questions)["f1"])
    return row


def _digest(app: App) -> protocol.Event:
    """Return what an unrelated question gets: logits and backbone as digests."""
    plan = app.recall.plan(UNRELATED, Mode.AUTO)
    return app.engine.call(protocol.Probe(prompts.closed(UNRELATED, prompts.CHAT), plan.uses))
