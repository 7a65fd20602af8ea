"""When each expert is updated next, in words and as a share of the way. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nestdesk.core.types import Expert, Level
from nestdesk.gui import words

if TYPE_CHECKING:
    from nestdesk.services.sleep_schedule import NextSleep

RULE_WORDS = {"off": "When I say so", "night": "Every night", "sources": "After 5 new sources"}


@dataclass(frozen=True)
class Due:
    """How far an expert is to its next update, 0..1, and what that update is."""

    share: float
    sentence: str


NOT_DUE = Due(0.0, "")


def next_sleep(plan: NextSleep) -> str:
    """Say when sleep comes next."""
    waiting = words.count(plan.waiting, "source")
    if plan.is_due:
        return f"Next sleep: as soon as nothing else is going on, with {waiting}."
    if plan.at is not None:
        return f"Next sleep: tonight after {plan.at:%H:%M}, with {waiting}."
    if plan.rule == "night":
        return "Next sleep: the night after something new was learned."
    if plan.rule == "sources":
        return f"Next sleep: after 5 newly learned sources; there are {plan.new} now."
    if plan.waiting:
        return f"Sleep comes when you say so; waiting: {waiting}."
    return "Sleep comes when you say so; there is nothing to consolidate."


def due(expert: Expert, plan: NextSleep) -> Due:
    """Tell one expert's next update."""
    period = f"While it learns, it is updated every {expert.update_period_tokens:,} tokens."
    if expert.level is Level.SLOW:
        return Due(0.0, f"No update is due: it came with NestDesk and stays as it is. {period}")
    if expert.level is Level.MID:
        return Due(plan.share, f"Updated by sleep. {next_sleep(plan)}")
    if expert.head is None or expert.head.config.get("is_identity") is True:
        return Due(0.0, f"It is empty. Updated when its source is learned again. {period}")
    return Due(plan.share, f"Moves into the mid level with the next sleep. {next_sleep(plan)} {period}")
