"""A module on a real token with a certified key and an enrolled person: what most tests of activation start from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyotp

from signing.activation.module import ActivationModule
from signing.activation.record import LIFETIME, ActivationRecord, Entry, new_nonce
from signing.confirmation.totp import STEP_S, step_at
from signing.document import Sha256
from signing.keys.pin_guard import PinGuard
from signing.keys.pkcs11_token import Pkcs11Token
from signing.keys.store import KeyStore
from signing.people import PersonId
from signing.ports import Hole, KeyFacts
from signing.request import RequestId
from storage.activation_store import SqliteActivationStore
from storage.sealed import Sealer
from tests.conftest import HandClock, SoftToken
from tests.signing.keys.certificates import TestCa

IVAN, VERA = PersonId("ivan"), PersonId("vera")
SHOWN = b"%PDF-1.7 what was shown\nstartxref\n9\n%%EOF\n"
SEALING_KEY = b"s" * 32


@dataclass
class Prepared:
    """A prepared file: the shown bytes, an increment with a hole."""

    path: Path
    hole: Hole

    @property
    def covered(self) -> bytes:
        """What the signature covers."""
        body = self.path.read_bytes()
        return body[: self.hole.start] + body[self.hole.end :]


@dataclass
class Bench:
    """See the module's docstring."""

    folder: Path
    token: SoftToken
    clock: HandClock
    authority: TestCa = field(default_factory=TestCa)
    stores: Callable[[Pkcs11Token], Mapping[str, KeyStore]] = lambda token: {"pkcs11": token}
    seeds: dict[PersonId, str] = field(default_factory=dict)
    patience_s: float = 5.0
    opened: ActivationModule | None = None

    @property
    def module(self) -> ActivationModule:
        """The running module."""
        assert self.opened is not None
        return self.opened

    @property
    def store_path(self) -> Path:
        """The module's own database."""
        return self.folder / "activation.sqlite3"

    def start(self, *, wrap: Callable[[SqliteActivationStore], Any] = lambda store: store) -> ActivationModule:
        """Start the module on the files that are there."""
        guard = PinGuard(self.folder / "token.pin", key=b"g" * 32)
        token = Pkcs11Token(
            module_path=str(self.token.module), token_label=self.token.label, pin=self.token.pin, guard=guard
        )
        store = wrap(SqliteActivationStore(self.store_path, sealer=Sealer(SEALING_KEY)))
        self.opened = ActivationModule(
            store=store, key_stores=self.stores(token), clock=self.clock, issuer="Company", patience_s=self.patience_s
        )
        return self.opened

    async def restart(self) -> ActivationModule:
        """Stop the module and start it again."""
        await self.module.close()
        return self.start()

    async def enrol(self, person: PersonId = IVAN) -> tuple[str, ...]:
        """Enrol a person and wait for a fresh code; return the recovery codes."""
        self.seeds[person] = (await self.module.enrol(person, account=person)).secret
        codes = await self.module.finish_enrolment(person, self.code(person, -1), self.code(person, 0))
        self.clock.move(seconds=STEP_S)
        return codes

    async def certify(self, label: str = "own", *, owners: Sequence[PersonId] = (IVAN,), **more: Any) -> KeyFacts:
        """Make a key and bring its certificate home."""
        algorithm = more.pop("algorithm", "P-256")
        await self.module.ceremony.generate(label, algorithm=algorithm, owners=owners, is_seal=len(owners) > 1, **more)
        request = await self.module.ceremony.request_certificate(label, subject={"common_name": label})
        return await self.module.ceremony.import_certificate(label, self.authority.issue(request))

    def code(self, person: PersonId = IVAN, shift: int = 0) -> str:
        """Return what the person's authenticator shows, `shift` steps from now."""
        return pyotp.TOTP(self.seeds[person]).generate_otp(step_at(self.clock.now()) + shift)

    def wrong_code(self, person: PersonId = IVAN) -> str:
        """Return six digits that no near step shows."""
        near = {self.code(person, shift) for shift in range(-2, 3)}
        return next(text for text in ("000000", "111111", "222222", "333333", "444444", "555555") if text not in near)

    def next_code(self, person: PersonId = IVAN) -> str:
        """Wait for the next step and return its code."""
        self.clock.move(seconds=STEP_S)
        return self.code(person)

    def record(
        self, key: KeyFacts, *, signer: PersonId = IVAN, shown: Sequence[bytes] = (SHOWN,), form: str = "pades"
    ) -> ActivationRecord:
        """Return a record as the workflow makes it, shown now."""
        now = self.clock.now()
        entries = tuple(
            Entry(
                request=RequestId(f"R{place}"), document=0, sha256=Sha256(hashlib.sha256(body).hexdigest()),
                size_bytes=len(body), format=form, level="B-B", destination="telegram:1001",
            )
            for place, body in enumerate(shown)
        )  # fmt: skip
        return ActivationRecord(
            nonce=new_nonce(), signer=signer, key=key.label, certificate_sha256=key.certificate_sha256 or Sha256(""),
            policy="default", policy_sha256=Sha256("0" * 64), shown_at=now, expires_at=now + LIFETIME, entries=entries,
        )  # fmt: skip

    def prepare(self, shown: bytes = SHOWN, *, hole_bytes: int = 4096, name: str = "prepared") -> Prepared:
        """Write the file that a worker would prepare."""
        before = shown + b"1 0 obj <</Contents "
        body = before + b"<" + b"0" * hole_bytes + b">" + b">> endobj\nstartxref\n99\n%%EOF\n"
        path = self.folder / name
        path.write_bytes(body)
        return Prepared(path=path, hole=Hole(start=len(before), end=len(before) + hole_bytes + 2))

    async def confirmed(self, key: KeyFacts, **more: Any) -> ActivationRecord:
        """Return a record that was confirmed with the next code."""
        code = self.next_code(more.get("signer", IVAN))
        record = self.record(key, **more)
        await self.module.confirm(record, code)
        return record


def changed(record: ActivationRecord, **facts: Any) -> ActivationRecord:
    """Return the record with other facts of its own, or of its first entry where it has none of that name."""
    own = {name: value for name, value in facts.items() if name in ActivationRecord.__dataclass_fields__}
    entry = {name: value for name, value in facts.items() if name not in own}
    first = replace(record.entries[0], **entry)
    return replace(record, **{"entries": (first, *record.entries[1:]), **own})
