"""Which of several versions of a message is shown, and the way to the others: ‹ 2 / 3 ›."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from nestdesk.gui.elements import icon_button, label, row
from nestdesk.gui.language import tr


def small_button(picture: str, name: str, on_click: object) -> QToolButton:
    """Return an icon button of the size that stands below a message."""
    made = icon_button(picture, name, on_click)  # type: ignore[arg-type]
    made.setFixedSize(26, 26)
    made.setIconSize(QSize(15, 15))
    return made


class Versions(QWidget):
    """Switches between the versions of one message; out of sight where there is only one."""

    chosen = Signal(int)  # id of the version

    def __init__(self) -> None:
        """Start out of sight."""
        super().__init__()
        self.setObjectName("transparent")
        self._ids: tuple[int, ...] = ()
        self._place = 0
        self.previous = small_button("back", tr("Previous version"), lambda: self._step(-1))
        self.next = small_button("forward", tr("Next version"), lambda: self._step(1))
        self.words = label("", "small")
        self.setLayout(row(self.previous, self.words, self.next, gap=2))
        self.hide()

    def show_versions(self, ids: Sequence[int], own: int) -> None:
        """Show where a version stands among all of them, oldest first."""
        self._ids = tuple(ids)
        self._place = self._ids.index(own) if own in self._ids else 0
        self.words.setText(f"{self._place + 1} / {len(self._ids)}")
        self.words.setAccessibleName(
            tr("Version {place} of {versions}", place=self._place + 1, versions=len(self._ids))
        )
        self.previous.setEnabled(self._place > 0)
        self.next.setEnabled(self._place + 1 < len(self._ids))
        self.setVisible(len(self._ids) > 1)

    def _step(self, by: int) -> None:
        self.chosen.emit(self._ids[self._place + by])
