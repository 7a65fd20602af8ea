"""The branches of a conversation: which messages are shown, which others hang at the same place, and which were left.

A conversation is a tree of messages, and its leaf_id is where the branch that is shown ends. What hangs on other
branches is kept, but it does not count: nothing of it is remembered or learned while it is out of sight.
INVARIANT: a parent has a smaller id than its children.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from nestdesk.storage.models import ConversationRow, MemorySummaryRow, MessageRow

Parents = Mapping[int, int | None]  # of all messages of a conversation, oldest first


def parents(session: Session, conversation_id: int) -> Parents:
    """Return how the messages of a conversation hang together."""
    query = select(MessageRow.id, MessageRow.parent_id).where(MessageRow.conversation_id == conversation_id)
    return dict(session.execute(query.order_by(MessageRow.id)).all())


def path(tree: Parents, id: int | None) -> tuple[int, ...]:
    """Return the messages from the first one to this one."""
    found: dict[int, None] = {}
    while id is not None and id in tree and id not in found:
        found[id] = None
        id = tree[id]
    return tuple(reversed(found))


def shown(tree: Parents, leaf_id: int | None) -> tuple[int, ...]:
    """Return the messages that are shown: those up to the leaf, or to the newest message where no leaf is set."""
    return path(tree, leaf_id or max(tree, default=None))


def newest_below(tree: Parents, id: int) -> int:
    """Return where a message's own branch ends: its newest descendant, or itself."""
    below = {id}
    below.update(one for one, parent_id in tree.items() if parent_id in below and one not in below)
    return max(below)


def versions(tree: Parents, ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return, for those of some messages that others hang beside, the ids of all that hang there, oldest first."""
    beside: defaultdict[int | None, list[int]] = defaultdict(list)
    for id, parent_id in tree.items():
        beside[parent_id].append(id)
    return {id: tuple(beside[tree[id]]) for id in ids if len(beside[tree[id]]) > 1}


def leave(session: Session, conversation: ConversationRow, kept: int | None) -> None:
    """Have a conversation summed up anew: its summary may tell what stands on the branch that is left.

    A chat without a summary, such as one that was taken in and only looked at, stays as it is.

    Args:
        kept: the last message that both branches have; None: they have none.
    """
    own = MemorySummaryRow.conversation_id == conversation.id
    if session.scalar(select(MemorySummaryRow.id).where(own)) is not None:
        session.execute(delete(MemorySummaryRow).where(own))
        conversation.summarised_up_to = max(conversation.forgotten_up_to, kept or 0)


def left(session: Session, conversation_ids: Collection[int]) -> set[int]:
    """Return the messages of some conversations that are on no branch that is shown."""
    hidden: set[int] = set()
    for id in _forked(session, conversation_ids):
        tree = parents(session, id)
        leaf_id = session.scalar(select(ConversationRow.leaf_id).where(ConversationRow.id == id))
        hidden |= tree.keys() - set(shown(tree, leaf_id))
    return hidden


def _forked(session: Session, conversation_ids: Collection[int]) -> set[int]:
    """Return those conversations that have more than one branch: of most, nothing more has to be read."""
    own = MessageRow.conversation_id
    forks = select(own).where(own.in_(conversation_ids)).group_by(own, MessageRow.parent_id).having(func.count() > 1)
    return set(session.scalars(forks))
