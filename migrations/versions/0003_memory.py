"""Memory: collections, watched folders, sections of long documents, what is known of the person, imported chats."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the new tables, and let sources, experts and conversations belong to a collection."""
    _collections()
    _sections()
    _facts()


def downgrade() -> None:
    """Refuse: an older schema is put back from the backup made before the upgrade."""
    raise NotImplementedError("The older schema is in the backup that was made before the upgrade.")


def _collections() -> None:
    op.create_table(
        "collection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sa.UniqueConstraint("name", name=op.f("uq_collection_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "watched_folder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("collection_id", sa.Integer()),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("checked_at", sa.DateTime()),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_watched_folder_collection_id_collection"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_folder")),
        sa.UniqueConstraint("path", name=op.f("uq_watched_folder_path")),
        sqlite_autoincrement=True,
    )
    _join("source", "SET NULL", *(_text(name) for name in ("media_type", "language", "notes")))
    _join("expert", "CASCADE")
    _join("conversation", "SET NULL", sa.Column("origin", sa.Text()), sa.Column("leaf_id", sa.Integer()))
    op.create_index(op.f("ix_conversation_origin"), "conversation", ["origin"], unique=True)


def _join(table: str, then: str, *columns: sa.Column[Any]) -> None:
    """Let the rows of a table belong to a collection, and add further columns."""
    sequence = "SELECT seq FROM sqlite_sequence WHERE name = ?"
    largest = op.get_bind().exec_driver_sql(sequence, (table,)).scalar()
    with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}) as batch:
        for column in [sa.Column("collection_id", sa.Integer()), *columns]:
            batch.add_column(column)
        batch.create_foreign_key(
            op.f(f"fk_{table}_collection_id_collection"), "collection", ["collection_id"], ["id"], ondelete=then
        )
        batch.create_index(op.f(f"ix_{table}_collection_id"), ["collection_id"])
    # The copied table only knows the rows that are left: the id of a deleted one would be given again.
    op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")
    op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {int(largest or 0)})")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _sections() -> None:
    op.create_table(
        "section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_section_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("source_id", "position", name=op.f("uq_section_source_id_position")),
    )


def _facts() -> None:
    op.create_table(
        "fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("conversation_id", sa.Integer()),
        sa.Column("message_id", sa.Integer()),
        sa.Column("collection_id", sa.Integer()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime()),
        sa.Column("used_at", sa.DateTime()),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer()),
        sa.Column("vector", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_fact_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_fact_message_id_message"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_fact_collection_id_collection"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["fact.id"], name=op.f("fk_fact_replaced_by_id_fact"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sqlite_autoincrement=True,
    )
    for column in ("conversation_id", "message_id", "collection_id", "replaced_by_id"):
        op.create_index(op.f(f"ix_fact_{column}"), "fact", [column])
