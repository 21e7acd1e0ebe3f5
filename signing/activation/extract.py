"""What the module's ledger says about some requests, with a statement that the module signs: for an evidence file.

The ledger's own chain speaks of everybody. So the rows of one request leave it with a signed list of their hashes
instead: the reader learns that nothing was changed or left out, and nothing about anybody else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signing.activation.ledger import LedgerRow
from signing.activation.mandate import PREFIX
from signing.activation.store import ActivationTransaction
from signing.canonical import canonical

KIND = "countersign-ledger-extract-v1"
"""First member of a statement, so that it is never taken for a journal head."""


@dataclass(frozen=True, kw_only=True)
class LedgerExtract:
    """Rows about some requests, the records that they speak of, and where the ledger stood."""

    rows: tuple[LedgerRow, ...]
    records: dict[str, str]
    """nonce → the record's canonical form as the module first saw it."""
    mandates: dict[str, str]
    """number → canonical form of each standing mandate that covered one of them."""
    ledger_rows: int
    ledger_head: str
    statement: bytes = b""
    """What is signed; see `stated`."""
    signature: bytes = b""


def read_extract(
    tx: ActivationTransaction, *, requests: Collection[str], nonces: Collection[str] = ()
) -> LedgerExtract:
    """Return everything that the ledger has about these requests and about these records, tried or confirmed."""
    authorised = [row for request in requests for row in tx.authorised_for(request)]
    entries = {row.subject for row in authorised}
    records = {subject.partition("/")[0] for subject in entries} | set(nonces)
    rows = {row.seq: row for subject in entries | records for row in tx.rows_of(subject)}
    granters = {str(row.facts["signer"]) for row in authorised if str(row.facts["signer"]).startswith(PREFIX)}
    # A mandate covers others as well: its own rows are told, and those uses that are about these records.
    told = [row for signer in granters for row in tx.rows_of(signer) if row.facts.get("nonce") in {None, *records}]
    rows |= {row.seq: row for row in told}
    numbers = sorted(signer.removeprefix(PREFIX) for signer in granters)
    mandates = {number: body.decode() for number in numbers if (body := tx.mandate(number)) is not None}
    kept = {nonce: canonical.decode() for nonce in sorted(records) if (canonical := tx.record(nonce)) is not None}
    seq, head = tx.head() or (0, "")
    ordered = tuple(rows[at] for at in sorted(rows))
    return LedgerExtract(rows=ordered, records=kept, mandates=mandates, ledger_rows=seq, ledger_head=head)


def stated(extract: LedgerExtract, *, requests: Collection[str], at: datetime) -> bytes:
    """Return the canonical JSON that the module signs: which rows there are for these requests, no more and no less."""
    body: dict[str, Any] = {
        "at": at.isoformat(timespec="microseconds"),
        "kind": KIND,
        "ledger": [extract.ledger_rows, extract.ledger_head],
        "requests": sorted(requests),
        "rows": [[row.seq, row.hash] for row in extract.rows],
    }
    return canonical(body)
