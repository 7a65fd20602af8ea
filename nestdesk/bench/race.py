"""A race with PEFT: the same items and the same rank, and who answers held-out questions closed book first.

The product learns the demo's document: by its default, which ends with the seconds and the F1 to beat, and by low-rank
experts of PEFT's rank on the same items, for the tokens a second. Its seconds are all that learning took, the writing
of the questions too; PEFT gets these for nothing, and its questions are asked off the clock. The product's probes are
each asked with the block of their passage. Study tokens are counted alike on both sides (learning/race.py). Memory is
the most that the process of each had while it learned; the product's holds the embedding model, too.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from nestdesk.bench import peers
from nestdesk.bench.baselines import RATES
from nestdesk.bench.processes import engine_bytes
from nestdesk.core import jobs
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.paths import resources
from nestdesk.core.types import Effort, Function, Passage, Recipe
from nestdesk.engine import protocol
from nestdesk.memory.retrieval import neighbours
from nestdesk.services.engine_jobs import embed_all, follow
from nestdesk.services.learn import NEIGHBOURS
from nestdesk.services.roster import uses
from nestdesk.services.workspace import App

DOCUMENT = Path("demo") / "The Lanternfish Harbour.txt"
RANK = 16  # of both: PEFT's in learning/baselines.py
LOW_RANK = Recipe((Function.MEMORY,), rank=RANK)
LOW_RANK_S = 60.0  # of learning by it
LIMIT_TIMES = 6.0  # the product's seconds, which PEFT gets at most
STUDYING = frozenset({"reading closely", "studying"})


def race(app: App, limit_s: float, threads: int, seed: int = 0) -> Job[dict[str, Any]]:
    """Let the product learn, and then PEFT, until it knows as much or the limit is over. The engine is closed then.

    Args:
        limit_s: seconds of training that PEFT gets at most; 0: six times what the product took.

    Raises:
        SettingsError: PEFT is not installed, or failed.
    """
    peers.check("peft")
    text = (resources() / DOCUMENT).read_text(encoding="utf-8")
    passages = tuple(Passage(part, 0, len(part)) for part in text.split("\n\n") if part.strip())
    vectors = yield from embed_all(app.engine, [passage.text for passage in passages])
    app.engine.close()  # so that its memory is that of learning
    default = protocol.Learn(
        "race", passages, uses(app.roster.slow()), effort=Effort.NORMAL, seed=seed,
        beside=neighbours(vectors, NEIGHBOURS),
    )  # fmt: skip
    learned, study_s = yield from _studied(app, default)
    low, low_s = yield from _studied(
        app,
        protocol.Learn(
            "race", passages, default.skills, (LOW_RANK,), budget_s=LOW_RANK_S, seed=seed, items=learned.items
        ),
    )
    our_bytes = engine_bytes(app.engine)
    app.engine.close()
    limit_s = limit_s or LIMIT_TIMES * learned.seconds
    yield Progress("speed", text=f"peft, at most {limit_s:.0f} s")
    theirs = _peft(app, learned, low, limit_s, threads, seed)
    rates = [tokens / seconds for tokens, seconds in zip(theirs.pop("our_tokens"), (study_s, low_s), strict=True)]
    return _told(learned, theirs, rates, limit_s) | {
        "rank": RANK,
        "items": sum(not item.is_probe for item in learned.items),
        "threads": threads,
        "peak_bytes": our_bytes,
        "peft_peak_bytes": theirs["peak_bytes"],
        "peft_looks": theirs["looks"],
    }


def _told(learned: protocol.Learned, theirs: dict[str, Any], rates: list[float], limit_s: float) -> dict[str, Any]:
    own, low = rates
    reached = theirs["seconds"]
    return {
        "f1": learned.after.f1,
        "probes": learned.after.probes,
        "seconds": learned.seconds,
        "peft_seconds": reached if reached is not None else f"not reached in {limit_s:.0f} s",
        "peft_reached_it": reached is not None,  # else the times below are the least that they can be
        "peft_best_f1": max(f1 for _, f1 in theirs["looks"]),
        "seconds_times": (reached if reached is not None else limit_s) / learned.seconds,
        "tokens_per_s": own,
        "low_rank_tokens_per_s": low,
        "peft_tokens_per_s": theirs["tokens_per_s"],
        "tokens_per_s_times": own / theirs["tokens_per_s"],
        "low_rank_tokens_per_s_times": low / theirs["tokens_per_s"],
        "peft_parameters": theirs["parameters"],
    }


def _studied(app: App, request: protocol.Learn) -> Job[tuple[protocol.Learned, float]]:
    """Learn, and return how long the items were studied: from when the probes were asked to the last step."""
    began = ended = time.monotonic()

    def watched(progress: Progress) -> Progress:
        nonlocal began, ended
        if progress.stage == "checking before":
            began = time.monotonic()
        elif progress.stage in STUDYING:
            ended = time.monotonic()
        return progress

    learned = yield from jobs.retold(follow(app.engine.stream(request), protocol.Learned), watched)
    for new in learned.weights:
        Path(new.path).unlink(missing_ok=True)
    return learned, max(1e-9, ended - began)


def _peft(
    app: App, learned: protocol.Learned, low: protocol.Learned, limit_s: float, threads: int, seed: int
) -> dict[str, Any]:
    job = {
        "backbone": str(app.models.backbone_folder()),
        "birth": str(resources() / "birth"),
        "items": [vars(item) for item in learned.items],
        "target": learned.after.f1,
        "limit_s": limit_s,
        "threads": threads,
        "seed": seed,
        "rate": RATES["lora"],
        "ours": [{"steps": learned.steps, "has_blocks": True}, {"steps": low.steps, "has_blocks": False}],
    }
    found: dict[str, Any] = peers.run("peft", "nestdesk.learning.race", job)
    return found
