"""When each expert is updated next, in words and as a share of the way. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nestdesk.core.types import Expert, Level
from nestdesk.gui import words
from nestdesk.gui.language import mark, tr
from nestdesk.services.expert_kinds import is_grown

if TYPE_CHECKING:
    from nestdesk.services.sleep_schedule import NextSleep

RULE_WORDS = {"off": mark("When I say so"), "night": mark("Every night"), "sources": mark("After 5 new sources")}


@dataclass(frozen=True)
class Due:
    """How far an expert is to its next update, 0..1, and what that update is."""

    share: float
    sentence: str


NOT_DUE = Due(0.0, "")


def next_sleep(plan: NextSleep) -> str:
    """Say when sleep comes next."""
    waiting = tr("%Ln source(s)", plan.waiting)
    if plan.is_due:
        return tr("Next sleep: as soon as nothing else is going on, with {waiting}.", waiting=waiting)
    if plan.at is not None:
        return tr("Next sleep: tonight after {at}, with {waiting}.", at=words.hour(plan.at), waiting=waiting)
    if plan.rule == "night":
        return tr("Next sleep: the night after something new was learned.")
    if plan.rule == "sources":
        return tr("Next sleep: after 5 newly learned sources; there are %Ln now.", plan.new)
    if plan.waiting:
        return tr("Sleep comes when you say so; waiting: {waiting}.", waiting=waiting)
    return tr("Sleep comes when you say so; there is nothing to consolidate.")


def due(expert: Expert, plan: NextSleep) -> Due:
    """Tell one expert's next update."""
    period = tr(
        "While it learns, it is updated every {tokens} tokens.",
        tokens=words.number(expert.update_period_tokens),
    )
    if is_grown(expert):
        grows = tr("Grows after a sleep behind 10 new documents, if the settings let it.")
        return Due(0.0, f"{grows} {period}")
    if expert.level is Level.SLOW:
        return Due(0.0, tr("No update is due: it came with NestDesk and stays as it is. {period}", period=period))
    if expert.level is Level.MID:
        return Due(plan.share, tr("Updated by sleep. {next_sleep}", next_sleep=next_sleep(plan)))
    if expert.head is None or expert.head.config.get("is_identity") is True:
        return Due(0.0, tr("It is empty. Updated when its source is learned again. {period}", period=period))
    return Due(
        plan.share,
        tr(
            "Moves into the mid level with the next sleep. {next_sleep} {period}",
            next_sleep=next_sleep(plan),
            period=period,
        ),
    )
