"""How far a person trusts a source, and whether they want to look at it first."""

from __future__ import annotations

from enum import StrEnum

REVIEW_WANTED = "wanted"  # in Source.review: a person wants to look at it before it is learned


class Trust(StrEnum):
    """What a source may do: be quoted alone (low), be learned as well (normal), or decide a tie as well (high)."""

    LOW = "low"  # INVARIANT: never learned, and never read to the model that writes; only quoted, with a mark
    NORMAL = "normal"
    HIGH = "high"


LITTLE = "It is trusted little: it is quoted and never learned."


def marked(title: str, trust: Trust) -> str:
    """Return a source's title as a quotation names it."""
    return f"{title} (a source you trust little)" if trust is Trust.LOW else title
