"""Trust and influence for the window: what the services do, with fixed answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from nestdesk.core.jobs import Progress
from nestdesk.core.trust import LITTLE, Trust
from nestdesk.core.types import Level, Source, SourceState
from nestdesk.services.influence import Holding, Influence, Shift

HOLDINGS = (
    Holding("Lighthouse report/memory", Level.FAST, 12, True, 0),
    Holding("everything/attention", Level.MID, 20, False, 2),
)
SHIFTS = (
    Shift("How high is it?", "31 metres", "31 metres", "31 metres", "31 metres", "31 metres", False),
    Shift("When was the lamp lit?", "1874", "in 1874", "in 1920", "1874", "", True),
)


@dataclass
class FakeTrust:
    """Sets levels; what is trusted little is not in the weights any more."""

    app: Any  # the fake application
    asked: list[tuple[int, Trust]] = field(default_factory=list)

    def set(self, source_id: int, trust: Trust) -> Iterator[Progress]:
        self.asked.append((source_id, trust))
        yield Progress("forgetting", source_id=source_id)
        changed = replace(self.app.stored[source_id], trust=trust)
        if trust is Trust.LOW and changed.items:
            changed = replace(changed, state=SourceState.REMEMBERED, items=0, before=None, after=None, error=LITTLE)
        elif changed.error == LITTLE:
            changed = replace(changed, error="")
        self.app.stored[source_id] = changed
        self.app.changes.publish("source", "expert")
        return changed


@dataclass
class FakeInfluences:
    """Finds what one source does."""

    app: Any  # the fake application
    asked: list[int] = field(default_factory=list)

    def of(self, source_id: int) -> Iterator[Progress]:
        self.asked.append(source_id)
        yield Progress("answer")
        source: Source = self.app.stored[source_id]
        return Influence(source, HOLDINGS, SHIFTS) if source.items else Influence(source, (), ())
