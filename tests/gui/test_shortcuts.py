"""Keys can be changed and put back, never taken from another command, and last until the next start."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QKeySequence

from nestdesk.gui.shortcuts import Shortcuts, keys, lines


@pytest.fixture
def state(tmp_path):
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def actions(qapp):
    find, stop, larger = QAction("&Find anything …"), QAction("&Stop / end"), QAction("&Larger text")
    find.setShortcut(QKeySequence("Ctrl+K"))
    stop.setShortcut(QKeySequence("Esc"))
    larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
    return find, stop, larger, QAction("&About")


def again(actions, state):
    """Return the keys after a restart: the same commands as shipped, and the file."""
    made = [QAction(one.text()) for one in actions]
    for new, shipped in zip(made, ("Ctrl+K", "Esc", "Ctrl++", ""), strict=True):
        new.setShortcut(QKeySequence(shipped))
    Shortcuts(made, state)
    return [keys(one) for one in made]


def test_a_change_is_used_at_once_and_after_a_restart(actions, state):
    found = Shortcuts(actions, state)
    assert found.change(actions[0], QKeySequence("Ctrl+Shift+P")) == ""
    assert found.change(actions[3], QKeySequence("F2")) == ""
    assert keys(actions[0]) == "Ctrl+Shift+P"
    assert found.is_changed(actions[0])
    assert again(actions, state) == ["Ctrl+Shift+P", "Esc", "Ctrl++", "F2"]


def test_keys_of_another_command_are_refused_in_a_sentence(actions, state):
    found = Shortcuts(actions, state)
    said = found.change(actions[3], QKeySequence("Ctrl+="))
    assert said.startswith("Ctrl+= already belongs to “Larger text”.")
    assert keys(actions[3]) == ""
    assert again(actions, state) == ["Ctrl+K", "Esc", "Ctrl++", ""]


@pytest.mark.parametrize("typed", ["A", "Shift+A", "Return", "Tab", "Down", "Space"])
def test_keys_that_type_are_refused(actions, state, typed):
    said = Shortcuts(actions, state).change(actions[0], QKeySequence(typed))
    assert "Press it together with Ctrl or Alt." in said
    assert keys(actions[0]) == "Ctrl+K"


def test_none_at_all_is_a_choice_too(actions, state):
    found = Shortcuts(actions, state)
    assert found.change(actions[0], QKeySequence()) == ""
    assert again(actions, state)[0] == ""


def test_putting_back_brings_all_the_keys_of_a_command(actions, state):
    found = Shortcuts(actions, state)
    found.change(actions[2], QKeySequence("F8"))
    assert found.reset(actions[2]) == ""
    assert [one.toString() for one in actions[2].shortcuts()] == ["Ctrl++", "Ctrl+="]
    assert not found.is_changed(actions[2])
    assert again(actions, state) == ["Ctrl+K", "Esc", "Ctrl++", ""]


def test_putting_back_is_refused_where_the_keys_were_given_away(actions, state):
    found = Shortcuts(actions, state)
    found.change(actions[0], QKeySequence("F8"))
    found.change(actions[1], QKeySequence("Ctrl+K"))
    assert "already belongs to “Stop / end”" in found.reset(actions[0])
    found.reset_all()
    assert [keys(one) for one in actions] == ["Ctrl+K", "Esc", "Ctrl++", ""]
    assert again(actions, state) == ["Ctrl+K", "Esc", "Ctrl++", ""]


def test_commands_that_changed_places_keep_them(actions, state):
    found = Shortcuts(actions, state)
    found.change(actions[1], QKeySequence("F8"))
    found.change(actions[0], QKeySequence("Esc"))
    found.change(actions[1], QKeySequence("Ctrl+K"))
    assert again(actions, state) == ["Esc", "Ctrl+K", "Ctrl++", ""]


def test_keys_that_meanwhile_belong_to_another_command_are_not_taken(actions, state):
    state.setValue("keys/about", "Ctrl+K")
    state.setValue("keys/larger-text", "B")
    assert again(actions, state) == ["Ctrl+K", "Esc", "", ""]


def test_the_list_has_the_keys_as_they_are_now(actions, state):
    Shortcuts(actions, state).change(actions[0], QKeySequence("F8"))
    assert lines(actions)[:2] == [("F8", "Find anything"), ("Esc", "Stop / end")]
    assert ("Enter", "Send the message") in lines(actions)
