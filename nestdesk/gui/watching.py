"""Watched folders while the window is open: looked at now and then, and what was found told in a notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nestdesk.core.jobs import Outcome, Ticket
from nestdesk.core.types import Source
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.elements import button, frame, label, row
from nestdesk.gui.language import tr

if TYPE_CHECKING:
    from nestdesk.services.watch import Look

LOOK_MS = 5 * 60 * 1000  # between two looks
MOST_TITLES = 5  # named in a notice


class Watching(QObject):
    """Looks at the watched folders when the data is open, and again every few minutes; one look at a time."""

    looked = Signal(object)  # tuple of Look

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        """Wait for the data to be open."""
        super().__init__(parent)
        self._bridge = bridge
        self._ticket: Ticket | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        bridge.opened.connect(self.look)
        bridge.opened.connect(self._timer.start)

    @Slot()
    def look(self) -> None:
        """Look at all watched folders now; what is new or changed there goes into the queue."""

        def end(outcome: Outcome) -> None:
            self._ticket = None
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            elif outcome.bug is None and not outcome.is_cancelled:
                self.looked.emit(outcome.result or ())

        if self._ticket is None:
            self._ticket = self._bridge.run(INTAKE, lambda app: app.watch.check(app.settings.effort), on_end=end)

    def forget(self, sources: Sequence[Source]) -> None:
        """Forget documents whose files are gone, then look again."""
        ids = [source.id for source in sources]

        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            self.look()

        self._bridge.run(INTAKE, lambda app: app.watch.forget_missing(ids), on_end=end)


def notice(looks: Sequence[Look], forget: Callable[[Sequence[Source]], object]) -> QWidget | None:
    """Return what a person should know of the watched folders, if there is something.

    Args:
        forget: is called with the documents that are gone, when the person wants them to be forgotten.
    """
    missing = [source for look in looks for source in look.missing]
    sentences = [look.problem for look in looks if look.problem]
    if missing:
        titles = ", ".join(f"“{source.title}”" for source in missing[:MOST_TITLES])
        more = len(missing) - MOST_TITLES
        if more > 0:
            titles = tr("{titles} and %Ln more", more, titles=titles)
        told = tr("%Ln document(s) is/are gone from watched folders: {titles}.", len(missing), titles=titles)
        sentences.append(told)
    if not sentences:
        return None
    made = frame("notice")
    made.setProperty("tone", "warning")
    layout = QVBoxLayout(made)
    layout.setContentsMargins(16, 12, 16, 12)
    layout.addWidget(label(" ".join(sentences), wraps=True))
    if missing:
        layout.addLayout(row(button(tr("Forget them …"), lambda: forget(missing), "danger", "forget"), None))
    return made
