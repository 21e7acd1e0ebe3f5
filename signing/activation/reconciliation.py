"""Do the journal and the ledger tell one story? Two stores with two keepers: an edit of one is found in the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signing.activation.ledger_check import LedgerReport
from signing.audit import Event, Row, Tag
from signing.ports import Signature, Store

LEDGER = "ledger"
"""Note: what of the module's ledger the journal has seen."""


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """One thing that only one of the two says."""

    where: str
    """`journal`, `ledger` or `signatures`: whose row it is."""
    seq: int
    """0 for a signature of the bot that the journal does not know."""
    kind: str
    """`not_in_ledger`, `not_in_journal`, `ledger_rewritten`, `signature_changed`, `mandate_not_in_ledger`,
    `mandate_not_in_journal`."""


async def remember_ledger(store: Store, ledger: dict[str, Any], *, now: datetime) -> None:
    """Write the end of the module's own ledger (`rows`, `head`) into the journal when it has grown.

    The next signed head vouches for it, so a ledger that was rewritten or cut off is found against ours.
    """
    async with store.begin() as tx:
        seen = await tx.notes.get(space=LEDGER, name="seen", now=now)
        if ledger["rows"] and seen != ledger:
            await tx.notes.put(space=LEDGER, name="seen", body=ledger)
            await tx.journal.add(Event(tag=Tag.LEDGER_SEEN, at=now, actor="system", subject="ledger", facts=ledger))


def remembered(rows: Iterable[Row]) -> dict[int, tuple[int, str]]:
    """Return what the journal remembers of the ledger: journal row → (ledger row, its hash)."""
    seen = (row for row in rows if row.event.tag is Tag.LEDGER_SEEN)
    return {row.seq: (int(row.event.facts["rows"]), str(row.event.facts["head"])) for row in seen}


def reconcile(
    rows: Sequence[Row], ledger: LedgerReport, *, signatures: Sequence[Signature], later: Sequence[Row] = ()
) -> list[Mismatch]:
    """Return where journal and ledger differ, in both directions.

    Read the journal first, then the bot's `signatures` and the ledger with the hashes at every remembered row, then
    what the journal got meanwhile (`later`): so a bot at work raises no alarm. A signature that the journal tells
    must be in the ledger, where that of a request along a route stands under the part that was signed; one in the
    ledger must belong to a confirmation that the journal tells, or to a use of a
    mandate (a request may stop before its signature is journalled). Does not check either chain.
    """
    leads = _leads((*rows, *later))
    known = {(made.nonce, leads.get(made.request, made.request), made.document) for made in ledger.made}
    faults = [
        Mismatch(where="journal", seq=row.seq, kind="not_in_ledger")
        for row in rows
        if row.event.tag is Tag.SIGNATURE_MADE and _signature(row.event) not in known
    ]
    confirmed = {
        (row.event.facts.get("nonce"), row.event.subject, row.event.tag is Tag.REQUEST_SEALED)
        for row in (*rows, *later)
        if row.event.tag in (Tag.REQUEST_CONFIRMED, Tag.REQUEST_SEALED)
    }
    faults += [
        Mismatch(where="ledger", seq=made.seq, kind="not_in_journal")
        for made in ledger.made
        if (made.nonce, made.request, made.is_automatic) not in confirmed
    ]
    faults += _mandates(rows, ledger, later=later)
    faults += [
        Mismatch(where="journal", seq=seq, kind="ledger_rewritten")
        for seq, (at, head) in remembered(rows).items()
        if at and ledger.hashes.get(at) != head
    ]
    return faults + _changed(rows, signatures, later=later)


def _leads(rows: Iterable[Row]) -> dict[str, str]:
    """Return which request each part of one along a route belongs to: the signature is told of the whole."""
    asked = (row.event for row in rows if row.event.tag is Tag.REQUEST_SUBMITTED)
    return {event.subject: str(event.facts["part_of"]) for event in asked if "part_of" in event.facts}


def _mandates(rows: Sequence[Row], ledger: LedgerReport, *, later: Sequence[Row]) -> list[Mismatch]:
    """A mandate in the ledger must have been proposed in the journal, word for word; a granted one must be in both."""
    known = {(one.mandate, one.digest) for one in ledger.granted}
    told = {_mandate(row.event) for row in (*rows, *later) if row.event.tag is Tag.MANDATE_PROPOSED}
    granted = [row for row in rows if row.event.tag is Tag.MANDATE_GRANTED]
    faults = [
        Mismatch(where="journal", seq=row.seq, kind="mandate_not_in_ledger")
        for row in granted
        if _mandate(row.event) not in known
    ]
    return faults + [
        Mismatch(where="ledger", seq=one.seq, kind="mandate_not_in_journal")
        for one in ledger.granted
        if (one.mandate, one.digest) not in told
    ]


def _mandate(event: Event) -> tuple[str, Any]:
    return event.subject, event.facts.get("digest")


def _changed(rows: Sequence[Row], signatures: Sequence[Signature], *, later: Sequence[Row]) -> list[Mismatch]:
    told = {_signature(row.event): row for row in rows if row.event.tag is Tag.SIGNATURE_MADE}
    found: dict[tuple[Any, str, Any], str] = {
        (kept.nonce, kept.request, kept.document): kept.signed_sha256 for kept in signatures
    }
    changed = [row.seq for name, row in told.items() if found.get(name) != row.event.facts.get("signed_sha256")]
    fresh = {_signature(row.event) for row in later if row.event.tag is Tag.SIGNATURE_MADE}
    unknown = [0 for name in found if name not in told and name not in fresh]
    return [Mismatch(where="signatures", seq=seq, kind="signature_changed") for seq in (*changed, *unknown)]


def _signature(event: Event) -> tuple[Any, str, Any]:
    return event.facts.get("nonce"), event.subject, event.facts.get("document")
