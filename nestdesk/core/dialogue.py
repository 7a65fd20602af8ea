"""Lines of a conversation as messengers and transcripts write them: who speaks stands before what is said."""

from __future__ import annotations

import re

MOST_CHARS = 300  # of a turn that is one statement; a longer one is prose behind a name

_TIME = r"(?:[\[(][^\])\n]{1,30}[\])]\s*|\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]m)?\s*[-–]?\s*)"
_NAME = r"<?[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2}>?"  # up to three words
_TURN = re.compile(rf"\s*{_TIME}?{_NAME}:\s+\S")
_TIMED = re.compile(rf"\s*{_TIME}{_NAME}:\s+\S")


def is_turn(line: str) -> bool:
    """Say whether a line may be what one speaker says: a name stands before it."""
    return len(line) <= MOST_CHARS and bool(_TURN.match(line))


def is_timed(line: str) -> bool:
    """Say whether a line is certainly a turn: it says when, too. Else a single one may be a heading and its text."""
    return len(line) <= MOST_CHARS and bool(_TIMED.match(line))


def turn_around(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the offsets of the turn that holds text[start:end], if it stands among others or says when."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    last = len(text) if last < 0 else last
    line = text[first:last]
    beside = (*text[:first].rstrip("\n").splitlines()[-1:], *text[last:].lstrip("\n").splitlines()[:1])
    is_one = is_timed(line) or (is_turn(line) and any(map(is_turn, beside)))
    return (first, last) if is_one else None
