"""Start the window: fonts, theme, one instance for each data folder, the hooks, then the application behind it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal, Slot
from PySide6.QtWidgets import QApplication

from nestdesk.core.paths import DataFolder, default_data_folder
from nestdesk.gui import (
    backups_restart,
    exchange_restart,
    instance,
    language,
    messages,
    passphrase_dialog,
    profiles_menu,
    protection_restart,
    safe_start,
)
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.icons import app_icon
from nestdesk.gui.main_window import MainWindow
from nestdesk.gui.safe_start import Start, StartMark
from nestdesk.gui.settings_dialog import scale_of
from nestdesk.gui.theme import Theme, install_fonts

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

MakeApp = Callable[..., "AbstractContextManager[App]"]


class _BugRelay(QObject):
    """Carries bugs of any thread to the Qt thread."""

    found = Signal(object)

    @Slot(object)
    def tell(self, bug: BaseException) -> None:
        """Queue a bug."""
        self.found.emit(bug)


def application(spoken: str = language.SOURCE) -> tuple[QApplication, Theme]:
    """Return the one QApplication with the program's name, icon, fonts, style and language."""
    existing = QApplication.instance()
    qt = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    qt.setApplicationName("NestDesk")
    qt.setDesktopFileName("nestdesk")
    qt.setStyle("Fusion")
    qt.setWindowIcon(app_icon())
    install_fonts()
    language.install(qt, spoken)
    return qt, Theme(qt)


def open_window(make_app: MakeApp, folder: Path, theme: Theme, has_engine: bool = True) -> tuple[MainWindow, Bridge]:
    """Show the window and have the application built behind it, with its engine or without."""
    state = window_state(folder)
    theme.choose(str(state.value("theme", "system")))
    bridge = Bridge(make_app if has_engine else partial(make_app, has_engine=False))
    window = MainWindow(bridge, theme, state, has_engine)
    bridge.opened.connect(partial(bridge.ask, lambda app: app.recovered, partial(_tell_recovered, window)))
    window.show()
    window.start()
    return window, bridge


def _tell_recovered(window: MainWindow, mended: tuple[str, ...]) -> None:
    """Say what the start had to mend, until the person dismisses it."""
    if mended:
        window.notice.say(" ".join(mended), is_error=True)


def window_state(folder: Path) -> QSettings:
    """Return what the window keeps of itself, outside the database."""
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def _enlarge(folder: Path) -> None:
    """Draw everything larger if that was chosen; Qt reads it once, before the application is made."""
    scale = scale_of(window_state(folder))
    if scale != 1.0:
        os.environ.setdefault("QT_SCALE_FACTOR", str(scale))


def run(make_app: MakeApp, folder: Path | None = None, is_safe: bool = False) -> int:
    """Run the window until it is closed; a restore or a conversion closes it, and opens another one.

    Args:
        make_app: builds the application; called in a work thread once the window is visible, with has_engine=False
            for a start without the engine, and with the key of an encrypted data folder.
        folder: the data folder, where window state and log lie; None: the default one.
        is_safe: ask how to start, also if the last start went well.

    Returns:
        The exit code.
    """
    root = folder or default_data_folder()
    _enlarge(root)
    qt, theme = application(str(window_state(root).value(language.KEY, language.SYSTEM)))
    if instance.raise_first(root):
        return 0
    try:
        messages.open_log(DataFolder(root).logs)
    except OSError as error:  # the window says the same in its own words when the folder cannot be opened
        messages.log.warning("No log file: %s", error)
    qt.setQuitOnLastWindowClosed(False)  # the window says when it is left: there is a tray, and a restore
    relay = _BugRelay()
    messages.install_hooks(relay.tell)
    first = instance.Instance(root)
    mark = StartMark(DataFolder(root).starting)
    way: Start | None = Start.AS_USUAL
    theme.choose(str(window_state(root).value("theme", "system")))
    if (has_failed := mark.was_left()) or is_safe:
        way = safe_start.ask(has_failed)
    data = passphrase_dialog.unlock(root) if way is not None else None
    if way is None or data is None:
        return 0
    mark.set()
    told = ""
    if way is Start.BACKUP:
        told = backups_restart.offer(qt, data)
        way = Start.AS_USUAL
    while True:
        make = partial(make_app, key=data.key) if data.key else make_app
        window, bridge = open_window(make, root, theme, way is Start.AS_USUAL)
        window.became_ready.connect(mark.remove)
        window.left.connect(partial(qt.exit, 0))
        if way is Start.EXPORT:
            bridge.opened.connect(window.exchange.restoring.popup)
        relay.found.connect(window.show_bug)
        first.raise_requested.connect(window.come_forward)
        window.exchange.profiles.opened = root
        for agreed in (window.exchange.restore_agreed, window.exchange.switch_agreed):
            agreed.connect(lambda: qt.exit(0))
        if told:
            window.notice.say(told)
        try:
            code = qt.exec()
        finally:
            window.save_state()
            if bridge.is_open:  # closed in order, though perhaps before the engine was ready
                mark.remove()
            bridge.close()
        export, backup = window.exchange.to_restore, window.exchange.backup_to_restore
        passphrase = window.exchange.to_convert
        if export is None and backup is None and passphrase is None:
            if window.exchange.to_open is not None:
                profiles_menu.start(window.exchange.to_open)
            return code
        way = Start.AS_USUAL
        relay.found.disconnect(window.show_bug)
        first.raise_requested.disconnect(window.come_forward)
        window.hide()
        if backup is not None:
            told = backups_restart.restore(qt, data, backup)
        elif export is not None:
            told = exchange_restart.restore(qt, make, export)
        elif passphrase is not None:
            told, data = protection_restart.convert(qt, data, passphrase)
        window.deleteLater()
