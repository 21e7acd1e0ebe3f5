"""Makes the evidence file of a request: journals it, has a head signed, collects the parts, seals their list."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from signing.activation.extract import LedgerExtract
from signing.activation.mandate import is_mandate
from signing.approval.policy import digest_of
from signing.audit import Tag
from signing.document import Document, Sha256
from signing.evidence import container
from signing.evidence.case import Case, check_reader, read_case
from signing.evidence.container import Content
from signing.evidence.facts import facts_of, mandate_part, record_part, signature_files
from signing.evidence.journal_part import write_rows
from signing.evidence.papers import copies
from signing.evidence.pem import write_pem
from signing.evidence.sheet import Sheet, write_sheet
from signing.moves import note
from signing.ports import Clock, Documents, Store, Workers
from signing.request import RequestId
from signing.verification.contents import carried

RULES = "policy"
"""Notes by digest: every set of rules that was ever in force here."""

_ENDINGS = {b"%PDF": ".pdf", b"\xff\xd8": ".jpg", b"\x89PNG": ".png", b"{\\rtf": ".rtf"}


class Vouching(Protocol):
    """What the activation module does for an evidence file."""

    async def extract_ledger(self, *, requests: Sequence[str], nonces: Sequence[str] = ()) -> LedgerExtract:
        """Return the ledger's rows about these requests and records with a signed statement."""

    async def sign_head(self, head: bytes) -> bytes:
        """Sign with the journal's own key."""

    async def journal_public_key(self) -> bytes:
        """Return that key's DER `SubjectPublicKeyInfo`."""


class Words(Protocol):
    """The sentences of an evidence file, chosen at the edge."""

    def summary(self, facts: Mapping[str, Any]) -> Sheet:
        """Return the summary of these facts in the reader's language."""

    def guide(self, facts: Mapping[str, Any]) -> str:
        """Return how a stranger judges the file with common programs."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an installation trusts and demands, to be put beside the facts."""

    policy: Mapping[str, Any]
    """The rules of approval in force now."""
    roots: tuple[bytes, ...]
    tsa_roots: tuple[bytes, ...]


