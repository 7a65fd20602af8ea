"""What the stored scores tell of learning over time: an expert's curve, and what is kept of every source.

Nothing is measured here. A source's probes were asked when it was learned and whenever sleep moved what it taught; in
between there is no figure, and none is made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nestdesk.core.types import Checkpoint, Expert, Level, Scores
from nestdesk.services.probes import Known, Probes, mean_f1
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.sources import SourceStore


@dataclass(frozen=True)
class Point:
    """One checkpoint on an expert's curve."""

    checkpoint_id: int
    name: str
    made: datetime
    updates: int  # since the expert's birth
    before: float  # F1
    after: float
    is_accepted: bool


@dataclass(frozen=True)
class Measured:
    """What a source's probes scored at one moment."""

    checkpoint_id: int
    made: datetime
    level: Level  # of the expert that answered
    f1: float


@dataclass(frozen=True)
class Kept:
    """What is kept of one source: the score before it was learned, and every later one, oldest first."""

    source_id: int
    title: str
    before: float
    measured: tuple[Measured, ...]


class Curves:
    """Reads what was measured."""

    def __init__(self, experts: ExpertStore, sources: SourceStore, probes: Probes) -> None:
        """Read from the stores."""
        self._experts = experts
        self._sources = sources
        self._probes = probes

    def curve(self, expert: int | str) -> tuple[Point, ...]:
        """Return an expert's measured checkpoints, oldest first.

        Raises:
            CheckpointError: there is no such expert.
        """
        history = self._experts.history(self._experts.get(expert).id)
        made = {one.id: one for one in history}
        return tuple(
            Point(
                one.id,
                one.name,
                one.created_at,
                sum(_updates(past) for past in _line(one, made)),
                one.before.f1,
                one.after.f1,
                one.is_accepted,
            )
            for one in reversed(history)
            if one.before is not None and one.after is not None
        )

    def retention(self) -> tuple[Kept, ...]:
        """Return what is kept of every source that was learned, in the order they were added."""
        sources = {source.id: source for source in self._sources.list()}
        known = self._probes.known(sources)
        before: dict[int, float] = {}
        measured: dict[int, dict[tuple[object, float], Measured]] = {}
        for expert in self._experts.list():
            for one in self._experts.history(expert.id):
                if one.is_accepted and one.after is not None and one.before is not None:
                    for source_id, f1 in self._scores(expert, one, one.after, known).items():
                        found = Measured(one.id, one.created_at, expert.level, f1)
                        # experts of one source that were learned together have one score, and took the same time
                        measured.setdefault(source_id, {})[one.config.get("seconds"), f1] = found
                    if expert.source_id is not None:
                        before[expert.source_id] = one.before.f1  # the last one read is the oldest
        return tuple(
            Kept(
                source_id,
                sources[source_id].title,
                before.get(source_id, 0.0),
                tuple(sorted(measured[source_id].values(), key=lambda one: one.made)),
            )
            for source_id in sorted(measured)
            if source_id in sources
        )

    def _scores(self, expert: Expert, checkpoint: Checkpoint, after: Scores, known: Known) -> dict[int, float]:
        """Return the F1 of each source whose probes a checkpoint was asked."""
        if expert.source_id is not None:
            return {expert.source_id: after.f1}
        asked = self._probes.asked(checkpoint, known)
        return {
            source_id: mean_f1([(one.after, one.item) for one in asked if one.source_id == source_id])
            for source_id in dict.fromkeys(one.source_id for one in asked)
        }


def _line(checkpoint: Checkpoint, made: dict[int, Checkpoint]) -> list[Checkpoint]:
    """Return a checkpoint and all that it grew from."""
    line, parent_id = [checkpoint], checkpoint.parent_id
    while parent_id is not None:
        line.append(made[parent_id])
        parent_id = line[-1].parent_id
    return line


def _updates(checkpoint: Checkpoint) -> int:
    found = checkpoint.config.get("updates")
    return found if isinstance(found, int) else 0
