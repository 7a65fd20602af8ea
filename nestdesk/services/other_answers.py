"""Another answer to the same message: from the next passages, and where none is left, in the model's own words.

Copying and quoting find the same again, so only another passage can give another answer. What the model writes is drawn
anew each time. What is known without asking anything has no other answer, and none is made up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from nestdesk.core.types import Form, Message, PassageHit
from nestdesk.services.responses import Plan

OWN_WORDS = "Written by the backbone, which read what the other answers are from: nothing else tells it."


def another(plan: Plan, given: Sequence[Message]) -> Plan:
    """Return the plan of an answer that is none of those given already."""
    used = {_key(hit) for one in given if one.why for hit in one.why.passages}
    if plan.parts:
        return replace(plan, parts=tuple((part, _elsewhere(own, used) or own) for part, own in plan.parts))
    if plan.said:
        return plan
    if plan.passages and plan.form is not Form.OTHER:
        why = replace(plan.why, note=OWN_WORDS)
        return _elsewhere(plan, used) or replace(plan, why=why, form=Form.OTHER, sample=len(given))
    return replace(plan, sample=len(given))


def _elsewhere(plan: Plan, used: Collection[tuple[str, int]]) -> Plan | None:
    """Return the plan with those of its passages that were not used; None: all were."""
    left = [place for place, hit in enumerate(plan.why.passages) if _key(hit) not in used]
    if not left:
        return None
    why = replace(plan.why, passages=tuple(plan.why.passages[place] for place in left))
    return replace(plan, passages=tuple(plan.passages[place] for place in left), why=why)


def _key(hit: PassageHit) -> tuple[str, int]:
    return hit.kind, hit.passage_id
