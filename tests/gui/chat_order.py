"""The order of the fake application's chats, and their presets: what the services do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from nestdesk.core.chats import ChatFolder, Manner, Preset
from nestdesk.core.errors import StorageError


@dataclass
class FakeChatOrder:
    """Folders, pins and the archive."""

    app: Any  # the fake application
    made: dict[int, ChatFolder] = field(default_factory=dict)

    def folders(self) -> tuple[ChatFolder, ...]:
        return tuple(sorted(self.made.values(), key=lambda one: one.name))

    def named(self, name: str) -> ChatFolder:
        found = next((one for one in self.made.values() if one.name == name), None)
        return found or self._keep(ChatFolder(len(self.made) + 1, name))

    def rename(self, folder_id: int, name: str) -> None:
        self._keep(replace(self.made[folder_id], name=name))

    def delete(self, folder_id: int) -> None:
        del self.made[folder_id]
        for chat in self.app.chat.conversations():
            if chat.folder_id == folder_id:
                self.move(chat.id, None)
        self.app.changes.publish("conversation")

    def move(self, conversation_id: int, folder_id: int | None) -> None:
        self.app.chat.set(conversation_id, folder_id=folder_id)

    def pin(self, conversation_id: int, is_pinned: bool) -> None:
        self.app.chat.set(conversation_id, is_pinned=is_pinned)

    def archive(self, conversation_id: int, is_archived: bool) -> None:
        self.app.chat.set(conversation_id, is_archived=is_archived)

    def _keep(self, folder: ChatFolder) -> ChatFolder:
        self.made[folder.id] = folder
        self.app.changes.publish("conversation")
        return folder


@dataclass
class FakePresets:
    """Presets in a dictionary."""

    app: Any  # the fake application
    made: dict[int, Preset] = field(default_factory=dict)

    def list(self) -> tuple[Preset, ...]:
        return tuple(sorted(self.made.values(), key=lambda one: one.name))

    def create(self, name: str, manner: Manner) -> Preset:
        return self._keep(Preset(max(self.made, default=0) + 1, name, manner))

    def change(self, preset: Preset) -> Preset:
        if not preset.name.strip():
            raise StorageError("A preset needs a name.")
        return self._keep(preset)

    def delete(self, preset_id: int) -> None:
        del self.made[preset_id]
        self.app.changes.publish("preset", "conversation")

    def assign(self, conversation_id: int, preset_id: int | None, instructions: str) -> None:
        self.app.chat.set(conversation_id, preset_id=preset_id, instructions=instructions)

    def _keep(self, preset: Preset) -> Preset:
        self.made[preset.id] = preset
        self.app.changes.publish("preset")
        return preset
