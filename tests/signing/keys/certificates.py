"""A certification authority in memory, for tests of keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


class TestCa:
    """Signs whatever certificate request it is given."""

    __test__ = False

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
        start = x509.CertificateBuilder().subject_name(self._name).public_key(self._key.public_key())
        self.certificate_der = self._sign(start.add_extension(x509.BasicConstraints(ca=True, path_length=None), True))

    def issue(self, request_der: bytes, *, since: datetime = SINCE, days: int = 3650) -> list[bytes]:
        """Return the chain for a request that its own key has signed."""
        request = x509.load_der_x509_csr(request_der)
        assert request.is_signature_valid
        start = x509.CertificateBuilder().subject_name(request.subject).public_key(request.public_key())
        return [self._sign(start, since=since, days=days), self.certificate_der]

    def _sign(self, start: x509.CertificateBuilder, *, since: datetime = SINCE, days: int = 3650) -> bytes:
        dated = start.not_valid_before(since).not_valid_after(since + timedelta(days=days))
        numbered = dated.serial_number(x509.random_serial_number()).issuer_name(self._name)
        return numbered.sign(self._key, hashes.SHA256()).public_bytes(Encoding.DER)
