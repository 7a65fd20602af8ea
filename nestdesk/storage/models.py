"""The tables, typed. What crosses the package's border are the frozen values of core.types, never these rows.

Ids are never used twice (AUTOINCREMENT), so the journal may speak of a source long after it was forgotten. The head of
an expert is a row of its own, as a branch is in git: moving it is one compare-and-swap, and the database itself refuses
a head that belongs to another expert.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, MetaData, UniqueConstraint, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from nestdesk.storage.columns import FilePath, SafeText, UtcDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_NEVER_REUSED: dict[str, Any] = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    """The metadata every table belongs to."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: SafeText, datetime: UtcDateTime, bytes: LargeBinary}  # noqa: RUF012 (read by SQLAlchemy)


class CollectionRow(Base):
    """Sources that belong together, with a mid expert of their own."""

    __tablename__ = "collection"
    __table_args__ = _NEVER_REUSED
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class WatchedFolderRow(Base):
    """A folder whose documents are sources, as they come, change and go."""

    __tablename__ = "watched_folder"
    __table_args__ = _NEVER_REUSED
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(FilePath, unique=True)
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collection.id", ondelete="SET NULL"))
    added_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]


class LeftOutRow(Base):
    """A file in a watched folder that was forgotten: no look takes it in, until a person adds it again."""

    __tablename__ = "left_out"
    path: Mapped[str] = mapped_column(FilePath, primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("watched_folder.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str]  # of its content, so that it is known under another name
    since: Mapped[datetime]


class SourceRow(Base):
    """A document or conversation to learn from.

    attached_to is the only conversation that finds it. INVARIANT: it is no foreign key, so whatever becomes of that row
    (damage that is mended empties references), what was attached to it is found by no other chat.
    """

    __tablename__ = "source"
    __table_args__ = _NEVER_REUSED
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str]
    path: Mapped[str] = mapped_column(FilePath)
    sha256: Mapped[str] = mapped_column(index=True)
    size_bytes: Mapped[int]
    state: Mapped[str]
    added_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(default="")
    before: Mapped[str | None]  # JSON of Scores
    after: Mapped[str | None]  # JSON of Scores
    seconds: Mapped[float] = mapped_column(default=0.0)
    effort: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="SET NULL"), unique=True, index=True
    )
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collection.id", ondelete="SET NULL"), index=True)
    media_type: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str] = mapped_column(default="", server_default="")  # ISO 639-1; empty: not known
    notes: Mapped[str] = mapped_column(default="", server_default="")  # what its reader remarked, a sentence a line
    review: Mapped[str] = mapped_column(default="", server_default="")  # see Source.review
    trust: Mapped[str] = mapped_column(default="normal", server_default="normal")
    attached_to: Mapped[int | None] = mapped_column(index=True)  # None: the library


class SectionRow(Base):
    """A part of a long document under its heading, in a few sentences; sections of less depth hold deeper ones."""

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("source_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    position: Mapped[int]
    depth: Mapped[int]
    title: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    summary: Mapped[str]
    vector: Mapped[bytes]  # of its title and summary


class PassageRow(Base):
    """A stretch of a source's text; its words are also in the full-text table passage_text."""

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("source_id", "position"), _NEVER_REUSED)
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    page: Mapped[int | None]


class EmbeddingRow(Base):
    """A passage's unit vector: little-endian float32."""

    __tablename__ = "embedding"
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), primary_key=True)
    vector: Mapped[bytes]


class StudyItemRow(Base):
    """A study item or probe of a source."""

    __tablename__ = "study_item"
    __table_args__ = (UniqueConstraint("source_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str]
    system: Mapped[str]
    prompt: Mapped[str]
    answer: Mapped[str]
    passage: Mapped[int]
    is_probe: Mapped[bool]


class RouteRow(Base):
    """What questions belong to a source: those near one of its vectors."""

    __tablename__ = "route"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), primary_key=True)
    vectors: Mapped[bytes]
    count: Mapped[int]
    threshold: Mapped[float]


class ExpertRow(Base):
    """One learnable block."""

    __tablename__ = "expert"
    __table_args__ = (UniqueConstraint("backbone", "name"), _NEVER_REUSED)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    function: Mapped[str]
    level: Mapped[str]
    backbone: Mapped[str]
    update_period_tokens: Mapped[int]
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), index=True)
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)


