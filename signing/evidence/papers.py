"""Judges the documents of an evidence file: what was shown is what was signed, by the keys that the ledger tells."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signing.activation.ledger import Entered, subject_of
from signing.activation.record import ActivationRecord
from signing.audit import Tag
from signing.evidence.chains import Ledger
from signing.evidence.journal_part import JournalPart
from signing.evidence.pem import write_pem
from signing.evidence.report import Findings
from signing.verification.contents import Carried
from signing.verification.files import DOCUMENT_MISSING
from signing.verification.verdict import Overall, Verdict

_CHUNK = 1 << 20

_BAD = {Overall.BROKEN, Overall.CHANGED, Overall.UNREADABLE, Overall.UNSIGNED}

_NEVER_TRUSTED = {"revoked", "not-yet-valid"}


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """One file with signatures: a signed PDF, or a signature beside its document."""

    part: str
    path: Path
    carried: tuple[Carried, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document with its parts, as `evidence.json` names them."""

    position: int
    facts: Mapping[str, Any]
    shown: Path | None
    original: Path | None
    carriers: tuple[Carrier, ...]
    is_beside: bool
    """The signatures are files of their own, and the document stays as it was shown."""

    def part(self, kind: str) -> str:
        """Return the name of a part in the file."""
        return str(self.facts["parts"].get(kind, f"documents/{self.position + 1}/{kind}"))


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What a signature is compared with."""

    records: Mapping[str, ActivationRecord]
    related: frozenset[str]
    """The request and the parts of its route."""
    ledger: Ledger
    journal: JournalPart
    found: Findings


def judge_shown(paper: Paper, drafted: Sequence[str], found: Findings) -> None:
    """The shown bytes are those that the journal tells from the beginning; a signed PDF begins with them."""
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
    for carrier in paper.carriers if not paper.is_beside else ():
        found.expect(prefix_digest(carrier.path, size) == digest, "not_prefix", carrier.part)


def judge_signature(row: Mapping[str, Any], paper: Paper, sources: Sources) -> str | None:
    """Follow one signature from the record through the ledger into its file; return its value as hex.

    Invariants 1 and 3: the code covered the bytes that were shown, and the key signed exactly what is in the file.
    """
    found, part = sources.found, str(row["part"])
    _expect_in_journal(row, sources.journal, found)
    carrier = next((each for each in paper.carriers if each.part == part), None)
    covered = paper.shown if paper.is_beside else carrier.path if carrier else None
    if carrier is None or covered is None:
        found.note("bytes_gone", part)
        return None
    found.expect(prefix_digest(carrier.path, row["size_bytes"]) == row["signed_sha256"], "signed_differs", part)
    record = sources.records.get(row["nonce"])
    place = _place(record, sources.related, paper, covered) if record else None
    if record is None or place is None:
        found.fault("not_approved", part, signer=row["signer"])
        return None
    subject = subject_of(record.nonce, place)
    steps = (Entered.AUTHORISED, Entered.ATTEMPTED, Entered.MADE)
    rows = [step for kind in steps if (step := sources.ledger.of(subject, kind)) is not None]
    if len(rows) < len(steps):
        found.fault("not_in_ledger", part, signer=row["signer"])
        return None
    allowed, asked, made = (step.facts for step in rows)
    is_approved = (allowed["record"], allowed["sha256"]) == (record.digest(), record.entries[place].sha256)
    found.expect(is_approved, "record_differs", f"records/{record.nonce}.json")
    signed = _signed_digest(covered, hole=asked["hole"], size_bytes=asked["size_bytes"])
    found.expect(signed == asked["digest"], "not_what_the_key_signed", part)
    value = str(made["value"])
    found.expect(value in {each.value.hex() for each in carrier.carried}, "signature_not_in_file", part)
    return value


def judge_carriers(paper: Paper, values: set[str], rows: Sequence[Mapping[str, Any]], found: Findings) -> None:
    """Nobody signed after what was shown but those whom the ledger tells, with the certificates of the rows."""
    for carrier in paper.carriers:
        mine = [row for row in rows if row["part"] == carrier.part]
        if carrier.verdict is None:
            continue  # it could not be read, and that was told
        longest = max((int(row["size_bytes"]) for row in mine), default=0)
        found.expect(carrier.path.stat().st_size == longest, "signed_differs", carrier.part)
        size = int(paper.facts["size_bytes"])
        ours = [each for each in carrier.carried if paper.is_beside or each.end > size]
        for each in ours:
            found.expect(each.value.hex() in values, "foreign_signature", carrier.part, field=each.field)
        named = {hashlib.sha256(each.certificates[0]).hexdigest() for each in ours}
        for row in mine:
            found.expect(row["certificate_sha256"] in named, "certificate_differs", carrier.part)


def judge_copies(paper: Paper, parts: Mapping[str, bytes], found: Findings) -> set[str]:
    """The certificates and time-stamps beside the file are those inside it; return the parts that it accounts for."""
    wanted = copies(paper.position, [each for carrier in paper.carriers for each in carrier.carried])
    for name, body in wanted.items():
        found.expect(parts.get(name) == body, "copy_differs", name)
    return set(wanted)


def copies(position: int, carried: Sequence[Carried]) -> dict[str, bytes]:
    """Return the parts that repeat what the signatures of a document carry, for programs that read no PDF."""
    made: dict[str, bytes] = {}
    for number, each in enumerate(carried, 1):
        name = f"{position + 1}-{number}"
        made[f"certificates/{name}.pem"] = write_pem("CERTIFICATE", each.certificates)
        if each.time_stamp is not None:
            made[f"timestamps/{name}.tst"] = each.time_stamp
            made[f"timestamps/{name}.value"] = each.value
    return made


def judge_verdict(carrier: Carrier, *, has_roots: bool, found: Findings) -> None:
    """What any reader of signatures says of the file."""
    if carrier.verdict is None or carrier.verdict.problem == DOCUMENT_MISSING:
        return
    part = carrier.part
    if carrier.verdict.overall is Overall.UNREADABLE:
        found.fault("signature_unreadable", part)
    for signature in carrier.verdict.signatures:
        facts = {"signer": signature.signer or signature.name, "problem": signature.problem}
        is_expired = signature.problem == "expired"
        untrusted = signature.problem in _NEVER_TRUSTED or (has_roots and not is_expired)
        if signature.overall in _BAD:
            found.fault("signature_broken", part, **facts)
        elif signature.problem and untrusted:
            found.fault("signer_not_trusted", part, **facts)
        elif signature.problem:
            found.note("signer_unknown", part, **facts)
        if signature.is_test:
            found.note("test_certificate", part, signer=facts["signer"])


def prefix_digest(path: Path, size_bytes: int | None = None) -> str:
    """Return the SHA-256 of a file, or of its first bytes."""
    return _digest(path, [(0, path.stat().st_size if size_bytes is None else size_bytes)])


def _place(record: ActivationRecord, related: frozenset[str], paper: Paper, covered: Path) -> int | None:
    """Return the entry of a record that covers this document: what it names must be how the covered file begins."""
    for place, entry in enumerate(record.entries):
        is_its = entry.request in related and entry.document == paper.position
        if is_its and prefix_digest(covered, entry.size_bytes) == entry.sha256:
            return place
    return None


def _expect_in_journal(row: Mapping[str, Any], journal: JournalPart, found: Findings) -> None:
    names = ("nonce", "document", "signed_sha256")
    told = any(
        each.tag == Tag.SIGNATURE_MADE and all(each.facts.get(name) == row[name] for name in names)
        for each in journal.rows
    )
    found.expect(told, "signature_not_in_journal", row["part"], signer=row["signer"])


def _signed_digest(path: Path, *, hole: Sequence[int], size_bytes: int) -> str:
    """Return the SHA-256 of what a signature covers: everything up to its revision's end but the hole."""
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