class EvidenceMaker:
    """See the module's docstring; one object an installation."""

    def __init__(
        self,
        *,
        store: Store,
        documents: Documents,
        activation: Vouching,
        workers: Workers,
        clock: Clock,
        rules: Rules,
        publish_head: Callable[[], Awaitable[object]],
    ) -> None:
        """`publish_head` has the journal's newest head signed and kept when it has grown."""
        self._store = store
        self._documents = documents
        self._activation = activation
        self._workers = workers
        self._clock = clock
        self._rules = rules
        self._publish_head = publish_head

    async def remember(self) -> None:
        """Keep the rules in force by their digest: evidence of what they allowed is asked for years later."""
        rules = dict(self._rules.policy)
        async with self._store.begin() as tx:
            await tx.notes.put(space=RULES, name=digest_of(rules), body=rules)

    async def make(self, wanted: RequestId, *, by: str, target: Path, words: Words) -> dict[str, Any]:
        """Write the evidence file of a request to `target` and return its facts.

        Raises `NotFound`, `NotAllowed` (see `check_reader`), and what the activation module raises.
        """
        async with self._store.begin() as tx:
            request = await tx.requests.get(wanted)
            await check_reader(tx, request, by)
            await note(tx, Tag.EVIDENCE_MADE, subject=wanted, actor=by, now=self._clock.now())
        await self._publish_head()
        async with self._store.read() as tx:
            case = await read_case(tx, wanted)
        with tempfile.TemporaryDirectory() as scratch:
            parts, facts = await self._parts(case, by=by)
            sheet = Path(scratch) / "summary.pdf"
            await self._workers.run(write_sheet, words.summary(facts), target=sheet)
            parts |= {"summary.pdf": sheet, "README.txt": words.guide(facts).encode()}
            parts |= {"evidence.json": _json(facts)}
            manifest = container.manifest_of(parts)
            sealed = {container.MANIFEST: manifest, container.SIGNATURE: await self._activation.sign_head(manifest)}
            container.write_container(target, {**parts, **sealed})
        return facts

    async def _parts(self, case: Case, *, by: str) -> tuple[dict[str, Content], dict[str, Any]]:
        parts: dict[str, Content] = {}
        named: dict[int, dict[str, str]] = {}
        for document in case.request.documents:
            place = document.position
            signed = {name: signature.signed_sha256 for name, signature in signature_files(case, place).items()}
            files = self._stored(document) | {name: path for name, sha in signed.items() if (path := self._file(sha))}
            named[place] = {Path(name).stem: name for name in files}
            inside = [await self._workers.run(carried, files[name]) for name in signed if name in files]
            parts |= files
            parts |= copies(place, [each for one in inside for each in one])
        parts |= {record_part(stored.record.nonce): stored.record.canonical() for stored in case.records}
        parts |= self._trust() | await self._ledger(case) | await self._journal(case)
        return parts, facts_of(case, parts=named, policies=await self._policies(case), by=by, now=self._clock.now())

    def _stored(self, document: Document) -> dict[str, Path]:
        """Return what was shown and what had arrived, as far as it is still there."""
        digests = {"shown": document.sha256, "original": document.original_sha256}
        files = {kind: path for kind, sha256 in digests.items() if (path := self._file(sha256))}
        return {f"documents/{document.position + 1}/{kind}{_ending(path)}": path for kind, path in files.items()}

    def _file(self, sha256: Sha256 | None) -> Path | None:
        path = self._documents.path(sha256) if sha256 else None
        return path if path is not None and path.exists() else None

    def _trust(self) -> dict[str, Content]:
        named = {"certificates/roots.pem": self._rules.roots, "certificates/tsa-roots.pem": self._rules.tsa_roots}
        return {name: write_pem("CERTIFICATE", ders) for name, ders in named.items() if ders}

    async def _policies(self, case: Case) -> dict[str, Any]:
        """Return the rules that the records name, by their digest; unknown ones are left out."""
        named = {stored.record.policy_sha256 for stored in case.records if not is_mandate(stored.record.signer)}
        now = self._clock.now()
        async with self._store.read() as tx:
            kept = {digest: await tx.notes.get(space=RULES, name=digest, now=now) for digest in sorted(named)}
        return {digest: rules for digest, rules in kept.items() if rules is not None}

    async def _ledger(self, case: Case) -> dict[str, Content]:
        nonces = [stored.record.nonce for stored in case.records]
        extract = await self._activation.extract_ledger(requests=case.related, nonces=nonces)
        rows = "".join(f"{json.dumps(asdict(row), ensure_ascii=False)}\n" for row in extract.rows)
        # The module keeps what it has seen of a record by itself; the bot's copy is the same, or the judge says so.
        records = {record_part(nonce): canonical.encode() for nonce, canonical in extract.records.items()}
        mandates = {mandate_part(number): canonical.encode() for number, canonical in extract.mandates.items()}
        return {
            **records,
            **mandates,
            "ledger/rows.jsonl": rows.encode(),
            "ledger/statement.json": extract.statement,
            "ledger/statement.sig": extract.signature,
        }

    async def _journal(self, case: Case) -> dict[str, Content]:
        key = await self._activation.journal_public_key()
        return {
            "journal/rows.jsonl": write_rows(case.rows, told={row.event.subject for row in case.told}),
            "journal/head.json": case.head.head.canonical(),
            "journal/head.sig": case.head.signature,
            "journal/key.pem": write_pem("PUBLIC KEY", [key]),
        }


def _ending(path: Path) -> str:
    with path.open("rb") as file:
        begin = file.read(8)
    return next((ending for magic, ending in _ENDINGS.items() if begin.startswith(magic)), "")


def _json(facts: Mapping[str, Any]) -> bytes:
    return (json.dumps(facts, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