class CheckpointRow(Base):
    """Immutable saved weights of one expert."""

    __tablename__ = "checkpoint"
    __table_args__ = (UniqueConstraint("expert_id", "id"), _NEVER_REUSED)
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("checkpoint.id"), index=True)
    blob: Mapped[str] = mapped_column(index=True)
    size_bytes: Mapped[int]
    created_at: Mapped[datetime]
    before: Mapped[str | None]  # JSON of Scores
    after: Mapped[str | None]  # JSON of Scores
    config: Mapped[str]  # JSON
    is_accepted: Mapped[bool]
    reason: Mapped[str]
    name: Mapped[str] = mapped_column(default="", server_default="")  # given by the person
    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=false())


class CheckpointSourceRow(Base):
    """That a checkpoint learned from a source."""

    __tablename__ = "checkpoint_source"
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id", ondelete="CASCADE"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]


class HeadRow(Base):
    """The checkpoint an expert uses."""

    __tablename__ = "head"
    __table_args__ = (ForeignKeyConstraint(["expert_id", "checkpoint_id"], ["checkpoint.expert_id", "checkpoint.id"]),)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True)
    checkpoint_id: Mapped[int]


class ChatFolderRow(Base):
    """Chats that a person keeps together."""

    __tablename__ = "chat_folder"
    __table_args__ = _NEVER_REUSED
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class PresetRow(Base):
    """How answers are to be: what the model is told first, how freely it chooses words, how long an answer may be."""

    __tablename__ = "preset"
    __table_args__ = _NEVER_REUSED
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    instructions: Mapped[str]
    temperature: Mapped[float]  # 0: always the likeliest word
    max_answer_tokens: Mapped[int]  # 0: as the settings say
    created_at: Mapped[datetime]


class ConversationRow(Base):
    """A chat.

    summarised_up_to is the last message its memory summary has seen, also after that summary is deleted. Messages up to
    forgotten_up_to were forgotten: they are shown, and never summarised or learned again. leaf_id is the last message
    of the branch that is shown (none: the newest). origin tells an imported chat: the program and its id there.
    """

    __tablename__ = "conversation"
    __table_args__ = _NEVER_REUSED
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    is_temporary: Mapped[bool]
    summarised_up_to: Mapped[int] = mapped_column(default=0)
    forgotten_up_to: Mapped[int] = mapped_column(default=0, server_default="0")
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collection.id", ondelete="SET NULL"), index=True)
    origin: Mapped[str | None] = mapped_column(unique=True, index=True)
    leaf_id: Mapped[int | None]
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("chat_folder.id", ondelete="SET NULL"), index=True)
    preset_id: Mapped[int | None] = mapped_column(ForeignKey("preset.id", ondelete="SET NULL"), index=True)
    instructions: Mapped[str] = mapped_column(default="", server_default="")  # of this chat alone
    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_archived: Mapped[bool] = mapped_column(default=False, server_default=false())


class MessageRow(Base):
    """One turn of a conversation."""

    __tablename__ = "message"
    __table_args__ = _NEVER_REUSED
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    role: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    why: Mapped[str | None]  # JSON of Why
    is_complete: Mapped[bool]


class MemorySummaryRow(Base):
    """What is kept of a finished conversation; a later summary of the same conversation takes its place."""

    __tablename__ = "memory_summary"
    __table_args__ = _NEVER_REUSED
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str]
    created_at: Mapped[datetime]
    vector: Mapped[bytes | None]


class FactRow(Base):
    """Something the person said about themselves, or wrote into their memory (then it has no message).

    topic is what it is about: of two facts on one topic the newer replaces the older, which is kept as its history.
    """

    __tablename__ = "fact"
    __table_args__ = _NEVER_REUSED
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    kind: Mapped[str]
    topic: Mapped[str]
    confidence: Mapped[float]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"), index=True)
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    uses: Mapped[int] = mapped_column(default=0)
    is_on: Mapped[bool] = mapped_column(default=True)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("fact.id", ondelete="SET NULL"), index=True)
    vector: Mapped[bytes | None]


class EventRow(Base):
    """One entry of the journal. Its ids are remarks, not references: they outlive what they name."""

    __tablename__ = "event"
    __table_args__ = _NEVER_REUSED
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    expert_id: Mapped[int | None] = mapped_column(index=True)
    checkpoint_id: Mapped[int | None]
    source_id: Mapped[int | None] = mapped_column(index=True)
    previous_id: Mapped[int | None]  # the head before this event moved it


class SettingRow(Base):
    """A setting that differs from its default."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
