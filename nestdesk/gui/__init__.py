"""The window (PySide6). Importing it loads no torch."""

from nestdesk.gui.application import run

__all__ = ["run"]
