"""How keys, holes and signatures look on the module's socket: JSON, bytes as base64, times as ISO 8601."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from signing.activation.extract import LedgerExtract
from signing.activation.ledger import LedgerFault, LedgerRow
from signing.activation.ledger_check import Granted, LedgerReport, Made
from signing.activation.mandate import Mandate, Standing
from signing.people import PersonId
from signing.ports import Enrolment, KeyFacts, MadeSignature

CHUNK_BYTES = 1 << 20

REFUSED = 409
"""Status of an answer that carries an error of our tree."""


def text(body: bytes) -> str:
    """Return bytes as base64."""
    return b64encode(body).decode()


def octets(body: str) -> bytes:
    """Return what `text` wrote; raise `ValueError`."""
    return b64decode(body, validate=True)


def from_key(facts: KeyFacts) -> dict[str, Any]:
    """Return a key's facts as JSON values."""
    return {
        **asdict(facts),
        "not_before": facts.not_before.isoformat() if facts.not_before else None,
        "not_after": facts.not_after.isoformat() if facts.not_after else None,
        "chain_der": [text(der) for der in facts.chain_der],
    }


def to_key(body: dict[str, Any]) -> KeyFacts:
    """Return what `from_key` wrote."""
    times = {name: datetime.fromisoformat(body[name]) if body[name] else None for name in ("not_before", "not_after")}
    owners = tuple(PersonId(owner) for owner in body["owners"])
    chain_der = tuple(octets(der) for der in body["chain_der"])
    return KeyFacts(**{**body, **times, "owners": owners, "chain_der": chain_der})


def from_made(made: MadeSignature) -> dict[str, str]:
    """Return a made signature as JSON values."""
    return {"cms": text(made.cms), "value": text(made.value)}


def to_made(body: dict[str, str]) -> MadeSignature:
    """Return what `from_made` wrote."""
    return MadeSignature(cms=octets(body["cms"]), value=octets(body["value"]))


def from_enrolment(enrolment: Enrolment) -> dict[str, str]:
    """Return an enrolment as JSON values; the only time that a seed leaves the module."""
    return asdict(enrolment)


def from_report(report: LedgerReport) -> dict[str, Any]:
    """Return a ledger report as JSON values."""
    return asdict(report)


def to_report(body: dict[str, Any]) -> LedgerReport:
    """Return what `from_report` wrote."""
    faults = tuple(LedgerFault(**fault) for fault in body["faults"])
    return LedgerReport(
        rows=body["rows"], head=body["head"], faults=faults, unknown=tuple(body["unknown"]),
        made=tuple(Made(**one) for one in body["made"]),
        granted=tuple(Granted(**one) for one in body["granted"]),
        hashes={int(at): said for at, said in body["hashes"].items()},
    )  # fmt: skip


def from_extract(extract: LedgerExtract) -> dict[str, Any]:
    """Return a ledger extract as JSON values."""
    return {**asdict(extract), "statement": text(extract.statement), "signature": text(extract.signature)}


def to_extract(body: dict[str, Any]) -> LedgerExtract:
    """Return what `from_extract` wrote."""
    signed = {name: octets(body[name]) for name in ("statement", "signature")}
    return LedgerExtract(**{**body, **signed, "rows": tuple(LedgerRow(**row) for row in body["rows"])})


def from_standing(standing: Standing) -> dict[str, Any]:
    """Return a mandate and what is left of it as JSON values."""
    revoked_at = standing.revoked_at.isoformat() if standing.revoked_at else None
    return {**vars(standing), "mandate": standing.mandate.to_json(), "revoked_at": revoked_at}


def to_standing(body: dict[str, Any]) -> Standing:
    """Return what `from_standing` wrote."""
    revoked_at = datetime.fromisoformat(body["revoked_at"]) if body["revoked_at"] else None
    return Standing(**{**body, "mandate": Mandate.from_json(body["mandate"]), "revoked_at": revoked_at})


async def file_chunks(path: Path) -> AsyncIterator[bytes]:
    """Yield a file in pieces of 1 MiB; from a local disk a piece is a millisecond, so no thread is spent on it."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
