"""Memories: what a labelled log of turns leaves in the memory, how much of it is junk, and how much is missed.

Each line of the log is a turn of the person, with the turns before it, and what of it may be remembered, word for word
(nothing, for most turns). No model takes part: what is remembered is decided by rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nestdesk.core.errors import SettingsError
from nestdesk.core.types import Role, Turn
from nestdesk.memory.facts import drafts
from nestdesk.memory.statements import newest

ALL = "all"


@dataclass(frozen=True)
class Logged:
    """One turn of the log."""

    text: str
    before: tuple[str, ...]  # by turns the person's and the assistant's
    remember: tuple[str, ...]  # what may be remembered, in the words of the text
    half: str  # "tuning", which the rules were set on, or "held out"


def read(file: Path) -> tuple[Logged, ...]:
    """Read a log.

    Raises:
        SettingsError: the file cannot be read, or a line is no turn.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The log {file} cannot be read: {error}.") from error
    turns = []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            before, remember = tuple(entry.get("before", ())), tuple(entry["remember"])
            turns.append(Logged(entry["text"], before, remember, entry.get("half", ALL)))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise SettingsError(
                f'Line {number} of {file} is no turn; it should be like {{"text": "...", "remember": []}}.'
            ) from error
    return tuple(turns)


def memories(log: Sequence[Logged]) -> dict[str, Any]:
    """Return the junk among what is remembered, and the recall of what may be, for each half and for all."""
    halves = [half for half in dict.fromkeys(turn.half for turn in log) if half != ALL]
    summary = [_measured(half, [turn for turn in log if turn.half == half]) for half in halves]
    return {"bench": "memories", "turns": len(log), "summary": [*summary, _measured(ALL, log)]}


def remembered(turn: Logged) -> tuple[str, ...]:
    """Return what is remembered of a turn."""
    roles = (Role.USER, Role.ASSISTANT)
    turns = [Turn(roles[place % 2], text) for place, text in enumerate((*turn.before, turn.text))]
    return tuple(draft.text for draft in drafts(newest(turns), datetime.now().astimezone()))


def junk(turn: Logged) -> Iterator[str]:
    """Yield what is remembered of a turn though it should not be."""
    return (text for text in remembered(turn) if not any(_agree(text, label) for label in turn.remember))


def missed(turn: Logged) -> Iterator[str]:
    """Yield what may be remembered of a turn and is not."""
    kept = remembered(turn)
    return (label for label in turn.remember if not any(_agree(text, label) for text in kept))


def _measured(half: str, turns: Sequence[Logged]) -> dict[str, Any]:
    kept = sum(len(remembered(turn)) for turn in turns)
    wrong = sum(len(list(junk(turn))) for turn in turns)
    wanted = sum(len(turn.remember) for turn in turns)
    lost = sum(len(list(missed(turn))) for turn in turns)
    return {
        "half": half,
        "turns": len(turns),
        "remembered": kept,
        "junk": wrong,
        "junk_share": wrong / max(1, kept),
        "wanted": wanted,
        "recall": 1 - lost / max(1, wanted),
    }


def _agree(text: str, label: str) -> bool:
    kept, wanted = _plain(text), _plain(label)
    return wanted in kept or kept in wanted


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.replace("’", "'").casefold()))
