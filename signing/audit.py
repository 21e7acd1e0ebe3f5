"""The journal's vocabulary (subject:action), its hash chain and its heads; pure, no storage.

A verifier needs this file and the rows only. Each row's hash covers the previous hash and the canonical row,
so an edit breaks the chain; a truncation shows against a signed head that was copied elsewhere (invariant 12).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from signing.errors import KeyUnavailable

DOMAIN = b"countersign-journal-v1"
GENESIS = "0" * 64
"""`previous` of the first row."""


class Tag(StrEnum):
    """`subject:action`, past tense; never renamed, because journals are read for years."""

    JOURNAL_OPENED = "journal:opened"
    INSTALLATION_BACKED_UP = "installation:backed_up"
    """Somebody with the console took everything along (`secrets`: the sealing keys as well)."""
    INSTALLATION_RESTORED = "installation:restored"
    """Everything came back from a backup; what was open then is void."""
    PERSON_ADDED = "person:added"
    PERSON_INVITED = "person:invited"
    PERSON_BOUND = "person:bound"
    PERSON_UNBOUND = "person:unbound"
    PERSON_CHANGED = "person:changed"
    PERSON_LOCKED = "person:locked"
    PERSON_UNLOCKED = "person:unlocked"
    PERSON_AWAY = "person:away"
    """Somebody will be away for some days, with a deputy or without."""
    PERSON_BACK = "person:back"
    PERSON_GIVEN_ROLE = "person:given_role"
    PERSON_LOST_ROLE = "person:lost_role"
    COMPANY_FOUNDED = "company:founded"
    """The founding period is over: from now on two administrators widen rights. It never comes back."""
    PROPOSAL_MADE = "proposal:made"
    PROPOSAL_APPROVED = "proposal:approved"
    """By an administrator, or by time (`system`) when nobody objected."""
    PROPOSAL_APPLIED = "proposal:applied"
    PROPOSAL_ENDED = "proposal:ended"
    """Without effect (`state`: objected, expired, stale)."""
    FACTOR_BEGUN = "factor:begun"
    FACTOR_ENROLLED = "factor:enrolled"
    FACTOR_RECOVERED = "factor:recovered"
    FACTOR_RESET = "factor:reset"
    KEY_GENERATED = "key:generated"
    KEY_REQUESTED = "key:requested"
    KEY_CERTIFIED = "key:certified"
    KEY_ASSIGNED = "key:assigned"
    MANDATE_PROPOSED = "mandate:proposed"
    """Shown to an administrator, word for word; written before the code is asked for."""
    MANDATE_GRANTED = "mandate:granted"
    MANDATE_REVOKED = "mandate:revoked"
    LEDGER_SEEN = "ledger:seen"
    """The end of the activation module's own ledger, so that our signed heads vouch for it, too."""
    REQUEST_DRAFTED = "request:drafted"
    REQUEST_REFUSED = "request:refused"
    REQUEST_SUBMITTED = "request:submitted"
    REQUEST_SHOWN = "request:shown"
    REQUEST_LOOKED_AT = "request:looked_at"
    REQUEST_REASSIGNED = "request:reassigned"
    REQUEST_DELEGATED = "request:delegated"
    REQUEST_STOOD_IN = "request:stood_in"
    """Somebody is away: the deputy is asked instead (`to`, `for`, `ground`)."""
    REQUEST_RETURNED = "request:returned"
    """The absence is over: it waits again for the one who was away."""
    REQUEST_ESCALATED = "request:escalated"
    """Reminders were in vain: the next one in line is told (`whom`)."""
    REQUEST_POSTPONED = "request:postponed"
    REQUEST_QUESTIONED = "request:questioned"
    REQUEST_ANSWERED = "request:answered"
    REQUEST_REMINDED = "request:reminded"
    REQUEST_APPROVED = "request:approved"
    REQUEST_CONFIRMED = "request:confirmed"
    REQUEST_NOT_CONFIRMED = "request:not_confirmed"
    REQUEST_SEALED = "request:sealed"
    """A standing mandate (the actor) covers it: no code of a person."""
    REQUEST_NOT_SEALED = "request:not_sealed"
    """It should have been sealed automatically, and no mandate covers it (`why`)."""
    REQUEST_FROZEN = "request:frozen"
    REQUEST_RESUMED = "request:resumed"
    REQUEST_SIGNED = "request:signed"
    REQUEST_RELEASED = "request:released"
    REQUEST_REJECTED = "request:rejected"
    REQUEST_CANCELLED = "request:cancelled"
    REQUEST_EXPIRED = "request:expired"
    REQUEST_FILED = "request:filed"
    """The requester chose where the signed files go besides the chat (`place`; none: nowhere)."""
    REQUEST_ERASED = "request:erased"
    """By the policy of retention: the bytes of the documents, or the words around them (`what`); digests stay."""
    PERSON_ERASED = "person:erased"
    """Everything that says who this was, but for what this journal has told before."""
    SIGNATURE_MADE = "signature:made"
    SIGNATURE_REFUSED = "signature:refused"
    DELIVERY_MADE = "delivery:made"
    DELIVERY_FAILED = "delivery:failed"
    DELIVERY_RENEWED = "delivery:renewed"
    """Promised again: somebody whose chat was closed came back, or an administrator asked for it."""
    SHARE_MADE = "share:made"
    """A link to the signed files of a request, for a client; the token stands nowhere."""
    SHARE_REVOKED = "share:revoked"
    SHARE_DOWNLOADED = "share:downloaded"
    SHARE_MAILED = "share:mailed"
    """Somebody wants the signed files to be sent to an e-mail address."""
    BUTTON_REFUSED = "button:refused"
    PAGE_REFUSED = "page:refused"
    """A call to the intranet page was not believed (`why`)."""
    PAGE_LINKED = "page:linked"
    """Somebody got a link that signs in at the page, once and soon."""
    PAGE_OPENED = "page:opened"
    """Somebody signed in at the page, in one browser (`device`)."""
    PAGE_CLOSED = "page:closed"
    """Somebody was signed out there (`why`: signed_out, everywhere, replaced, locked)."""
    PORTAL_WINDOW_OPENED = "portal:window_opened"
    """An administrator lets the application be installed in the company's portal for an hour."""
    PORTAL_INSTALLED = "portal:installed"
    PORTAL_LOGGED_IN = "portal:logged_in"
    """A person of ours let us look into the portal with the own rights."""
    PORTAL_UPDATED = "portal:updated"
    """The application was updated there; its tokens are new."""
    PORTAL_REMOVED = "portal:removed"
    """The application was removed there, and the portal does not know us any more."""
    PORTAL_MOVED = "portal:moved"
    """The portal was renamed; the authorization server vouches for its new address (`to`)."""
    PORTAL_EVENT_REFUSED = "portal:event_refused"
    """Something that called itself the portal was not believed (`why`)."""
    PORTAL_PROCESS_ANSWERED = "portal:process_answered"
    """A business process was told what became of its document (`status`); `late`: it had gone on without us."""
    PORTAL_STAGE_MOVED = "portal:stage_moved"
    """The decision moved the deal of a request from one stage to another, as the settings want."""
    PORTAL_STAGE_KEPT = "portal:stage_kept"
    """It did not (`why`): somebody moved it meanwhile, or the portal refused."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened, before it has a place in the chain."""

    tag: Tag
    at: datetime
    actor: str
    """A person id, or `system`, `console`, `telegram:<id>` for somebody unknown."""
    subject: str
    """The request, person or key it is about."""
    facts: dict[str, Any] = field(default_factory=dict)
    """JSON values; no secret, no code, no seed."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """An event with its place in the chain."""

    seq: int
    """1, 2, 3 … without gaps."""
    event: Event
    previous: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Head:
    """A statement about the whole journal up to `seq`, to be signed and copied elsewhere."""

    seq: int
    hash: str
    at: datetime
    previous_head: str
    """SHA-256 of the previous head's canonical form; zeros for the first."""

    def canonical(self) -> bytes:
        """Return the bytes that are signed."""
        return _canonical(
            {"at": self.at.isoformat(), "hash": self.hash, "previous_head": self.previous_head, "seq": self.seq}
        )

    def digest(self) -> str:
        return hashlib.sha256(DOMAIN + b"-head" + self.canonical()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class SignedHead:
    """A head with the signature of the journal's own key over `head.canonical()`."""

    head: Head
    signature: bytes


def chain(event: Event, *, seq: int, previous: str) -> Row:
    """Return `event` as row `seq` after the row whose hash is `previous`."""
    return Row(seq=seq, event=event, previous=previous, hash=row_hash(event, seq=seq, previous=previous))


def row_hash(event: Event, *, seq: int, previous: str) -> str:
    """Return SHA-256(domain ‖ previous ‖ SHA-256(canonical row)) as hex."""
    body = _canonical(
        {
            "actor": event.actor,
            "at": event.at.isoformat(timespec="microseconds"),
            "facts": event.facts,
            "seq": seq,
            "subject": event.subject,
            "tag": event.tag.value,
        }
    )
    return hashlib.sha256(DOMAIN + bytes.fromhex(previous) + hashlib.sha256(body).digest()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with a journal."""

    seq: int
    kind: str
    """`gap`, `edited`, `broken_chain`, `head_mismatch`, `head_signature`, `truncated`, `head_chain`."""


def check_chain(rows: Iterable[Row]) -> tuple[list[Fault], Row | None]:
    """Return every fault of the chain and the last row. Does not check heads."""
    faults: list[Fault] = []
    last: Row | None = None
    for row in rows:
        expected, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        if row.seq != expected:
            faults.append(Fault(seq=row.seq, kind="gap"))
        elif row.previous != previous:
            faults.append(Fault(seq=row.seq, kind="broken_chain"))
        if row.hash != row_hash(row.event, seq=row.seq, previous=row.previous):
            faults.append(Fault(seq=row.seq, kind="edited"))
        last = row
    return faults, last


def check_heads(heads: Iterable[Head], *, hashes: dict[int, str], last_seq: int) -> list[Fault]:
    """Return what the heads say against the rows' hashes by seq. Does not check the heads' signatures."""
    faults: list[Fault] = []
    previous = GENESIS
    for head in heads:
        if head.seq > last_seq:
            faults.append(Fault(seq=head.seq, kind="truncated"))
        elif hashes.get(head.seq) != head.hash:
            faults.append(Fault(seq=head.seq, kind="head_mismatch"))
        if head.previous_head != previous:
            faults.append(Fault(seq=head.seq, kind="head_chain"))
        previous = head.digest()
    return faults


def check_head_signatures(heads: Iterable[SignedHead], *, public_key_der: bytes) -> list[Fault]:
    """Return the heads whose signature (RSA PKCS#1 v1.5 or ECDSA over SHA-256, Ed25519) is not by this key.

    `public_key_der` is a `SubjectPublicKeyInfo` that the verifier trusts from elsewhere. Does not check the rows.
    """
    # Imported late: whoever only writes the journal needs no cryptography.
    from cryptography.exceptions import InvalidSignature

    faults: list[Fault] = []
    check = _signature_check(public_key_der)
    for signed in heads:
        try:
            check(signed.signature, signed.head.canonical())
        except InvalidSignature:
            faults.append(Fault(seq=signed.head.seq, kind="head_signature"))
    return faults


def _signature_check(public_key_der: bytes) -> Callable[[bytes, bytes], None]:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(public_key_der)
    if isinstance(key, rsa.RSAPublicKey):
        return partial(key.verify, padding=padding.PKCS1v15(), algorithm=SHA256())
    if isinstance(key, ec.EllipticCurvePublicKey):
        return partial(key.verify, signature_algorithm=ec.ECDSA(SHA256()))
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.verify
    raise KeyUnavailable(reason="algorithm")


def _canonical(body: dict[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
