"""What was learned from a document: its scores, and its study items grouped by the passage they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nestdesk.core.types import StudyItem
from nestdesk.gui import stages, words
from nestdesk.gui.elements import EmptyState, Page, button, clear, column, frame, label, pill, row
from nestdesk.gui.language import mark, tr
from nestdesk.gui.quiz_card import quiz_card

if TYPE_CHECKING:
    from nestdesk.services.library import Quiz, SourceDetails

SHOWN_AT_ONCE = 8  # passages
NO_PASSAGE = -1
KINDS = {
    "question": mark("question"),
    "cloze": mark("gap to fill"),
    "restatement": mark("said again"),
    "passage": mark("read"),
}


class DocumentLearned(Page):
    """The quiz card, then one card a passage; a few at a time, more on request."""

    passage_requested = Signal(int)  # the place of a passage in the text
    learn_requested = Signal()

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(tr("What was learned from the document"))
        self._details: SourceDetails | None = None
        self._groups: list[tuple[int, list[tuple[StudyItem, Quiz | None]]]] = []
        self._cards: QVBoxLayout = column(gap=12)
        self.more = button(tr("Show more passages"), self._show_more)

    def show_details(self, details: SourceDetails) -> None:
        """Show what was learned, unless it is shown already."""
        if details == self._details:
            return
        self._details = details
        clear(self.body)
        self._groups = grouped(details)
        if not details.items and not details.quiz:
            self.body.addWidget(self._nothing(details), 1)
            return
        if details.source.before is not None and details.source.after is not None:
            self.body.addWidget(quiz_card(details))
        self.body.addWidget(label(tr("Passage by passage"), "section"))
        held_out = tr(
            "A held-out question is never learned from: it is asked before and after, to see what was learned."
        )
        self.body.addWidget(label(held_out, "muted", wraps=True))
        self._cards = column(gap=12)
        self.body.addLayout(self._cards)
        self.more = button(tr("Show more passages"), self._show_more)
        self.body.addLayout(row(self.more, None))
        self.body.addStretch(1)
        self._show_more()

    def _show_more(self) -> None:
        first = self._cards.count()
        for place, items in self._groups[first : first + SHOWN_AT_ONCE]:
            self._cards.addWidget(self._card(place, items))
        self.more.setVisible(self._cards.count() < len(self._groups))

    def _card(self, place: int, items: Sequence[tuple[StudyItem, Quiz | None]]) -> QWidget:
        made = frame("card")
        layout = QVBoxLayout(made)
        layout.setContentsMargins(24, 12, 16, 16)
        layout.setSpacing(12)
        name = tr("Passage {place}", place=words.number(place + 1)) if place != NO_PASSAGE else tr("The whole document")
        head = row(label(name, "strong"), label(tr("%Ln item(s)", len(items)), "small"), None, gap=12)
        if place != NO_PASSAGE:
            see = button(tr("Show in the text"), lambda: self.passage_requested.emit(place), "quiet")
            see.setAccessibleName(tr("Show passage {place} in the text", place=place + 1))
            head.addWidget(see)
        layout.addLayout(head)
        for item, quiz in items:
            layout.addWidget(_item(item, quiz))
        return made

    def _nothing(self, details: SourceDetails) -> QWidget:
        if details.source.state in stages.WAITING:
            return EmptyState(
                "clock", tr("Not learned yet"), tr("It is in the queue; its questions appear here once asked.")
            )
        if details.source.state in stages.LOST:
            return EmptyState("alert", tr("Nothing was learned"), stages.outcome(details.source))
        act = button(tr("Learn it"), self.learn_requested.emit, "primary")
        sentence = tr("Its text can be searched, but no question was written about it.")
        return EmptyState("document", tr("Searchable only"), sentence, act)


def grouped(details: SourceDetails) -> list[tuple[int, list[tuple[StudyItem, Quiz | None]]]]:
    """Return the study items by the place of their passage, each probe with its answers before and after."""
    quizzes = iter(details.quiz)
    groups: dict[int, list[tuple[StudyItem, Quiz | None]]] = {}
    for item in details.items:
        quiz = next(quizzes, None) if item.is_probe else None
        groups.setdefault(item.passage, []).append((item, quiz))
    return sorted(groups.items())


def _item(item: StudyItem, quiz: Quiz | None) -> QWidget:
    kind = pill(tr("held out"), "accent") if item.is_probe else pill(tr(KINDS.get(item.kind, "read")))
    asked = label(words.first_line(item.prompt or tr("The passage itself"), 400), wraps=True)
    top = row(asked, kind, gap=12)
    top.setStretch(0, 1)
    lines: list[tuple[str, str, str]] = []
    if quiz is not None:
        lines += [
            (tr("before"), quiz.before or tr("no answer"), "old"),
            (tr("after"), quiz.after or tr("no answer"), ""),
        ]
    lines.append((tr("in the text"), item.answer, "muted"))
    made = QWidget()
    made.setObjectName("transparent")
    told = column(gap=2)
    for name, text, style in lines:
        said = label(words.first_line(text, 400), style, wraps=True)
        said.setAccessibleName(tr("Answer {name}: {answer}", name=name, answer=text))
        tag = label(name, "small")
        tag.setMinimumWidth(64)
        line = row(tag, said, gap=8)
        line.setStretch(1, 1)
        told.addLayout(line)
    made.setLayout(column(top, told, gap=4))
    return made
