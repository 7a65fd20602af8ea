"""What the menu Help offers: the help itself, the shortcuts, and About. Each is made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from nestdesk.gui import shortcuts
from nestdesk.gui.about_dialog import AboutDialog
from nestdesk.gui.help_window import HelpWindow
from nestdesk.gui.shortcuts import Shortcuts
from nestdesk.gui.shortcuts_dialog import ShortcutsDialog


class HelpDesk:
    """Opens the help at the view in sight."""

    def __init__(self, window: QWidget, state: QSettings, view: Callable[[], str]) -> None:
        """Know no commands yet.

        Args:
            window: in front of which everything opens.
            state: the window's own file, which lies where the data lie.
            view: tells which view is in sight.
        """
        self._window, self._state, self._view = window, state, view
        self.keys = Shortcuts((), state)

    def know(self, actions: Sequence[QAction]) -> None:
        """Give the commands the keys a person chose for them."""
        self.keys = Shortcuts(actions, self._state)

    def show_view(self) -> None:
        """Show the page of the view in sight."""
        self.help.popup(self._view())

    def show_page(self, name: str) -> None:
        """Show a page."""
        self.help.popup(name)

    @cached_property
    def help(self) -> HelpWindow:
        """The help itself."""
        return HelpWindow(self._window, lambda: shortcuts.lines(self.keys.actions))

    @cached_property
    def shortcuts(self) -> ShortcutsDialog:
        """The list of shortcuts."""
        return ShortcutsDialog(self.keys, self._window)

    @cached_property
    def about(self) -> AboutDialog:
        """What NestDesk is made of."""
        return AboutDialog(self._window, Path(self._state.fileName()).parent)
