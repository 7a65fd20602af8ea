"""Files in watched folders can be forgotten: they are left out until a person adds them again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of files that are left out."""
    op.create_table(
        "left_out",
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"],
            ["watched_folder.id"],
            name=op.f("fk_left_out_folder_id_watched_folder"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_left_out")),
    )
    op.create_index(op.f("ix_left_out_folder_id"), "left_out", ["folder_id"])


def downgrade() -> None:
    """Refuse: an older schema is put back from the backup made before the upgrade."""
    raise NotImplementedError("The older schema is in the backup that was made before the upgrade.")
