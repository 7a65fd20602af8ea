"""Models and hardware: the installed backbones, what fits this machine, and how to get another one.

Nothing is fetched but the model that a person names here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from nestdesk.core.jobs import Changes, Job, Outcome, Progress, Ticket
from nestdesk.gui import words
from nestdesk.gui.backbone_card import BackboneCard
from nestdesk.gui.bridge import LEARNING, Bridge
from nestdesk.gui.elements import Page, button, clear, column, frame, label, row
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from nestdesk.services.backbones import Installed, Machine
    from nestdesk.services.workspace import App

NOTE = mark(
    "A model is fetched from the hub only if you name one here. Those of the Llama and Qwen families are quick;"
    " whether another one can be used shows when it is loaded."
)
WAITING = mark("Waiting until what is being learned just now is done …")


class ModelsDialog(QDialog):
    """Shows the backbones, and installs, changes and measures them one at a time."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.setWindowTitle(tr("Models and hardware"))
        self.resize(680, 620)
        self.setMinimumSize(520, 440)
        self._bridge = bridge
        self._ticket: Ticket | None = None
        self.machine = label("", "muted", wraps=True)
        self.page = Page(tr("Installed backbones"), margin=0)
        self.page.body.setContentsMargins(0, 0, 0, 0)
        self.page.body.setSpacing(8)
        self.cards = column(gap=8)
        self.resting = label("", "small", wraps=True)
        self.page.body.addLayout(self.cards)
        self.page.body.addWidget(self.resting)
        self.page.body.addStretch(1)
        self.file = button(tr("Add a GGUF file …"), self._choose_file)
        self.folder = button(tr("Add a model folder …"), self._choose_folder)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name of a model on the Hugging Face hub"))
        self.name.setPlaceholderText(tr("OWNER/NAME on the Hugging Face hub"))
        self.name.textChanged.connect(self._allow)
        self.name.returnPressed.connect(self._download)
        self.download = button(tr("Download"), self._download)
        self.problem = label("", "danger", wraps=True)
        self.said = label("", "good", wraps=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.step = label("", "small")
        self.cancel = button(tr("Cancel"), self._cancel)
        self._lay_out()
        self._show_busy(False)
        self.problem.hide()
        self.said.hide()
        bridge.changed.connect(self._follow)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(label(tr("This machine"), "strong"))
        layout.addWidget(self.machine)
        layout.addWidget(label(tr("Backbones"), "strong"))
        layout.addWidget(self.page, 1)
        layout.addWidget(label(tr("Add another one"), "strong"))
        layout.addLayout(row(self.file, self.folder, None))
        layout.addLayout(row(self.name, self.download))
        layout.addWidget(label(tr(NOTE), "small", wraps=True))
        for part in (self.problem, self.said, self.bar):
            layout.addWidget(part)
        layout.addLayout(row(self.step, None, self.cancel))
        layout.addWidget(frame("rule"))
        layout.addLayout(row(None, button(tr("Close"), self.close, "primary")))

    def popup(self) -> None:
        """Show what is there now."""
        self._look_up()
        self.open()

    def show_backbones(self, backbones: tuple[Installed, ...], machine: Machine, resting: int) -> None:
        """Show these backbones, this machine, and how many experts belong to backbones that are not here."""
        self.machine.setText(_machine(machine))
        clear(self.cards)
        for one in backbones:
            card = BackboneCard(one, machine)
            card.use_requested.connect(self._use)
            card.measure_requested.connect(self._measure)
            self.cards.addWidget(card)
        self.resting.setText(
            tr("%Ln expert(s) of backbones that are not installed: kept, and resting.", resting) if resting else ""
        )
        self.resting.setVisible(bool(resting))
        self._show_busy(self._ticket is not None)

    def _look_up(self) -> None:
        def show(found: Any) -> None:
            self.show_backbones(*found)

        self._bridge.ask(
            lambda app: (app.backbones.list(), app.backbones.machine(), app.backbones.resting_experts()), show
        )

    @Slot(object)
    def _use(self, folder: Path) -> None:
        self._run(lambda app: app.backbones.use(folder), tr("It is in use from now on."))

    @Slot()
    def _measure(self) -> None:
        self._run(lambda app: app.backbones.measure(), tr("Measured."))

    def add(self, path: Path) -> None:
        """Install a GGUF file or a model folder, and use it."""
        self._run(lambda app: app.backbones.bring(path), tr("It is installed, and in use from now on."))

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Add a GGUF file"), "", tr("Models (*.gguf *.whl);;All files (*)")
        )
        if name:
            self.add(Path(name))

    def _choose_folder(self) -> None:
        if name := QFileDialog.getExistingDirectory(self, tr("Add a model folder")):
            self.add(Path(name))

    @Slot()
    def _download(self) -> None:
        name = self.name.text().strip()
        if self.download.isEnabled():
            self._run(lambda app: app.backbones.bring(hub_name=name), tr("It is installed, and in use from now on."))

    def _run(self, make_job: Callable[[App], Job[Any]], done: str) -> None:
        if self._ticket is not None:
            return

        def end(outcome: Outcome) -> None:
            self._ticket = None
            self._show_busy(False)
            if outcome.error is not None:
                self.problem.setText(str(outcome.error).partition("\n")[0])
                self.problem.show()
            elif outcome.is_cancelled:
                self.said.setText(tr("Stopped. What has arrived is kept: a download goes on where it stopped."))
                self.said.show()
            elif outcome.bug is None:
                self.said.setText(done)
                self.said.show()
            self._look_up()

        self.problem.hide()
        self.said.hide()
        self.step.setText(tr(WAITING))
        self.bar.setRange(0, 0)
        self._ticket = self._bridge.run(LEARNING, make_job, self._show_progress, end)
        self._show_busy(True)

    def _show_progress(self, progress: Progress) -> None:
        self.bar.setRange(0, 1000 if progress.done >= 0 else 0)
        self.bar.setValue(round(max(0.0, progress.done) * 1000))
        said = (progress.text or progress.stage.capitalize(), words.percent(progress.done))
        self.step.setText(" · ".join(filter(None, (*said, words.minutes_left(progress.seconds_left)))))

    def _cancel(self) -> None:
        if self._ticket is not None:
            self.step.setText(tr("Stopping …"))
            self._ticket.cancel()

    def _show_busy(self, is_busy: bool) -> None:
        for part in (self.bar, self.step, self.cancel):
            part.setVisible(is_busy)
        cards = (item.widget() for at in range(self.cards.count()) if (item := self.cards.itemAt(at)) is not None)
        for card in cards:
            if isinstance(card, BackboneCard):
                card.use.setEnabled(not is_busy)
                card.measure.setEnabled(not is_busy)
        for way in (self.file, self.folder, self.name):
            way.setEnabled(not is_busy)
        self._allow()

    @Slot()
    def _allow(self) -> None:
        owner, _, name = self.name.text().strip().partition("/")
        self.download.setEnabled(bool(owner and name) and self._ticket is None)

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if "model" in changes.kinds and self.isVisible():
            self._look_up()


def _machine(machine: Machine) -> str:
    memory = (
        tr("{size} of memory", size=words.size(machine.memory_bytes))
        if machine.memory_bytes
        else tr("memory not known")
    )
    disk = tr("{size} free on disk", size=words.size(machine.disk_free_bytes))
    if not machine.device:
        return tr("{memory} · {disk} · no backbone is loaded", memory=memory, disk=disk)
    device = tr("CPU, %Ln thread(s)", machine.threads) if machine.device == "cpu" else machine.device.upper()
    return f"{device} · {memory} · {disk}"
