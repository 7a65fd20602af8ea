"""Summaries without a model: the sentences nearest to what a text is about, and a conversation cut to a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nestdesk.core.types import Role, Turn
from nestdesk.memory.sentences import sentences as split_sentences

_REPEAT_PENALTY = 0.6  # how much saying the same as a chosen sentence counts against a candidate
_GIST_CHARS = 80  # of one earlier turn that are kept even when the summary is short
_ELLIPSIS = " … "


def extractive(sentences: Sequence[str], vectors: NDArray[np.float32], limit: int) -> list[str]:
    """Return the most central sentences that do not repeat each other, in their original order.

    Centrality is the mean cosine with all sentences; each further sentence pays for its likeness to the chosen ones
    (maximal marginal relevance, Carbonell and Goldstein, SIGIR 1998; here with the cosine squared, so that a repetition
    costs much and a shared topic little).

    Args:
        sentences: the candidates in order.
        vectors: [n, d] their unit vectors.
        limit: how many to keep at most.
    """
    if len(sentences) != len(vectors):
        raise ValueError(f"{len(sentences)} sentences do not fit {len(vectors)} vectors")
    if limit <= 0 or not sentences:
        return []
    matrix = np.asarray(vectors, dtype=np.float64)
    return [sentences[index] for index in sorted(diverse(matrix @ matrix.mean(axis=0), matrix, limit))]


def diverse(worth: NDArray[np.floating], vectors: NDArray[np.floating], limit: int) -> list[int]:
    """Return the places of up to `limit` texts that are worth most without repeating each other, the best first.

    Args:
        worth: [n] of each text alone, on the scale of a cosine.
        vectors: [n, d] the texts' unit vectors.
    """
    matrix = np.asarray(vectors, dtype=np.float64)
    chosen: list[int] = []
    repeated = np.zeros(len(matrix))
    taken = np.zeros(len(matrix), dtype=bool)
    while len(chosen) < min(limit, len(matrix)):
        best = int(np.argmax(np.where(taken, -np.inf, worth - _REPEAT_PENALTY * repeated)))
        chosen.append(best)
        taken[best] = True
        repeated = np.maximum(repeated, np.maximum(matrix @ matrix[best], 0.0) ** 2)
    return chosen


@dataclass(frozen=True)
class ConversationView:
    """What of a conversation goes into a prompt: the recent turns as they are, a few words on the earlier ones."""

    summary: str
    recent: tuple[Turn, ...]


def conversation_view(turns: Sequence[Turn], budget_chars: int = 6_000, summary_chars: int = 800) -> ConversationView:
    """Cut a conversation to a budget.

    Args:
        turns: user and assistant turns in order; the last one is being answered.
        budget_chars: for the recent turns together. The last turn is always kept; if it alone is longer, its middle
            is left out.
        summary_chars: for the first sentences of what the user said before.

    Returns:
        The view. INVARIANT: recent begins with a user turn unless there is only an assistant's; recent turns, the
        last one aside, are verbatim; both budgets hold.
    """
    if not turns:
        return ConversationView("", ())
    last = Turn(turns[-1].role, _without_middle(turns[-1].text, budget_chars))
    left = budget_chars - len(last.text)
    first = len(turns) - 1
    while first > 0 and len(turns[first - 1].text) <= left:
        first -= 1
        left -= len(turns[first].text)
    while first < len(turns) - 1 and turns[first].role is not Role.USER:  # an answer without its question misleads
        first += 1
    recent = (*turns[first:-1], last)
    return ConversationView(_gist(turns[:first], summary_chars), recent)


def _gist(turns: Sequence[Turn], limit_chars: int) -> str:
    """Return the first sentences of the user's turns, the newest that fit, oldest first."""
    kept: list[str] = []
    left = limit_chars
    for turn in reversed([turn for turn in turns if turn.role is Role.USER]):
        found = split_sentences(turn.text)
        if not found:
            continue
        most = max(limit_chars // 4, _GIST_CHARS)
        sentence = _without_middle(" ".join(turn.text[slice(*found[0])].split()), most)
        if len(sentence) + 1 > left:
            break
        kept.append(sentence)
        left -= len(sentence) + 1
    return " ".join(reversed(kept))


def _without_middle(text: str, limit_chars: int) -> str:
    if len(text) <= limit_chars:
        return text
    room = max(0, limit_chars - len(_ELLIPSIS))
    head = (room + 1) // 2
    return (text[:head] + _ELLIPSIS + text[len(text) - (room - head) :])[: max(0, limit_chars)]
