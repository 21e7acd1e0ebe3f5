"""The staff list, and proposals to widen rights."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "staff",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("number", sa.String(64)),
        sa.Column("department", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_staff_person"),
        sa.PrimaryKeyConstraint("person", name="pk_staff"),
        sa.UniqueConstraint("email", name="uq_staff_email"),
        sa.UniqueConstraint("number", name="uq_staff_number"),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposer", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("effective_at", sa.String(32)),
        sa.Column("decided_at", sa.String(32)),
        sa.Column("ended_by", sa.String(64)),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    op.create_index("ix_proposal_state", "proposal", ["state"])


def downgrade() -> None:
    """Refuse: who decided what is not forgotten; restore a backup instead."""
    raise NotImplementedError
