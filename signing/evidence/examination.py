"""Judges an evidence file offline: nothing but the file, and what the reader trusts from elsewhere."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from signing.activation.mandate import is_mandate
from signing.activation.record import DETACHED, ActivationRecord
from signing.approval.policy import digest_of
from signing.audit import Head, SignedHead, Tag, signature_check
from signing.errors import SigningError
from signing.evidence import chains, container, papers
from signing.evidence.facts import FORMAT, plain
from signing.evidence.journal_part import JournalPart
from signing.evidence.papers import Carrier, Paper, Sources
from signing.evidence.pem import read_pem
from signing.evidence.report import Findings, Report
from signing.evidence.times import judge_times
from signing.ports import Workers
from signing.request import State
from signing.verification.contents import carried
from signing.verification.files import verify_files

KEY, FACTS = "journal/key.pem", "evidence.json"
ROOTS, TSA_ROOTS = "certificates/roots.pem", "certificates/tsa-roots.pem"

_NEEDED = frozenset({
    KEY, FACTS, chains.ROWS, chains.HEAD, chains.HEAD_SIGNATURE, chains.LEDGER, chains.STATEMENT,
    chains.STATEMENT_SIGNATURE, "summary.pdf", "README.txt",
})  # fmt: skip

_NONSENSE = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, SigningError)
"""What reading a part raises that is not as we write it."""

ENDED: dict[str, str] = {
    Tag.REQUEST_SIGNED: State.SIGNED, Tag.REQUEST_REJECTED: State.REJECTED, Tag.REQUEST_CANCELLED: State.CANCELLED,
    Tag.REQUEST_EXPIRED: State.EXPIRED,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What the reader brings along; everything may be empty, and then the report says what it could not compare."""

    roots: tuple[bytes, ...] = ()
    tsa_roots: tuple[bytes, ...] = ()
    journal_key: bytes | None = None
    """DER `SubjectPublicKeyInfo`."""
    heads: tuple[SignedHead, ...] | None = None
    """The copy of the journal's heads that was kept elsewhere."""


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """The parts of the file."""

    paths: Mapping[str, Path]
    small: Mapping[str, bytes]
    facts: Mapping[str, Any] = field(default_factory=dict)


