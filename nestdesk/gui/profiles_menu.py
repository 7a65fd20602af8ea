"""The menu of profiles: choosing one has NestDesk close and start again with that data folder."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from nestdesk.core import profiles
from nestdesk.core.errors import NestDeskError
from nestdesk.gui.exchange_pages import ask_folder
from nestdesk.gui.language import mark, tr

ADD = mark("&Add a data folder …")


class ProfilesMenu(QMenu):
    """Lists the profiles, the one that is open marked; what it lists is read when it is opened."""

    switch_agreed = Signal(object)  # the Path of another data folder
    failed = Signal(object)  # a NestDeskError

    def __init__(self, window: QWidget) -> None:
        """List nothing yet."""
        super().__init__(tr("&Profiles"), window)
        self._window = window
        self.opened: Path | None = None  # the data folder that the window shows; whoever runs the window says it
        self.aboutToShow.connect(self.fill)
        self.triggered.connect(self._act)
        self.fill()

    @Slot()
    def fill(self) -> None:
        """List what there is now."""
        self.clear()
        for one in profiles.listed():
            action = self.addAction(one.name.replace("&", "&&"))
            action.setToolTip(str(one.folder))
            action.setCheckable(True)
            action.setChecked(self._is_open(one.folder))
            action.setData(one.name)
        self.addSeparator()
        self.addAction(tr(ADD))

    @Slot(QAction)
    def _act(self, action: QAction) -> None:
        if action.data() is None:
            ask_folder(self._window, tr("Choose a data folder, or an empty folder for a new one"), self._add)
        else:
            self._choose(action.data())

    def _is_open(self, folder: Path) -> bool:
        return self.opened is not None and folder.resolve() == self.opened.resolve()

    def _choose(self, name: str) -> None:
        try:
            chosen = profiles.use(name)
        except NestDeskError as error:
            self.failed.emit(error)
            return
        if not self._is_open(chosen.folder):
            self.switch_agreed.emit(chosen.folder)

    def _add(self, folder: Path) -> None:
        try:
            added = profiles.add(folder)
        except NestDeskError as error:
            self.failed.emit(error)
            return
        self._choose(added.name)


def start(folder: Path) -> None:
    """Start NestDesk once more, with another data folder; this one ends."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-P", "-m", "nestdesk"]
    QProcess.startDetached(program[0], [*program[1:], "--data-dir", str(folder)])
