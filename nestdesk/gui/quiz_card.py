"""The before/after card: what the held-out questions of a source got for an answer before it was learned, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from nestdesk.core.types import Source
from nestdesk.gui import words
from nestdesk.gui.elements import column, frame, label, row
from nestdesk.gui.language import tr
from nestdesk.gui.theme import color

if TYPE_CHECKING:
    from nestdesk.services.library import Quiz, SourceDetails

SHOWN = 5


class ScoreBar(QWidget):
    """Two bars, one below the other: the share answered before (grey) and after (accent)."""

    def __init__(self, before: float, after: float) -> None:
        """Shares are 0..1."""
        super().__init__()
        self._before, self._after = before, after
        self.setAccessibleName(
            tr("Answered before {before}, after {after}", before=words.percent(before), after=words.percent(after))
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the height of both bars."""
        return QSize(120, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track and bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for top, share, tone in ((1, self._before, "muted"), (11, self._after, "accent")):
            painter.setBrush(color("border"))
            painter.drawRoundedRect(QRectF(0, top, self.width(), 6), 3, 3)
            if share > 0:
                painter.setBrush(color(tone))
                painter.drawRoundedRect(QRectF(0, top, max(6.0, self.width() * share), 6), 3, 3)


def _figure(value: str, name: str) -> QVBoxLayout:
    return column(label(value, "figure"), label(name, "small"), gap=0)


def _telling(quiz: tuple[Quiz, ...]) -> list[Quiz]:
    """Return up to SHOWN questions, those whose answer changed first."""
    return sorted(quiz, key=lambda one: one.before.strip() == one.after.strip())[:SHOWN]


def quiz_card(details: SourceDetails) -> QWidget:
    """Return the card of a source whose questions were asked before and after."""
    source: Source = details.source
    before, after = source.before, source.after
    made = frame("card")
    made.setAccessibleName(tr("Before and after"))
    layout = QVBoxLayout(made)
    layout.setContentsMargins(24, 16, 24, 24)
    layout.setSpacing(12)
    layout.addWidget(label(tr("Before and after"), "section"))
    if before is not None and after is not None:
        count = max(1, after.probes)
        layout.addLayout(
            row(
                _figure(f"{before.answered} → {after.answered}", tr("of %Ln question(s)", after.probes)),
                24,
                _figure(f"{words.decimal(before.f1, 2)} → {words.decimal(after.f1, 2)}", "F1"),
                24,
                _figure(words.duration(source.seconds), tr("minutes")),
                None,
                gap=0,
            )
        )
        layout.addWidget(ScoreBar(before.answered / count, after.answered / count))
    if not details.quiz:
        return made
    layout.addSpacing(4)
    layout.addWidget(frame("rule"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for line, quiz in enumerate(_telling(details.quiz)):
        top = line * 5
        question = label(quiz.question, "strong", wraps=True)
        grid.addWidget(question, top, 0, 1, 2)
        was = label(words.first_line(quiz.before, 160) or tr("no answer"), "old", wraps=True)
        was.setAccessibleName(tr("Answer before: {before}", before=quiz.before))
        now = label(words.first_line(quiz.after, 160) or tr("no answer"), wraps=True)
        now.setAccessibleName(tr("Answer after: {after}", after=quiz.after))
        grid.addWidget(label(tr("before"), "small"), top + 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(was, top + 1, 1)
        grid.addWidget(label(tr("after"), "small"), top + 2, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(now, top + 2, 1)
        if quiz.after.strip().lower() != quiz.answer.strip().lower():
            grid.addWidget(label(tr("in the text"), "small"), top + 3, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(words.first_line(quiz.answer, 160), "muted", wraps=True), top + 3, 1)
        grid.setRowMinimumHeight(top + 4, 8)
    layout.addLayout(grid)
    rest = len(details.quiz) - SHOWN
    if rest > 0:
        layout.addWidget(label(tr("and %Ln more question(s); none of them was learned from.", rest), "small"))
    return made
