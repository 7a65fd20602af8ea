"""What a text claims, told apart from the words it claims it in: so that one claim in many copies counts once."""

from __future__ import annotations

from collections.abc import Sequence

from nestdesk.memory.retrieval import terms


def named(words: Sequence[str]) -> frozenset[str]:
    """Return the names and numbers among the words of a sentence, but for its first word."""
    return frozenset(word for word in words[1:] if word[0].isupper() or word[0].isdigit())


def told(text: str) -> frozenset[str]:
    """Return the words of a passage that tell something: of copies they are the same.

    *Why* all of them: "seven lanterns" and "nine lanterns" differ in one word, and are two claims.
    """
    return frozenset(word for word in terms(text) if " " not in word)
