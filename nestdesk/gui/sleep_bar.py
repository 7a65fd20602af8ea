"""When sleep comes next, the choice of when it comes by itself, and a button for now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from nestdesk.gui import due
from nestdesk.gui.elements import ElidedLabel, Picture, button, row
from nestdesk.gui.language import tr

if TYPE_CHECKING:
    from nestdesk.services.sleep_schedule import NextSleep


class SleepBar(QWidget):
    """One line over the nested model."""

    rule_chosen = Signal(str)
    requested = Signal()

    def __init__(self) -> None:
        """Start without a plan."""
        super().__init__()
        self.setObjectName("transparent")
        self.told = ElidedLabel("", "muted")
        self.told.setAccessibleName(tr("Next sleep"))
        self.rule = QComboBox()
        self.rule.setAccessibleName(tr("When NestDesk sleeps by itself"))
        self.rule.setToolTip(
            tr("Sleep moves what was learned from single sources into the mid level of their collection")
        )
        for key, text in due.RULE_WORDS.items():
            self.rule.addItem(tr(text), key)
        self.rule.activated.connect(lambda place: self.rule_chosen.emit(self.rule.itemData(place)))
        self.now = button(tr("Sleep now"), self.requested.emit)
        self.now.setIconSize(QSize(16, 16))
        layout = row(Picture("sleep", 16, "muted"), self.told, self.rule, self.now)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def show_plan(self, plan: NextSleep) -> None:
        """Show what sleep waits for."""
        self.told.setText(due.next_sleep(plan))
        self.rule.setCurrentIndex(max(0, self.rule.findData(plan.rule)))
