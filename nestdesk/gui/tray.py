"""The icon in the system's tray and the notifications: both off until they are switched on in the settings."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from nestdesk.core.settings import Settings
from nestdesk.gui.icons import app_icon
from nestdesk.gui.language import mark, tr
from nestdesk.gui.learning_queue import LearningQueue

ENDED = mark("Learning has ended. The library shows what came of it.")  # no titles: others may see the screen


class Tray(QObject):
    """Stands in for the window while that is hidden."""

    window_requested = Signal()
    chat_requested = Signal()
    quit_requested = Signal()

    def __init__(self, window: QWidget, queue: LearningQueue) -> None:
        """Start switched off."""
        super().__init__(window)
        self._window, self._queue = window, queue
        self._settings = Settings()
        self.menu = QMenu(window)
        self.menu.addAction(tr("Show NestDesk"), self.window_requested.emit)
        self.menu.addAction(tr("New chat"), self.chat_requested.emit)
        self.menu.addSeparator()
        self.menu.addAction(tr("Quit"), self.quit_requested.emit)
        self.icon = QSystemTrayIcon(app_icon(), self)
        self.icon.setToolTip("NestDesk")
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self.window_requested)
        queue.ended.connect(self._note_end)

    @property
    def keeps_running(self) -> bool:
        """Whether closing the window leaves NestDesk in the tray; never where no tray could bring it back."""
        return self._settings.shows_tray and QSystemTrayIcon.isSystemTrayAvailable()

    @Slot(object)
    def apply(self, settings: Settings) -> None:
        """Follow the settings."""
        self._settings = settings
        self.icon.setVisible(settings.shows_tray or settings.notifies)  # a notification needs the icon

    @Slot()
    def _note_end(self) -> None:
        QTimer.singleShot(0, self, self._notify)  # by then the queue has gone on, if something waits

    def _notify(self) -> None:
        if self._settings.notifies and not self._queue.is_running and not self._window.isActiveWindow():
            self.icon.showMessage("NestDesk", tr(ENDED), app_icon())

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.window_requested.emit()
