"""One sentence with a way back: what was asked for is done when the time for taking it back is over."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout

from nestdesk.gui.elements import button, icon_button, label
from nestdesk.gui.language import tr

UNDO_MS = 10_000  # long enough to read the sentence, notice the mistake and reach the button


class UndoLine(QFrame):
    """Offers to take back the last thing that was deleted."""

    def __init__(self) -> None:
        """Start out of sight."""
        super().__init__()
        self.setProperty("kind", "notice")
        self.setProperty("tone", "accent")
        self.setObjectName("notice")
        self.text = label("", wraps=True)
        self.undo_button = button(tr("&Undo"), self._take_back, picture="restore")
        self.close_button = icon_button("close", tr("Dismiss"), self.settle)
        self._undo: Callable[[], object] | None = None
        self._do: Callable[[], object] | None = None
        self._timer = QTimer(self, interval=UNDO_MS, singleShot=True)
        self._timer.timeout.connect(self.settle)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 8, 4)
        layout.setSpacing(8)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.undo_button)
        layout.addWidget(self.close_button)
        self.hide()

    @Slot(str, object, object)
    def offer(self, text: str, undo: Callable[[], object], do: Callable[[], object] | None = None) -> None:
        """Say what was deleted. One of undo and do is called later, once; what was offered before is done now.

        Without do it is done already: then there is no hurry, and the offer stays until it is dismissed.
        """
        self.settle()
        self._undo, self._do = undo, do
        self.text.setText(text)
        self.setAccessibleName(text)
        if do is not None:
            self._timer.start()
        self.show()

    @Slot()
    def settle(self) -> None:
        """Do what can still be taken back, if anything can."""
        self._end(self._do)

    def _take_back(self) -> None:
        self._end(self._undo)

    def _end(self, act: Callable[[], object] | None) -> None:
        self._undo = self._do = None
        self._timer.stop()
        self.hide()
        if act is not None:
            act()
