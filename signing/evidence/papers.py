"""Judges the documents of an evidence file: what was shown is what was signed, by the keys that the ledger tells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signing.activation.ledger import Entered, subject_of
from signing.activation.record import ActivationRecord, Entry
from signing.audit import Tag
from signing.evidence.chains import Ledger
from signing.evidence.journal_part import JournalPart
from signing.evidence.pem import write_pem
from signing.evidence.report import Findings
from signing.verification.contents import Carried
from signing.verification.verdict import Overall, Verdict

_CHUNK = 1 << 20

_BAD = {Overall.BROKEN, Overall.CHANGED, Overall.UNREADABLE, Overall.UNSIGNED}

_NEVER_TRUSTED = {"revoked", "not-yet-valid"}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document with its parts, as `evidence.json` names them."""

    position: int
    facts: Mapping[str, Any]
    shown: Path | None
    original: Path | None
    signed: Path | None
    carried: tuple[Carried, ...] = ()
    verdict: Verdict | None = None

    def part(self, kind: str) -> str:
        """Return the name of a part in the file."""
        return str(self.facts["parts"].get(kind, f"documents/{self.position + 1}/{kind}"))


def judge_shown(paper: Paper, drafted: Sequence[str], found: Findings) -> None:
    """The shown bytes are those that the journal tells from the beginning; the signed file begins with them."""
    digest, size = str(paper.facts["sha256"]), int(paper.facts["size_bytes"])
    if drafted:
        found.expect(digest in drafted, "shown_not_in_journal", paper.part("shown"))
    if paper.shown is None:
        found.note("bytes_gone", paper.part("shown"))
    else:
        found.expect(prefix_digest(paper.shown) == digest, "shown_differs", paper.part("shown"))
    if paper.original is not None:
        found.expect(
            prefix_digest(paper.original) == paper.facts["original_sha256"], "original_differs", paper.part("original")
        )
    if paper.signed is not None:
        found.expect(prefix_digest(paper.signed, size) == digest, "not_prefix", paper.part("signed"))


def judge_signature(
    row: Mapping[str, Any],
    paper: Paper,
    *,
    record: ActivationRecord | None,
    related: set[str],
    ledger: Ledger,
    journal: JournalPart,
    found: Findings,
) -> str | None:
    """Follow one signature from the record through the ledger into the file; return its value as hex.

    Invariants 1 and 3: the code covered the first bytes of this file, and the key signed exactly what is in it.
    """
    part, signed = paper.part("signed"), paper.signed
    _expect_in_journal(row, journal, found, part)
    if signed is None:
        found.note("bytes_gone", part)
        return None
    found.expect(prefix_digest(signed, row["size_bytes"]) == row["signed_sha256"], "signed_differs", part)
    places = list(_places(record, related, paper.position, signed)) if record else []
    if record is None or not places:
        found.fault("not_approved", part, signer=row["signer"])
        return None
    made = ledger.of(subject_of(record.nonce, places[0]), Entered.MADE)
    asked = ledger.of(subject_of(record.nonce, places[0]), Entered.ATTEMPTED)
    allowed = ledger.of(subject_of(record.nonce, places[0]), Entered.AUTHORISED)
    if made is None or asked is None or allowed is None:
        found.fault("not_in_ledger", part, signer=row["signer"])
        return None
    told = asked.facts
    found.expect(
        allowed.facts["record"] == record.digest() and allowed.facts["sha256"] == record.entries[places[0]].sha256,
        "record_differs", f"records/{record.nonce}.json",
    )  # fmt: skip
    found.expect(
        _signed_digest(signed, hole=told["hole"], size_bytes=told["size_bytes"]) == told["digest"],
        "not_what_the_key_signed", part,
    )  # fmt: skip
    value = str(made.facts["value"])
    found.expect(value in {each.value.hex() for each in paper.carried}, "signature_not_in_file", part)
    return value


