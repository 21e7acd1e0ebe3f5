"""How one signature is made: prepare in a worker → sign in the module → time-stamp → finish in a fresh worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from signing.activation.mandate import is_mandate
from signing.activation.record import DETACHED, ActivationRecord, Entry
from signing.document import Sha256
from signing.errors import KeyUnavailable, TimestampUnavailable
from signing.formats import FORMATS, Finished, Prepared
from signing.formats.drawing import draw
from signing.formats.finishing import finish_copy
from signing.formats.stamp import DrawnStamp, Stamp, StampPlace
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
    Transaction,
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
    own_key: str
    """What the stamp says of a person's own key."""
    seal: str
    """What it says of a key used by several people (invariant 11)."""
    reason: str
    """The reason stated in the signature, before the request's number."""
    automatic: str
    """What the stamp says besides of what was sealed under a mandate, without a person."""
    automatic_reason: str
    """The reason stated in that case."""
    stands_in: Callable[[str, str], str] = lambda *words: ", ".join(word for word in words if word)
    """Says for whom a deputy signs: of the name and the ground, which may be empty."""
    location: str = ""
    timezone: str = "UTC"
    verification_url: str | None = None
    """Prefix of `/v/NUMBER`; None where there is no public address."""
    roots: tuple[bytes, ...] = ()
    """DER certificates that the self-check trusts."""
    tsa_roots: tuple[bytes, ...] = ()
    """Of the time-stamp authorities."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A prepared file in the document store."""

    sha256: Sha256
    source: Sha256
    """What it was made from: the shown bytes, and behind them what others have signed since."""
    prepared: Prepared


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
        key = await self._key(record)
        kept = await self._prepared(request, record, place, key)  # (1)
        path = self._documents.path(kept.sha256)
        made = await self._activation.sign(record.nonce, place, path, kept.prepared.hole)  # (2)
        token = await self._stamp(made) if entry.level == "B-T" else None  # (3)
        signed, finished = await self._finish(entry, kept, made, token, key)  # (4)
        return Signature(
            request=request.lead, document=entry.document, signer=record.signer, nonce=record.nonce,
            signed_sha256=signed, size_bytes=finished.size_bytes, level=finished.level,
            certificate_sha256=record.certificate_sha256, signed_at=finished.stamped_at or kept.prepared.signed_at,
        )  # fmt: skip

    async def _key(self, record: ActivationRecord) -> KeyFacts:
        # A mandate owns no key: its record names the seal, and the module judges whether it may.
        for key in await self._activation.keys(None if record.is_automatic else record.signer):
            if key.label == record.key and key.certificate_sha256 == record.certificate_sha256:
                return key
        raise KeyUnavailable(reason="key_changed", key=record.key)

    async def _prepared(self, request: SigningRequest, record: ActivationRecord, place: int, key: KeyFacts) -> Kept:
        name, entry = f"{record.nonce}-{place}", record.entries[place]
        async with self._store.read() as tx:
            note = await tx.notes.get(space=SPACE, name=name, now=self._clock.now())
            signer = await tx.people.get(record.signer)
            source = await _newest(tx, request, entry)
            principal = await tx.people.get(request.delegated_from) if request.delegated_from else None
        if note is not None:
            return _kept(note, entry)
        now, target = self._clock.now(), self._documents.spool()
        stands_in = self._look.stands_in(principal.name, request.ground) if principal else ""
        why = self._look.automatic_reason if record.is_automatic else self._look.reason
        reason = f"{why} {written(request.lead)}" + (f", {stands_in}" if stands_in else "")
        is_seen = entry.format not in DETACHED
        prepared = await self._workers.run(
            FORMATS[entry.format].prepare, self._documents.path(source), target,
            field=f"Countersign-{record.nonce[:8]}-{place}",
            stamp=self._stamp_of(request, signer, key, now, stands_in=stands_in) if is_seen else None,
            signer=signer.name, reason=reason, location=self._look.location, signed_at=now,
        )  # fmt: skip
        kept = Kept(sha256=await self._documents.adopt(target), source=source, prepared=prepared)
        async with self._store.begin() as tx:
            await tx.notes.put(space=SPACE, name=name, body=_note(kept))
        return kept

    async def _stamp(self, made: MadeSignature) -> bytes:
        if self._timestamp is None:
            raise TimestampUnavailable(reason="not_configured")
        return await self._timestamp.stamp(made.value)

    async def _finish(
        self, entry: Entry, kept: Kept, made: MadeSignature, token: bytes | None, key: KeyFacts
    ) -> tuple[Sha256, Finished]:
        target = self._documents.spool()
        finished = await self._workers.run(
            finish_copy, self._documents.path(kept.sha256), target, source=self._documents.path(kept.source),
            format_name=entry.format, prepared=kept.prepared, cms=made.cms, timestamp=token,
            certificate_der=key.chain_der[0], roots_der=self._look.roots, tsa_roots_der=self._look.tsa_roots,
            level=entry.level,
        )  # fmt: skip
        return await self._documents.adopt(target), finished

    def _stamp_of(
        self, request: SigningRequest, signer: Person, key: KeyFacts, now: datetime, *, stands_in: str
    ) -> DrawnStamp | None:
        if self._look.place is None:
            return None
        zone = ZoneInfo(signer.timezone or self._look.timezone)
        local = now.astimezone(zone)
        url, kind = self._look.verification_url, self._look.seal if key.is_seal else self._look.own_key
        more = (self._look.automatic,) if is_mandate(signer.id) else ()
        stamp = Stamp(
            name=signer.name, title=signer.title, stands_in=stands_in, time_text=f"{local:%d.%m.%Y %H:%M} {local:%Z}",
            number_text=written(request.lead), labels=(kind, *more), is_test=key.is_test,
            qr_url=f"{url}{request.lead}" if url else None, place=self._look.place,
        )  # fmt: skip
        return draw(stamp)


def _note(kept: Kept) -> dict[str, Any]:
    body = asdict(kept.prepared) | {"signed_at": kept.prepared.signed_at.isoformat()}
    return {"sha256": kept.sha256, "source": kept.source, "prepared": body}


async def _newest(tx: Transaction, request: SigningRequest, entry: Entry) -> Sha256:
    """Return what the next signature goes onto: the shown bytes, unless somebody of the route was faster."""
    made = await tx.signatures.newest_of(request.lead) if request.part else ()
    return next((s.signed_sha256 for s in made if s.document == entry.document), entry.sha256)


def _kept(note: dict[str, Any], entry: Entry) -> Kept:
    body = note["prepared"]
    facts = {**body, "hole": Hole(**body["hole"]), "signed_at": datetime.fromisoformat(body["signed_at"])}
    source = Sha256(note.get("source", entry.sha256))
    return Kept(sha256=Sha256(note["sha256"]), source=source, prepared=Prepared(**facts))
