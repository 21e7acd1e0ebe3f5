"""The module's own ledger: append-only rows in a hash chain; what happened to each entry is read from its last row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

DOMAIN = b"countersign-ledger-v1"
GENESIS = "0" * 64


class Entered(StrEnum):
    """What a row says; never renamed. `signature:*` rows are about `nonce/entry`."""

    RECORD_TRIED = "record:tried"
    RECORD_CONFIRMED = "record:confirmed"
    RECORD_AUTOMATIC = "record:automatic"
    """No code: a mandate covers it; the row `mandate:used` is in the same commit."""
    MANDATE_TRIED = "mandate:tried"
    MANDATE_GRANTED = "mandate:granted"
    MANDATE_USED = "mandate:used"
    MANDATE_REVOKED = "mandate:revoked"
    AUTHORISED = "signature:authorised"
    """The intent: a code was spent for this entry; the key is not touched yet."""
    ATTEMPTED = "signature:attempted"
    """Committed just before the key is asked; without a later row nobody knows what the key did."""
    PENDING = "signature:pending"
    WITHHELD = "signature:withheld"
    """The key answered for certain that it made nothing: authorised again."""
    MADE = "signature:made"
    CODE_TRIED = "code:tried"
    CODE_SPENT = "code:spent"
    """For a change that somebody proposes or approves, not for a signature; about `digest/person`."""
    FACTOR_BEGUN = "factor:begun"
    FACTOR_ENROLLED = "factor:enrolled"
    FACTOR_TRIED = "factor:tried"
    FACTOR_RECOVERED = "factor:recovered"
    FACTOR_RESET = "factor:reset"
    PERSON_LOCKED = "person:locked"
    PERSON_UNLOCKED = "person:unlocked"
    KEY_GENERATED = "key:generated"
    KEY_REQUESTED = "key:requested"
    KEY_CERTIFIED = "key:certified"
    KEY_ASSIGNED = "key:assigned"
    RESTORED = "store:restored"
    """The store came back from a backup: every code and confirmation up to then is spent."""


NEXT: dict[str | None, frozenset[str]] = {
    None: frozenset({Entered.AUTHORISED}),
    Entered.AUTHORISED: frozenset({Entered.ATTEMPTED}),
    Entered.WITHHELD: frozenset({Entered.ATTEMPTED}),
    Entered.ATTEMPTED: frozenset({Entered.PENDING, Entered.WITHHELD, Entered.MADE}),
    Entered.PENDING: frozenset({Entered.WITHHELD, Entered.MADE}),
    Entered.MADE: frozenset(),
}
"""The only place that says what can happen to an entry."""


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One row with its place in the chain; texts as they are stored, so that any edit can be named."""

    seq: int
    """1, 2, 3 … without gaps."""
    kind: str
    """A value of `Entered`."""
    subject: str
    """`nonce/entry`, a nonce, a person, a mandate (`mandate:…`) or a key's label."""
    at: str
    """ISO 8601, UTC."""
    facts_json: str
    """A JSON object; bytes as hex. No secret, no code."""
    previous: str
    hash: str

    @property
    def facts(self) -> dict[str, Any]:
        """The facts, parsed."""
        return dict(json.loads(self.facts_json))


def subject_of(nonce: str, entry: int) -> str:
    """Return the ledger's name of one entry of a record."""
    return f"{nonce}/{entry}"


def chained(
    kind: Entered, subject: str, facts: dict[str, Any], *, at: datetime, after: tuple[int, str] | None
) -> LedgerRow:
    """Return the row that follows `after` (seq, hash), or the first one."""
    seq, previous = (after[0] + 1, after[1]) if after else (1, GENESIS)
    row = LedgerRow(
        seq=seq, kind=kind.value, subject=subject, at=at.isoformat(timespec="microseconds"),
        facts_json=json.dumps(facts, sort_keys=True, ensure_ascii=False, allow_nan=False), previous=previous, hash="",
    )  # fmt: skip
    return replace(row, hash=row_hash(row))


def row_hash(row: LedgerRow) -> str:
    """Return SHA-256(domain ‖ canonical row, the previous hash in it) as hex; `row.hash` itself does not count."""
    body = json.dumps(
        [row.previous, row.seq, row.kind, row.subject, row.at, row.facts_json],
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(DOMAIN + body.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class LedgerFault:
    """One thing wrong with the ledger or with what it vouches for."""

    seq: int
    kind: str
    """`gap`, `edited`, `broken_chain`, `order`, `record`, `step`, `truncated`, `mandate`, `overdrawn`."""


def check_chain(rows: Iterable[LedgerRow]) -> list[LedgerFault]:
    """Return every fault of the chain and of the order of each entry's states. Does not look at the records."""
    faults: list[LedgerFault] = []
    last: tuple[int, str] = (0, GENESIS)
    states: dict[str, str] = {}
    for row in rows:
        if row.seq != last[0] + 1:
            faults.append(LedgerFault(seq=row.seq, kind="gap"))
        elif row.previous != last[1]:
            faults.append(LedgerFault(seq=row.seq, kind="broken_chain"))
        if row.hash != row_hash(row):
            faults.append(LedgerFault(seq=row.seq, kind="edited"))
        if row.kind.startswith("signature:"):
            if row.kind not in NEXT.get(states.get(row.subject), frozenset()):
                faults.append(LedgerFault(seq=row.seq, kind="order"))
            states[row.subject] = row.kind
        last = (row.seq, row.hash)
    return faults
