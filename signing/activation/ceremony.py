"""The key ceremony: keys made, certificates asked for and brought home, owners named; each step in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from signing.activation.key_room import KeyRoom
from signing.activation.ledger import Entered
from signing.activation.store import ActivationStore, ActivationTransaction, StoredKey
from signing.errors import KeyUnavailable, NotAllowed, NotFound
from signing.keys.certificate import checked_chain, fingerprint_of, request_certificate
from signing.people import PersonId
from signing.ports import Clock, KeyFacts

JOURNAL_KEY = "journal-head"
"""Label of the journal's own key; no person can own it."""


class KeyCeremony:
    """What may be done with keys besides signing."""

    def __init__(self, *, store: ActivationStore, keys: KeyRoom, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def generate(
        self,
        label: str,
        *,
        algorithm: str,
        owners: Sequence[PersonId],
        is_seal: bool = False,
        is_test: bool = False,
        store: str | None = None,
    ) -> KeyFacts:
        """Make a key, or take over the one that lies under this label in the token already.

        A personal key has one owner at most; a seal any number (invariant 11). Repeats that ask the same are
        harmless. Raises `KeyUnavailable`, `NotAllowed`.
        """
        name = store or self._keys.default_store
        if label == JOURNAL_KEY or not label.strip():
            raise NotAllowed(reason="reserved_label", key=label)
        _check_owners(owners, is_seal=is_seal)
        known = await self._store.run(lambda tx: tx.key(label))
        if known is not None:
            if (known.algorithm, known.is_seal, known.store) != (algorithm, is_seal, name):
                raise KeyUnavailable(reason="label_taken", key=label)
            return self._keys.facts_of(known)
        place = self._keys.store(name)
        key = await self._keys.ask(
            lambda: place.find(label) if label in place.labels() else place.generate(label, algorithm)
        )
        if key.algorithm != algorithm:
            raise KeyUnavailable(reason="label_taken", key=label)
        made = StoredKey(
            label=label, store=name, algorithm=algorithm, is_seal=is_seal, is_test=is_test, owners=tuple(owners),
            public_key_der=key.public_key_der,
        )  # fmt: skip
        await self._save(made, Entered.KEY_GENERATED, algorithm=algorithm, owners=list(owners), seal=is_seal)
        return self._keys.facts_of(made)

    async def request_certificate(self, label: str, *, subject: Mapping[str, str]) -> bytes:
        """Return a DER PKCS#10 request signed in the token; `subject` as in `keys.certificate`."""
        stored = await self._key(label)
        key = await self._keys.find(stored)
        request = await self._keys.ask(lambda: request_certificate(key, subject))
        await self._save(stored, Entered.KEY_REQUESTED, subject_name=dict(subject))
        return request

    async def import_certificate(self, label: str, chain_der: Sequence[bytes]) -> KeyFacts:
        """Bring a certificate home, its issuers behind it; raise `KeyUnavailable` when it does not fit the key."""
        stored = await self._key(label)
        chain = checked_chain(chain_der, public_key_der=stored.public_key_der, now=self._clock.now())
        place = self._keys.store(stored.store)
        await self._keys.ask(lambda: place.keep_certificate(label, chain[0]))
        certified = replace(stored, chain_der=chain)
        await self._save(certified, Entered.KEY_CERTIFIED, certificate=fingerprint_of(chain[0]))
        return self._keys.facts_of(certified)

    async def assign_owner(self, label: str, person: PersonId) -> KeyFacts:
        """Let one more person use a seal, or the first one a personal key; raise `NotAllowed`."""
        stored = await self._key(label)
        if person in stored.owners:
            return self._keys.facts_of(stored)
        owners = (*stored.owners, person)
        _check_owners(owners, is_seal=stored.is_seal)
        assigned = replace(stored, owners=owners)
        await self._save(assigned, Entered.KEY_ASSIGNED, owner=person)
        return self._keys.facts_of(assigned)

    async def _key(self, label: str) -> StoredKey:
        found = await self._store.run(lambda tx: tx.key(label))
        if found is None:
            raise NotFound(what="key", key=label)
        return found

    async def _save(self, key: StoredKey, kind: Entered, **facts: object) -> None:
        now = self._clock.now()

        def save(tx: ActivationTransaction) -> None:
            tx.save_key(key)
            tx.append(kind, key.label, at=now, **facts)

        await self._store.run(save)


def _check_owners(owners: Sequence[PersonId], *, is_seal: bool) -> None:
    if len(owners) > 1 and not is_seal:
        raise NotAllowed(reason="personal_key")
