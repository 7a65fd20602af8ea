"""Untrusted text in tips, where Qt would read HTML by itself."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import Qt


def tip(text: str) -> str:
    """Return a text that a tip shows as it is, also where it looks like HTML, which could name files to load."""
    return f"<p style='white-space:pre-wrap'>{escape(text)}</p>" if Qt.mightBeRichText(text) else text
