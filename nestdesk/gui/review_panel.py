"""What waits in the library until a person has looked at it: why it was held, and two buttons to decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from nestdesk.core.types import Source, SourceState
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import ElidedLabel, button, clear, column, label, row
from nestdesk.gui.language import tr

NAMED = 3  # documents that get a line of their own


class ReviewPanel(QFrame):
    """A card that is there only while something is held."""

    decided = Signal()

    def __init__(self, bridge: Bridge) -> None:
        """Start out of sight."""
        super().__init__()
        self.setProperty("kind", "notice")
        self.setProperty("tone", "warning")
        self.setAccessibleName(tr("Held for review"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._bridge = bridge
        self._sources: tuple[Source, ...] = ()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(16, 12, 12, 12)
        self._lines.setSpacing(12)
        self.hide()

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Show those of the sources that are held."""
        held = tuple(one for one in sources if one.state is SourceState.HELD)
        if held == self._sources:
            return
        self._sources = held
        clear(self._lines)
        head = tr("%Ln document(s) wait(s) until you have looked at it/them", len(held))
        self._lines.addWidget(label(head, "strong"))
        for source in held[:NAMED]:
            self._lines.addWidget(self._line(source))
        if rest := held[NAMED:]:
            self._lines.addWidget(label(tr("and %Ln more", len(rest)), "muted"))
        self.setVisible(bool(held))

    def _line(self, source: Source) -> QWidget:
        learn = button(tr("Learn it"), lambda: self._decide(lambda app: app.learn.review.accept(source.id)))
        learn.setAccessibleName(tr("Learn {title}", title=source.title))
        decline = button(tr("Decline"), lambda: self._decide(lambda app: app.learn.review.decline(source.id)), "quiet")
        decline.setAccessibleName(tr("Decline {title}", title=source.title))
        name = ElidedLabel(f"{source.title} · {Path(source.path).name}", "strong")
        told = column(name, label(source.error, "muted", wraps=True), gap=4)
        made = QWidget()
        made.setObjectName("transparent")
        inside = row(told, learn, decline, gap=8)
        inside.setStretch(0, 1)
        made.setLayout(inside)
        return made

    def _decide(self, decide: Callable[..., Source]) -> None:
        self._bridge.ask(decide, lambda _: self.decided.emit())
