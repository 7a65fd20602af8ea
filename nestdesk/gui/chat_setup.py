"""What a chat asks and how it is answered, as its header shows it: collection, preset, instructions of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from nestdesk.core.errors import NestDeskError
from nestdesk.core.types import Conversation
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.collection_choice import CollectionChoice
from nestdesk.gui.elements import row
from nestdesk.gui.manner_choice import MannerChoice

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

Then = Callable[[Conversation], None]
Otherwise = Callable[[NestDeskError], None]


class ChatSetup(QWidget):
    """Stores what is chosen at once; a chat that is not stored yet takes it along when it begins."""

    stored = Signal(object)  # Conversation: the new chat in sight

    def __init__(self, bridge: Bridge) -> None:
        """Start with a chat that has nothing of its own."""
        super().__init__()
        self.setObjectName("transparent")
        self._bridge = bridge
        self._chat: Conversation | None = None
        self._waiting: list[tuple[Then, Otherwise]] = []  # for the chat in sight to be stored
        self.scope = CollectionChoice(bridge)
        self.manner = MannerChoice(bridge)
        self.setLayout(row(self.scope, self.manner))
        self.scope.chosen.connect(self._tie)
        self.manner.chosen.connect(self._assign)

    def show_chat(self, chat: Conversation | None) -> None:
        """Show a chat's own; None: of one that is not stored yet."""
        self._chat = chat
        self._waiting = []
        self.scope.select(chat.collection_id if chat else None)
        self.manner.select(chat.preset_id if chat else None, chat.instructions if chat else "")

    def store(self, is_temporary: bool, then: Then, otherwise: Otherwise) -> None:
        """Have a new chat stored as it is set up now, once however often it is asked for while it is in sight."""
        waiting = self._waiting
        waiting.append((then, otherwise))
        if len(waiting) > 1:
            return

        def created(conversation: Conversation) -> None:
            if waiting is self._waiting:
                self.stored.emit(conversation)
            for go_on, _ in waiting:
                go_on(conversation)

        def refused(error: NestDeskError) -> None:
            for _, tell in waiting:
                tell(error)
            waiting.clear()

        self._bridge.ask(self._begin(is_temporary), created, refused)

    def _begin(self, is_temporary: bool) -> Callable[[App], Conversation]:
        collection_id, preset_id, instructions = self.scope.collection_id, self.manner.preset_id, self.manner.own

        def create(app: App) -> Conversation:
            made = app.chat.create(is_temporary, collection_id)
            if preset_id is not None or instructions:
                app.presets.assign(made.id, preset_id, instructions)
            return replace(made, preset_id=preset_id, instructions=instructions)

        return create

    @Slot(object)
    def _tie(self, collection_id: int | None) -> None:
        if self._chat is not None:
            number = self._chat.id
            self._bridge.ask(lambda app: app.chat.tie(number, collection_id))

    @Slot(object, str)
    def _assign(self, preset_id: int | None, instructions: str) -> None:
        if self._chat is not None:
            number = self._chat.id
            self._bridge.ask(lambda app: app.presets.assign(number, preset_id, instructions))
