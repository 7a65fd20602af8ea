"""Fakes of the services around experts: their checkpoints, comparisons, curves and the plan of sleep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nestdesk.core.errors import CheckpointError
from nestdesk.core.jobs import ChangeFeed, Progress
from nestdesk.core.types import Checkpoint, Event, Expert, Function, Level, Scores
from nestdesk.services.compare import Answered, Difference
from nestdesk.services.curves import Kept, Measured, Point
from nestdesk.services.sleep_schedule import NextSleep

NOW = datetime.now(UTC)
DIFFERENCES = (
    Difference("When was the lamp lit?", "1874", "1920", "1874", False, True),
    Difference("Who kept it?", "Ines Holm", "a keeper", "Ines Holm", False, True),
    Difference("Where does it stand?", "Kap Varn", "Kap Varn", "at Kap Varn", True, True),
    Difference("How high is it?", "31 metres", "", "13 metres", False, False),
)


@dataclass
class FakeCompare:
    """Answers with the checkpoint's number; two checkpoints that are the same one differ in nothing."""

    asked: list[tuple[int, int, str]] = field(default_factory=list)

    def differences(self, expert: int, first: int, second: int) -> tuple[Difference, ...]:
        return DIFFERENCES if first != second else ()

    def answer(self, expert: int, checkpoint_id: int, question: str) -> Iterator[Progress]:
        self.asked.append((expert, checkpoint_id, question))
        yield Progress("answer", text="in ")
        return Answered(checkpoint_id, f"in 18{checkpoint_id}", 1.25, checkpoint_id > 11)


@dataclass
class FakeCurves:
    points: tuple[Point, ...] = (
        Point(12, "first", NOW - timedelta(hours=18), 44, 0.29, 0.88, True),
        Point(13, "", NOW - timedelta(hours=17), 88, 0.88, 0.85, False),
    )
    kept: tuple[Kept, ...] = (
        Kept(
            1,
            "Lighthouse report",
            0.29,
            (Measured(12, NOW - timedelta(hours=18), Level.FAST, 0.88), Measured(20, NOW, Level.MID, 0.81)),
        ),
        Kept(2, "Harbour rules of 1911 and what became of them", 0.10, (Measured(15, NOW, Level.FAST, 0.62),)),
    )

    def curve(self, expert: int) -> tuple[Point, ...]:
        return self.points

    def retention(self) -> tuple[Kept, ...]:
        return self.kept


WAITING = NextSleep("sources", 3, 3, None, 0.6)


@dataclass
class FakeSleepSchedule:
    plan: NextSleep = WAITING
    rules: list[str] = field(default_factory=list)

    def look(self, rule: str) -> NextSleep:
        self.rules.append(rule)
        return self.plan


def scores(answered: int, probes: int = 41) -> Scores:
    return Scores(answered / probes, answered / probes * 0.8, probes, answered, 21.4, 0.01)


def checkpoint(number: int, expert: int, parent: int | None, blob: str, **more: Any) -> Checkpoint:
    made_at = NOW - timedelta(hours=30 - number)
    return Checkpoint(number, expert, parent, blob * 64, 1_310_720, made_at, **more)


HELD = 3  # the number of the expert that waits for review
GIVEN = checkpoint(
    31,
    HELD,
    30,
    "c",
    before=scores(12),
    after=scores(36),
    is_accepted=False,
    reason="Imported from harbour.expert; held for review.",
    config={"imported": "d" * 64, "parameters": 3_801_600, "drift": 0.16},
)


class FakeExpertExchange:
    """Holds one imported expert, until it is accepted or declined."""

    def __init__(self, experts: FakeExperts) -> None:
        self._experts = experts
        self.refusal: CheckpointError | None = None
        self.is_held = False

    def take(self, file: Path) -> Iterator[Progress]:
        yield Progress("examining")
        if self.refusal is not None:
            raise self.refusal
        self.is_held = True
        self._experts.changes.publish("expert")
        return SimpleNamespace(expert=next(one for one in self._experts.list() if one.id == HELD), is_new=True)

    def accept(self, ref: int) -> Iterator[Progress]:
        yield Progress("examining")
        if self.refusal is not None:
            raise self.refusal
        self.is_held = False
        self._experts.changes.publish("expert")
        return self._experts.history(2)[1]

    def decline(self, ref: int) -> None:
        self.is_held = False
        self._experts.changes.publish("expert")


