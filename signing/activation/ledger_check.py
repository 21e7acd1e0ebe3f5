"""Is the module's ledger whole, and does everything it vouches for still say the same? (invariant 12)"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from signing.activation.ledger import Entered, LedgerFault, LedgerRow, check_chain
from signing.activation.store import ActivationTransaction


@dataclass(frozen=True, kw_only=True)
class LedgerReport:
    """What a check of the ledger found."""

    rows: int
    head: str
    faults: tuple[LedgerFault, ...]
    unknown: tuple[str, ...]
    """Entries that were attempted and have no result."""


def check_ledger(tx: ActivationTransaction) -> LedgerReport:
    """Check the chain, its end, every record against the digest in the chain, and the spent steps."""
    rows = tx.rows()
    faults = check_chain(rows)
    if not tx.head_is_sound():
        faults.append(LedgerFault(seq=len(rows), kind="truncated"))
    if not any(fault.kind == "edited" for fault in faults):
        faults += _check_records(tx, rows)
        faults += _check_steps(tx, rows)
    return LedgerReport(
        rows=len(rows), head=rows[-1].hash if rows else "", faults=tuple(faults), unknown=_unknown(rows)
    )


def _check_records(tx: ActivationTransaction, rows: Sequence[LedgerRow]) -> list[LedgerFault]:
    faults = []
    for row in rows:
        if row.kind in {Entered.RECORD_TRIED, Entered.RECORD_CONFIRMED}:
            canonical = tx.record(row.subject) or b""
            if hashlib.sha256(canonical).hexdigest() != row.facts["record"] or not _has_nonce(canonical, row.subject):
                faults.append(LedgerFault(seq=row.seq, kind="record"))
    return faults


def _has_nonce(canonical: bytes, nonce: str) -> bool:
    return bool(json.loads(canonical)["nonce"] == nonce)


def _check_steps(tx: ActivationTransaction, rows: Sequence[LedgerRow]) -> list[LedgerFault]:
    """A last step below one that the ledger saw spent would let a code work twice."""
    spent = {factor.person: factor.last_step for factor in tx.factors()}
    return [
        LedgerFault(seq=row.seq, kind="step")
        for row in rows
        if row.kind == Entered.RECORD_CONFIRMED and spent.get(row.facts["signer"], -1) < row.facts["step"]
    ]


def _unknown(rows: Sequence[LedgerRow]) -> tuple[str, ...]:
    last = {row.subject: row.kind for row in rows if row.kind.startswith("signature:")}
    return tuple(subject for subject, kind in last.items() if kind == Entered.ATTEMPTED)
