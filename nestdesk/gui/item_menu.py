"""What can be done with an entry of the rail's list by its context menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from nestdesk.core.chats import ChatFolder
from nestdesk.core.types import Conversation, Source
from nestdesk.gui import dialogs
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.forgetting import Forgetting
from nestdesk.gui.language import tr
from nestdesk.gui.trust import Trusting


def show_chat_menu(
    parent: QWidget,
    bridge: Bridge,
    chat: Conversation,
    folders: Sequence[ChatFolder],
    delete: Callable[[], object],
    place: QPoint,
) -> None:
    """Offer to rename, pin, move, archive or delete a chat; a temporary one is kept nowhere."""
    menu = _menu(parent)
    menu.addAction(tr("Rename …"), lambda: rename(parent, bridge, chat))
    if not chat.is_temporary:
        pin = tr("Unpin") if chat.is_pinned else tr("Pin")
        menu.addAction(pin, lambda: bridge.ask(lambda app: app.chat_order.pin(chat.id, not chat.is_pinned)))
        _offer_folders(menu.addMenu(tr("Move to folder")), parent, bridge, chat, folders)
        archive = tr("Unarchive") if chat.is_archived else tr("Archive")
        menu.addAction(archive, lambda: bridge.ask(lambda app: app.chat_order.archive(chat.id, not chat.is_archived)))
    menu.addSeparator()
    menu.addAction(tr("Delete"), delete)
    menu.popup(place)


def show_folder_menu(parent: QWidget, bridge: Bridge, folder: ChatFolder, place: QPoint) -> None:
    """Offer to rename or delete a folder."""
    menu = _menu(parent)
    menu.addAction(tr("Rename the folder …"), lambda: rename_folder(parent, bridge, folder))
    menu.addAction(tr("Delete the folder …"), lambda: delete_folder(parent, bridge, folder))
    menu.popup(place)


def show_source_menu(
    parent: QWidget, trusting: Trusting, forgetting: Forgetting, source: Source, place: QPoint
) -> None:
    """Offer to trust a source more or less, or to forget it."""
    menu = _menu(parent)
    trusting.offer(menu, [source])
    menu.addSeparator()
    menu.addAction(tr("Forget …"), lambda: forgetting.forget_source(source))
    menu.popup(place)


def rename(parent: QWidget, bridge: Bridge, conversation: Conversation) -> None:
    """Ask for a chat's new title."""

    def act(title: str) -> None:
        bridge.ask(lambda app: app.chat.rename(conversation.id, title))

    dialogs.ask_name(parent, tr("Rename the chat"), tr("Title"), conversation.title, act)


def rename_folder(parent: QWidget, bridge: Bridge, folder: ChatFolder) -> None:
    """Ask for a folder's new name."""

    def act(name: str) -> None:
        bridge.ask(lambda app: app.chat_order.rename(folder.id, name))

    dialogs.ask_name(parent, tr("Rename the folder"), tr("Name"), folder.name, act)


def delete_folder(parent: QWidget, bridge: Bridge, folder: ChatFolder) -> None:
    """Ask, then delete a folder, but no chat."""

    def act() -> None:
        bridge.ask(lambda app: app.chat_order.delete(folder.id))

    dialogs.confirm(
        parent,
        tr("Delete the folder “{name}”?", name=folder.name),
        tr("Its chats stay, in no folder."),
        tr("Delete"),
        act,
    )


def _offer_folders(
    menu: QMenu, parent: QWidget, bridge: Bridge, chat: Conversation, folders: Sequence[ChatFolder]
) -> None:
    """Offer every folder but the chat's own, a new one, and none."""

    def move(folder_id: int | None) -> None:
        bridge.ask(lambda app: app.chat_order.move(chat.id, folder_id))

    def make(name: str) -> None:
        bridge.ask(lambda app: app.chat_order.named(name), lambda made: move(made.id))

    for one in folders:
        if one.id != chat.folder_id:
            menu.addAction(one.name, lambda id=one.id: move(id))  # type: ignore[misc]
    menu.addAction(tr("New folder …"), lambda: dialogs.ask_name(parent, tr("New folder"), tr("Name"), "", make))
    if chat.folder_id is not None:
        menu.addSeparator()
        menu.addAction(tr("No folder"), lambda: move(None))


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
