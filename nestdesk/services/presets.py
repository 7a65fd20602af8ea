"""Presets: how the answers of chats are to be, where the model writes them itself."""

from __future__ import annotations

from nestdesk.core.chats import INSTRUCTION_CHARS, MAX_ANSWER_TOKENS, MAX_TEMPERATURE, Manner, Preset
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import ChangeFeed
from nestdesk.storage.presets import PresetStore


class Presets:
    """Makes, changes and deletes presets, and gives them to chats."""

    def __init__(self, presets: PresetStore, changes: ChangeFeed) -> None:
        """Tell of every change."""
        self._presets = presets
        self._changes = changes

    def list(self) -> tuple[Preset, ...]:
        """Return all presets by name."""
        return self._presets.list()

    def create(self, name: str, manner: Manner) -> Preset:
        """Make a preset.

        Raises:
            StorageError: the name is empty or taken.
            SettingsError: the manner is none that the model can follow.
        """
        made = self._presets.create(name, _checked(manner))
        self._changes.publish("preset")
        return made

    def change(self, preset: Preset) -> Preset:
        """Give a preset another name or manner; the chats that have it follow.

        Raises:
            StorageError: there is no such preset, or the name is empty or taken.
            SettingsError: the manner is none that the model can follow.
        """
        _checked(preset.manner)
        changed = self._presets.change(preset)
        self._changes.publish("preset")
        return changed

    def delete(self, preset_id: int) -> None:
        """Delete a preset; the chats that have it have none from then on.

        Raises:
            StorageError: there is no such preset.
        """
        self._presets.delete(preset_id)
        self._changes.publish("preset", "conversation")

    def assign(self, conversation_id: int, preset_id: int | None, instructions: str) -> None:
        """Give a chat a preset, or none, and instructions of its own.

        Raises:
            StorageError: there is no such chat or preset.
            SettingsError: the instructions are too long.
        """
        _checked(Manner(instructions))
        self._presets.assign(conversation_id, preset_id, instructions)
        self._changes.publish("conversation", ids=frozenset({conversation_id}))


def _checked(manner: Manner) -> Manner:
    length = len(manner.instructions)
    if length > INSTRUCTION_CHARS:
        raise SettingsError(f"Instructions can have {INSTRUCTION_CHARS:,} characters at most; these have {length:,}.")
    if not 0.0 <= manner.temperature <= MAX_TEMPERATURE:
        raise SettingsError(f"The temperature must be from 0 to {MAX_TEMPERATURE}.")
    if not 0 <= manner.max_answer_tokens <= MAX_ANSWER_TOKENS:
        raise SettingsError(f"An answer can have {MAX_ANSWER_TOKENS:,} tokens at most.")
    return manner
