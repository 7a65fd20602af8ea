"""What a person chose in the menus: kept in the settings, the theme in the window's own file too.

The theme is read from the window's file first, so that the window opens in its colours before the database does.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSettings

from nestdesk.core.settings import Settings
from nestdesk.core.types import Effort
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.menus import Menus
from nestdesk.gui.theme import Theme


class Preferences:
    """Theme, effort, and whether chats are learned from."""

    def __init__(self, bridge: Bridge, theme: Theme, state: QSettings) -> None:
        """Choose nothing yet."""
        self._bridge, self._theme, self._state = bridge, theme, state

    def show(self, settings: Settings, menus: Menus) -> None:
        """Take over what is stored."""
        self._theme.choose(settings.theme)
        self._state.setValue("theme", settings.theme)
        menus.themes[settings.theme].setChecked(True)
        menus.efforts[str(settings.effort)].setChecked(True)
        menus.learns_from_chats.setChecked(settings.learns_from_chats)

    def choose_theme(self, name: str) -> None:
        """Show and store a theme."""
        self._theme.choose(name)
        self._state.setValue("theme", name)
        self._bridge.ask(lambda app: app.save_settings(replace(app.settings, theme=name)))

    def choose_effort(self, name: str) -> None:
        """Store how much time a source gets."""
        self._bridge.ask(lambda app: app.save_settings(replace(app.settings, effort=Effort(name))))

    def learn_from_chats(self, is_wanted: bool) -> None:
        """Store whether what is stated in chats is learned."""
        self._bridge.ask(lambda app: app.save_settings(replace(app.settings, learns_from_chats=is_wanted)))
