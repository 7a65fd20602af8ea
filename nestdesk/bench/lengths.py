"""Lengths: how well the backbone reads beyond the length it was trained with, and whether a position expert helps."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from nestdesk.bench import peers
from nestdesk.bench.squad import Article
from nestdesk.core.errors import SettingsError
from nestdesk.services.workspace import App

STRETCH = 2048  # tokens that are summed up in one figure


def lengths(app: App, articles: Sequence[Article], tokens: int, steps: int) -> dict[str, Any]:
    """Run the benchmark on the articles' text, one behind the other.

    Args:
        tokens: from the beginning, that are read.
        steps: in which a position expert learns from what comes behind them; 0: none does.

    Raises:
        SettingsError: the text is shorter than that, or not longer than what the backbone was trained with.
    """
    text = "\n\n".join(article.text for article in articles)
    job = {
        "folder": str(app.models.backbone_folder()),
        "text": text,
        "tokens": tokens,
        "stretch": STRETCH,
        "steps": steps,
    }
    found = peers.run("lengths", "nestdesk.learning.lengths", job)
    if found["tokens"] < tokens:
        raise SettingsError(f"The articles have {found['tokens']} tokens only; name more of them.")
    within = found["trained"] // STRETCH
    if len(found["bits"]["untouched"]) <= within:
        raise SettingsError(f"The backbone was trained with {found['trained']} tokens; read more than that.")
    summary = {
        name: {"within": statistics.mean(told[:within]), "beyond": statistics.mean(told[within:])}
        for name, told in found["bits"].items()
    }
    return {"bench": "lengths", **found, "summary": summary}
