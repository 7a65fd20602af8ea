"""Two checkpoints of an expert, compared: what they answered when they were measured, and what they answer now.

A question is answered closed book as it would be with a checkpoint in use: the same search, the same blocks, every
other expert as it is.  # INVARIANT: comparing moves no head and stores nothing
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nestdesk.core.errors import CheckpointError
from nestdesk.core.jobs import Job
from nestdesk.core.scope import Scope
from nestdesk.core.types import Checkpoint, Expert, Level, Mode, StudyItem
from nestdesk.services.expert_kinds import is_identity
from nestdesk.services.probes import Probes, is_right
from nestdesk.services.recall import Recall
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.sources import SourceStore

ANSWER_TOKENS = 64  # of an answer to a typed question; probes ask for a short phrase, and so does this


@dataclass(frozen=True)
class Difference:
    """A held-out question that both checkpoints have an answer to."""

    question: str
    answer: str  # the right one
    first: str
    second: str
    first_is_right: bool
    second_is_right: bool

    @property
    def is_changed(self) -> bool:
        """Whether one of them is right and the other is not."""
        return self.first_is_right != self.second_is_right


@dataclass(frozen=True)
class Answered:
    """What is answered with a checkpoint in use."""

    checkpoint_id: int
    text: str
    seconds: float
    took_part: bool  # False: the question is not about what the expert holds, so that others answered


class Compare:
    """Compares checkpoints."""

    def __init__(
        self,
        experts: ExpertStore,
        sources: SourceStore,
        probes: Probes,
        recall_as_if: Callable[[Checkpoint], Recall],
    ) -> None:
        """Read from the stores; recall_as_if answers as if a checkpoint were in use."""
        self._experts = experts
        self._sources = sources
        self._probes = probes
        self._recall_as_if = recall_as_if

    def differences(self, expert: int | str, first_id: int, second_id: int) -> tuple[Difference, ...]:
        """Return the held-out questions that both checkpoints were asked: changes first, then other words.

        Raises:
            CheckpointError: the expert or a checkpoint is unknown.
        """
        found = self._experts.get(expert)
        history = self._experts.history(found.id)
        first = self._answers(found, history, _one(history, first_id))
        second = self._answers(found, history, _one(history, second_id))
        both = [
            Difference(item.prompt, item.answer, said, second[item], is_right(said, item), is_right(second[item], item))
            for item, said in first.items()
            if item in second
        ]
        return tuple(sorted(both, key=lambda one: (not one.is_changed, one.first == one.second)))

    def answer(self, expert: int | str, checkpoint_id: int, question: str) -> Job[Answered]:
        """Answer a question closed book as if a checkpoint were in use, streaming the text as progress.

        Raises:
            CheckpointError: the expert or checkpoint is unknown.
        """
        found = self._experts.get(expert)
        checkpoint = _one(self._experts.history(found.id), checkpoint_id)
        recall = self._recall_as_if(checkpoint)
        asker = None if found.source_id is None else self._sources.get(found.source_id).attached_to
        scope = Scope(chat_id=asker)
        answer = yield from recall.ask(question, Mode.CLOSED, is_short=True, max_tokens=ANSWER_TOKENS, scope=scope)
        took_part = any(gate.checkpoint_id == checkpoint_id for gate in answer.why.experts)
        return Answered(checkpoint_id, answer.text, answer.seconds, took_part)

    def _answers(self, expert: Expert, history: Sequence[Checkpoint], checkpoint: Checkpoint) -> dict[StudyItem, str]:
        """Return a checkpoint's answers by their probes.

        *Why* a fast expert's birth has those of before: it changes nothing, and before a source was learned the same
        questions were asked without its expert.
        """
        known = self._probes.known(dict.fromkeys(source for one in history for source in one.source_ids))
        if expert.level is Level.FAST and is_identity(checkpoint):
            return {one.item: one.before for past in reversed(history) for one in self._probes.asked(past, known)}
        return {one.item: one.after for one in self._probes.asked(checkpoint, known)}


def _one(history: Sequence[Checkpoint], checkpoint_id: int) -> Checkpoint:
    found = next((one for one in history if one.id == checkpoint_id), None)
    if found is None:
        raise CheckpointError(f"This expert has no checkpoint {checkpoint_id}.")
    return found
