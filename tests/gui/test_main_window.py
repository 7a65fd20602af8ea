"""The window as a person meets it: it opens at once, and everything can be reached."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QLineEdit, QPlainTextEdit, QProgressBar, QWidget

from nestdesk.core.errors import StorageError
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.main_window import MainWindow


def test_importing_the_window_loads_neither_torch_nor_the_stores():
    code = "import sys, nestdesk.gui; print([m for m in ('torch', 'sqlalchemy', 'transformers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_window_is_visible_before_the_application_is_built(qtbot, theme, tmp_path, fake):
    may_build = threading.Event()
    app = fake.FakeApp()

    def make():
        may_build.wait(10)
        return fake.opened(app)

    bridge = Bridge(make)
    window = MainWindow(bridge, theme, QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(window)
    window.show()
    window.start()
    assert window.isVisible()
    assert window.status.engine.text() == "Opening your data …"
    assert ("opened",) not in app.calls
    may_build.set()
    qtbot.waitUntil(lambda: window.is_ready)
    assert window.status.engine.text() == "CPU, 2 threads · offline"
    bridge.close()
    assert app.calls[-1] == ("closed",)


def test_the_engine_is_said_to_start_until_it_is_ready(make_desk, app, qtbot, fake):
    app.info = None
    desk = make_desk(app, wait=False)
    qtbot.waitUntil(lambda: desk.window.status.engine.text() == "Starting the engine …")
    app.info = fake.READY
    qtbot.waitUntil(lambda: "offline" in desk.window.status.engine.text())


def test_a_folder_in_use_is_told_in_plain_words_and_can_be_tried_again(qtbot, theme, tmp_path, app, fake):
    attempts = []

    def make():
        attempts.append(1)
        if len(attempts) == 1:
            raise StorageError("NestDesk is already running with this data folder; close it first.")
        return fake.opened(app)

    bridge = Bridge(make)
    window = MainWindow(bridge, theme, QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(window)
    window.show()
    window.start()
    qtbot.waitUntil(lambda: window.onboarding.problem.isVisible())
    assert "already running" in window.onboarding.problem.text()
    window.onboarding.start.click()
    qtbot.waitUntil(lambda: window.is_ready)
    assert window.chat.isVisible()
    bridge.close()


def test_the_first_start_sets_up_the_models_with_one_button(make_desk, qtbot, fake):
    app = fake.FakeApp(ready=False)
    desk = make_desk(app)
    panel = desk.window.onboarding
    qtbot.waitUntil(panel.isVisible)
    assert desk.window.status.engine.text() == "No model yet"
    panel.start.click()
    qtbot.waitUntil(lambda: desk.window.is_ready)
    assert ("setup", None) in app.calls
    assert desk.window.chat.isVisible()


def test_shortcuts_choose_the_views(desk, qtbot):
    pages = {"1": desk.window.chat, "2": desk.window.library, "3": desk.window.experts, "4": desk.window.memory}
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    for key, page in reversed(pages.items()):
        QTest.keyClick(desk.window, key, Qt.KeyboardModifier.ControlModifier)
        assert page.isVisible()


@pytest.mark.parametrize("width", [1280, 1024, 760])
def test_the_reading_column_keeps_its_width(desk, qtbot, width):
    desk.window.resize(width, 700)
    for view in ("chats", "library", "experts", "memory"):
        desk.window.show_view(view)
        page = {"chats": desk.window.chat, "library": desk.window.library}.get(view, desk.window.experts)
        if page.isVisible():
            qtbot.waitUntil(lambda page=page: page.width() >= 480)
    assert desk.window.width() == width


def test_every_control_has_a_name(desk):
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QProgressBar)
    nameless = [
        f"{type(one).__name__} in {type(one.parent()).__name__}"
        for one in desk.window.findChildren(QWidget)
        if isinstance(one, kinds)
        and not isinstance(one, QAbstractSlider)
        and not one.accessibleName()
        and not (isinstance(one, QAbstractButton) and one.text())
        and not one.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_no_two_commands_share_a_shortcut(desk):
    keys = [key.toString() for action in desk.window.findChildren(QAction) for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert {"Ctrl+N", "Esc", "Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4"} <= set(keys)


def test_the_theme_is_stored_and_shown(desk, qtbot):
    desk.window.menus.themes["dark"].trigger()
    qtbot.waitUntil(lambda: desk.app.settings.theme == "dark")
    assert desk.window.palette().window().color().lightness() < 128
    desk.window.menus.themes["light"].trigger()
    qtbot.waitUntil(lambda: desk.app.settings.theme == "light")


def test_size_and_panels_are_remembered_in_a_file(desk, theme, tmp_path, qtbot, fake):
    desk.window.resize(780, 560)  # restoring never makes a window larger than the screen
    desk.window.save_state()
    assert (tmp_path / "window.ini").is_file()
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    again = MainWindow(Bridge(lambda: fake.opened(fake.FakeApp())), theme, state)
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (780, 560)


def test_learning_from_chats_can_be_switched_off(desk, qtbot):
    action = desk.window.menus.learns_from_chats
    qtbot.waitUntil(action.isChecked)
    action.trigger()
    qtbot.waitUntil(lambda: not desk.app.settings.learns_from_chats)
    action.trigger()
    qtbot.waitUntil(lambda: desk.app.settings.learns_from_chats)


def test_the_shipped_fonts_and_icons_lie_where_they_are_looked_for():
    from nestdesk.core.paths import resources

    assert list((resources() / "fonts").glob("*.ttf"))
    assert (resources() / "fonts" / "LICENSE-DejaVu.txt").is_file()
    assert Path(resources() / "icons" / "nestdesk.svg").is_file()
