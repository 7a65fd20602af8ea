"""Two checkpoints side by side: a typed question answered with each, and the answers they gave when measured."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nestdesk.core.jobs import Job, Outcome, Progress, Ticket
from nestdesk.core.types import Checkpoint, Expert
from nestdesk.gui import words
from nestdesk.gui.bridge import CHAT, Bridge
from nestdesk.gui.elements import button, column, label, row
from nestdesk.gui.icons import icon
from nestdesk.gui.language import mark, tr
from nestdesk.gui.messages import NoticeLine

if TYPE_CHECKING:
    from nestdesk.services.compare import Answered, Difference
    from nestdesk.services.workspace import App

COLUMNS = (mark("Question"), mark("In the text"), mark("Left"), mark("Right"))


class Side(QFrame):
    """One of the two: which checkpoint, and what is answered with it."""

    def __init__(self, checkpoint: str, answer: str) -> None:
        """Start without checkpoints; the names are for screen readers."""
        super().__init__()
        self.setProperty("kind", "card")
        self.choice = QComboBox()
        self.choice.setAccessibleName(checkpoint)
        self.answer = label("", wraps=True)
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answer.setAccessibleName(answer)
        self.answer.setMinimumHeight(36)
        self.note = label("", "small", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        for part in (self.choice, self.answer, self.note):
            layout.addWidget(part)

    @property
    def checkpoint_id(self) -> int:
        """The checkpoint that is chosen."""
        return int(self.choice.currentData())

    def show_text(self, text: str, note: str) -> None:
        """Show an answer, or that there is none yet."""
        self.answer.setText(text)
        self.note.setText(note)


class CompareDialog(QDialog):
    """Compares two checkpoints of one expert; nothing is changed by it."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.setWindowTitle(tr("Compare two checkpoints"))
        self.setMinimumSize(640, 440)
        self.resize(900, 640)
        self._bridge = bridge
        self._expert: Expert | None = None
        self._tickets: list[Ticket] = []
        self.notice = NoticeLine()
        self.left = Side(tr("Checkpoint on the left"), tr("Answer on the left"))
        self.right = Side(tr("Checkpoint on the right"), tr("Answer on the right"))
        for side in (self.left, self.right):
            side.choice.activated.connect(self._load)
        self.question = QLineEdit()
        self.question.setPlaceholderText(tr("Ask both the same question; they answer from their weights alone"))
        self.question.setAccessibleName(tr("Question to both"))
        self.question.returnPressed.connect(self.ask)
        self.send = button(tr("Ask both"), self.ask, "primary")
        self.send.setAutoDefault(False)
        self._heading = label("", "strong")
        self._hint = label(tr("Press Enter on a line to ask its question again."), "small")
        self.table = self._table()
        line = row(self.question, self.send)
        line.setStretch(0, 1)
        close = button(tr("Close"), self.close)
        close.setAutoDefault(False)
        sides = row(self.left, self.right, gap=12)
        sides.setStretch(0, 1)
        sides.setStretch(1, 1)
        foot = row(self._hint, None, close)
        layout = column(self.notice, sides, line, 8, self._heading, self.table, foot, gap=12)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setStretch(5, 1)
        self.setLayout(layout)

    def _table(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setAccessibleName(tr("Held-out questions with both answers"))
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        made.setHeaderLabels([tr(one) for one in COLUMNS])
        made.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        made.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        made.itemActivated.connect(self._ask_again)
        return made

    def show_expert(self, expert: Expert, history: Sequence[Checkpoint], chosen: Checkpoint) -> None:
        """Compare a checkpoint, on the right, with its parent. history is newest first."""
        self._expert = expert
        self.notice.hide()
        ordered = sorted(history, key=lambda one: not one.is_pinned)
        parent = chosen.parent_id or next((one.id for one in history if one.id != chosen.id), chosen.id)
        for side, wanted in ((self.left, parent), (self.right, chosen.id)):
            side.choice.clear()
            for one in ordered:
                side.choice.addItem(describe(one), one.id)
            side.choice.setCurrentIndex(side.choice.findData(wanted))
        self._load()
        self.open()
        self.question.setFocus()

    @Slot()
    def _load(self) -> None:
        if (expert := self._expert) is None:
            return
        self._stop()
        left, right = self.left.checkpoint_id, self.right.checkpoint_id
        self.table.setHeaderLabels(
            [*map(tr, COLUMNS[:2]), tr("Checkpoint {left}", left=left), tr("Checkpoint {right}", right=right)]
        )
        for side in (self.left, self.right):
            side.choice.setToolTip(side.choice.currentText())
            side.show_text("", tr("No question was asked yet."))
        self._bridge.ask(
            lambda app: app.compare.differences(expert.id, left, right),
            partial(self._show_differences, (left, right)),
            lambda error: self.notice.say(str(error), is_error=True),
        )

    def _show_differences(self, pair: tuple[int, int], found: Sequence[Difference]) -> None:
        if pair != (self.left.checkpoint_id, self.right.checkpoint_id):
            return  # chosen anew meanwhile
        changed = sum(one.is_changed for one in found)
        if found:
            self._heading.setText(
                tr(
                    "%Ln held-out question(s) put to both; only one of them is right about {changed}",
                    len(found),
                    changed=changed,
                )
            )
        else:
            self._heading.setText(tr("No held-out question was asked of both. Ask one of your own above."))
        self.table.setVisible(bool(found))
        self._hint.setVisible(bool(found))
        self.table.clear()
        for one in found:
            line = QTreeWidgetItem(
                [one.question, one.answer, one.first or tr("no answer"), one.second or tr("no answer")]
            )
            for place, is_right in ((2, one.first_is_right), (3, one.second_is_right)):
                verdict = tr("right") if is_right else tr("wrong")
                line.setIcon(place, icon("check" if is_right else "close", "success" if is_right else "danger"))
                line.setData(place, Qt.ItemDataRole.AccessibleTextRole, f"{line.text(place)}, {verdict}")
            for place in range(4):
                line.setToolTip(place, line.text(place))
            self.table.addTopLevelItem(line)

    @Slot(QTreeWidgetItem)
    def _ask_again(self, line: QTreeWidgetItem) -> None:
        self.question.setText(line.text(0))
        self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask both the question that was typed, one after the other."""
        text = self.question.text().strip()
        if not text or (expert := self._expert) is None:
            return
        self._stop()
        for side in (self.left, self.right):
            side.show_text("", tr("Answering …"))
            chosen = side.checkpoint_id
            job = partial(_answer, expert.id, chosen, text)
            told, ended = partial(_show_progress, side), partial(self._show_answer, side, chosen)
            ticket = self._bridge.run(CHAT, job, told, ended)
            self._tickets.append(ticket)

    def _show_answer(self, side: Side, chosen: int, outcome: Outcome) -> None:
        if chosen != side.checkpoint_id or outcome.is_cancelled:
            return
        if outcome.error is not None:
            side.show_text("", tr("Not answered."))
            self.notice.say(str(outcome.error), is_error=True)
        elif outcome.bug is None:
            part = tr("this expert took part") if outcome.result.took_part else tr("this expert holds nothing about it")
            side.show_text(outcome.result.text or tr("no answer"), f"{outcome.result.seconds:.1f} s · {part}")

    def _stop(self) -> None:
        for ticket in self._tickets:
            ticket.cancel()
        self._tickets.clear()

    def done(self, result: int) -> None:
        """Stop what is being answered when the dialog is closed."""
        self._stop()
        super().done(result)


def _answer(expert_id: int, checkpoint_id: int, question: str, app: App) -> Job[Answered]:
    return app.compare.answer(expert_id, checkpoint_id, question)


def _show_progress(side: Side, progress: Progress) -> None:
    if progress.stage == "answer" and progress.text:
        side.answer.setText(side.answer.text() + progress.text)


def describe(checkpoint: Checkpoint) -> str:
    """Return a checkpoint on one line of a list."""
    pinned = tr("pinned") if checkpoint.is_pinned else ""
    parts = [f"#{checkpoint.id}", pinned, checkpoint.name, words.verdict(checkpoint), words.when(checkpoint.created_at)]
    return " · ".join(filter(None, parts))
