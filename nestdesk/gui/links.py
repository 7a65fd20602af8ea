"""Links in answers that lead out of the program: they are followed once a person has seen where they lead."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from nestdesk.gui import dialogs
from nestdesk.gui.language import tr
from nestdesk.gui.markdown import is_outside


def open_outside(parent: QWidget, link: QUrl) -> None:
    """Ask before a link is opened in another program, and show its address: its text may say anything."""
    address = link.toString(QUrl.ComponentFormattingOption.FullyEncoded)
    if is_outside(address):
        told = tr("It leads to {address}", address=address)
        question = tr("Open this link in another program?")
        dialogs.confirm(parent, question, told, tr("Open it"), lambda: QDesktopServices.openUrl(link))
