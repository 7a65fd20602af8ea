"""One remembered fact as a card: what was said, where and when, how often it was used, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from nestdesk.core.types import Fact
from nestdesk.gui import words
from nestdesk.gui.elements import button, icon_button, label, pill, row
from nestdesk.gui.language import tr


@dataclass(frozen=True)
class Shown:
    """A fact with what it replaced, newest first, and the title of the chat it was said in, if there is one."""

    fact: Fact
    history: tuple[Fact, ...] = ()
    title: str = ""


def arranged(facts: Sequence[Fact], titles: dict[int, str]) -> list[Shown]:
    """Put replaced facts behind those that replaced them. titles names the conversations by id."""
    replaced: dict[int, list[Fact]] = {}
    for fact in sorted(facts, key=lambda one: -one.id):
        if fact.replaced_by_id is not None:
            replaced.setdefault(fact.replaced_by_id, []).append(fact)

    def before(fact: Fact) -> list[Fact]:
        return [one for own in replaced.get(fact.id, ()) for one in (own, *before(own))]

    return [
        Shown(fact, tuple(before(fact)), titles.get(fact.conversation_id or 0, ""))
        for fact in facts
        if not fact.replaced_by_id
    ]


def is_over(fact: Fact) -> bool:
    """Say whether a fact's day has passed."""
    return fact.expires_at is not None and fact.expires_at <= datetime.now(UTC)


def origin(shown: Shown) -> str:
    """Return where a fact is from, since when it is known, and how often it was used."""
    fact = shown.fact
    where = (
        tr("added by hand")
        if fact.conversation_id is None
        else tr("said in “{title}”", title=shown.title or tr("a chat"))
    )
    used = tr("used %Ln time(s)", fact.uses) if fact.uses else tr("not used yet")
    parts = [where, words.when(fact.created_at), used]
    if fact.is_left:
        parts.append(tr("on a branch that is not shown, so it does not count"))
    if fact.expires_at is not None:
        parts.append(tr("over") if is_over(fact) else tr("until {moment}", moment=words.when(fact.expires_at)))
    return " · ".join(parts)


class FactCard(QFrame):
    """A fact and its history."""

    edit_requested = Signal(object)  # Fact
    delete_requested = Signal(object)
    switch_requested = Signal(object)
    conversation_requested = Signal(int)

    def __init__(self, shown: Shown) -> None:
        """Show a fact."""
        super().__init__()
        self.setProperty("kind", "card")
        fact = shown.fact
        text = label(fact.text, "" if fact.is_on and not is_over(fact) and not fact.is_left else "muted", wraps=True)
        text.setAccessibleName(tr("Memory: {fact}", fact=fact.text))
        tools = (
            icon_button("edit", tr("Edit: {fact}", fact=fact.text), lambda: self.edit_requested.emit(fact)),
            icon_button("forget", tr("Delete: {fact}", fact=fact.text), lambda: self.delete_requested.emit(fact)),
        )
        head = row(text, *([] if fact.is_on else [pill(tr("off"), "muted")]), *tools, gap=4)
        head.setStretch(0, 1)
        switch = button(
            tr("Switch off") if fact.is_on else tr("Switch on"), lambda: self.switch_requested.emit(fact), "quiet"
        )
        foot = row(label(origin(shown), "small"), None, gap=4)
        if fact.conversation_id is not None:
            chat = fact.conversation_id
            foot.addWidget(button(tr("Open the chat"), lambda: self.conversation_requested.emit(chat), "quiet"))
        foot.addWidget(switch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(head)
        for older in (one for one in shown.history if one.text != fact.text):
            layout.addWidget(
                label(
                    tr("Before: {fact} ({moment})", fact=older.text, moment=words.when(older.created_at)),
                    "small",
                    wraps=True,
                )
            )
        layout.addLayout(foot)
