"""Is the module's ledger whole, and does everything it vouches for still say the same? (invariant 12)"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from signing.activation.ledger import Entered, LedgerFault, LedgerRow, check_chain
from signing.activation.mandate import is_mandate
from signing.activation.mandate_check import check_mandates
from signing.activation.store import ActivationTransaction


@dataclass(frozen=True, kw_only=True)
class Made:
    """One signature that a key made, as the ledger has it."""

    seq: int
    nonce: str
    request: str
    document: int
    is_automatic: bool = False
    """Covered by a mandate instead of a code."""


@dataclass(frozen=True, kw_only=True)
class Granted:
    """One standing mandate, as the ledger has it."""

    seq: int
    mandate: str
    """`mandate:…`"""
    digest: str


@dataclass(frozen=True, kw_only=True)
class LedgerReport:
    """What a check of the ledger found."""

    rows: int
    head: str
    faults: tuple[LedgerFault, ...]
    unknown: tuple[str, ...]
    """Entries that were attempted and have no result."""
    made: tuple[Made, ...] = ()
    """Every signature that the keys made."""
    granted: tuple[Granted, ...] = ()
    hashes: Mapping[int, str] = field(default_factory=dict)
    """The hashes of the rows that were asked for; a row that is not there is left out."""


def check_ledger(tx: ActivationTransaction, *, at: Collection[int] = ()) -> LedgerReport:
    """Check the chain, its end, every record against the digest in the chain, the spent steps, and the mandates.

    `at` are rows whose hashes somebody remembers and wants to compare.
    """
    rows = tx.rows()
    faults = check_chain(rows)
    if not tx.head_is_sound():
        faults.append(LedgerFault(seq=len(rows), kind="truncated"))
    if not any(fault.kind == "edited" for fault in faults):
        faults += _check_records(tx, rows)
        faults += _check_steps(tx, rows)
        faults += check_mandates(tx, rows)
    return LedgerReport(
        rows=len(rows), head=rows[-1].hash if rows else "", faults=tuple(faults), unknown=_unknown(rows),
        made=tuple(_made(rows)), granted=tuple(_granted(rows)),
        hashes={row.seq: row.hash for row in rows if row.seq in at},
    )  # fmt: skip


def _check_records(tx: ActivationTransaction, rows: Sequence[LedgerRow]) -> list[LedgerFault]:
    faults = []
    for row in rows:
        if row.kind in {Entered.RECORD_TRIED, Entered.RECORD_CONFIRMED, Entered.RECORD_AUTOMATIC}:
            canonical = tx.record(row.subject) or b""
            if hashlib.sha256(canonical).hexdigest() != row.facts["record"] or not _has_nonce(canonical, row.subject):
                faults.append(LedgerFault(seq=row.seq, kind="record"))
    return faults


def _has_nonce(canonical: bytes, nonce: str) -> bool:
    return bool(json.loads(canonical)["nonce"] == nonce)


_SPENT = frozenset({Entered.RECORD_CONFIRMED, Entered.MANDATE_GRANTED, Entered.CODE_SPENT})


def _check_steps(tx: ActivationTransaction, rows: Sequence[LedgerRow]) -> list[LedgerFault]:
    """A last step below one that the ledger saw spent would let a code work twice."""
    spent = {factor.person: factor.last_step for factor in tx.factors()}
    return [
        LedgerFault(seq=row.seq, kind="step")
        for row in rows
        if row.kind in _SPENT and spent.get(row.facts["signer"], -1) < row.facts["step"]
    ]


def _unknown(rows: Sequence[LedgerRow]) -> tuple[str, ...]:
    last = {row.subject: row.kind for row in rows if row.kind.startswith("signature:")}
    return tuple(subject for subject, kind in last.items() if kind == Entered.ATTEMPTED)


def _made(rows: Sequence[LedgerRow]) -> Iterator[Made]:
    asked = {row.subject: row.facts for row in rows if row.kind == Entered.AUTHORISED}
    for row in rows:
        if row.kind == Entered.MADE and (facts := asked.get(row.subject)) is not None:
            nonce = row.subject.partition("/")[0]
            yield Made(
                seq=row.seq, nonce=nonce, request=facts["request"], document=facts["document"],
                is_automatic=is_mandate(facts["signer"]),
            )  # fmt: skip


def _granted(rows: Sequence[LedgerRow]) -> Iterator[Granted]:
    for row in rows:
        if row.kind == Entered.MANDATE_GRANTED:
            yield Granted(seq=row.seq, mandate=row.subject, digest=row.facts["mandate"])
