"""Routes: the parts of a request, and the route it was sent along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    op.add_column("request", sa.Column("part_of", sa.String(12)))
    op.create_index("ix_request_part_of", "request", ["part_of"])
    op.create_table(
        "circulation",
        sa.Column("request", sa.String(12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["request.id"], name="fk_circulation_request_request"),
        sa.PrimaryKeyConstraint("request", name="pk_circulation"),
    )


def downgrade() -> None:
    """Refuse: the journal does not go back; restore a backup instead."""
    raise NotImplementedError