class FakeGrowth:
    """Growth that is due once."""

    def __init__(self) -> None:
        self.is_time = True

    def is_due(self) -> bool:
        return self.is_time

    def run(self) -> Iterator[Progress]:
        yield Progress("growing", 0.5)
        self.is_time = False
        head = Checkpoint(9, 9, None, "a" * 64, 1, NOW, reason="It was read better.")
        return (head, head)


class FakeExperts:
    """Two experts, one of which can be rolled back, restored, named and pinned; a third may wait for review."""

    changes: ChangeFeed

    def begin_experts(self) -> None:
        self.expert_exchange = FakeExpertExchange(self)
        self.compare, self.curves, self.sleep_schedule = FakeCompare(), FakeCurves(), FakeSleepSchedule()
        self.growth = FakeGrowth()
        self.names: dict[int, str] = {}
        self.pins: set[int] = set()
        self.heads = {1: 1, 2: 12}
        self._events: list[Event] = []

    def list(self) -> tuple[Expert, ...]:
        birth = {
            "slow": checkpoint(1, 1, None, "a"),
            "fast": checkpoint(11, 2, None, "0", config={"is_identity": True}),
        }
        fast = {one.id: one for one in self.history(2)}[self.heads[2]]
        waiting = Expert(
            HELD, "held: Harbour/attention", Function.ATTENTION, Level.FAST, "f" * 64, 2_048, None, birth["fast"]
        )
        held = (waiting,) if self.expert_exchange.is_held else ()
        return (
            Expert(1, "reading/attention", Function.ATTENTION, Level.SLOW, "f" * 64, 20_480, None, birth["slow"]),
            Expert(2, "Lighthouse report/memory", Function.MEMORY, Level.FAST, "f" * 64, 2_048, 1, fast),
            *held,
        )

    def history(self, ref: int) -> tuple[Checkpoint, ...]:
        if ref == 1:
            return (checkpoint(1, 1, None, "a", is_head=True),)
        if ref == HELD:
            return (GIVEN, checkpoint(30, HELD, None, "0", config={"is_identity": True}, is_head=True))
        rows = (
            checkpoint(
                13,
                2,
                12,
                "e",
                source_ids=(1,),
                before=scores(36),
                after=scores(35),
                is_accepted=False,
                reason="Rejected: it answered fewer questions than before.",
            ),
            checkpoint(
                12,
                2,
                11,
                "d",
                source_ids=(1,),
                before=scores(12),
                after=scores(36),
                reason="Accepted.",
                config={"updates": 44},
            ),
            checkpoint(11, 2, None, "0", config={"is_identity": True}),
        )
        marks = {one.id: {"name": self.names.get(one.id, ""), "is_pinned": one.id in self.pins} for one in rows}
        return tuple(replace(one, is_head=one.id == self.heads[2], **marks[one.id]) for one in rows)

    def name(self, ref: int, checkpoint_id: int, text: str) -> None:
        self.names[checkpoint_id] = text
        self.changes.publish("expert")

    def pin(self, ref: int, checkpoint_id: int, is_pinned: bool = True) -> None:
        (self.pins.add if is_pinned else self.pins.discard)(checkpoint_id)
        self.changes.publish("expert")

    def rollback(self, ref: int, checkpoint_id: int) -> Checkpoint:
        self._move(ref, checkpoint_id, "rollback")
        return next(one for one in self.history(ref) if one.is_head)

    def restore(self, ref: int) -> Checkpoint:
        if not self._events or self._events[0].kind != "rollback":
            raise CheckpointError("There is no rollback to undo.")
        self._move(ref, 12, "restore")
        return next(one for one in self.history(ref) if one.is_head)

    def _move(self, ref: int, checkpoint_id: int, kind: str) -> None:
        self.heads[ref] = checkpoint_id
        self._events.insert(0, Event(len(self._events) + 1, kind, "", NOW, ref, checkpoint_id))
        self.changes.publish("expert")

    def events(self) -> tuple[Event, ...]:
        return tuple(self._events)
