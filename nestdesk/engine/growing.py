"""The request that lets the slow experts go on learning to read."""

from __future__ import annotations

from typing import Literal

from pydantic.dataclasses import dataclass

from nestdesk.core.types import StudyItem


@dataclass(frozen=True)
class ReadSource:
    """A source's passages, and the items it was studied with."""

    source_id: int
    texts: tuple[str, ...]
    items: tuple[StudyItem, ...]


@dataclass(frozen=True)
class Grow:
    """Let slow experts learn from sources and ask them about others; answered by Progressed events and a Learned."""

    taught: tuple[ReadSource, ...]
    held: tuple[ReadSource, ...]  # never learned from
    skills: tuple[str, ...]  # paths of the slow experts' weights so far
    budget_s: float = 0.0
    seed: int = 0
    kind: Literal["grow"] = "grow"
