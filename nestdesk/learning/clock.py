"""A budget in seconds, and the reports of where long learning stands in it."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

from nestdesk.core import jobs

T = TypeVar("T")


@dataclass(frozen=True)
class Report:
    """Where learning stands; done 0..1."""

    stage: str
    done: float
    text: str = ""
    seconds_left: float = -1.0


class Clock:
    """A budget in seconds."""

    def __init__(self, budget_s: float) -> None:
        """Start now."""
        self.budget_s = budget_s
        self._began = time.monotonic()

    @property
    def spent_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    @property
    def left_s(self) -> float:
        """Seconds until the budget is out, at least 0."""
        return max(0.0, self.budget_s - self.spent_s)

    def report(self, stage: str, text: str = "") -> Report:
        """Describe the moment."""
        return Report(stage, min(0.999, self.spent_s / self.budget_s), text, self.left_s)

    def reported(self, steps: Generator[float, None, T], stage: str, text: str = "") -> Generator[Report, None, T]:
        """Run steps to their end, with a report after each."""
        return jobs.retold(steps, lambda _: self.report(stage, text))
