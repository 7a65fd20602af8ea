"""What a person chose in the menus and in the settings: kept in the database, the theme in the window's own file too.

The theme is read from the window's file first, so that the window opens in its colours before the database does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from nestdesk.core.settings import Settings
from nestdesk.core.types import Effort
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.menus import Menus
from nestdesk.gui.settings_dialog import SettingsDialog
from nestdesk.gui.theme import Theme


class Preferences:
    """Theme, effort, whether chats are learned from, and the dialog with all settings."""

    def __init__(self, bridge: Bridge, theme: Theme, state: QSettings, window: QWidget) -> None:
        """Choose nothing yet."""
        self._bridge, self._theme, self._state = bridge, theme, state
        self._menus: Menus | None = None
        self.dialog = SettingsDialog(bridge, state, window)
        self.dialog.theme_chosen.connect(self.choose_theme)
        self.dialog.changed.connect(self._mark)

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

    def _change(self, changed: Callable[[Settings], Settings]) -> None:
        self._bridge.ask(lambda app: app.save_settings(changed(app.settings)))
        self._bridge.ask(lambda app: app.settings, self._mark)

    def _mark(self, settings: Settings) -> None:
        if self._menus is not None:
            self._menus.themes[settings.theme].setChecked(True)
            self._menus.efforts[str(settings.effort)].setChecked(True)
            self._menus.learns_from_chats.setChecked(settings.learns_from_chats)
