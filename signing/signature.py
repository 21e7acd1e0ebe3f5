"""How one signature is made: prepare in a worker → sign in the module → time-stamp → finish in a fresh worker."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from signing.activation.record import ActivationRecord
from signing.document import Document, Sha256
from signing.errors import KeyUnavailable
from signing.formats import pades
from signing.formats.stamp import Stamp, StampPlace
from signing.people import Person
from signing.ports import (
    Activation,
    Clock,
    Documents,
    Hole,
    KeyFacts,
    MadeSignature,
    Signature,
    Store,
    TimestampAuthority,
    Workers,
)
from signing.request import SigningRequest, written

SPACE = "prepared"
"""Notes by `nonce-entry`: which prepared file a signature was asked for, so that a repeat uses the same bytes."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """How signatures look in this company."""

    place: StampPlace | None
    """None: no visible stamp."""
    location: str = ""
    timezone: str = "UTC"
    verification_url: str | None = None
    """Prefix of `/v/NUMBER`; None where there is no public address."""
    roots: tuple[bytes, ...] = ()
    """DER certificates that the self-check trusts."""


class SignaturePipeline:
    """Makes the signature of one entry of a confirmed record; every step may be repeated."""

    def __init__(
        self,
        *,
        store: Store,
        documents: Documents,
        activation: Activation,
        workers: Workers,
        timestamp: TimestampAuthority | None,
        clock: Clock,
        look: Look,
    ) -> None:
        self._store = store
        self._documents = documents
        self._activation = activation
        self._workers = workers
        self._timestamp = timestamp
        self._clock = clock
        self._look = look

    async def make(self, request: SigningRequest, record: ActivationRecord, place: int) -> Signature:
        """Return the finished signature of entry `place`; its bytes are in the document store, self-checked.

        (1) prepare: the shown bytes stay a prefix, a hole waits for the CMS; the prepared bytes are kept.
        (2) sign: the activation module compares, hashes and signs.
        (3) time-stamp the signature value when the level is B-T: never silently less.
        (4) finish in a fresh worker: fill the hole and check the result without trusting its maker.
        Raises `KeyUnavailable`, `TimestampUnavailable`, `ActivationUnavailable`, `WorkerFailed` (worth a repeat),
        `RecordRefused`, `UnknownOutcome`, `SignatureRefused` (final).
        """
        entry = record.entries[place]
        document = request.documents[entry.document]
        key = await self._key(record)
        prepared = await self._prepared(request, record, place, document, key)  # (1)
        path = self._documents.path(prepared.sha256)
        made = await self._activation.sign(record.nonce, place, path, prepared.hole)  # (2)
        token = await self._stamp(made) if entry.level == "B-T" else None  # (3)
        signed, size = await self._finish(document, prepared, made, token, key, level=entry.level)  # (4)
        return Signature(
            request=request.id, document=entry.document, signer=record.signer, nonce=record.nonce,
            signed_sha256=signed, size_bytes=size, level=entry.level, certificate_sha256=record.certificate_sha256,
            signed_at=self._clock.now(),
        )  # fmt: skip

    async def _key(self, record: ActivationRecord) -> KeyFacts:
        for key in await self._activation.keys(record.signer):
            if key.label == record.key and key.certificate_sha256 == record.certificate_sha256:
                return key
        raise KeyUnavailable(reason="key_changed", key=record.key)

    async def _prepared(
        self, request: SigningRequest, record: ActivationRecord, place: int, document: Document, key: KeyFacts
    ) -> Prepared:
        name = f"{record.nonce}-{place}"
        async with self._store.read() as tx:
            kept = await tx.notes.get(space=SPACE, name=name, now=self._clock.now())
            signer = await tx.people.get(record.signer)
        if kept is not None:
            return Prepared(sha256=Sha256(kept["sha256"]), hole=Hole(start=kept["start"], end=kept["end"]))
        now, target = self._clock.now(), self._documents.spool()
        result = await self._workers.run(
            pades.prepare, self._documents.path(document.sha256), target,
            field=f"Countersign-{record.nonce[:8]}-{place}", stamp=self._stamp_of(request, signer, key, now), signer=signer.name, reason=_reason(request, key),
            location=self._look.location, signed_at=now,
        )  # fmt: skip
        prepared = Prepared(sha256=await self._documents.adopt(target), hole=result.hole)
        body = {"sha256": prepared.sha256, "start": prepared.hole.start, "end": prepared.hole.end}
        async with self._store.begin() as tx:
            await tx.notes.put(space=SPACE, name=name, body=body)
        return prepared

    async def _stamp(self, made: MadeSignature) -> bytes:
        if self._timestamp is None:
            raise KeyUnavailable(reason="no_timestamp_authority")
        return await self._timestamp.stamp(made.value)

    async def _finish(
        self,
        document: Document,
        prepared: Prepared,
        made: MadeSignature,
        token: bytes | None,
        key: KeyFacts,
        *,
        level: str,
    ) -> tuple[Sha256, int]:
        target = self._documents.spool()
        finished = await self._workers.run(
            finish_copy, self._documents.path(prepared.sha256), target, source=self._documents.path(document.sha256),
            hole=prepared.hole, cms=made.cms, timestamp=token, certificate_der=key.chain_der[0],
            roots_der=self._look.roots, level=level,
        )  # fmt: skip
        return await self._documents.adopt(target), finished

    def _stamp_of(self, request: SigningRequest, signer: Person, key: KeyFacts, now: datetime) -> Stamp | None:
        if self._look.place is None:
            return None
        zone = ZoneInfo(signer.timezone or self._look.timezone)
        local = now.astimezone(zone)
        url = self._look.verification_url
        return Stamp(
            name=signer.name, title=signer.title, time_text=f"{local:%d.%m.%Y %H:%M} {local:%Z}",
            number_text=written(request.id), labels=(label(key),), is_test=key.is_test, qr_url=f"{url}{request.id}" if url else None,
            place=self._look.place,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A prepared file in the document store and its hole."""

    sha256: Sha256
    hole: Hole


def finish_copy(
    prepared: Path,
    target: Path,
    *,
    source: Path,
    hole: Hole,
    cms: bytes,
    timestamp: bytes | None,
    certificate_der: bytes,
    roots_der: Sequence[bytes],
    level: str,
) -> int:
    """Worker: copy the prepared file, fill the hole, check the result; return its size in bytes."""
    shutil.copyfile(prepared, target)
    finished = pades.finish(
        target, source=source, hole=hole, cms=cms, timestamp=timestamp, certificate_der=certificate_der,
        roots_der=roots_der, level=level,
    )  # fmt: skip
    return finished.size_bytes


def label(key: KeyFacts) -> str:
    """Return the honest line of the stamp: a key used by several people is a seal (invariant 11)."""
    return "Company seal / Печать организации" if key.is_seal else "Electronic signature / Электронная подпись"


def _reason(request: SigningRequest, key: KeyFacts) -> str:
    what = "Company seal" if key.is_seal else "Approved and signed"
    return f"{what}, request {written(request.id)}"
