"""The window's clock for sleep: it looks what is due, and lets NestDesk sleep when nothing else is going on.

Nothing else is going on when neither an answer nor learning was under way for a minute. An answer that is asked for
during sleep goes first, as it does while learning.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from nestdesk.core.jobs import Changes
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.experts_view import ExpertsView
from nestdesk.gui.language import tr
from nestdesk.gui.learning_queue import LearningQueue

if TYPE_CHECKING:
    from nestdesk.services.sleep_schedule import NextSleep
    from nestdesk.services.workspace import App

LOOK_MS = 60_000
SETTLE_MS = 300  # changes that arrive together are looked at once
AGAIN_S = 3600.0  # after a sleep that failed, which leaves no trace to count from


class SleepClock(QObject):
    """Keeps the experts view's line about sleep true, and starts the sleeps that are due."""

    def __init__(
        self,
        bridge: Bridge,
        queue: LearningQueue,
        is_answering: Callable[[], bool],
        view: ExpertsView,
        parent: QObject | None = None,
    ) -> None:
        """Begin to look once the application is open."""
        super().__init__(parent)
        self._bridge, self._queue, self._is_answering, self._view = bridge, queue, is_answering, view
        self._rule = ""
        self._idle_looks = 0  # in a row
        self._not_before = 0.0
        self._minute = QTimer(self, interval=LOOK_MS)
        self._minute.timeout.connect(self.tick)
        self._soon = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self.look)
        bridge.opened.connect(self._begin)
        bridge.changed.connect(self._follow)
        view.shown.connect(self.look)
        view.sleep.rule_chosen.connect(self._choose)
        view.sleep.requested.connect(lambda: queue.sleep())

    @property
    def is_idle(self) -> bool:
        """Whether nothing else is going on at this moment."""
        return not (self._queue.is_running or self._queue.is_sleeping or self._is_answering())

    @Slot()
    def tick(self) -> None:
        """Look once a minute, and note whether nothing was going on since the last time."""
        self._idle_looks = self._idle_looks + 1 if self.is_idle else 0
        if self._rule != "off" or self._view.isVisible():  # else nobody would see it, and nothing could become due
            self.look()

    @Slot()
    def look(self) -> None:
        """Look what is due."""
        self._bridge.ask(lambda app: app.sleep_schedule.look(app.settings.sleep_after), self._show)

    @Slot()
    def _begin(self) -> None:
        self._minute.start()
        self.look()

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if changes.kinds & {"expert", "setting"} and not self._soon.isActive():
            self._soon.start()

    @Slot(str)
    def _choose(self, rule: str) -> None:
        def save(app: App) -> None:
            app.save_settings(replace(app.settings, sleep_after=rule))

        self._bridge.ask(save)

    def _show(self, plan: NextSleep) -> None:
        self._rule = plan.rule
        self._view.show_next_sleep(plan)
        is_time = plan.is_due and self._idle_looks > 1 and time.monotonic() >= self._not_before
        if is_time and self.is_idle and self._queue.is_allowed:
            self._idle_looks = 0
            self._not_before = time.monotonic() + AGAIN_S
            self._queue.said.emit(
                tr("Nothing else is going on: NestDesk sleeps, and consolidates %Ln source(s).", plan.waiting)
            )
            self._queue.sleep(is_planned=True)
