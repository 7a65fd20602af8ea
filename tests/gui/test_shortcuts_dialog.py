"""The list of shortcuts shows every command, changes the keys of the one that is chosen, and says what it refuses."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from nestdesk.gui.shortcuts import Shortcuts
from nestdesk.gui.shortcuts_dialog import ShortcutsDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs


@pytest.fixture
def dialog(qtbot, theme, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    actions = QAction("&Find anything …", parent), QAction("&Settings …", parent)
    actions[0].setShortcut(QKeySequence("Ctrl+K"))
    actions[1].setShortcut(QKeySequence("Ctrl+,"))
    made = ShortcutsDialog(Shortcuts(actions, QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat)), parent)
    made.popup()
    yield made
    made.close()


def press(dialog, keys):
    dialog.field.setKeySequence(QKeySequence(keys))
    dialog.field.editingFinished.emit()


def shown(dialog):
    model = dialog.list.model()
    return [model.index(at).data(257).note for at in range(model.rowCount())]


def test_it_opens_at_the_first_command(dialog):
    assert dialog.current.text() == "&Find anything …"
    assert dialog.field.keySequence() == QKeySequence("Ctrl+K")
    assert not dialog.reset.isEnabled()


def test_keys_are_changed_and_put_back(dialog):
    press(dialog, "F8")
    assert shown(dialog) == ["F8", "Ctrl+,"]
    assert dialog.reset.isEnabled()
    dialog.reset.click()
    assert shown(dialog) == ["Ctrl+K", "Ctrl+,"]
    assert dialog.field.keySequence() == QKeySequence("Ctrl+K")


def test_a_conflict_is_refused_and_the_field_shows_the_keys_in_force(dialog):
    press(dialog, "Ctrl+,")
    assert "already belongs to “Settings”" in dialog.refusal.text()
    assert shown(dialog) == ["Ctrl+K", "Ctrl+,"]
    assert dialog.field.keySequence() == QKeySequence("Ctrl+K")
    dialog.list.setCurrentIndex(dialog.list.model().index(1))
    assert dialog.refusal.text() == ""
    assert dialog.field.keySequence() == QKeySequence("Ctrl+,")
