"""The facts of an evidence file as plain JSON values: for programs, and for the words of its summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from signing.audit import Row
from signing.document import Document
from signing.evidence.case import Case
from signing.people import Person, Role
from signing.ports import Signature, StoredRecord
from signing.request import written
from signing.signed_files import is_beside

FORMAT = "countersign-evidence-1"


def facts_of(
    case: Case,
    *,
    parts: Mapping[int, Mapping[str, str]],
    policies: Mapping[str, Any],
    by: str,
    now: datetime,
) -> dict[str, Any]:
    """Return what `evidence.json` says.

    `parts`: document → kind (`shown`, `original`; a signed file by its own name) → name in the file; what was erased
    here has none.
    `policies`: the rules that the records name, by their digest, as far as they are known.
    """
    request = case.request
    return {
        "format": FORMAT,
        "made_at": plain(now),
        "made_by": by,
        "number": written(request.id),
        "request": {**plain(request), "documents": [document.position for document in request.documents]},
        "related": list(case.related),
        "people": {person.id: _person(person) for person in case.people.values()},
        "addresses": case.addresses,
        "documents": [_document(each, parts.get(each.position, {})) for each in request.documents],
        "signatures": [{**plain(each), "part": signature_part(case, each)} for each in case.signatures],
        "records": [_record(each) for each in case.records],
        "policies": policies,
        "deliveries": [plain(each) for each in case.deliveries],
        "history": [_event(row) for row in case.told],
    }


def signature_files(case: Case, document: int) -> dict[str, Signature]:
    """Return the files with the signatures of a document: name in the evidence → the signature that made it.

    In a signed PDF each signature adds to the file before, so the longest one has them all; else each has its own.
    """
    made = [signature for signature in case.signatures if signature.document == document]
    if is_beside(case.request):
        return {signature_part(case, signature): signature for signature in made}
    last = max(made, key=lambda signature: signature.size_bytes, default=None)
    return {signature_part(case, last): last} if last else {}


def signature_part(case: Case, signature: Signature) -> str:
    """Return the name of the part that a signature is in."""
    folder = f"documents/{signature.document + 1}"
    if not is_beside(case.request):
        return f"{folder}/signed.pdf"
    made = [each for each in case.signatures if each.document == signature.document]
    return f"{folder}/signature-{made.index(signature) + 1}.p7s"


def _person(person: Person) -> dict[str, Any]:
    # How somebody proved who he or she is belongs to the administrators.
    return {"name": person.name, "title": person.title, "roles": sorted(Role(role).value for role in person.roles)}


def _document(document: Document, parts: Mapping[str, str]) -> dict[str, Any]:
    return {**plain(document), "parts": dict(parts)}


def _record(stored: StoredRecord) -> dict[str, Any]:
    record = stored.record
    return {
        "nonce": record.nonce, "state": stored.state, "digest": record.digest(), "signer": record.signer,
        "policy": record.policy, "policy_sha256": record.policy_sha256, "shown_at": plain(record.shown_at),
        "expires_at": plain(record.expires_at), "documents": len(record.entries), "part": record_part(record.nonce),
    }  # fmt: skip


def record_part(nonce: str) -> str:
    """Return the name of a record's part."""
    return f"records/{nonce}.json"


def mandate_part(number: str) -> str:
    """Return the name of a standing mandate's part."""
    return f"mandates/{number}.json"


def _event(row: Row) -> dict[str, Any]:
    event = row.event
    return {
        "row": row.seq, "at": plain(event.at), "what": event.tag.value, "who": event.actor, "subject": event.subject,
        "facts": event.facts,
    }  # fmt: skip


def plain(value: Any) -> Any:
    """Return dataclasses, times and enums as JSON values; fields that come later come along."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value
