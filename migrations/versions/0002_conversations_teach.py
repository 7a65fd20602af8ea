"""Conversations teach: a source may be made of one, and what was forgotten of it stays forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a source name its conversation, and a conversation say up to where it was forgotten."""
    _source()
    with op.batch_alter_table("conversation") as batch:
        batch.add_column(sa.Column("forgotten_up_to", sa.Integer(), server_default="0", nullable=False))
    _keep_deleted_memories_deleted()


def downgrade() -> None:
    """Refuse: an older schema is put back from the backup made before the upgrade."""
    raise NotImplementedError("The older schema is in the backup that was made before the upgrade.")


def _source() -> None:
    largest = op.get_bind().exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'source'").scalar()
    with op.batch_alter_table("source", recreate="always", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("conversation_id", sa.Integer()))
        batch.create_foreign_key(
            op.f("fk_source_conversation_id_conversation"),
            "conversation",
            ["conversation_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index(op.f("ix_source_conversation_id"), ["conversation_id"], unique=True)
    # The copied table only knows the sources that are left: the id of a forgotten one would be given again.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'source'")
    op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('source', {int(largest or 0)})")


def _keep_deleted_memories_deleted() -> None:
    # A conversation that was summarised and has no summary is one whose memory a person deleted.
    op.execute(
        "UPDATE conversation SET forgotten_up_to = summarised_up_to "
        "WHERE id NOT IN (SELECT conversation_id FROM memory_summary)"
    )
