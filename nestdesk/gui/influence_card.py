"""What a source does: the weights that hold it, and what its questions are answered with it and without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from nestdesk.core.jobs import Outcome
from nestdesk.core.trust import Trust
from nestdesk.core.types import Source
from nestdesk.gui import words
from nestdesk.gui.bridge import CHAT, Bridge
from nestdesk.gui.elements import button, clear, column, frame, label, pill, row
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from nestdesk.services.influence import Holding, Influence, Shift

WHAT = mark(
    "Its held-out questions are asked with it and without it: every expert as it was before this source, and none of "
    "its passages found. Nothing is changed by looking."
)
WORKING = mark("Asking its questions with it and without it …")


class InfluenceCard(QFrame):
    """Looks when it is asked to, and offers to take the source out of the weights, or to forget it."""

    removal_requested = Signal()  # out of the weights
    forget_requested = Signal()

    def __init__(self, bridge: Bridge) -> None:
        """Show no source yet."""
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("What it does to answers"))
        self._bridge = bridge
        self._source: Source | None = None
        self._what = label(tr(WHAT), "muted", wraps=True)
        self.look = button(tr("Look what it does"), self._look, picture="compare")
        self._found = column(gap=12)
        self.remove = button(tr("Take it out of the weights …"), self.removal_requested.emit, picture="rollback")
        self.forget = button(tr("Forget …"), self.forget_requested.emit, "danger", "forget")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(self._what)
        layout.addLayout(self._found)
        layout.addLayout(row(self.look, self.remove, self.forget, None))

    def show_source(self, source: Source) -> None:
        """Show a source; what was looked at of it goes when anything of it changed."""
        if source != self._source:
            self._source = source
            clear(self._found)
            self._what.setText(tr(WHAT))
            self.look.setEnabled(True)
        self.remove.setVisible(bool(source.items) and source.trust is not Trust.LOW)

    def _look(self) -> None:
        source = self._source
        assert source is not None
        clear(self._found)
        self.look.setEnabled(False)
        self._what.setText(tr(WORKING))

        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            if source == self._source:
                self.look.setEnabled(True)
                self._what.setText(tr(WHAT))
                if outcome.result is not None:
                    self.show_influence(outcome.result)

        self._bridge.run(CHAT, lambda app: app.influences.of(source.id), on_end=end)

    def show_influence(self, found: Influence) -> None:
        """Show what was found."""
        clear(self._found)
        self._what.setText(_verdict(found))
        if found.holdings:
            self._found.addWidget(label(tr("Weights that hold it"), "strong"))
            for holding in found.holdings:
                self._found.addWidget(_holding(holding))
        if found.shifts:
            self._found.addSpacing(4)
            self._found.addWidget(label(tr("Its questions, with it and without it"), "strong"))
            for shift in sorted(found.shifts, key=lambda one: not one.is_changed):
                self._found.addWidget(frame("rule"))
                self._found.addWidget(_shift(shift))


def _verdict(found: Influence) -> str:
    if not found.shifts:
        told = tr("None of its questions was kept back, so nothing can be compared.")
    else:
        told = tr(
            "{changed} of %Ln question(s) are answered right with it and not without it.",
            len(found.shifts),
            changed=sum(one.is_changed for one in found.shifts),
        )
    return told if found.holdings else f"{told} {tr('No weights hold it.')}"


def _holding(one: Holding) -> QWidget:
    state = pill(tr("in use"), "success") if one.is_in_use else pill(tr("kept"))
    alone = tr("from this source alone")
    others = tr("with %Ln other source(s)", one.other_sources) if one.other_sources else alone
    made = frame("row")
    name = label(tr("{expert}, checkpoint {id}", expert=one.expert, id=one.checkpoint_id), wraps=True)
    inside = row(pill(words.level(one.level), str(one.level)), name, label(others, "small"), state, gap=12)
    inside.setStretch(1, 1)
    inside.setContentsMargins(16, 8, 12, 8)
    made.setLayout(inside)
    return made


def _shift(one: Shift) -> QWidget:
    made = QWidget()
    made.setObjectName("transparent")
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(2, 1)
    top = Qt.AlignmentFlag.AlignTop
    for place, title in ((1, tr("from the weights")), (2, tr("with the search"))):
        grid.addWidget(label(title, "small"), 0, place)
    lines = (
        (tr("with it"), "", (one.weights_with, one.found_with)),
        (tr("without it"), "muted", (one.weights_without, one.found_without)),
    )
    for line, (name, kind, answers) in enumerate(lines, start=1):
        grid.addWidget(label(name, "small"), line, 0, top)
        for place, answer in enumerate(answers, start=1):
            said = label(words.first_line(answer, 160) or tr("no answer"), kind, wraps=True)
            said.setAlignment(top)
            said.setAccessibleName(tr("{name}: {answer}", name=name, answer=answer))
            grid.addWidget(said, line, place)
    head = row(label(one.question, wraps=True), gap=8)
    head.setStretch(0, 1)
    if one.is_changed:
        head.addWidget(pill(tr("only with it"), "accent"))
    made.setLayout(column(head, label(tr("wanted: {answer}", answer=one.answer), "small", wraps=True), grid, gap=4))
    return made
