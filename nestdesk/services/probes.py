"""Which held-out question each stored answer belongs to.

Scores keep answers in the order of the probes they were given to, and a source that is learned again gets other probes.
A checkpoint therefore keeps a print of each of its probes; the probe itself is found among the source's study items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nestdesk.core import metrics
from nestdesk.core.types import Checkpoint, Scores, StudyItem
from nestdesk.services.blocks import print_of
from nestdesk.storage.sources import SourceStore

RIGHT_F1 = 0.5  # from here on a probe counts as answered, as it does in core.types.Scores


@dataclass(frozen=True)
class Asked:
    """A probe of a source that a checkpoint was asked, with the answers before and after that checkpoint was made."""

    source_id: int
    item: StudyItem
    before: str
    after: str


Known = Mapping[str, tuple[int, StudyItem]]  # probes and their sources, by their prints


def prints(items: Iterable[StudyItem], scores: Scores) -> tuple[str, ...]:
    """Return the prints of the probes that scores have the answers to; () where the answers are not theirs alone.

    *Why* that can be: where nothing was held out, a spread of the studied questions stood in.
    """
    found = tuple(_print(item) for item in items if item.is_probe)
    return found if len(found) == len(scores.answers) else ()


def is_right(answer: str, item: StudyItem) -> bool:
    """Say whether an answer counts as right."""
    return metrics.f1(answer, item.answer) >= RIGHT_F1


def mean_f1(pairs: Sequence[tuple[str, StudyItem]]) -> float:
    """Return the mean F1 of answers, each with its probe."""
    return sum(metrics.f1(answer, item.answer) for answer, item in pairs) / max(1, len(pairs))


class Probes:
    """The probes of the sources."""

    def __init__(self, sources: SourceStore) -> None:
        """Read from the store."""
        self._sources = sources

    def known(self, source_ids: Iterable[int]) -> Known:
        """Return the probes of some sources by their prints."""
        return {
            _print(item): (source_id, item)
            for source_id in source_ids
            for item in self._sources.items(source_id)
            if item.is_probe
        }

    def asked(self, checkpoint: Checkpoint, known: Known) -> tuple[Asked, ...]:
        """Return what a checkpoint was asked, as far as the probes are known."""
        if checkpoint.after is None:
            return ()
        before = checkpoint.before.answers if checkpoint.before else ()
        after = checkpoint.after.answers
        return tuple(
            Asked(*known[one], before[place] if place < len(before) else "", after[place])
            for place, one in enumerate(self._prints(checkpoint))
            if one in known
        )

    def _prints(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        """Return a checkpoint's prints; one that was made before prints were kept has those of its source's items."""
        kept = checkpoint.config.get("probes")
        if isinstance(kept, list | tuple):
            return tuple(str(one) for one in kept)
        if len(checkpoint.source_ids) != 1 or checkpoint.after is None:
            return ()
        (source_id,) = checkpoint.source_ids
        is_newest = self._sources.get(source_id).after == checkpoint.after  # else the items were replaced since
        return prints(self._sources.items(source_id), checkpoint.after) if is_newest else ()


def _print(item: StudyItem) -> str:
    return print_of(f"{item.prompt}\n{item.answer}")
