"""The activation module: the one door to a key, put together; in-process it fills the port `Activation` itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from signing.activation.ceremony import JOURNAL_KEY, KeyCeremony
from signing.activation.confirming import Confirmation
from signing.activation.extract import KIND, LedgerExtract, read_extract, stated
from signing.activation.factors import Factors
from signing.activation.key_room import KeyRoom
from signing.activation.ledger_check import LedgerReport, check_ledger
from signing.activation.mandating import Mandates
from signing.activation.proving import Proving
from signing.activation.signing import PATIENCE_S, Signing
from signing.activation.store import ActivationStore
from signing.activation.wire import file_chunks
from signing.errors import KeyUnavailable, NotAllowed
from signing.keys.store import Key, KeyStore, Pending
from signing.people import PersonId
from signing.ports import Clock, Hole, KeyFacts, MadeSignature


class ActivationModule:
    """See the port `Activation`, and `KeyCeremony` for what a console may do besides."""

    def __init__(
        self,
        *,
        store: ActivationStore,
        key_stores: Mapping[str, KeyStore],
        clock: Clock,
        issuer: str = "Countersign",
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`key_stores` by name, the first one for new keys; `issuer` is shown in authenticators."""
        self._store = store
        self._keys = KeyRoom(key_stores)
        self._clock = clock
        self._confirmation = Confirmation(store=store, keys=self._keys, clock=clock)
        self._signing = Signing(store=store, keys=self._keys, clock=clock, patience_s=patience_s)
        self.factors = Factors(store=store, clock=clock, issuer=issuer)
        self.mandates = Mandates(store=store, keys=self._keys, clock=clock)
        self.ceremony = KeyCeremony(store=store, keys=self._keys, clock=clock)
        self.enrol = self.factors.enrol
        self.finish_enrolment = self.factors.finish_enrolment
        self.recover = self.factors.recover
        self.enrolled = self.factors.enrolled
        self.lock = self.factors.lock
        self.unlock = self.factors.unlock
        self.prove = Proving(store=store, clock=clock).prove
        self.confirm = self._confirmation.confirm
        self.confirmed = self._confirmation.confirmed

    async def sign_chunks(self, nonce: str, entry: int, chunks: AsyncIterator[bytes], hole: Hole) -> MadeSignature:
        """See `Signing.sign`."""
        return await self._signing.sign(nonce, entry, chunks, hole)

    async def sign(self, nonce: str, entry: int, prepared: Path, hole: Hole) -> MadeSignature:
        """See the port; reads the file."""
        return await self._signing.sign(nonce, entry, file_chunks(prepared), hole)

    async def keys(self, person: PersonId | None = None) -> tuple[KeyFacts, ...]:
        """Return the keys a person may use, last used first; all keys when None."""
        stored, used = await self._store.run(lambda tx: (tx.keys(), tx.last_uses(person) if person else {}))
        mine = [key for key in stored if person is None or person in key.owners]
        # A key never used yet: their own one before a seal.
        mine.sort(key=lambda key: (-used.get(key.label, 0), key.is_seal))
        return tuple(self._keys.facts_of(key) for key in mine)

    async def sign_head(self, head: bytes) -> bytes:
        """Sign a journal head, or the list of parts of an evidence file, with the journal's own key.

        (ECDSA P-256 over SHA-256, DER.) A statement about the ledger is refused: only the module itself makes one.
        """
        if KIND.encode() in head:
            raise NotAllowed(reason="statement")
        return await self._vouch(head)

    async def journal_public_key(self) -> bytes:
        """Return the DER `SubjectPublicKeyInfo` that journal heads are verified with; made when it is not there."""
        return (await self._journal_key()).public_key_der

    async def verify_ledger(self, *, at: Collection[int] = ()) -> LedgerReport:
        """Check the module's own ledger from end to end; `at`: see `check_ledger`."""
        return await self._store.run(lambda tx: check_ledger(tx, at=at))

    async def extract_ledger(self, *, requests: Collection[str], nonces: Collection[str] = ()) -> LedgerExtract:
        """Return the ledger's rows about these requests and records, vouched for by the journal's own key."""
        found = await self._store.run(lambda tx: read_extract(tx, requests=requests, nonces=nonces))
        statement = stated(found, requests=requests, at=self._clock.now())
        return replace(found, statement=statement, signature=await self._vouch(statement))

    async def status(self) -> dict[str, Any]:
        """See the port; never raises for a token that is away."""
        now = self._clock.now()
        keys, head, locked = await self._store.run(
            lambda tx: (tx.keys(), tx.head() or (0, ""), sum(factor.is_locked for factor in tx.factors()))
        )
        return {
            "clock": now.isoformat(),
            "stores": await self._keys.facts(),
            "keys": [_dates(self._keys.facts_of(key)) for key in keys],
            "ledger": {"rows": head[0], "head": head[1]},
            "locked": locked,
        }

    async def close(self) -> None:
        """Wait for every key that was asked, then let keys and store go."""
        await self._signing.drain()
        self._keys.close()
        self._store.close()

    async def _vouch(self, body: bytes) -> bytes:
        key = await self._journal_key()
        value = await self._keys.ask(lambda: key.sign(body))
        if isinstance(value, Pending):
            raise KeyUnavailable(reason="pending", key=JOURNAL_KEY)
        return value

    async def _journal_key(self) -> Key:
        place = self._keys.store(self._keys.default_store)
        return await self._keys.ask(
            lambda: place.find(JOURNAL_KEY) if JOURNAL_KEY in place.labels() else place.generate(JOURNAL_KEY, "P-256")
        )


def _dates(facts: KeyFacts) -> dict[str, Any]:
    ends: datetime | None = facts.not_after
    return {
        "label": facts.label, "algorithm": facts.algorithm, "seal": facts.is_seal, "hardware": facts.is_hardware,
        "subject": facts.subject, "not_after": ends.isoformat() if ends else None, "owners": list(facts.owners),
    }  # fmt: skip
