"""The window (PySide6). Importing it loads no torch."""
