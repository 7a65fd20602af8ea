"""Levels: how often an expert is updated, and with how much.

The continuum memory system in one rule: gradients gather over a chunk of tokens, and an expert changes only when its
chunk is full.  # INVARIANT: an expert that is not due does not change

Reference: Nested Learning (arXiv 2512.24695), theta_{i+1} = theta_i - sum of eta f(theta; x_t) over the chunk iff
i = 0 mod C(l); slower levels five and ten times slower, as reported there (its fast end, 512 to 2,000 tokens,
is of running text; study items are denser).
"""

from __future__ import annotations

from dataclasses import dataclass

from nestdesk.core.types import Effort, Function, Level, Recipe


@dataclass(frozen=True)
class LevelSpec:
    """How an expert of a level learns. rate is the peak learning rate of its inner optimiser."""

    level: Level
    update_period_tokens: int
    rate: float


LEVELS = {
    Level.FAST: LevelSpec(Level.FAST, 256, 2e-3),
    Level.MID: LevelSpec(Level.MID, 2560, 1e-3),
    Level.SLOW: LevelSpec(Level.SLOW, 5120, 5e-4),
}

PERIOD_FACTOR = {Function.MEMORY: 1, Function.ATTENTION: 2, Function.VOCABULARY: 2, Function.POSITION: 4}


def update_period(level: Level, function: Function) -> int:
    """Return the tokens between two updates of an expert; within a level memory moves first, position last."""
    return LEVELS[level].update_period_tokens * PERIOD_FACTOR[function]


@dataclass(frozen=True)
class EffortSpec:
    """What an effort buys: seconds, facts asked about in each passage, wordings, held-out probes, and the recipe.

    recipes: the default; a search tries the further ones against it.
    """

    budget_s: float
    spans_per_passage: int
    wordings: int
    probes: int
    top_layers: float  # share of the layers, from the top, that get a low-rank expert
    recipes: tuple[Recipe, ...]


ATTENTION, MEMORY = Function.ATTENTION, Function.MEMORY
SEARCHED = (
    Recipe((ATTENTION, Function.VOCABULARY)),
    Recipe((ATTENTION, Function.POSITION)),
    Recipe((ATTENTION, MEMORY), rank=8),
    Recipe((ATTENTION, MEMORY), rank=32, optimiser="m3", level=Level.MID),
    Recipe((MEMORY,), rank=32),
    Recipe((ATTENTION,), kept_share=0.67, block_updates=4),
    Recipe((ATTENTION,), optimiser="dgd"),
    Recipe((ATTENTION,), optimiser="m3"),
)
EFFORTS = {
    Effort.QUICK: EffortSpec(40.0, 6, 2, 24, 0.4, (Recipe((ATTENTION,), rank=8, kept_share=0.5),)),
    Effort.NORMAL: EffortSpec(120.0, 12, 2, 24, 0.4, (Recipe(),)),
    Effort.DEEP: EffortSpec(420.0, 24, 2, 24, 0.4, (Recipe(block_updates=4),)),
    Effort.SEARCH: EffortSpec(420.0, 12, 2, 48, 0.4, (Recipe(), *SEARCHED)),
}
