"""What becomes of a correction of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nestdesk.core.types import Source


class Outlook(StrEnum):
    """What will become of a correction."""

    LEARNED = "learned"
    OFF = "off"  # nothing is learned from chats
    TEMPORARY = "temporary"  # nothing is learned from this one


@dataclass(frozen=True)
class Taught:
    """What came of a correction: its source, and what the weights alone answer to its question now."""

    question: str
    source: Source
    answer: str = ""  # empty: no weights were kept
    is_right: bool = True  # that answer stands in the correction
