"""What an expert is to the others, told by its level, its name and its weights."""

from __future__ import annotations

from nestdesk.core.types import Checkpoint, Expert, Level

EVERYTHING = "everything"  # the mid experts that sleep makes of sources without a collection
PUT_AWAY = "put away: "  # before the name of a mid expert whose collection was deleted
GROWN = "grown reading"  # the slow experts that learn from a person's documents


def is_put_away(expert: Expert) -> bool:
    """Say whether a mid expert's collection was deleted: it is kept, never applied, and nothing is added to it."""
    return expert.level is Level.MID and expert.collection_id is None and expert.name.startswith(PUT_AWAY)


def is_grown(expert: Expert) -> bool:
    """Say whether a slow expert learns from a person's documents; the others came with the program, or from outside."""
    return expert.level is Level.SLOW and expert.name.startswith(f"{GROWN}/")


def is_identity(checkpoint: Checkpoint) -> bool:
    """Say whether the weights change nothing: those that every expert but the shipped ones is born with."""
    return checkpoint.config.get("is_identity") is True
