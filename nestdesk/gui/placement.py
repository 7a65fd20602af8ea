"""Where a window stands and how its panels are divided, remembered between two starts."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMainWindow

from nestdesk.gui.desk import Desk


def restore(window: QMainWindow, desk: Desk, state: QSettings) -> None:
    """Put a window where it was closed, or give it its first size."""
    window.resize(1280, 800)
    if (geometry := state.value("geometry")) is not None:
        window.restoreGeometry(geometry)
    if (sizes := state.value("splitter")) is not None:
        desk.restore_panels(sizes)


def save(window: QMainWindow, desk: Desk, state: QSettings) -> None:
    """Remember size, place and panels."""
    state.setValue("geometry", window.saveGeometry())
    state.setValue("splitter", desk.save_panels())
    state.sync()
