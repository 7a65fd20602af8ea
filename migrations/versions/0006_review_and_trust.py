"""Sources can be held for review before they are learned, and are trusted more or less."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a person decided about a source."""
    op.add_column("source", sa.Column("review", sa.Text(), nullable=False, server_default=""))
    op.add_column("source", sa.Column("trust", sa.Text(), nullable=False, server_default="normal"))


def downgrade() -> None:
    """Refuse: an older schema is put back from the backup made before the upgrade."""
    raise NotImplementedError("The older schema is in the backup that was made before the upgrade.")
