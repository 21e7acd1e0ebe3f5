"""What the activation module's own ledger has about bytes that were shown, whichever request they were shown in."""

from __future__ import annotations

import sqlalchemy as sa

from signing.activation.ledger import Entered, LedgerRow
from storage.activation_mandates import MandateRows, metadata

_SHOWN = "json_extract(facts, '$.sha256')"
_INDEX = f"CREATE INDEX IF NOT EXISTS ledger_shown ON ledger ({_SHOWN})"
# In a file of before there were routes, too.
sa.event.listen(metadata, "after_create", sa.DDL(_INDEX))  # type: ignore[no-untyped-call]  # it has no types
_OVER = sa.text(
    f"SELECT seq, kind, subject, at, facts, previous, hash FROM ledger "  # noqa: S608 - words of ours, no value
    f"WHERE {_SHOWN} = :shown AND kind = '{Entered.AUTHORISED.value}' ORDER BY seq"
)


class ShownRows(MandateRows):
    """A part of a transaction, with that of the mandates: see `ActivationTransaction`."""

    def authorised_over(self, sha256: str) -> tuple[LedgerRow, ...]:
        """Return the authorised rows about these shown bytes, oldest first."""
        return tuple(
            LedgerRow(
                seq=row.seq, kind=row.kind, subject=row.subject, at=row.at, facts_json=row.facts,
                previous=row.previous, hash=row.hash,
            )
            for row in self._connection.execute(_OVER, {"shown": sha256})
        )  # fmt: skip