async def examine(source: Path, *, workers: Workers, trust: Trust, now: datetime, is_isolated: bool = True) -> Report:
    """Judge the file; raise `container.NotEvidence` when it is none. Writes nothing but temporary files.

    `is_isolated`: whether the workers have walls around them; if not, the report says so.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = container.unpack(source, Path(folder))
        found = Findings()
        small = {name: path.read_bytes() for name, path in paths.items() if not name.startswith("documents/")}
        _judge_manifest(paths, small, found)
        as_written = container.is_as_written(source, paths, scratch=Path(folder) / "again")
        found.expect(as_written, "between_parts")
        facts = _facts(small, found)
        if facts and set(paths) >= _NEEDED:
            opened = _Opened(paths=paths, small=small, facts=facts)
            await _Examination(opened, workers=workers, trust=trust, now=now, found=found).run()
    found.note("revocation")
    found.note("people")
    if not is_isolated:
        found.note("weak_isolation")
    return Report(is_sound=not found.faults, faults=tuple(found.faults), notes=tuple(found.notes), facts=facts)


def _judge_manifest(paths: Mapping[str, Path], small: Mapping[str, bytes], found: Findings) -> None:
    try:
        listed = container.read_manifest(small[container.MANIFEST])
    except (KeyError, ValueError):
        found.fault("manifest_unreadable", container.MANIFEST)
        listed = {}
    for name in sorted((listed.keys() | _NEEDED) - paths.keys()):
        found.fault("part_missing", name)
    for name in sorted(paths.keys() - listed.keys() - {container.MANIFEST, container.SIGNATURE}):
        found.fault("part_unlisted", name)
    for name in sorted(listed.keys() & paths.keys()):
        found.expect(papers.prefix_digest(paths[name]) == listed[name], "part_changed", name)


def _facts(small: Mapping[str, bytes], found: Findings) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(small[FACTS])
        if facts["format"] != FORMAT or not isinstance(facts["request"]["id"], str):
            raise ValueError("another format")
    except _NONSENSE:
        found.fault("part_unreadable", FACTS)
        return {}
    return facts


class _Examination:
    """The steps after the manifest, which has named changed parts already: the first nonsense ends them."""

    def __init__(self, opened: _Opened, *, workers: Workers, trust: Trust, now: datetime, found: Findings) -> None:
        self._opened = opened
        self._facts = opened.facts
        self._workers = workers
        self._trust = trust
        self._now = now
        self._found = found
        self._reading = KEY

    async def run(self) -> None:
        """Judge every part."""
        try:
            await self._judge()
        except _NONSENSE:
            self._found.fault("part_unreadable", self._reading)

    async def _judge(self) -> None:
        small, found = self._opened.small, self._found
        check = self._key()
        is_sealed = chains.is_signed(check, small[container.SIGNATURE], small[container.MANIFEST])
        found.expect(is_sealed, "manifest_signature", container.SIGNATURE)
        self._reading = chains.ROWS
        journal, head = chains.judge_journal(small, check, found)
        self._compare_heads(head)
        self._reading = chains.LEDGER
        ledger = chains.judge_ledger(small, check, set(self._facts["related"]), found)
        self._reading = "records"
        records = chains.judge_records(small, ledger, found)
        self._reading = FACTS
        self._judge_facts(journal, records)
        read = [await self._paper(each, ledger.at) for each in self._facts["documents"]]
        related = frozenset(self._facts["related"])
        sources = Sources(records=records, related=related, ledger=ledger, journal=journal, found=found)
        for paper in read:
            self._judge_paper(paper, sources)
        self._judge_strangers(read)
        verdicts = [each.verdict for paper in read for each in paper.carriers if each.verdict]
        judge_times(
            journal=journal, head=head, ledger=ledger, records=list(records.values()), verdicts=verdicts,
            now=self._now, found=found,
        )  # fmt: skip

    def _key(self) -> chains.Check:
        (der,) = read_pem(self._opened.small[KEY], label="PUBLIC KEY")
        if self._trust.journal_key is None:
            self._found.note("key_unknown", KEY, sha256=hashlib.sha256(der).hexdigest())
        else:
            self._found.expect(der == self._trust.journal_key, "key_differs", KEY)
        return signature_check(der)

    def _compare_heads(self, head: Head) -> None:
        if self._trust.heads is None:
            self._found.note("heads_unknown", chains.HEAD, row=head.seq)
        else:
            chains.compare_heads(head, self._trust.heads, self._found)

    def _judge_facts(self, journal: JournalPart, records: Mapping[str, ActivationRecord]) -> None:
        """`evidence.json` says what journal and records say."""
        facts, found = self._facts, self._found
        told = [
            {"row": row.seq, "at": plain(row.at), "what": row.tag, "who": row.actor, "subject": row.subject,
             "facts": row.facts}
            for row in journal.rows
        ]  # fmt: skip
        found.expect(facts["history"] == told, "facts_differ", FACTS, field="history")
        ends = [
            state for row in journal.rows if (state := ENDED.get(row.tag)) and row.subject == facts["request"]["id"]
        ]
        found.expect(not ends or facts["request"]["state"] == ends[-1], "facts_differ", FACTS, field="state")
        asked = [row.actor for row in journal.rows if row.tag == Tag.REQUEST_DRAFTED]
        found.expect(not asked or facts["request"]["requester"] in asked, "facts_differ", FACTS, field="requester")
        listed = {each["nonce"]: each["digest"] for each in facts["records"]}
        real = {nonce: record.digest() for nonce, record in records.items()}
        found.expect(listed.items() <= real.items(), "facts_differ", FACTS, field="records")
        made = [row for row in journal.rows if row.tag == Tag.SIGNATURE_MADE]
        found.expect(len(made) == len(facts["signatures"]), "facts_differ", FACTS, field="signatures")
        for digest, rules in facts["policies"].items():
            found.expect(digest_of(rules) == digest, "facts_differ", FACTS, field="policies")
        named = {record.policy_sha256 for record in records.values() if not is_mandate(record.signer)}
        if named - facts["policies"].keys():
            found.note("policy_unknown", FACTS)

    async def _paper(self, facts: Mapping[str, Any], at: datetime) -> Paper:
        """Read one document; what its signatures are worth is judged as of the day the evidence was made."""
        path = {kind: self._opened.paths.get(name) for kind, name in facts["parts"].items()}
        shown, is_beside = path.pop("shown", None), self._facts["request"]["format"] in DETACHED
        paper = Paper(
            position=facts["position"], facts=facts, shown=shown, original=path.pop("original", None), carriers=(),
            is_beside=is_beside,
        )  # fmt: skip
        carriers = [
            await self._carrier(facts["parts"][kind], file, shown if is_beside else None, at)
            for kind, file in path.items()
            if file is not None
        ]
        return replace(paper, carriers=tuple(carriers))

    async def _carrier(self, part: str, file: Path, document: Path | None, at: datetime) -> Carrier:
        roots, tsa_roots = self._roots()
        files = [file] if document is None else [document, file]
        try:
            inside = await self._workers.run(carried, file)
            verdict = await self._workers.run(verify_files, files, roots_der=roots, now=at, tsa_roots_der=tsa_roots)
        except SigningError:
            self._found.fault("signature_unreadable", part)
            return Carrier(part=part, path=file)
        return Carrier(part=part, path=file, carried=tuple(inside), verdict=verdict)

    def _roots(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Return the reader's own trust anchors, else those of the file, which vouch for nobody by themselves."""
        own = {name: read_pem(self._opened.small.get(name, b""), label="CERTIFICATE") for name in (ROOTS, TSA_ROOTS)}
        if not self._trust.roots:
            for der in own[ROOTS]:
                self._found.note("roots_unknown", ROOTS, sha256=hashlib.sha256(der).hexdigest())
        roots = self._trust.roots or own[ROOTS]
        return roots, self._trust.tsa_roots or own[TSA_ROOTS] or roots

    def _judge_paper(self, paper: Paper, sources: Sources) -> None:
        found, request = self._found, self._facts["request"]["id"]
        drafted = [
            str(digest) for row in sources.journal.rows if row.tag == Tag.REQUEST_DRAFTED and row.subject == request
            for digest in row.facts.get("sha256", ())
        ]  # fmt: skip
        papers.judge_shown(paper, drafted, found)
        rows = [row for row in self._facts["signatures"] if row["document"] == paper.position]
        values = {value for row in rows if (value := papers.judge_signature(row, paper, sources))}
        papers.judge_carriers(paper, values, rows, found)
        for carrier in paper.carriers:
            papers.judge_verdict(carrier, has_roots=bool(self._trust.roots), found=found)

    def _judge_strangers(self, read: Sequence[Paper]) -> None:
        """Certificates and time-stamps beside the documents are those inside them, and there are no others."""
        copies = {name for paper in read for name in papers.judge_copies(paper, self._opened.small, self._found)}
        beside = {name for name in self._opened.small if name.startswith(("certificates/", "timestamps/"))}
        for name in sorted(beside - copies - {ROOTS, TSA_ROOTS}):
            self._found.fault("copy_differs", name)
