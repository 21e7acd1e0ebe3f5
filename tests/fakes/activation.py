"""A Fake of the activation port that signs nothing: for tests of chat, pages and workflow (never for signatures)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.activation.extract import LedgerExtract, stated
from signing.activation.mandate import Standing
from signing.activation.record import ActivationRecord
from signing.document import Sha256
from signing.errors import LockedOut, LockedPerson, MandateRefused, NotEnrolled, RecordSpent, WrongCode
from signing.people import PersonId
from signing.ports import Enrolment, Hole, KeyFacts, MadeSignature

RIGHT = "123456"
"""The code that counts."""


def a_key(*owners: PersonId, label: str = "own", is_seal: bool = False) -> KeyFacts:
    """Return facts of a certified software key."""
    return KeyFacts(
        label=label, store="pkcs11", algorithm="P-256", is_seal=is_seal, is_hardware=False, owners=owners,
        certificate_sha256=Sha256("c" * 64), subject=f"CN={label}", issuer="CN=Company CA", is_test=True,
        not_before=datetime(2026, 1, 1, tzinfo=UTC), not_after=datetime(2028, 1, 1, tzinfo=UTC),
        chain_der=(b"certificate",),
    )  # fmt: skip


class FakeActivation:
    """Fills `signing.ports.Activation` in memory with the rules that people notice."""

    def __init__(self, keys: Sequence[KeyFacts] = ()) -> None:
        self.owned = list(keys)
        self.secrets: dict[PersonId, str] = {}
        self.locked: set[PersonId] = set()
        self.confirmed_records: dict[str, ActivationRecord] = {}
        self.attempts: dict[str, int] = {}
        self.failures: dict[PersonId, int] = {}
        self.proved: set[tuple[PersonId, str]] = set()
        self.signed: list[tuple[str, int]] = []
        self.journal_key = ec.generate_private_key(ec.SECP256R1())
        self.standings: list[Standing] = []

    async def keys(self, person: PersonId | None = None) -> tuple[KeyFacts, ...]:
        """Return the keys given at the start."""
        return tuple(key for key in self.owned if person is None or person in key.owners)

    async def confirm(self, record: ActivationRecord, code: str) -> None:
        """Accept `RIGHT`; three wrong codes end a record, ten lock a person."""
        if record.signer in self.locked:
            raise LockedPerson(person=record.signer)
        if record.nonce in self.confirmed_records:
            return
        if record.signer not in self.secrets:
            raise NotEnrolled()
        if self.failures.get(record.signer, 0) >= 10:
            raise LockedOut()
        if self.attempts.get(record.nonce, 0) >= 3:
            raise RecordSpent()
        if code != RIGHT:
            self.attempts[record.nonce] = self.attempts.get(record.nonce, 0) + 1
            self.failures[record.signer] = self.failures.get(record.signer, 0) + 1
            if self.attempts[record.nonce] >= 3:
                raise RecordSpent()
            raise WrongCode(attempts_left=3 - self.attempts[record.nonce])
        self.failures[record.signer] = 0
        self.confirmed_records[record.nonce] = record

    async def confirmed(self, nonce: str) -> bool:
        """Return whether the record was confirmed."""
        return nonce in self.confirmed_records

    async def mandates(self) -> tuple[Standing, ...]:
        """Return the mandates given by the test."""
        return tuple(self.standings)

    async def use_mandate(self, record: ActivationRecord) -> Standing:
        """Count a use; what is left decides."""
        place = next((at for at, one in enumerate(self.standings) if one.mandate.signer == record.signer), None)
        if place is None or record.claim is None:
            raise MandateRefused(reason="no_mandate")
        if record.nonce not in self.confirmed_records:
            standing = self.standings[place]
            standing.check(record.claim, now=record.shown_at)
            spent = standing.spent + (record.claim.value or 0)
            self.standings[place] = replace(standing, used=standing.used + 1, spent=spent)
            self.confirmed_records[record.nonce] = record
        return self.standings[place]

    async def prove(self, person: PersonId, code: str, *, matter: str) -> None:
        """Accept `RIGHT`, and whatever comes for a matter that was proved already."""
        if (person, matter) in self.proved:
            return
        if person in self.locked:
            raise LockedPerson(person=person)
        if person not in self.secrets:
            raise NotEnrolled()
        if code != RIGHT:
            raise WrongCode(attempts_left=2)
        self.proved.add((person, matter))

    async def sign(self, nonce: str, entry: int, prepared: Path, hole: Hole) -> MadeSignature:
        """Note that it was asked; the result is no signature."""
        self.signed.append((nonce, entry))
        return MadeSignature(cms=b"cms", value=b"value")

    async def enrol(self, person: PersonId, *, account: str) -> Enrolment:
        """Return a fixed seed."""
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        return Enrolment(secret=secret, uri=f"otpauth://totp/Company:{account}?secret={secret}&issuer=Company")

    async def finish_enrolment(self, person: PersonId, first: str, second: str) -> tuple[str, ...]:
        """Accept any two different codes."""
        if first == second:
            raise WrongCode(attempts_left=2)
        self.secrets[person] = "seed"
        return tuple(f"code-{place}" for place in range(10))

    async def recover(self, person: PersonId, recovery_code: str) -> None:
        """Accept `code-0`."""
        if recovery_code != "code-0" or person not in self.secrets:
            raise WrongCode(attempts_left=2)
        del self.secrets[person]

    async def enrolled(self, person: PersonId) -> bool:
        """Return whether the enrolment was finished."""
        return person in self.secrets

    async def lock(self, person: PersonId) -> None:
        """Lock at once."""
        self.locked.add(person)

    async def unlock(self, person: PersonId) -> None:
        """Lift the lock."""
        self.locked.discard(person)
        self.failures[person] = 0

    async def sign_head(self, head: bytes) -> bytes:
        """Sign with a key of the journal in memory."""
        return self.journal_key.sign(head, ec.ECDSA(hashes.SHA256()))

    async def journal_public_key(self) -> bytes:
        """Return that key's public half."""
        return self.journal_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    async def extract_ledger(self, *, requests: Sequence[str], nonces: Sequence[str] = ()) -> LedgerExtract:
        """Return a ledger that knows nothing, vouched for."""
        empty = LedgerExtract(rows=(), records={}, mandates={}, ledger_rows=0, ledger_head="")
        statement = stated(empty, requests=requests, at=datetime.now(UTC))
        return replace(empty, statement=statement, signature=await self.sign_head(statement))

    async def status(self) -> dict[str, Any]:
        """Return plain facts."""
        return {"token": "fake"}
