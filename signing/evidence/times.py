"""Are the times of an evidence file plausible? Clocks of one machine differ little; nothing comes before its cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from signing.activation.ledger import Entered
from signing.activation.record import ActivationRecord
from signing.audit import Head
from signing.evidence.chains import HEAD, LEDGER, ROWS, STATEMENT, Ledger
from signing.evidence.journal_part import JournalPart
from signing.evidence.report import Findings
from signing.verification.verdict import Verdict

TOLERANCE = timedelta(minutes=5)
"""Between two clocks, such as ours and a time-stamp authority's."""


def judge_times(
    *,
    journal: JournalPart,
    head: Head,
    ledger: Ledger,
    records: Sequence[ActivationRecord],
    verdicts: Sequence[Verdict],
    now: datetime,
    found: Findings,
) -> None:
    """Compare what different parts say of the same moments."""
    for before, after in pairwise(journal.rows):
        found.expect(_in_order(before.at, after.at), "time_order", ROWS, row=after.seq)
    found.expect(_in_order(journal.rows[-1].at, head.at), "time_order", HEAD, row=head.seq)
    found.expect(_in_order(head.at, now) and _in_order(ledger.at, now), "time_future", STATEMENT)
    rows = [datetime.fromisoformat(row.at) for row in ledger.rows]
    for row, (before_at, after_at) in zip(ledger.rows[1:], pairwise(rows), strict=True):
        found.expect(_in_order(before_at, after_at), "time_order", LEDGER, row=row.seq)
    for record in records:
        _judge_record(record, ledger, found)
    made = [datetime.fromisoformat(row.at) for row in ledger.rows if row.kind == Entered.MADE]
    for proved in _proved(verdicts):
        found.expect(
            bool(made) and _in_order(min(made), proved) and _in_order(proved, head.at), "time_stamp_implausible", HEAD
        )


def _judge_record(record: ActivationRecord, ledger: Ledger, found: Findings) -> None:
    confirmed = ledger.of(record.nonce, Entered.RECORD_CONFIRMED)
    if confirmed is not None:
        at = datetime.fromisoformat(confirmed.at)
        in_time = _in_order(record.shown_at, at) and _in_order(at, record.expires_at)
        found.expect(in_time, "time_of_code", f"records/{record.nonce}.json")


def _proved(verdicts: Sequence[Verdict]) -> Iterator[datetime]:
    """Yield the times that authorities prove for the last signature of each file; earlier ones may be not ours."""
    for verdict in verdicts:
        last = verdict.signatures[-1] if verdict.signatures else None
        if last is not None and last.proved_at is not None:
            yield datetime.fromisoformat(last.proved_at)


def _in_order(earlier: datetime, later: datetime) -> bool:
    return earlier <= later + TOLERANCE
