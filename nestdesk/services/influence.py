"""What a source does to answers: which weights hold it, and what its held-out questions are answered without it.

Without it means: every expert as it was before the source, and none of its passages found. Nothing is moved for it, so
it can be looked at before deciding to trust a source less, or to forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from nestdesk.core.jobs import Job
from nestdesk.core.scope import Scope
from nestdesk.core.types import Answer, Checkpoint, Expert, Level, Mode, Source, StudyItem
from nestdesk.services.expert_kinds import is_identity
from nestdesk.services.probes import is_right
from nestdesk.services.recall import Recall
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.sources import SourceStore

QUESTIONS = 8  # that are asked, if no other number is wanted
ANSWER_TOKENS = 64
NO_SOURCE = 0  # no source has this number: a scope that holds it alone is empty, and not everything

RecallAsIf = Callable[..., Recall]  # given the checkpoints that are to be in use


@dataclass(frozen=True)
class Holding:
    """A checkpoint that was made from a source."""

    expert: str
    level: Level
    checkpoint_id: int
    is_in_use: bool
    other_sources: int  # that it was made from as well


@dataclass(frozen=True)
class Shift:
    """What one of a source's held-out questions is answered with the source and without it."""

    question: str
    answer: str  # the right one
    weights_with: str  # closed book
    weights_without: str
    found_with: str  # with what the search finds
    found_without: str
    is_changed: bool  # right in one of the two ways, and not without the source


@dataclass(frozen=True)
class Influence:
    """Where a source is, and what changes without it."""

    source: Source
    holdings: tuple[Holding, ...]
    shifts: tuple[Shift, ...]


class Influences:
    """Shows what sources do."""

    def __init__(self, sources: SourceStore, experts: ExpertStore, recall: Recall, recall_as_if: RecallAsIf) -> None:
        """Read from the stores; recall_as_if answers as if some checkpoints were in use."""
        self._sources = sources
        self._experts = experts
        self._recall = recall
        self._recall_as_if = recall_as_if

    def of(self, source_id: int, questions: int = QUESTIONS) -> Job[Influence]:
        """Tell where a source is, and ask its held-out questions with it and without it.

        INVARIANT: no head moves, and nothing is stored.

        Raises:
            StorageError: there is no such source.
        """
        source = self._sources.get(source_id)
        histories = [
            (expert, self._experts.history(expert.id))
            for expert in (*self._experts.of_source(source_id), *self._experts.touched_by(source_id))
        ]
        holdings = tuple(
            Holding(expert.name, expert.level, one.id, one.is_head, len(set(one.source_ids) - {source_id}))
            for expert, history in histories
            for one in history
            if source_id in one.source_ids and not is_identity(one)
        )
        probes = [item for item in self._sources.items(source_id) if item.is_probe][:questions]
        if not probes:
            return Influence(source, holdings, ())
        off = self._recall_as_if(*_before(source_id, histories))
        asking = Scope(chat_id=source.attached_to)
        ids = frozenset({NO_SOURCE, *(one.id for one in self._sources.list())} - {source_id})
        others = replace(asking, source_ids=ids)
        asked = [(item.prompt, None) for item in probes]
        answers = []
        for recall, mode, scope in (
            (self._recall, Mode.CLOSED, asking),
            (off, Mode.CLOSED, asking),
            (self._recall, Mode.AUTO, asking),
            (off, Mode.AUTO, others),
        ):
            answers.append((yield from recall.ask_many(asked, mode, True, ANSWER_TOKENS, scope)))
        shifts = tuple(_shift(item, told) for item, told in zip(probes, zip(*answers, strict=True), strict=True))
        return Influence(source, holdings, shifts)


def _before(source_id: int, histories: Iterable[tuple[Expert, Sequence[Checkpoint]]]) -> list[Checkpoint]:
    """Return, for each expert whose head holds a source, the newest weights before it."""
    found = []
    for expert, history in histories:
        if expert.head and source_id in expert.head.source_ids:
            clean = (one for one in history if one.is_accepted and source_id not in one.source_ids)
            birth = next(one for one in history if is_identity(one))
            found.append(next((one for one in clean if one.id < expert.head.id), birth))
    return found


def _shift(item: StudyItem, told: Sequence[Answer]) -> Shift:
    right = [is_right(one.text, item) for one in told]
    is_changed = (right[0] and not right[1]) or (right[2] and not right[3])
    closed, closed_off, found, found_off = (one.text for one in told)
    return Shift(item.prompt, item.answer, closed, closed_off, found, found_off, is_changed)
