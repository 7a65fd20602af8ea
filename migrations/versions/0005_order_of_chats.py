"""Chats in folders, pinned, archived, with presets and instructions of their own; checkpoints with names and pins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of folders and presets, and the columns that use them."""
    op.create_table(
        "chat_folder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_folder")),
        sa.UniqueConstraint("name", name=op.f("uq_chat_folder_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "preset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("temperature", sa.Double(), nullable=False),
        sa.Column("max_answer_tokens", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preset")),
        sa.UniqueConstraint("name", name=op.f("uq_preset_name")),
        sqlite_autoincrement=True,
    )
    largest = op.get_bind().scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'conversation'"))
    with op.batch_alter_table("conversation", recreate="always", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("folder_id", sa.Integer()))
        batch.add_column(sa.Column("preset_id", sa.Integer()))
        batch.add_column(sa.Column("instructions", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("is_pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("is_archived", sa.Boolean(), nullable=False, server_default=sa.false()))
        for column, table in (("folder_id", "chat_folder"), ("preset_id", "preset")):
            name = op.f(f"fk_conversation_{column}_{table}")
            batch.create_foreign_key(name, table, [column], ["id"], ondelete="SET NULL")
            batch.create_index(op.f(f"ix_conversation_{column}"), [column])
    # The copied table only knows the rows that are left: the id of a deleted one would be given again.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'conversation'")
    op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('conversation', {int(largest or 0)})")
    op.add_column("checkpoint", sa.Column("name", sa.Text(), nullable=False, server_default=""))
    op.add_column("checkpoint", sa.Column("is_pinned", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Refuse: an older schema is put back from the backup made before the upgrade."""
    raise NotImplementedError("The older schema is in the backup that was made before the upgrade.")
