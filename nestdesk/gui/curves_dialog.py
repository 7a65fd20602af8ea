"""Learning over time: the chosen expert's curve and what is kept of every source, as plots to look into and to save."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from nestdesk.core.types import Expert
from nestdesk.gui import dialogs, plots
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import ElidedLabel, button, clear, column, frame, label, row
from nestdesk.gui.language import tr
from nestdesk.gui.messages import NoticeLine

if TYPE_CHECKING:
    from nestdesk.services.curves import Kept, Point

CURVE_PX = 220


class PlotCard(QWidget):
    """A plot under its heading, with a button that saves what is in sight of it."""

    def __init__(self, name: str, empty: str, notice: NoticeLine) -> None:
        """Start without a plot; empty says why there may be none."""
        super().__init__()
        self._name, self._empty, self._notice = name, empty, notice
        self.plot: QWidget | None = None
        self.title = ElidedLabel("", "strong")
        self.save = button(tr("Save picture …"), self._ask_where, picture="document")
        self.save.setAutoDefault(False)
        head = row(self.title, self.save)
        head.setStretch(0, 1)
        self._card = frame("card")
        self._inside = QVBoxLayout(self._card)
        self._inside.setContentsMargins(8, 8, 8, 8)
        layout = column(head, self._card, gap=4)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def show_plot(self, title: str, plot: QWidget | None) -> None:
        """Show a plot; None: there is nothing to draw."""
        clear(self._inside)
        self.plot = plot
        self.title.setText(title)
        self.save.setEnabled(plot is not None)
        self._inside.addWidget(plot if plot is not None else label(self._empty, "muted", wraps=True))

    def _ask_where(self) -> None:
        dialogs.choose_target(self, f"{self._name}.png", self.save_picture)

    def save_picture(self, target: Path) -> None:
        """Save what is in sight as a picture, in the colours of the theme."""
        if self.plot is None:
            return
        if self.plot.grab().save(str(target), "PNG"):
            self._notice.say(tr("The picture was saved as {target}.", target=target))
        else:
            self._notice.say(
                tr("The picture was not saved as {target}. Choose another folder.", target=target), is_error=True
            )


class CurvesDialog(QDialog):
    """Looks the figures up whenever it is opened."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.setWindowTitle(tr("Learning over time"))
        self.setMinimumSize(640, 480)
        self.resize(900, 680)
        self._bridge = bridge
        self._expert: Expert | None = None
        self._anew = QTimer(self, singleShot=True, interval=0)  # a change of theme is told a dozen times
        self._anew.timeout.connect(self._load)
        self.notice = NoticeLine()
        self.curve = PlotCard("learning-curve", tr("This expert has no measured checkpoint yet."), self.notice)
        self.curve.setFixedHeight(CURVE_PX + 60)
        self.retention = PlotCard("retention", tr("Nothing was learned yet, so there is nothing to keep."), self.notice)
        hint = label(tr("Drag to move, turn the wheel to zoom; the tip of a dot or cell has its figures."), "small")
        close = button(tr("Close"), self.close)
        close.setAutoDefault(False)
        layout = column(self.notice, self.curve, self.retention, row(hint, None, close), gap=12)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def show_for(self, expert: Expert | None) -> None:
        """Show the curve of an expert, if one is chosen, and what is kept of all sources."""
        self.notice.hide()
        self._expert = expert
        self.curve.setVisible(expert is not None)
        self._load()
        self.open()

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._anew.start()

    def _load(self) -> None:
        expert = self._expert
        if expert is not None:
            self._bridge.ask(lambda app: app.curves.curve(expert.id), lambda points: self._show_curve(expert, points))
        self._bridge.ask(lambda app: app.curves.retention(), self._show_retention)

    def _show_curve(self, expert: Expert, points: Sequence[Point]) -> None:
        plot = plots.curve(points, str(expert.level)) if points else None
        self.curve.show_plot(tr("Held-out questions of {name}", name=expert.name), plot)

    def _show_retention(self, kept: Sequence[Kept]) -> None:
        self.retention.show_plot(tr("What is kept of every source (F1)"), plots.retention(kept) if kept else None)
