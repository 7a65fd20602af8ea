"""What of a conversation of any length goes into a prompt, at three resolutions.

The newest turns stand as they are. Of those before, the user's are told by a sentence each, and of the many before
those only what each began with. Whatever of all that the question is about is recalled with its answer, word for word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nestdesk.core.types import Role, Turn
from nestdesk.memory.retrieval import WordIndex
from nestdesk.memory.sentences import sentences

RECALLED = 2  # earlier turns with what was answered, at most
RECALL_SCORE = 2.5  # of BM25: a shared rare word, or several common ones
RECALLED_CHARS = 300  # of each turn that is recalled
_NEAR_SHARE = 0.6  # of the summary, for the sentences
_SENTENCE_CHARS = 120
_BEGINNING_WORDS = 6
_ELLIPSIS = " … "


@dataclass(frozen=True)
class ConversationView:
    """A conversation cut to a budget."""

    summary: str  # of the earlier turns, oldest first
    recalled: tuple[Turn, ...]  # earlier turns that what is asked now is about, oldest first
    recent: tuple[Turn, ...]


def conversation_view(
    turns: Sequence[Turn], budget_chars: int = 6_000, summary_chars: int = 800, query: str = ""
) -> ConversationView:
    """Cut a conversation to a budget.

    Args:
        turns: user and assistant turns in order; the last one is being answered.
        budget_chars: for the recent turns together. The last turn is always kept; if it alone is longer, its middle
            is left out.
        summary_chars: for what is told of the user's earlier turns.
        query: what is asked now, to be looked up among the earlier turns.

    Returns:
        The view. INVARIANT: recent begins with a user turn unless there is only an assistant's; recent turns, the last
        one aside, are verbatim; all budgets hold, whatever the length of the conversation.
    """
    if not turns:
        return ConversationView("", (), ())
    last = Turn(turns[-1].role, without_middle(turns[-1].text, budget_chars))
    left = budget_chars - len(last.text)
    first = len(turns) - 1
    while first > 0 and len(turns[first - 1].text) <= left:
        first -= 1
        left -= len(turns[first].text)
    while first < len(turns) - 1 and turns[first].role is not Role.USER:  # an answer without its question misleads
        first += 1
    earlier = turns[:first]
    said = [" ".join(turn.text.split()) for turn in earlier if turn.role is Role.USER and turn.text.strip()]
    return ConversationView(_summary(said, summary_chars), _recalled(earlier, query), (*turns[first:-1], last))


def without_middle(text: str, limit_chars: int) -> str:
    """Shorten a text, keeping its beginning and its end."""
    if len(text) <= limit_chars:
        return text
    room = max(0, limit_chars - len(_ELLIPSIS))
    head = (room + 1) // 2
    return (text[:head] + _ELLIPSIS + text[len(text) - (room - head) :])[: max(0, limit_chars)]


def _summary(said: Sequence[str], limit_chars: int) -> str:
    told = [_sentence(text) for text in said]
    near = _newest(told, int(_NEAR_SHARE * limit_chars))
    far = [" ".join(text.split()[:_BEGINNING_WORDS]).rstrip(".,;:!?") for text in told[: len(told) - len(near)]]
    left = limit_chars - sum(len(text) + 1 for text in near)
    while far and sum(len(text) + 2 for text in far) > left:  # every second one, so that the beginning is still there
        far = far[::2] if len(far) > 1 else []
    return " ".join([*([f"{'; '.join(far)}."] if far else []), *near])


def _newest(texts: Sequence[str], limit_chars: int) -> list[str]:
    kept: list[str] = []
    left = limit_chars
    for text in reversed(texts):
        if len(text) + 1 > left:
            break
        kept.append(text)
        left -= len(text) + 1
    return kept[::-1]


def _sentence(text: str) -> str:
    found = sentences(text)
    return without_middle(text[slice(*found[0])] if found else text, _SENTENCE_CHARS)


def _recalled(earlier: Sequence[Turn], query: str) -> tuple[Turn, ...]:
    if not query or not earlier:
        return ()
    starts = [place for place, turn in enumerate(earlier) if turn.role is Role.USER]
    exchanges = [earlier[place : place + 2] for place in starts]
    scores = WordIndex([" ".join(turn.text for turn in exchange) for exchange in exchanges]).scores(query)
    best = sorted(range(len(scores)), key=lambda place: -scores[place])[:RECALLED]
    return tuple(
        Turn(turn.role, without_middle(turn.text, RECALLED_CHARS))
        for place in sorted(best)
        if scores[place] >= RECALL_SCORE
        for turn in exchanges[place]
        if turn is exchanges[place][0] or turn.role is Role.ASSISTANT
    )
