"""The facts of an evidence file as plain JSON values: for programs, and for the words of its summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from signing.verification.contents import Carried

FORMAT = "countersign-evidence-1"


def facts_of(
    case: Case,
    *,
    parts: Mapping[int, Mapping[str, str]],
    carried: Mapping[int, Sequence[Carried]],
    policy: Mapping[str, Any] | None,
    by: str,
    now: datetime,
) -> dict[str, Any]:
    """Return what `evidence.json` says.

    `parts`: document → kind (`shown`, `original`, `signed`) → name in the file; what was erased here has none.
    `policy`: the rules in force when it was approved; None when only their fingerprint is known.
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
        "signatures": [_signature(each, carried.get(each.document, ())) for each in case.signatures],
        "records": [_record(each) for each in case.records],
        "policy": policy,
        "deliveries": [plain(each) for each in case.deliveries],
        "history": [_event(row) for row in case.told],
    }


def last_signed(case: Case, document: int) -> Signature | None:
    """Return the signature that made the newest file of a document: each one is longer than the one before."""
    made = [signature for signature in case.signatures if signature.document == document]
    return max(made, key=lambda signature: signature.size_bytes, default=None)


def _person(person: Person) -> dict[str, Any]:
    # How somebody proved who he or she is belongs to the administrators.
    return {"name": person.name, "title": person.title, "roles": sorted(Role(role).value for role in person.roles)}


def _document(document: Document, parts: Mapping[str, str]) -> dict[str, Any]:
    return {**plain(document), "parts": dict(parts)}


def _signature(signature: Signature, carried: Sequence[Carried]) -> dict[str, Any]:
    stamped = any(each.time_stamp is not None for each in carried)
    return {**plain(signature), "has_time_stamp": stamped}


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
