"""The roots that a company's signatures chain to, as whoever checks them must know them: name and fingerprint."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.document import Sha256


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """One root certificate."""

    name: str
    """Common name, or the whole subject when there is none."""
    subject: str
    sha256: Sha256
    """Of the certificate, what programs call its fingerprint or thumbprint."""
    not_after: datetime
    der: bytes

    @property
    def grouped(self) -> str:
        """The fingerprint in groups of four, as people read it out."""
        return grouped(self.sha256)


def anchors_of(ders: Sequence[bytes]) -> tuple[Anchor, ...]:
    """Return the roots in words; what is no certificate is left out. Does not check their dates."""
    found: list[Anchor] = []
    for der in ders:
        with contextlib.suppress(ValueError):
            found.append(_anchor(der))
    return tuple(found)


def grouped(sha256: str) -> str:
    """Return a whole fingerprint in groups of four capitals."""
    upper = sha256.upper()
    return " ".join(upper[at : at + 4] for at in range(0, len(upper), 4))


def _anchor(der: bytes) -> Anchor:
    certificate = x509.load_der_x509_certificate(der)
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    subject = certificate.subject.rfc4514_string()
    return Anchor(
        name=str(names[0].value) if names else subject, subject=subject,
        sha256=Sha256(hashlib.sha256(der).hexdigest()), not_after=certificate.not_valid_after_utc, der=der,
    )  # fmt: skip
