"""The order of the chats: folders, pins and the archive. Nothing of it touches what was said or learned."""

from __future__ import annotations

from nestdesk.core.chats import ChatFolder
from nestdesk.core.jobs import ChangeFeed
from nestdesk.storage.chat_order import ChatOrderStore


class ChatOrder:
    """Keeps chats where a person wants them."""

    def __init__(self, order: ChatOrderStore, changes: ChangeFeed) -> None:
        """Tell of every change."""
        self._order = order
        self._changes = changes

    def folders(self) -> tuple[ChatFolder, ...]:
        """Return all folders by name."""
        return self._order.folders()

    def named(self, name: str) -> ChatFolder:
        """Return the folder of that name, made if there is none.

        Raises:
            StorageError: the name is empty.
        """
        folder = self._order.named(name)
        self._changes.publish("conversation")
        return folder

    def rename(self, folder_id: int, name: str) -> None:
        """Give a folder another name.

        Raises:
            StorageError: there is no such folder, or the name is empty or taken.
        """
        self._order.rename(folder_id, name)
        self._changes.publish("conversation")

    def delete(self, folder_id: int) -> None:
        """Delete a folder; its chats stay, in none.

        Raises:
            StorageError: there is no such folder.
        """
        self._order.delete(folder_id)
        self._changes.publish("conversation")

    def move(self, conversation_id: int, folder_id: int | None) -> None:
        """Put a chat into a folder, or into none.

        Raises:
            StorageError: there is no such chat or folder.
        """
        self._order.move(conversation_id, folder_id)
        self._publish(conversation_id)

    def pin(self, conversation_id: int, is_pinned: bool) -> None:
        """Keep a chat above all others, or not any more.

        Raises:
            StorageError: there is no such chat.
        """
        self._order.pin(conversation_id, is_pinned)
        self._publish(conversation_id)

    def archive(self, conversation_id: int, is_archived: bool) -> None:
        """Put a chat away, or bring it back.

        Raises:
            StorageError: there is no such chat.
        """
        self._order.archive(conversation_id, is_archived)
        self._publish(conversation_id)

    def _publish(self, conversation_id: int) -> None:
        self._changes.publish("conversation", ids=frozenset({conversation_id}))
