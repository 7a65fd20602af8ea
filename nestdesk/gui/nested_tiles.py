"""Where the experts stand in the nested model: a ring for each level, a tile for each expert."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nestdesk.core.types import Expert, Level
from nestdesk.gui import words

RINGS = {Level.SLOW: (0.37, 0.53), Level.MID: (0.58, 0.72), Level.FAST: (0.78, 1.0)}  # shares of the outer radius
TILE_DEGREES = 24.0  # the widest a fast expert gets
LEARNING = -1  # the id of the tile of a source that is being learned
MOST_SWEEP = 280.0  # degrees that the arcs take at most: their feet stay apart
LEAST_SWEEP = 192.0  # below, half a circle looks better


@dataclass(frozen=True)
class Tile:
    """One expert's place: degrees count from the left foot of half a circle to the right one."""

    expert_id: int
    name: str
    level: Level
    start: float
    span: float
    is_identity: bool = False

    @property
    def middle(self) -> float:
        """The angle of the tile's middle."""
        return self.start + self.span / 2


def tiles(experts: Sequence[Expert], learning: str = "") -> list[Tile]:
    """Place the experts on their rings, fast ones gathered around the top."""
    placed = []
    for level in RINGS:
        entries = [(one.id, words.expert(one), _is_identity(one)) for one in experts if one.level is level]
        if level is Level.FAST and learning:
            entries.append((LEARNING, learning, True))
        if not entries:
            continue
        span = min(TILE_DEGREES, 176 / len(entries)) if level is Level.FAST else 176 / len(entries)
        start = 90 - span * len(entries) / 2
        for place, (expert_id, name, is_identity) in enumerate(entries):
            placed.append(Tile(expert_id, name, level, start + place * span, span, is_identity))
    return placed


def _is_identity(expert: Expert) -> bool:
    return expert.head is None or expert.head.config.get("is_identity") is True


def sweep(radius: float, free: float) -> float:
    """Return how many degrees the arcs take: half a circle, and more where there is free height (pixels) below it."""
    wanted = 180 + 2 * math.degrees(math.asin(min(1.0, max(0.0, free / radius))))
    return 180.0 if wanted < LEAST_SWEEP else min(MOST_SWEEP, wanted)


def spread(tile: Tile, degrees: float) -> Tile:
    """Return a tile of half a circle where it stands on arcs of so many degrees."""
    factor = degrees / 180
    return replace(tile, start=90 + (tile.start - 90) * factor, span=tile.span * factor)
