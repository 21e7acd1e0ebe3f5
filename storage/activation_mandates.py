"""The standing mandates in the activation module's own store; what is left of them is counted from its ledger."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
"""Of the module's whole file; `activation_store` has the other tables."""

_mandate = sa.Table(
    "mandate",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("canonical", sa.LargeBinary, nullable=False),
)


class MandateRows:
    """The mandates' part of a transaction, see `ActivationTransaction`; nothing is changed or deleted."""

    _connection: sa.Connection

    def mandate(self, mandate: str) -> bytes | None:
        """Return a mandate's canonical form as first seen."""
        found = sa.select(_mandate.c.canonical).where(_mandate.c.id == mandate)
        return self._connection.execute(found).scalar()

    def add_mandate(self, mandate: str, canonical: bytes) -> None:
        """Keep a mandate's canonical form."""
        self._connection.execute(_mandate.insert().values(id=mandate, canonical=canonical))

    def mandates(self) -> tuple[str, ...]:
        """Return the numbers of all of them."""
        return tuple(self._connection.execute(sa.select(_mandate.c.id).order_by(_mandate.c.id)).scalars())
