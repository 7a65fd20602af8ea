"""Lines of a conversation as messengers and transcripts write them: who speaks stands before what is said."""

from __future__ import annotations

import re

MOST_CHARS = 300  # of a turn that is one statement; a longer one is prose behind a name

_TURN = re.compile(
    r"\s*(?:[\[(][^\])\n]{1,30}[\])]\s*|\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]m)?\s*[-–]?\s*)?"  # when
    r"<?[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2}>?:\s+\S"  # up to three words of a name
)


def is_turn(line: str) -> bool:
    """Say whether a line is what one speaker says: its sentences belong together, as the name tells whose they are."""
    return len(line) <= MOST_CHARS and bool(_TURN.match(line))
