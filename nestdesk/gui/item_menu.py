"""What can be done with an entry of the rail's list by its context menu."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from nestdesk.core.types import Conversation, Source
from nestdesk.gui import dialogs
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.forgetting import Forgetting


def show_chat_menu(
    parent: QWidget, bridge: Bridge, forgetting: Forgetting, conversation: Conversation, place: QPoint
) -> None:
    """Offer to rename or delete a chat."""
    menu = _menu(parent)
    menu.addAction("Rename …", lambda: rename(parent, bridge, conversation))
    menu.addAction("Delete …", lambda: forgetting.delete_chat(conversation))
    menu.popup(place)


def show_source_menu(parent: QWidget, forgetting: Forgetting, source: Source, place: QPoint) -> None:
    """Offer to forget a source."""
    menu = _menu(parent)
    menu.addAction("Forget …", lambda: forgetting.forget_source(source))
    menu.popup(place)


def rename(parent: QWidget, bridge: Bridge, conversation: Conversation) -> None:
    """Ask for a chat's new title."""

    def act(title: str) -> None:
        bridge.ask(lambda app: app.chat.rename(conversation.id, title))

    dialogs.ask_title(parent, conversation.title, act)


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
