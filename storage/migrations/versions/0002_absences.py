"""Who is away, and whose hours are quiet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "absence",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.Column("deputy", sa.String(64)),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_absence_person"),
        sa.PrimaryKeyConstraint("person", name="pk_absence"),
    )
    op.create_table(
        "quiet_hours",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("begin", sa.String(5), nullable=False),
        sa.Column("end", sa.String(5), nullable=False),
        sa.Column("weekends", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_quiet_hours_person"),
        sa.PrimaryKeyConstraint("person", name="pk_quiet_hours"),
    )


def downgrade() -> None:
    """Refuse: the journal does not go back; restore a backup instead."""
    raise NotImplementedError
