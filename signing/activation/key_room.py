"""The only place that opens key stores: finds keys and asks them, in threads of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from cryptography import x509

from signing.activation.store import StoredKey
from signing.errors import KeyUnavailable
from signing.keys.certificate import fingerprint_of
from signing.keys.store import Key, KeyStore
from signing.ports import KeyFacts

R = TypeVar("R")

THREADS = 2
"""As many as a token has sessions: two threads sign twice as fast as one on two cores, more do not."""


class KeyRoom:
    """Key stores by name."""

    def __init__(self, stores: Mapping[str, KeyStore]) -> None:
        self._stores = stores
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="key")

    @property
    def default_store(self) -> str:
        """Return the name of the first store."""
        return next(iter(self._stores))

    def store(self, name: str) -> KeyStore:
        """Return a store; raise `KeyUnavailable`."""
        if name not in self._stores:
            raise KeyUnavailable(reason="no_store", store=name)
        return self._stores[name]

    async def ask(self, question: Callable[[], R]) -> R:
        """Run a blocking question to a key or a store in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, question)

    async def find(self, stored: StoredKey) -> Key:
        """Return the key when it answers and is the one that was made; raise `KeyUnavailable`."""
        store = self.store(stored.store)
        key = await self.ask(lambda: store.find(stored.label))
        if key.public_key_der != stored.public_key_der:
            raise KeyUnavailable(reason="other_key", key=stored.label)
        return key

    def facts_of(self, stored: StoredKey) -> KeyFacts:
        """Return what may be told about a key."""
        facts = KeyFacts(
            label=stored.label, store=stored.store, algorithm=stored.algorithm, is_seal=stored.is_seal,
            is_hardware=self.store(stored.store).is_hardware, owners=stored.owners, certificate_sha256=None,
            is_test=stored.is_test, chain_der=stored.chain_der,
        )  # fmt: skip
        return with_certificate(facts) if stored.chain_der else facts

    async def facts(self) -> list[dict[str, Any]]:
        """Return the facts of every store, for doctor."""
        return [{"name": name, **await self.ask(store.facts)} for name, store in self._stores.items()]

    def close(self) -> None:
        """Wait for the questions under way."""
        self._threads.shutdown()


def with_certificate(facts: KeyFacts) -> KeyFacts:
    """Return `facts` filled from the first certificate of their chain."""
    certificate = x509.load_der_x509_certificate(facts.chain_der[0])
    return replace(
        facts,
        certificate_sha256=fingerprint_of(facts.chain_der[0]),
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )
