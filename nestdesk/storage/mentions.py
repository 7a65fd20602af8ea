"""Other places that speak of a source, its experts or a memory: the reasons kept with answers, and the journal.

Forgetting has to reach them too, because the reasons quote passages and memories, and both carry titles.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from nestdesk.core.types import Why
from nestdesk.storage.columns import from_json, to_json
from nestdesk.storage.models import EventRow, MessageRow

FORGOTTEN = "This answer was forgotten with the source that it was taken from."


def forget_source(session: Session, source_id: int) -> None:
    """Remove the source's passages from all reasons, the answers made from them, and its entries from the journal."""
    session.execute(delete(EventRow).where(EventRow.source_id == source_id))
    for row in _with_reasons(session, f'"source_id":{source_id},'):
        why = _why(row)
        left = tuple(hit for hit in why.passages if hit.source_id != source_id)
        if len(left) < len(why.passages):
            row.text, row.why = FORGOTTEN, to_json(replace(why, passages=left), Why)


def forget_experts(session: Session, expert_ids: Collection[int]) -> None:
    """Remove the experts from all reasons, and their entries from the journal."""
    session.execute(delete(EventRow).where(EventRow.expert_id.in_(expert_ids)))
    for expert_id in expert_ids:
        for row in _with_reasons(session, f'"expert_id":{expert_id},'):
            why = _why(row)
            row.why = to_json(
                replace(why, experts=tuple(use for use in why.experts if use.expert_id != expert_id)), Why
            )


def forget_memories(session: Session, texts: Collection[str]) -> None:
    """Remove the texts of deleted memories from all reasons, and the answers that tell something of them."""
    if not texts:
        return
    for row in _with_reasons(session, '"memories":["'):
        why = _why(row)
        if used := [memory for memory in why.memories if memory in texts]:
            asked = session.get(MessageRow, row.parent_id) if row.parent_id else None
            if _words(row.text) & _words(" ".join(used)) - _words(asked.text if asked else ""):
                row.text = FORGOTTEN
            row.why = to_json(
                replace(why, memories=tuple(memory for memory in why.memories if memory not in texts)), Why
            )


def forget_facts(session: Session, texts: Mapping[int, str]) -> None:
    """Remove deleted facts, texts by their ids, from all reasons, and the answers that were made from them."""
    forget_memories(session, set(texts.values()))
    for row in _with_reasons(session, '"kind":"fact"') if texts else ():
        why = _why(row)
        left = tuple(hit for hit in why.passages if hit.kind != "fact" or hit.passage_id not in texts)
        if len(left) < len(why.passages):
            row.text, row.why = FORGOTTEN, to_json(replace(why, passages=left), Why)


def _words(text: str) -> set[str]:
    """Return the words that may tell something: shorter ones are in every text."""
    return set(re.findall(r"\w{4,}|\d+", text.casefold()))


def _with_reasons(session: Session, fragment: str) -> tuple[MessageRow, ...]:
    # The fragment only narrows the choice (a quoted text may hold it too); the parsed value decides.
    found = session.scalars(select(MessageRow).where(MessageRow.why.contains(fragment, autoescape=True)))
    return tuple(found)


def _why(row: MessageRow) -> Why:
    why = from_json(row.why, Why)
    assert why is not None  # the query asked for rows that have one
    return why
