"""Documents can be attached to one chat, which alone finds them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the chat that a source is attached to."""
    op.add_column("source", sa.Column("attached_to", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_source_attached_to"), "source", ["attached_to"])


def downgrade() -> None:
    """Refuse: an older schema is put back from the backup made before the upgrade."""
    raise NotImplementedError("The older schema is in the backup that was made before the upgrade.")
