"""The experts: the nested model, and the timeline of the chosen expert: name, pin, compare, roll back, restore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nestdesk.core.types import Checkpoint, Event, Expert, Level
from nestdesk.gui import words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.checkpoint_marks import CheckpointMarks
from nestdesk.gui.compare_dialog import CompareDialog
from nestdesk.gui.curves_dialog import CurvesDialog
from nestdesk.gui.due import due
from nestdesk.gui.elements import ElidedLabel, Header, button, frame, icon_button, label, pill, restyle, row
from nestdesk.gui.held_review import HeldReview
from nestdesk.gui.language import mark, tr
from nestdesk.gui.nested_diagram import NestedDiagram
from nestdesk.gui.reports_dialog import ReportsDialog
from nestdesk.gui.sleep_bar import SleepBar
from nestdesk.gui.timeline import Timeline

if TYPE_CHECKING:
    from nestdesk.services.sleep_schedule import NextSleep

LEVEL_TIPS = {
    Level.SLOW: mark("skills that hold for everything, rarely updated"),
    Level.MID: mark("what sleep consolidated from many sources"),
    Level.FAST: mark("what was learned from one source"),
}
WIDE_PX = 620  # from here on the header has room for the levels, and the card for the function


def can_restore(expert_id: int, events: Sequence[Event]) -> bool:
    """Return whether the expert's last change was a rollback that was not undone yet. events are newest first.

    Rollbacks and restores pair up like brackets, as the store has it.
    """
    undone = 0
    for event in events:
        if event.expert_id != expert_id or event.kind == "rejected":
            continue
        if event.kind == "restore":
            undone += 1
        elif event.kind != "rollback":
            return False
        elif undone:
            undone -= 1
        else:
            return True
    return False


def target(chosen: Checkpoint, history: Sequence[Checkpoint]) -> Checkpoint | None:
    """Return what Roll back goes to: the chosen checkpoint, or, while that is in use, the newest pinned one."""
    pinned = [one for one in history if one.is_pinned and one.is_accepted and not one.is_head]
    if chosen.is_head:
        return max(pinned, key=lambda one: one.id, default=None)
    return chosen if chosen.is_accepted else None


class ExpertsView(QWidget):
    """Shows all experts and, of the chosen one, every checkpoint."""

    expert_chosen = Signal(int)
    checkpoint_shown = Signal(object)  # Checkpoint
    said = Signal(str)  # what was done, for the notice line
    inspector_toggled = Signal()
    shown = Signal()

    def __init__(self, bridge: Bridge) -> None:
        """Start without experts."""
        super().__init__()
        self._bridge = bridge
        self._experts: tuple[Expert, ...] = ()
        self._next_sleep: NextSleep | None = None
        self._wanted = 0  # an expert to open once it is known
        self.current: Expert | None = None
        self.header = Header(tr("Experts"))
        self._legend: list[QWidget] = []
        for level in (Level.FAST, Level.MID, Level.SLOW):
            sign = pill(f"{words.level(level)}: {tr(words.LEVEL_WORDS[level])}", str(level))
            sign.setToolTip(tr(LEVEL_TIPS[level]))
            self.header.tools.addWidget(sign)
            self._legend.append(sign)
        self.measured = ReportsDialog(bridge, self)
        measured = button(tr("Measured"), self.measured.open, picture="measured")
        measured.setToolTip(tr("What was measured on this computer"))
        self.header.tools.addWidget(measured)
        self.header.tools.addWidget(
            icon_button("inspector", tr("Show or hide the inspector (Ctrl+I)"), self.inspector_toggled.emit)
        )
        self.sleep = SleepBar()
        self.comparison, self.curves = CompareDialog(bridge, self), CurvesDialog(bridge, self)
        self.diagram = NestedDiagram()
        self.timeline = Timeline()
        self._name = ElidedLabel("", "section")
        self._level = pill("")
        self._kind = label("", "small")
        self.rollback = button(tr("Roll back"), self._roll_back, picture="rollback")
        self.restore = button(tr("Restore"), self._restore, picture="restore")
        self._hint = label(
            tr("Choose an expert above to see its checkpoints, roll back to one, or restore."), "muted", wraps=True
        )
        self._card = frame("card")
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(4)
        head = row(self._level, self._name, self._kind, self.rollback, self.restore, gap=8)
        head.setStretch(1, 1)
        inside.addLayout(head)
        self.held = HeldReview(bridge)
        inside.addWidget(self.held)
        inside.addWidget(self.timeline)
        self.marks = CheckpointMarks()
        self.compare = button(tr("Compare …"), self._compare, picture="compare")
        self.compare.setToolTip(tr("Ask two checkpoints the same question, and see what they answered when measured"))
        self.over_time = button(tr("Curves"), lambda: self.curves.show_for(self.current), picture="measured")
        self.over_time.setToolTip(tr("How this expert learned, and what is kept of every source"))
        foot = row(self.marks, self._hint, self.compare, self.over_time)
        foot.setStretch(0, 1)
        foot.setStretch(1, 1)
        inside.addLayout(foot)
        body = QVBoxLayout()
        body.setContentsMargins(24, 8, 24, 16)
        body.setSpacing(8)
        body.addWidget(self.sleep)
        body.addWidget(self.diagram, 1)
        body.addWidget(self._card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addLayout(body, 1)
        self.diagram.expert_chosen.connect(self.open_expert)
        self.timeline.checkpoint_chosen.connect(self._show_checkpoint)
        self.marks.named.connect(self._name_checkpoint)
        self.marks.pinned.connect(self._pin)
        self.held.said.connect(self.said)
        self.held.accepted.connect(self._open_accepted)
        self._show_card(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let what is said elsewhere too give way in a narrow window."""
        super().resizeEvent(event)
        has_room = self.width() >= max(WIDE_PX, self._header_px())
        for sign in self._legend:
            sign.setVisible(has_room)
        self._kind.setVisible(self.width() >= WIDE_PX and self.current is not None)

    def _header_px(self) -> int:
        """Return how wide the header is with all that it can hold: in another language it may be long."""
        tools = self.header.tools
        items = (tools.itemAt(place) for place in range(tools.count()))
        parts = [widget for item in items if item and (widget := item.widget())]
        return sum(part.sizeHint().width() + 8 for part in (self.header.title, *parts)) + 36

    def showEvent(self, event: QShowEvent) -> None:
        """Say that somebody looks."""
        super().showEvent(event)
        self.shown.emit()

    def show_experts(self, experts: Sequence[Expert], backbone: str) -> None:
        """Show these experts; called whenever one of them changed."""
        self._experts = tuple(experts)
        self.diagram.show_experts(experts, backbone)
        self._show_due()
        known = {one.id for one in experts}
        if self._wanted in known:
            wanted, self._wanted = self._wanted, 0
            self.open_expert(wanted)
        elif self.current is not None:
            if self.current.id in known:
                self.open_expert(self.current.id)
            else:
                self.current = None
                self._show_card(False)

    @Slot(object)
    def _open_accepted(self, checkpoint: Checkpoint) -> None:
        """Open the expert that imported weights went to: now, or when it is told of, if it was born with them."""
        self._wanted = checkpoint.expert_id
        self.open_expert(checkpoint.expert_id)

    def show_gates(self, gates: Mapping[int, float]) -> None:
        """Fill the tiles by the gates of the last answer."""
        self.diagram.show_gates(gates)

    def show_next_sleep(self, plan: NextSleep) -> None:
        """Show what sleep waits for."""
        self._next_sleep = plan
        self.sleep.show_plan(plan)
        self._show_due()

    def _show_due(self) -> None:
        if (plan := self._next_sleep) is not None:
            self.diagram.show_due({one.id: due(one, plan) for one in self._experts})

    @Slot(int)
    def open_expert(self, expert_id: int) -> None:
        """Show one expert's timeline."""
        found = next((one for one in self._experts if one.id == expert_id), None)
        if found is None:
            return
        self.current = found
        self.diagram.choose(expert_id)
        self.expert_chosen.emit(expert_id)

        def show(answer: tuple[Sequence[Checkpoint], Sequence[Event]]) -> None:
            if self.current is not None and self.current.id == expert_id:
                self._show_history(found, *answer)

        self._bridge.ask(lambda app: (app.expert_service.history(expert_id), app.expert_service.events()), show)

    def _show_history(self, expert: Expert, history: Sequence[Checkpoint], events: Sequence[Event]) -> None:
        is_held = words.waits(expert)
        self._name.setText(words.expert(expert))
        self._level.setText(words.level(expert.level))
        restyle(self._level, tone=str(expert.level))
        self._kind.setToolTip(
            tr(
                "updated every {tokens} tokens",
                tokens=words.number(expert.update_period_tokens),
            )
        )
        self._kind.setText(words.function(expert.function))
        self.timeline.show_history(history, str(expert.level))
        self._show_card(True)
        self.held.show_expert(expert if is_held else None, history)
        for part in (self.rollback, self.restore, self.compare, self.marks, self.over_time):
            part.setVisible(not is_held)
        self.restore.setEnabled(can_restore(expert.id, events))
        self._show_checkpoint(self.timeline.chosen)

    @Slot(object)
    def _show_checkpoint(self, checkpoint: Checkpoint | None) -> None:
        if checkpoint is None:
            return
        goal = target(checkpoint, self.timeline.history)
        self.rollback.setEnabled(goal is not None)
        goes = tr("Roll back to #{id}", id=goal.id) if goal else tr("Roll back")
        self.rollback.setText(f"\u2002{goes}")
        self.rollback.setToolTip(goal.name if goal else tr("Choose another accepted checkpoint on the line first"))
        self.compare.setEnabled(len(self.timeline.history) > 1)
        self.marks.show_checkpoint(checkpoint)
        self.checkpoint_shown.emit(checkpoint)

    def _show_card(self, has_expert: bool) -> None:
        own = (self.timeline, self._name, self._level, self.rollback, self.restore, self.marks, self.compare)
        for part in own:
            part.setVisible(has_expert)
        if not has_expert:
            self.held.show_expert(None)
            self.over_time.show()
        self._kind.setVisible(has_expert and self.width() >= WIDE_PX)
        self._hint.setVisible(not has_expert)

    def _roll_back(self) -> None:
        expert, chosen = self.current, self.timeline.chosen
        goal = target(chosen, self.timeline.history) if chosen else None
        if expert is None or goal is None:
            return
        self.rollback.setEnabled(False)
        self._bridge.ask(
            lambda app: app.expert_service.rollback(expert.id, goal.id),
            lambda _: self.said.emit(
                tr("{name} is back at checkpoint {id}. Restore undoes this.", name=expert.name, id=goal.id)
            ),
        )

    @Slot(object, str)
    def _name_checkpoint(self, checkpoint: Checkpoint, name: str) -> None:
        self._bridge.ask(lambda app: app.expert_service.name(checkpoint.expert_id, checkpoint.id, name))

    @Slot(object, bool)
    def _pin(self, checkpoint: Checkpoint, is_pinned: bool) -> None:
        self._bridge.ask(lambda app: app.expert_service.pin(checkpoint.expert_id, checkpoint.id, is_pinned))

    def _compare(self) -> None:
        if self.current is not None and (chosen := self.timeline.chosen) is not None:
            self.comparison.show_expert(self.current, self.timeline.history[::-1], chosen)

    def _restore(self) -> None:
        expert = self.current
        if expert is None:
            return
        self.restore.setEnabled(False)

        def tell(checkpoint: Checkpoint) -> None:
            self.timeline.choose(checkpoint.id)
            self.said.emit(tr("{name} uses checkpoint {id} again.", name=expert.name, id=checkpoint.id))

        self._bridge.ask(lambda app: app.expert_service.restore(expert.id), tell)
