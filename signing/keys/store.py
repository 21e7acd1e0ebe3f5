"""What a key store is: keys by label that sign bytes and never know why: formats and keys add up, not multiply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

ALGORITHMS = ("RSA-3072", "P-256")
"""What a key store can generate. RSA signs PKCS#1 v1.5, P-256 answers a DER `ECDSA-Sig-Value`; both over SHA-256."""


@dataclass(frozen=True, kw_only=True)
class Pending:
    """Not a signature yet: some keys (remote provider, a person at a workstation) answer after minutes."""

    ticket: str
    """What `Key.collect` asks with; kept in the ledger, so that a restart loses nothing."""


class Key(Protocol):
    """One private key that never leaves its store. Calls block: they belong in a thread."""

    @property
    def label(self) -> str: ...
    @property
    def algorithm(self) -> str:
        """One of `ALGORITHMS`, or what else the store was found to hold, such as `RSA-2048`."""

    @property
    def public_key_der(self) -> bytes:
        """DER `SubjectPublicKeyInfo` (RFC 5280)."""

    def sign(self, message: bytes) -> bytes | Pending:
        """Sign SHA-256 of `message`; return the signature or a ticket.

        Raises `KeyUnavailable` when certainly no signature was made, `UnknownOutcome` when nobody can know.
        """

    def collect(self, ticket: str) -> bytes | Pending:
        """Return the signature that `ticket` promised, or `Pending` again. Raises as `sign`."""


class KeyStore(Protocol):
    """A place of keys. Calls block; every one heals a lost connection first where that is possible."""

    @property
    def is_hardware(self) -> bool:
        """False when the key lies in software, whatever interface it is reached by (invariant 11)."""

    def find(self, label: str) -> Key:
        """Return a key that answers now; raise `KeyUnavailable` (`reason`)."""

    def labels(self) -> tuple[str, ...]:
        """Return the labels of all private keys."""

    def generate(self, label: str, algorithm: str) -> Key:
        """Make a key pair that cannot be exported; raise `KeyUnavailable` when the label is taken."""

    def keep_certificate(self, label: str, certificate_der: bytes) -> None:
        """Put the certificate beside its key, for other programs that look into the store."""

    def facts(self) -> dict[str, Any]:
        """Return plain facts for doctor (token, serial, state); never raises, never a secret."""
