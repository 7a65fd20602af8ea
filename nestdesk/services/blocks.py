"""Which block of an expert belongs to which passage: the one that was made from the very same text.

INVARIANT: a block answers for no other text than its own. A source that changed, or an expert that was rolled back,
may hold blocks of passages that moved or are gone; a checkpoint therefore keeps a print of the text of each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from nestdesk.core.types import Checkpoint

Place = tuple[int, int]  # of a source in a consolidated expert: its first block, and how many it has


def print_of(text: str) -> str:
    """Return what tells a passage's text from others."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def prints(checkpoint: Checkpoint | None) -> tuple[str, ...] | None:
    """Return the prints of a source's blocks in order; None for weights that were learned before prints were kept."""
    found = checkpoint.config.get("prints") if checkpoint else None
    return tuple(str(one) for one in found) if isinstance(found, list | tuple) else None


def count(checkpoint: Checkpoint | None) -> int:
    """Return how many blocks a checkpoint holds; 0 for an expert that has none to choose from."""
    found = checkpoint.config.get("blocks") if checkpoint else None
    return found if isinstance(found, int) else 0


def of_texts(known: Sequence[str], texts: Mapping[int, str]) -> dict[int, int]:
    """Return the blocks of those passages that have one, given the blocks' prints and the passages by their places."""
    first = {one: block for block, one in reversed(list(enumerate(known)))}
    wanted = ((place, print_of(text)) for place, text in texts.items())
    return {
        place: place if tuple(known[place : place + 1]) == (one,) else first[one]
        for place, one in wanted
        if one in first
    }


def are_of(checkpoint: Checkpoint | None, texts: Iterable[str]) -> bool:
    """Say whether a checkpoint has a block for each of a source's first passages, and for nothing else."""
    known = prints(checkpoint)
    has_blocks = count(checkpoint) > 0
    return has_blocks and (known is None or known == tuple(print_of(text) for text in texts)[: len(known)])


def places(checkpoint: Checkpoint | None) -> dict[str, Place]:
    """Return each source's place in a consolidated expert, by the source's number."""
    found = checkpoint.config.get("places") if checkpoint else None
    if not isinstance(found, Mapping):
        return {}
    return {str(source): (int(first), int(size)) for source, (first, size) in found.items()}


def made_from(checkpoint: Checkpoint | None) -> dict[str, int]:
    """Return the checkpoint of each source's own expert that a consolidated one was made from, by source."""
    found = checkpoint.config.get("made_from") if checkpoint else None
    return {str(source): int(id) for source, id in found.items()} if isinstance(found, Mapping) else {}
