"""Answers in the words of the documents: a short one with the sentence it stands in, and sentences about a subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from nestdesk.memory.sentences import sentences
from nestdesk.memory.summaries import diverse

QUOTED = 4  # sentences, at most
_HEAD = re.compile(r"From \*\*.*\*\*:")
BEHIND = 0.25  # how far a further sentence may be behind the best one, in cosine


def sentences_of(passages: Sequence[str]) -> list[tuple[int, str]]:
    """Return the sentences of some passages, each with the place of its passage."""
    return [
        (place, " ".join(text[start:end].split()))
        for place, text in enumerate(passages)
        for start, end in sentences(text)
    ]


def with_evidence(answer: str, passage: str) -> str:
    """Return a short answer, and below it the sentence of the passage that it was copied from.

    Without one (yes, no), or if it is the whole sentence, the answer stands alone.
    """
    said = next((sentence for _, sentence in sentences_of([passage]) if answer in sentence), "")
    shown = answer if _is_spelled(answer) else answer[:1].upper() + answer[1:]
    return shown if not answer or not said or _plain(said) == _plain(answer) else f"{shown}\n\n> {said}"


def account(
    titles: Sequence[str], said: Sequence[tuple[int, str]], vectors: NDArray[np.float32], about: NDArray[np.float32]
) -> str:
    """Quote the sentences that are most about something, under the titles of their documents, in the documents' order.

    Args:
        titles: of the documents, one for each passage.
        said: what sentences_of returns for the passages.
        vectors: [n, d] the sentences' unit vectors.
        about: [d] the unit vector of what is asked.
    """
    if not said:
        return ""
    near = np.asarray(vectors, dtype=np.float64) @ np.asarray(about, dtype=np.float64)
    chosen = [at for at in diverse(near, vectors, QUOTED) if near[at] >= near.max() - BEHIND]
    parts = []
    for place, own in groupby(sorted(chosen), key=lambda at: said[at][0]):
        quoted = "\n> ".join(said[at][1] for at in own)
        parts.append((titles[place], f"> {quoted}"))
    shown = []
    for title, group in groupby(parts, key=lambda part: part[0]):
        head = f"From **{title}**:\n\n" if title else ""
        shown.append(head + "\n\n".join(quote for _, quote in group))
    return "\n\n".join(shown)


def unquoted(text: str) -> str:
    """Return an answer without what it quotes: a small model goes on in the words that it reads last."""
    lines = [line for line in text.splitlines() if not line.startswith(">") and not _HEAD.fullmatch(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() or "I quoted what your documents say."


def _is_spelled(answer: str) -> bool:
    """Say whether an answer begins with a name that has a spelling of its own, like mime-info or audio/midi."""
    first, _, rest = answer.partition(" ")
    return not all(one.isalpha() or one in "-'’,;.:" for one in first) or ("-" in first and not rest)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
