"""The status bar: what is being learned and how far it is, and in what state the engine is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from nestdesk.core.jobs import Progress
from nestdesk.gui import words
from nestdesk.gui.elements import icon_button, label
from nestdesk.gui.icons import icon
from nestdesk.gui.language import mark, tr
from nestdesk.gui.plain import tip

if TYPE_CHECKING:  # the window must not wait for pydantic
    from nestdesk.engine.protocol import Ready

LEARNING = mark("Learning {title}")
VERBS = {
    "reading": mark("Reading {title}"),
    "indexing": mark("Indexing {title}"),
    "adding": mark("Adding {title}"),
    "sleeping": mark("Consolidating {title}"),
}


class StatusBar(QWidget):
    """One line at the foot of the window: learning at the left, the engine at the right."""

    pause_requested = Signal()
    resume_requested = Signal()
    cancel_requested = Signal()

    def __init__(self) -> None:
        """Start idle."""
        super().__init__()
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(34)
        self._is_paused = False
        self._title = ""
        self.what = label("", "strong")
        self.what.setMaximumWidth(260)
        self.share = label("")
        self.left = label("")
        self.waiting = label("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(120)
        self.bar.setAccessibleName(tr("Learning progress"))
        self.pause = icon_button("pause", tr("Pause learning"), self._toggle)
        self.cancel = icon_button("close", tr("Cancel learning this source"), self.cancel_requested.emit)
        for made in (self.pause, self.cancel):
            made.setFixedSize(26, 26)
        self.notice = label("")
        self.notice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.serving = label(tr("answers other programs"))
        self.serving.hide()
        self.engine = label(tr("Starting …"))
        self.engine.setAccessibleName(tr("Engine state"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        for part in (self.what, self.bar, self.share, self.left, self.pause, self.cancel, self.waiting):
            layout.addWidget(part)
        layout.addWidget(self.notice, 1)
        layout.addWidget(self.serving)
        layout.addWidget(self.engine)
        self.show_idle()

    @property
    def is_paused(self) -> bool:
        """Whether learning is held."""
        return self._is_paused

    def show_idle(self) -> None:
        """Show that nothing is being learned."""
        self._title = ""
        self.show_paused(False)
        for part in (self.what, self.bar, self.share, self.left, self.pause, self.cancel, self.waiting):
            part.hide()

    def show_learning(self, title: str, progress: Progress, waiting: int) -> None:
        """Show how far the source in work is, and how many wait behind it."""
        if self._is_paused:
            return
        for part in (self.what, self.bar, self.share, self.pause, self.cancel):
            part.show()
        if title != self._title:
            self._title = title
            self.bar.setValue(0)
        self.what.setText(words.first_line(tr(VERBS.get(progress.stage, LEARNING), title=title), 40))
        self.what.setToolTip(tip(title))
        if progress.done >= 0:
            self.bar.setValue(round(progress.done * 1000))
        self.share.setText(words.percent(progress.done))
        self.share.setVisible(progress.done >= 0)
        self.left.setText(words.minutes_left(progress.seconds_left))
        self.left.setVisible(progress.seconds_left >= 0)
        self.show_waiting(waiting)

    def show_waiting(self, waiting: int) -> None:
        """Show how many sources wait."""
        self.waiting.setText(tr("%Ln waiting", waiting))
        self.waiting.setVisible(waiting > 0)

    def show_paused(self, is_paused: bool) -> None:
        """Show whether learning is held."""
        self._is_paused = is_paused
        name = tr("Go on learning") if is_paused else tr("Pause learning")
        self.pause.setIcon(icon("play" if is_paused else "pause"))
        self.pause.setAccessibleName(name)
        self.pause.setToolTip(name)
        if is_paused:
            self.left.setText(tr("paused"))
            self.left.show()

    def show_engine(self, info: Ready | None, waits_for: str = "") -> None:
        """Show the engine's state; waits_for says why there is none yet."""
        if info is None:
            self.engine.setText(waits_for or tr("Starting the engine …"))
            self.engine.setToolTip("")
            return
        device = tr("CPU, %Ln thread(s)", info.threads) if info.device == "cpu" else info.device.upper()
        self.engine.setText(tr("{device} · offline", device=device))
        self.engine.setToolTip(
            tr(
                "{name}, {parameters} million parameters, {tokens} tokens of context.\nNothing leaves this computer.",
                name=info.name,
                parameters=words.decimal(info.parameters / 1000000.0, 0),
                tokens=words.number(info.context_tokens),
            )
        )

    def show_serving(self, is_serving: bool) -> None:
        """Show whether other programs are answered."""
        self.serving.setVisible(is_serving)

    def _toggle(self) -> None:
        (self.resume_requested if self._is_paused else self.pause_requested).emit()
