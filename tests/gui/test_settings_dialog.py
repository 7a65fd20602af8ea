"""The settings are shown as stored, stored as changed, and the dial sets what stands behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget

from nestdesk.core.settings import Settings, parse, render
from nestdesk.core.types import Effort
from nestdesk.gui.settings_dialog import DIAL, SCALE, scale_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs


@pytest.fixture
def dialog(desk, qtbot):
    action = next(one for one in desk.window.menus.actions if one.text().startswith("S&ettings"))
    assert action.shortcut().toString() == "Ctrl+,"
    action.trigger()
    found = desk.window._preferences.dialog
    qtbot.waitUntil(found.isVisible)
    return found


def turn(box: QComboBox, place: int) -> None:
    box.setCurrentIndex(place)
    box.activated.emit(place)


def test_the_dial_sets_what_stands_behind_it_and_the_menus_follow(desk, app, dialog, qtbot):
    assert dialog.dial.currentText() == "Normal"
    turn(dialog.dial, 0)
    qtbot.waitUntil(lambda: app.settings == replace(Settings(), learns_from_drops=False, learns_from_chats=False))
    assert not dialog.drops.isChecked()
    assert not dialog.chats.isChecked()
    assert not desk.window.menus.learns_from_chats.isChecked()
    turn(dialog.dial, 3)
    qtbot.waitUntil(lambda: app.settings.effort is Effort.DEEP)
    assert desk.window.menus.efforts["deep"].isChecked()
    assert dialog.meaning.text() == DIAL[3].sentence


def test_what_is_set_below_moves_the_dial(app, dialog, qtbot):
    dialog.chats.click()
    qtbot.waitUntil(lambda: app.settings == replace(Settings(), learns_from_chats=False))
    assert dialog.dial.currentText() == "Other: set below"
    dialog.chats.click()
    qtbot.waitUntil(lambda: app.settings == Settings())
    assert dialog.dial.currentText() == "Normal"


def test_every_other_setting_is_stored(app, dialog, qtbot):
    turn(dialog.device, 1)
    turn(dialog.effort, 0)
    dialog.seconds.setValue(40)
    dialog.tokens.setValue(512)
    dialog.grows.click()
    wanted = Settings(device="cpu", effort=Effort.QUICK, budget_s=40.0, max_answer_tokens=512, grows=True)
    qtbot.waitUntil(lambda: app.settings == wanted)
    assert parse(render(app.settings)) == wanted


def test_the_colours_change_at_once(desk, app, dialog, qtbot):
    turn(dialog.theme, 2)
    qtbot.waitUntil(lambda: app.settings.theme == "dark" and desk.window.menus.themes["dark"].isChecked())
    turn(dialog.theme, 1)
    qtbot.waitUntil(lambda: app.settings.theme == "light")


def test_the_size_counts_from_the_next_start(dialog, tmp_path):
    turn(dialog.scaling, 4)
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    assert scale_of(state) == 2.0
    for spoiled in ("nonsense", "-3", "99"):
        state.setValue(SCALE, spoiled)
        assert 1.0 <= scale_of(state) <= 2.0


def test_every_control_has_a_name_and_can_be_reached_by_keys(dialog):
    controls = [one for one in dialog.findChildren(QWidget) if isinstance(one, QComboBox | QSpinBox | QCheckBox)]
    assert len(controls) == 14
    for control in controls:
        assert control.accessibleName()
        assert control.focusPolicy().value & 1
