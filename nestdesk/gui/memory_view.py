"""The memory: what the person said about themselves, and what is kept of finished chats; all of it can be changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QInputDialog, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.jobs import Changes, Job, Outcome
from nestdesk.core.types import Fact, MemorySummary
from nestdesk.gui import words
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.elements import (
    ElidedLabel,
    EmptyState,
    Header,
    Page,
    button,
    clear,
    column,
    frame,
    icon_button,
    label,
    row,
)
from nestdesk.gui.fact_card import FactCard, arranged
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

FACTS = mark(
    "What you told NestDesk about yourself, in your words. It answers your questions with it, and “Why this answer” "
    "shows which. Of two that contradict each other the newer one counts; the older one stays as its history."
)
CHATS = mark(
    "The most telling of your own sentences in finished chats. Those that fit a question are put in front of the model "
    "in later chats. What you state, and your corrections, are learned too: the library shows them."
)

PAGE = 60  # facts shown at once; more come on request


class MemoryView(QWidget):
    """Shows every fact and every remembered summary."""

    conversation_requested = Signal(int)
    forget_requested = Signal(object, str)  # MemorySummary, title of its chat; or Fact

    def __init__(self, bridge: Bridge) -> None:
        """Start without memories."""
        super().__init__()
        self._bridge = bridge
        self._cards: dict[int, QFrame] = {}
        self._titles: dict[int, str] = {}
        self._known: tuple[Fact, ...] = ()
        self._has_summaries = False
        self._limit = PAGE
        self.header = Header(tr("Memory"))
        self.add = button(tr("Add a memory"), self._add, picture="plus")
        self.header.tools.addWidget(self.add)
        self.page = Page(tr("Memories"))
        self._facts, self._list = column(gap=8), column(gap=8)
        self._facts_part = self._part(tr("What you told me"), tr(FACTS), self._facts)
        self._chats_part = self._part(tr("From finished chats"), tr(CHATS), self._list)
        self.page.body.addStretch(1)
        self._empty = EmptyState(
            "memory",
            tr("No memories yet"),
            tr(
                "What you say about yourself in a chat is remembered at once, and used in later chats. "
                "Temporary chats leave nothing behind."
            ),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._stack, 1)
        bridge.opened.connect(self._look_up)
        bridge.changed.connect(self._follow)

    def show_summaries(self, summaries: Sequence[MemorySummary], titles: dict[int, str]) -> None:
        """Show these memories. titles names the conversations by id."""
        clear(self._list)
        self._cards = {}
        for summary in summaries:
            card = self._card(summary, titles.get(summary.conversation_id, ""))
            self._cards[summary.id] = card
            self._list.addWidget(card)
        self._has_summaries = bool(summaries)
        if titles != self._titles:
            self._titles = titles
            self.show_facts(self._known)
        self._show_parts()

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts, newest first."""
        self._known = tuple(facts)
        clear(self._facts)
        entries = arranged(facts, self._titles)
        for shown in entries[: self._limit]:
            card = FactCard(shown)
            card.edit_requested.connect(self._edit)
            card.delete_requested.connect(self._delete)
            card.switch_requested.connect(self._switch)
            card.conversation_requested.connect(self.conversation_requested)
            self._facts.addWidget(card)
        if len(entries) > self._limit:
            self._facts.addWidget(button(tr("Show more"), self._show_more, "quiet"))
        self._show_parts()

    def scroll_to(self, summary_id: int) -> None:
        """Bring one memory of a chat into sight."""
        if summary_id in self._cards:
            self.page.ensureWidgetVisible(self._cards[summary_id])

    def _part(self, title: str, intro: str, entries: QVBoxLayout) -> QWidget:
        made = QWidget()
        made.setObjectName("transparent")
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 16)
        layout.setSpacing(8)
        layout.addWidget(label(title, "section"))
        layout.addWidget(label(intro, "muted", wraps=True))
        layout.addLayout(entries)
        self.page.body.addWidget(made)
        return made

    def _show_parts(self) -> None:
        self._facts_part.setVisible(bool(self._known))
        self._chats_part.setVisible(self._has_summaries)
        self._stack.setCurrentWidget(self.page if self._known or self._has_summaries else self._empty)

    @Slot()
    def _look_up(self) -> None:
        self._bridge.ask(lambda app: app.memory.facts(), self.show_facts)

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if changes.kinds & {"memory", "conversation"}:
            self._look_up()

    def _show_more(self) -> None:
        self._limit += PAGE
        self.show_facts(self._known)

    # -- what a person does

    def _add(self) -> None:
        self._ask_text(tr("Add a memory"), "", lambda text: self._run(lambda app: app.memory.add(text)))

    @Slot(object)
    def _edit(self, fact: Fact) -> None:
        self._ask_text(
            tr("Edit the memory"), fact.text, lambda text: self._run(lambda app: app.memory.edit(fact.id, text))
        )

    @Slot(object)
    def _delete(self, fact: Fact) -> None:
        self.forget_requested.emit(fact, "")

    @Slot(object)
    def _switch(self, fact: Fact) -> None:
        self._bridge.ask(lambda app: app.memory.switch(fact.id, not fact.is_on))

    def _ask_text(self, title: str, text: str, act: Callable[[str], object]) -> None:
        box = QInputDialog(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(title)
        box.setLabelText(tr("In one sentence, as you would say it: “My dog is called Bruno.”"))
        box.setTextValue(text)
        box.textValueSelected.connect(lambda given: act(given) if given.strip() and given != text else None)
        box.open()

    def _run(self, make_job: Callable[[App], Job[Any]]) -> None:
        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)

        self._bridge.run(INTAKE, make_job, on_end=end)

    def _card(self, summary: MemorySummary, title: str) -> QFrame:
        made = frame("card")
        name = tr("Delete the memory of {title}", title=title or tr("a chat"))
        forget = icon_button("forget", name, lambda: self.forget_requested.emit(summary, title))
        heading = ElidedLabel(title or tr("A chat"), "strong")
        head = row(heading, label(words.when(summary.created_at), "small"), forget, gap=8)
        head.setStretch(0, 1)
        layout = QVBoxLayout(made)
        layout.setContentsMargins(16, 8, 8, 12)
        layout.setSpacing(4)
        layout.addLayout(head)
        text = label(summary.text, wraps=True)
        layout.addWidget(text)
        if title:
            show = button(
                tr("Open the chat"), lambda: self.conversation_requested.emit(summary.conversation_id), "quiet", "chats"
            )
            foot = row(show, None)
            foot.setContentsMargins(-9, 0, 0, 0)  # the quiet button's own padding: its icon stands below the text
            layout.addLayout(foot)
        return made
