"""An expert that was imported and waits for review: what is known of it, and the buttons that accept or decline it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nestdesk.core.jobs import Outcome
from nestdesk.core.types import Checkpoint, Expert
from nestdesk.gui import dialogs, words
from nestdesk.gui.bridge import LEARNING, Bridge
from nestdesk.gui.elements import button, column, label, row
from nestdesk.gui.language import mark, tr

WAITS = mark("It was imported and waits for review: it changes nothing until you accept it.")
TAKING = mark("Taking it into use …")


class HeldReview(QWidget):
    """Asks a person to look before imported weights are used."""

    accepted = Signal(object)  # Checkpoint, of the expert that uses the weights now
    said = Signal(str)

    def __init__(self, bridge: Bridge) -> None:
        """Start out of sight."""
        super().__init__()
        self.setObjectName("transparent")
        self._bridge = bridge
        self._expert: Expert | None = None
        self._taken: set[int] = set()  # those that are being accepted
        self.told = label("", wraps=True)
        self.figures = label("", "muted", wraps=True)
        self.accept = button(tr("Accept"), self._accept, "primary", "check")
        self.decline = button(tr("Decline …"), self._ask_to_decline, "danger", "forget")
        line = row(column(self.told, self.figures, gap=4), self.decline, self.accept, gap=8)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.hide()

    def show_expert(self, expert: Expert | None, history: Sequence[Checkpoint] = ()) -> None:
        """Show one that waits; None: the chosen one does not. history is newest first."""
        self._expert = expert
        self.setVisible(expert is not None)
        if expert is not None:
            waiting = next((one for one in history if not one.is_accepted), None)
            self.figures.setText(figures(waiting))
            self.figures.setVisible(bool(self.figures.text()))
            self._show_busy()

    def _show_busy(self) -> None:
        is_busy = self._expert is not None and self._expert.id in self._taken
        self.told.setText(tr(TAKING) if is_busy else tr(WAITS))
        for one in (self.accept, self.decline):
            one.setEnabled(not is_busy)

    def _accept(self) -> None:
        if (expert := self._expert) is None:
            return
        number = expert.id

        def end(outcome: Outcome) -> None:
            self._taken.discard(number)
            self._show_busy()
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            elif isinstance(outcome.result, Checkpoint):
                self.accepted.emit(outcome.result)
                self.said.emit(
                    tr("Accepted: checkpoint {id} is in use. Rolling the expert back undoes it.", id=outcome.result.id)
                )

        self._taken.add(number)
        self._show_busy()
        self._bridge.run(LEARNING, lambda app: app.expert_exchange.accept(number), on_end=end)

    def _ask_to_decline(self) -> None:
        if (expert := self._expert) is None:
            return
        dialogs.confirm(
            self,
            tr("Decline “{name}”?", name=words.expert(expert)),
            tr("Its weights are deleted here, with the copy of the file they came in. Nothing else is changed."),
            tr("Decline"),
            lambda: self._decline(expert),
        )

    def _decline(self, expert: Expert) -> None:
        said = tr("{name} was declined; nothing else was changed.", name=words.expert(expert))
        self._bridge.ask(lambda app: app.expert_exchange.decline(expert.id), lambda _: self.said.emit(said))


def figures(held: Checkpoint | None) -> str:
    """Return what a file says of the weights in it, and what was measured of them here."""
    if held is None:
        return ""
    told = []
    if held.before is not None and held.after is not None:
        told.append(
            tr(
                "It says of itself: {before} of {asked} questions answered before, {after} after.",
                before=held.before.answered,
                asked=held.after.probes,
                after=held.after.answered,
            )
        )
    drift = held.config.get("drift", -1)
    if isinstance(drift, int | float) and drift >= 0:
        told.append(
            tr("Measured here: it moves answers that it is not about by {nats} nats.", nats=words.decimal(drift, 2))
        )
    return " ".join(told)
