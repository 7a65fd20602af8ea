"""Tray and notifications are off until switched on; then the window hides there, and the end of learning is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from nestdesk.core.settings import Settings
from nestdesk.gui.tray import ENDED, Tray

# what the offscreen platform says of dialogs, and of a tray
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged")
ON = Settings(shows_tray=True, notifies=True)


class _Queue(QObject):
    ended = Signal()
    is_running = False


@pytest.fixture
def told(monkeypatch):
    found = []
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda self, title, text, icon: found.append(text))
    return found


@pytest.fixture
def has_tray(monkeypatch):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))


def test_both_are_off_by_default(desk, told, has_tray, qtbot):
    tray = desk.window.tray
    assert not tray.icon.isVisible()
    desk.window.queue.ended.emit()
    assert desk.window.close()
    assert told == []


def test_the_settings_switch_the_icon_on(desk, has_tray, qtbot):
    dialog = desk.window._preferences.dialog
    dialog.popup()
    qtbot.waitUntil(dialog.isVisible)
    dialog.tray.click()
    qtbot.waitUntil(lambda: desk.app.settings == replace(Settings(), shows_tray=True))
    assert desk.window.tray.icon.isVisible()
    assert desk.window.tray.keeps_running
    dialog.tray.click()
    qtbot.waitUntil(lambda: desk.app.settings == Settings())
    assert not desk.window.tray.icon.isVisible()


def test_closing_the_window_hides_it_and_quit_ends_it(desk, has_tray, qtbot):
    left = []
    desk.window.left.connect(lambda: left.append(True))
    desk.window.tray.apply(ON)
    assert not desk.window.close()
    assert not desk.window.isVisible()
    assert left == []
    actions = {one.text(): one for one in desk.window.tray.menu.actions()}
    actions["Show NestDesk"].trigger()
    assert desk.window.isVisible()
    desk.window.close()
    actions["New chat"].trigger()
    assert desk.window.isVisible()
    assert desk.window.chat.isVisible()
    desk.window.close()
    actions["Quit"].trigger()
    assert left == [True]


def test_without_a_tray_the_window_never_hides(desk, monkeypatch):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    desk.window.tray.apply(ON)
    assert desk.window.close()


def test_the_end_of_learning_is_told_when_the_window_is_not_in_front(qtbot, theme, told, monkeypatch):
    window = QWidget()
    qtbot.addWidget(window)
    queue = _Queue(window)
    tray = Tray(window, queue)
    tray.apply(ON)
    in_front = []
    monkeypatch.setattr(QWidget, "isActiveWindow", lambda self: in_front.append(self) or self is window)
    queue.ended.emit()
    qtbot.waitUntil(lambda: window in in_front)
    assert told == []
    monkeypatch.setattr(QWidget, "isActiveWindow", lambda self: False)
    queue.ended.emit()
    qtbot.waitUntil(lambda: told == [ENDED])


def test_a_queue_that_goes_on_is_no_end(qtbot, theme, told, monkeypatch):
    window = QWidget()
    qtbot.addWidget(window)
    queue = _Queue(window)
    Tray(window, queue).apply(ON)
    monkeypatch.setattr(QWidget, "isActiveWindow", lambda self: False)
    queue.ended.emit()
    queue.is_running = True  # it took up what waits, before anyone was told
    passed = []
    QTimer.singleShot(0, lambda: passed.append(True))
    qtbot.waitUntil(lambda: bool(passed))
    assert told == []
