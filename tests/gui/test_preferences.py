"""The size of the text that is read follows Ctrl++, Ctrl+- and Ctrl+0 at once, and is remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QTextBrowser

from nestdesk.gui.preferences import READING_SIZES
from nestdesk.gui.theme import READING_PX, Theme


@pytest.fixture
def shown(desk, qtbot, theme):
    """Return a text of the window, and the commands by their keys."""
    text = QTextBrowser(desk.window)
    text.setPlainText("The lamp was lit in 1874.")
    text.show()
    actions = {key.toString(): one for one in desk.window.menus.actions for key in one.shortcuts()}
    yield text, actions
    theme.show_reading(READING_PX)


def size(text):
    text.ensurePolished()
    return text.font().pixelSize()


def test_the_text_grows_shrinks_and_comes_back(shown, theme, tmp_path):
    text, actions = shown
    assert size(text) == READING_PX
    actions["Ctrl++"].trigger()
    actions["Ctrl+="].trigger()
    assert size(text) == READING_SIZES[READING_SIZES.index(READING_PX) + 2]
    actions["Ctrl+-"].trigger()
    larger = size(text)
    assert larger == READING_SIZES[READING_SIZES.index(READING_PX) + 1]
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    assert str(state.value("reading")) == str(larger)
    theme.choose("dark")  # another theme keeps the size
    assert size(text) == larger
    actions["Ctrl+0"].trigger()
    assert size(text) == READING_PX


def test_it_ends_at_the_smallest_and_the_largest(shown):
    text, actions = shown
    for key, end in (("Ctrl++", READING_SIZES[-1]), ("Ctrl+-", READING_SIZES[0])):
        for _ in range(len(READING_SIZES) + 1):
            actions[key].trigger()
        assert size(text) == end


@pytest.mark.parametrize(("stored", "wanted"), [("19", 19), ("18", READING_PX), ("huge", READING_PX)])
def test_it_is_remembered_and_nonsense_is_ignored(make_desk, app, theme, tmp_path, stored, wanted):
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    state.setValue("reading", stored)
    state.sync()
    make_desk(app, wait=False)
    assert isinstance(theme, Theme)
    assert theme.reading_px == wanted
    theme.show_reading(READING_PX)
