"""Presets, and what each chat is told on top of its own: how answers are to be where the model writes them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from nestdesk.core.chats import Manner, Preset
from nestdesk.core.errors import StorageError
from nestdesk.core.types import Conversation
from nestdesk.storage.columns import now
from nestdesk.storage.database import Database
from nestdesk.storage.models import ConversationRow, PresetRow


class PresetStore:
    """The presets of a data folder. Every call is one committed transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def list(self) -> tuple[Preset, ...]:
        """Return all presets by name."""
        with self._database.session() as session:
            rows = session.scalars(select(PresetRow))
            return tuple(sorted((_preset(row) for row in rows), key=lambda one: one.name.casefold()))

    def create(self, name: str, manner: Manner) -> Preset:
        """Store a new preset.

        Raises:
            StorageError: the name is empty or taken.
        """
        with self._database.session() as session:
            row = PresetRow(created_at=now())
            _write(session, row, name, manner)
            session.add(row)
            session.flush()
            return _preset(row)

    def change(self, preset: Preset) -> Preset:
        """Give a preset another name or manner; the chats that have it follow.

        Raises:
            StorageError: there is no such preset, or the name is empty or taken.
        """
        with self._database.session() as session:
            row = _row(session, preset.id)
            _write(session, row, preset.name, preset.manner)
            return _preset(row)

    def delete(self, preset_id: int) -> None:
        """Delete a preset; the chats that have it have none from then on, and keep their own instructions.

        Raises:
            StorageError: there is no such preset.
        """
        with self._database.session() as session:
            session.delete(_row(session, preset_id))
            session.flush()
            session.expire_all()

    def assign(self, conversation_id: int, preset_id: int | None, instructions: str) -> None:
        """Give a chat a preset, or none, and instructions of its own.

        Raises:
            StorageError: there is no such chat or preset.
        """
        with self._database.session() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                raise StorageError(f"There is no conversation {conversation_id}; it was deleted.")
            row.preset_id = None if preset_id is None else _row(session, preset_id).id
            row.instructions = instructions

    def manner(self, conversation: Conversation) -> Manner:
        """Return how a chat is answered: as its preset says, with its own instructions after the preset's."""
        with self._database.session() as session:
            row = None if conversation.preset_id is None else session.get(PresetRow, conversation.preset_id)
            manner = Manner() if row is None else _preset(row).manner
        both = (manner.instructions.strip(), conversation.instructions.strip())
        return replace(manner, instructions="\n".join(one for one in both if one))


def _write(session: Session, row: PresetRow, name: str, manner: Manner) -> None:
    wanted = " ".join(name.split())
    if not wanted:
        raise StorageError("A preset needs a name.")
    with session.no_autoflush:
        if session.scalar(select(PresetRow.id).where(PresetRow.name == wanted)) not in (None, row.id):
            raise StorageError(f"There is a preset called {wanted} already.")
    row.name, row.instructions = wanted, manner.instructions
    row.temperature, row.max_answer_tokens = manner.temperature, manner.max_answer_tokens


def _row(session: Session, id: int) -> PresetRow:
    row = session.get(PresetRow, id)
    if row is None:
        raise StorageError("This preset is not there any more.")
    return row


def _preset(row: PresetRow) -> Preset:
    return Preset(row.id, row.name, Manner(row.instructions, row.temperature, row.max_answer_tokens))
