"""Judges the journal's and the ledger's part of an evidence file: chains, signatures, and that they tell one story."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature

from signing.activation.extract import KIND
from signing.activation.ledger import NEXT, Entered, LedgerRow, row_hash
from signing.activation.mandate import PREFIX, is_mandate
from signing.activation.record import ActivationRecord
from signing.audit import Head, SignedHead
from signing.evidence.facts import mandate_part
from signing.evidence.journal_part import JournalPart, read_head, read_rows
from signing.evidence.report import Findings

ROWS, HEAD, HEAD_SIGNATURE = "journal/rows.jsonl", "journal/head.json", "journal/head.sig"
LEDGER, STATEMENT, STATEMENT_SIGNATURE = "ledger/rows.jsonl", "ledger/statement.json", "ledger/statement.sig"

Check = Callable[[bytes, bytes], None]
"""Takes a signature and the signed bytes; see `signing.audit.signature_check`."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The rows of the module's ledger, and when the module vouched for them."""

    rows: tuple[LedgerRow, ...]
    at: datetime

    def of(self, subject: str, kind: Entered) -> LedgerRow | None:
        """Return the newest row of that kind about the subject."""
        return next((row for row in reversed(self.rows) if row.subject == subject and row.kind == kind), None)


def is_signed(check: Check, signature: bytes, body: bytes) -> bool:
    """Return whether the journal's key has signed these bytes."""
    try:
        check(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True


def judge_journal(parts: Mapping[str, bytes], check: Check, found: Findings) -> tuple[JournalPart, Head]:
    """Recompute the chain up to the signed head. Raises `ValueError`, `KeyError`, `TypeError` for nonsense."""
    journal, head = read_rows(parts[ROWS]), read_head(parts[HEAD])
    for seq in journal.changed:
        found.fault("journal_row", ROWS, row=seq)
    found.expect((journal.last, journal.end) == (head.seq, head.hash), "journal_end", ROWS, row=head.seq)
    found.expect(is_signed(check, parts[HEAD_SIGNATURE], parts[HEAD]), "head_signature", HEAD_SIGNATURE)
    return journal, head


def compare_heads(head: Head, known: Iterable[SignedHead], found: Findings) -> None:
    """Compare with the copy of the heads that somebody kept elsewhere."""
    same = [signed.head for signed in known if signed.head.seq == head.seq]
    if not same:
        found.note("head_not_in_copy", HEAD, row=head.seq)
    for kept in same:
        found.expect(kept == head, "head_differs", HEAD, row=head.seq)


def judge_ledger(parts: Mapping[str, bytes], check: Check, related: set[str], found: Findings) -> Ledger:
    """Check every row's hash, the order of each entry's states, and the module's statement about the rows."""
    rows = tuple(LedgerRow(**json.loads(line)) for line in parts[LEDGER].decode().splitlines())
    states: dict[str, str] = {}
    for row in rows:
        found.expect(row.hash == row_hash(row), "ledger_row", LEDGER, row=row.seq)
        if row.kind.startswith("signature:"):
            found.expect(row.kind in NEXT.get(states.get(row.subject), ()), "ledger_order", LEDGER, row=row.seq)
            states[row.subject] = row.kind
    statement = json.loads(parts[STATEMENT])
    found.expect(is_signed(check, parts[STATEMENT_SIGNATURE], parts[STATEMENT]), "statement_signature", STATEMENT)
    listed = [[row.seq, row.hash] for row in rows]
    told = statement["kind"] == KIND and statement["rows"] == listed and set(statement["requests"]) == related
    found.expect(told, "statement_differs", STATEMENT)
    return Ledger(rows=rows, at=datetime.fromisoformat(statement["at"]))


def judge_records(parts: Mapping[str, bytes], ledger: Ledger, found: Findings) -> dict[str, ActivationRecord]:
    """Return the records by nonce; each must be the one that the module has confirmed, byte for byte."""
    records: dict[str, ActivationRecord] = {}
    for name in sorted(part for part in parts if part.startswith("records/")):
        record = ActivationRecord.from_json(json.loads(parts[name]))
        records[record.nonce] = record
        digest = hashlib.sha256(parts[name]).hexdigest()
        found.expect(digest == record.digest() and name == f"records/{record.nonce}.json", "record_form", name)
        told = [row.facts["record"] for row in ledger.rows if row.subject == record.nonce]
        found.expect(all(each == digest for each in told), "record_differs", name)
        if is_mandate(record.signer):
            _judge_mandate(parts, record, ledger, found)
    return records


def _judge_mandate(parts: Mapping[str, bytes], record: ActivationRecord, ledger: Ledger, found: Findings) -> None:
    """No person's code: the mandate that the record names was granted with one, and this use was counted."""
    if ledger.of(record.nonce, Entered.RECORD_AUTOMATIC) is None:
        return  # the mandate did not cover it, or not yet
    name = mandate_part(record.signer.removeprefix(PREFIX))
    digest = hashlib.sha256(parts.get(name, b"")).hexdigest()
    granted = ledger.of(record.signer, Entered.MANDATE_GRANTED)
    is_known = granted is not None and granted.facts["mandate"] == digest == record.policy_sha256
    found.expect(is_known, "mandate_differs", name)
    used = [row.facts["record"] for row in ledger.rows if row.kind == Entered.MANDATE_USED]
    found.expect(record.digest() in used, "mandate_not_used", name)
