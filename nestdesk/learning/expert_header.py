"""What a stored expert's header must say before any of its tensors is read.

Whether an expert fits a backbone is for fitting.py to tell; this is what every file of an expert has in common, so that
one that was damaged or made up is refused in words instead of being computed with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from nestdesk.core.weight_header import HeaderError, Stored
from nestdesk.learning import weight_files

STRUCTURE = frozenset({"ids", "starts"})  # tensors that say what the others are, and do not learn
SCALE = ".scale"
SCALED = (".keys", ".values")

_LEARNED = ("F16", "BF16", "F32")


def read(path: Path) -> dict[str, Stored]:
    """Return the tensors of a stored expert by name.

    Raises:
        HeaderError: the file is damaged, or no expert is stored like this.
        OSError: it cannot be read.
    """
    found = weight_files.tensors_of(path)
    for name, one in found.items():
        if not _is_possible(name, one, found):
            raise HeaderError(f"{name!r} is no tensor of an expert")
    return found


def ranges(starts: Sequence[int], found: Mapping[str, Stored], blocks: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last position of blocks, all of them if none are named.

    Args:
        starts: where each block begins, and where the last one ends.
        found: the tensors, by name.
        blocks: their numbers.

    Raises:
        HeaderError: the blocks do not lie in the tensors, or there is no such block.
    """
    positions = {one.shape[1] for name, one in found.items() if name not in STRUCTURE}
    if starts[:1] != [0] or positions - {starts[-1]} or any(first >= last for first, last in pairwise(starts)):
        raise HeaderError("blocks that do not lie in the tensors")
    if not all(0 <= block < len(starts) - 1 for block in blocks):
        raise HeaderError("a block that is not there")
    return [(starts[block], starts[block + 1]) for block in blocks or range(len(starts) - 1)]


def _is_possible(name: str, one: Stored, found: Mapping[str, Stored]) -> bool:
    if name in STRUCTURE:
        return one.dtype == "I64" and len(one.shape) == 1
    if "starts" in found and len(one.shape) != 3:
        return False
    if name.endswith(SCALE):
        return one.dtype in _LEARNED and name.removesuffix(SCALE).endswith(SCALED) and name.removesuffix(SCALE) in found
    if one.dtype == "I8":
        scale = found.get(f"{name}{SCALE}")
        return name.endswith(SCALED) and scale is not None and scale.shape == (*one.shape[:-1], 1) != (1,)
    return one.dtype in _LEARNED