def judge_carried(paper: Paper, values: set[str], rows: Sequence[Mapping[str, Any]], found: Findings) -> None:
    """Nobody signed after what was shown but those whom the ledger tells, with the certificates of the rows."""
    ours = [each for each in paper.carried if each.byte_range[2] + each.byte_range[3] > paper.facts["size_bytes"]]
    for each in ours:
        found.expect(each.value.hex() in values, "foreign_signature", paper.part("signed"), field=each.field)
    assert paper.signed is not None
    longest = max((int(row["size_bytes"]) for row in rows), default=0)
    found.expect(paper.signed.stat().st_size == longest, "signed_differs", paper.part("signed"))
    named = {hashlib.sha256(each.certificates[0]).hexdigest() for each in ours}
    for row in rows:
        found.expect(row["certificate_sha256"] in named, "certificate_differs", paper.part("signed"))


def judge_copies(paper: Paper, parts: Mapping[str, bytes], found: Findings) -> set[str]:
    """The certificates and time-stamps beside the file are those inside it; return the parts that it accounts for."""
    wanted: dict[str, bytes] = {}
    for number, each in enumerate(paper.carried, 1):
        name = f"{paper.position + 1}-{number}"
        wanted[f"certificates/{name}.pem"] = write_pem("CERTIFICATE", each.certificates)
        if each.time_stamp is not None:
            wanted[f"timestamps/{name}.tst"] = each.time_stamp
            wanted[f"timestamps/{name}.value"] = each.value
    for name, body in wanted.items():
        found.expect(parts.get(name) == body, "copy_differs", name)
    return set(wanted)


def judge_verdict(paper: Paper, *, has_roots: bool, found: Findings) -> None:
    """What any reader of PDF signatures says of the signed file."""
    if paper.verdict is None:
        return
    part = paper.part("signed")
    if paper.verdict.overall is Overall.UNREADABLE:
        found.fault("pdf_unreadable", part)
    for signature in paper.verdict.signatures:
        facts = {"signer": signature.signer or signature.name, "problem": signature.problem}
        is_expired = signature.problem == "expired"
        untrusted = signature.problem in _NEVER_TRUSTED or (has_roots and not is_expired)
        if signature.overall in _BAD:
            found.fault("pdf_broken", part, **facts)
        elif signature.problem and untrusted:
            found.fault("signer_not_trusted", part, **facts)
        elif signature.problem:
            found.note("signer_unknown", part, **facts)
        if signature.is_test:
            found.note("test_certificate", part, signer=facts["signer"])


def prefix_digest(path: Path, size_bytes: int | None = None) -> str:
    """Return the SHA-256 of a file, or of its first bytes."""
    return _digest(path, [(0, path.stat().st_size if size_bytes is None else size_bytes)])


def _places(record: ActivationRecord, related: set[str], document: int, signed: Path) -> Iterator[int]:
    """Yield the entries of a record that cover this document: what they name must be how the signed file begins."""
    for place, entry in enumerate(record.entries):
        if entry.request in related and entry.document == document and _begins_with(signed, entry):
            yield place


def _begins_with(signed: Path, entry: Entry) -> bool:
    return prefix_digest(signed, entry.size_bytes) == entry.sha256


def _expect_in_journal(row: Mapping[str, Any], journal: JournalPart, found: Findings, part: str) -> None:
    names = ("nonce", "document", "signed_sha256")
    told = any(
        each.tag == Tag.SIGNATURE_MADE and all(each.facts.get(name) == row[name] for name in names)
        for each in journal.rows
    )
    found.expect(told, "signature_not_in_journal", part, signer=row["signer"])


def _signed_digest(path: Path, *, hole: Sequence[int], size_bytes: int) -> str:
    """Return the SHA-256 of what a PDF signature covers: everything up to its revision's end but the hole."""
    return _digest(path, [(0, hole[0]), (hole[1], size_bytes)])


def _digest(path: Path, spans: Sequence[tuple[int, int]]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for start, end in spans:
            file.seek(start)
            left = end - start
            while left > 0 and (chunk := file.read(min(left, _CHUNK))):
                digest.update(chunk)
                left -= len(chunk)
            if left > 0:
                return ""
    return digest.hexdigest()
