"""What a person chose in the menus and in the settings: kept in the database, the theme in the window's own file too.

The theme is read from the window's file first, so that the window opens in its colours before the database does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QWidget

from nestdesk.core.settings import Settings
from nestdesk.core.types import Effort
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.language import KEY
from nestdesk.gui.menus import Menus
from nestdesk.gui.settings_dialog import SettingsDialog
from nestdesk.gui.theme import READING_PX, Theme

READING_SIZES = (11, 12, 13, 14, 15, 17, 19, 22, 26)  # in pixels
_READING = "reading"  # its key in the window's own file


class Preferences(QObject):
    """Theme, effort, whether chats are learned from, the size of text, and the dialog with all settings."""

    changed = Signal(object)  # core.settings.Settings, as they are now

    def __init__(self, bridge: Bridge, theme: Theme, state: QSettings, window: QWidget) -> None:
        """Choose nothing yet."""
        super().__init__(window)
        self._bridge, self._theme, self._state = bridge, theme, state
        self._menus: Menus | None = None
        self.dialog = SettingsDialog(bridge, state, window)
        self.dialog.theme_chosen.connect(self.choose_theme)
        self.dialog.changed.connect(self._mark)
        stored = str(state.value(_READING, READING_PX))
        theme.show_reading(int(stored) if stored.isdecimal() and int(stored) in READING_SIZES else READING_PX)

    def show(self, settings: Settings, menus: Menus) -> None:
        """Take over what is stored."""
        self._menus = menus
        self._theme.choose(settings.theme)
        self._state.setValue("theme", settings.theme)
        self._mark(settings)

    def choose_theme(self, name: str) -> None:
        """Show and store a theme."""
        self._theme.choose(name)
        self._state.setValue("theme", name)
        self._change(lambda settings: replace(settings, theme=name))

    def choose_effort(self, name: str) -> None:
        """Store how much time a source gets."""
        self._change(lambda settings: replace(settings, effort=Effort(name)))

    def learn_from_chats(self, is_wanted: bool) -> None:
        """Store whether what is stated in chats is learned."""
        self._change(lambda settings: replace(settings, learns_from_chats=is_wanted))

    def resize_text(self, step: int) -> None:
        """Show what is read and written one size larger (1) or smaller (-1), or in its usual size (0)."""
        place = READING_SIZES.index(self._theme.reading_px) + step if step else READING_SIZES.index(READING_PX)
        size = READING_SIZES[max(0, min(place, len(READING_SIZES) - 1))]
        self._theme.show_reading(size)
        self._state.setValue(_READING, size)

    def _change(self, changed: Callable[[Settings], Settings]) -> None:
        self._bridge.ask(lambda app: app.save_settings(changed(app.settings)))
        self._bridge.ask(lambda app: app.settings, self._mark)

    def _mark(self, settings: Settings) -> None:
        if self._menus is not None:
            self._menus.themes[settings.theme].setChecked(True)
            self._menus.efforts[str(settings.effort)].setChecked(True)
            self._menus.learns_from_chats.setChecked(settings.learns_from_chats)
        self._state.setValue(KEY, settings.language)  # read at the next start, before the database
        self.changed.emit(settings)
