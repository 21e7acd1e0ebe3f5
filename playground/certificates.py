"""A company CA that lies in a folder: root, issuing CA and service certificates; every name says TEST."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

TEST_POLICY = x509.ObjectIdentifier("1.3.6.1.4.1.32473.1.1")
"""Under the enterprise number that RFC 5612 keeps for examples."""

_CA_LIFETIME = timedelta(days=3650)
_SERVICE_LIFETIME = timedelta(days=1825)
_BACKDATED = timedelta(minutes=5)
"""Clocks of a verifier may be a little behind ours."""

_ROLES = {"root": "TEST Root CA", "issuing": "TEST Issuing CA", "tsa": "TEST Time-Stamps", "ocsp": "TEST OCSP"}


def utc_now() -> datetime:
    """Return the machine's time in whole seconds: the default clock of a playground."""
    return datetime.now(UTC).replace(microsecond=0)


class CompanyCa:
    """Keys and certificates of a CA in `folder`, made on the first start and found again on the next.

    `base_url` is where OCSP and CRL will answer; it goes into the certificates issued from then on.
    """

    def __init__(self, folder: Path, *, company: str, base_url: str, now: Callable[[], datetime]) -> None:
        self.base_url = base_url.rstrip("/")
        self.now = now
        self._folder = folder
        self._company = company
        (folder / "issued").mkdir(parents=True, exist_ok=True, mode=0o700)
        for role in _ROLES:
            if not (folder / f"{role}.pem").exists():
                self._create(role)

    @property
    def ocsp_url(self) -> str:
        """Where revocation status is asked."""
        return f"{self.base_url}/ocsp"

    @property
    def crl_url(self) -> str:
        """Where the revocation list lies."""
        return f"{self.base_url}/crl"

    @property
    def roots_pem(self) -> Path:
        """The file with the trust anchors."""
        return self._folder / "root.pem"

    def certificate_der(self, role: str) -> bytes:
        """Return the certificate of `root`, `issuing`, `tsa` or `ocsp`."""
        return _der(self._certificate(role))

    def key_der(self, role: str) -> bytes:
        """Return the PKCS#8 private key of a role; a playground keeps them in files."""
        return self._key(role).private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def issue(
        self, csr_der: bytes, subject: str | None = None, *, lifetime: timedelta = timedelta(days=365)
    ) -> tuple[bytes, ...]:
        """Return the chain (DER, the signer's certificate first, without the root) for a PKCS#10 request.

        `subject` is the common name; None takes the request's own. The company and the word TEST are ours.
        Raises `ValueError` when the request does not carry a valid signature of its own key.
        """
        request = x509.load_der_x509_csr(csr_der)
        if not request.is_signature_valid:
            raise ValueError("the request is not signed by its own key")
        asked = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        name = subject or (str(asked[0].value) if asked else "Nobody")
        usage = _usage(digital_signature=True, content_commitment=True)
        builder = self._start(self._name(name), request.public_key(), lifetime=lifetime)
        builder = builder.add_extension(usage, critical=True).add_extension(_end_entity(), critical=True)
        certificate = self._sign(self._with_pointers(builder), issuer="issuing")
        (self._folder / "issued" / f"{certificate.serial_number:x}.pem").write_bytes(_pem(certificate))
        return _der(certificate), self.certificate_der("issuing")

    def revoke(self, certificate_der: bytes) -> None:
        """Revoke a certificate that was issued here; OCSP and CRL say so from now on."""
        revoked = {f"{serial:x}": since.isoformat() for serial, since in self.revoked().items()}
        revoked[f"{x509.load_der_x509_certificate(certificate_der).serial_number:x}"] = self.now().isoformat()
        (self._folder / "revoked.json").write_text(json.dumps(revoked, indent=1))

    def revoked(self) -> dict[int, datetime]:
        """Return serial numbers and moments of revocation."""
        path = self._folder / "revoked.json"
        listed = json.loads(path.read_text()) if path.exists() else {}
        return {int(serial, 16): datetime.fromisoformat(since) for serial, since in listed.items()}

    def _create(self, role: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write_secret(self._folder / f"{role}.key", secret)
        is_ca = role in ("root", "issuing")
        name = self._name(_ROLES[role])
        builder = self._start(name, key.public_key(), lifetime=_CA_LIFETIME if is_ca else _SERVICE_LIFETIME)
        if is_ca:
            depth = None if role == "root" else 0
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
            builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        else:
            builder = _service_extensions(builder, role)
        issuer = "root" if is_ca else "issuing"
        certificate = self._sign(builder, issuer=issuer, self_signed_as=name if role == "root" else None)
        (self._folder / f"{role}.pem").write_bytes(_pem(certificate))

    def _start(
        self, name: x509.Name, public_key: CertificatePublicKeyTypes, *, lifetime: timedelta
    ) -> x509.CertificateBuilder:
        now = self.now()
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _BACKDATED)
            .not_valid_after(now + lifetime)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        )

    def _with_pointers(self, builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
        notice = x509.UserNotice(notice_reference=None, explicit_text="TEST certificate without legal value")
        ocsp = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(self.ocsp_url))
        crl = x509.DistributionPoint([x509.UniformResourceIdentifier(self.crl_url)], None, None, None)
        policies = x509.CertificatePolicies([x509.PolicyInformation(TEST_POLICY, [notice])])
        return (
            builder.add_extension(policies, critical=False)
            .add_extension(x509.AuthorityInformationAccess([ocsp]), critical=False)
            .add_extension(x509.CRLDistributionPoints([crl]), critical=False)
        )

    def _sign(
        self, builder: x509.CertificateBuilder, *, issuer: str, self_signed_as: x509.Name | None = None
    ) -> x509.Certificate:
        key = self._key(issuer)
        name = self_signed_as or self._certificate(issuer).subject
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
        return builder.issuer_name(name).add_extension(authority, critical=False).sign(key, hashes.SHA256())

    def _name(self, common_name: str) -> x509.Name:
        company = x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{self._company} TEST"[:64])
        return x509.Name([company, x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])

    def _certificate(self, role: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self._folder / f"{role}.pem").read_bytes())

    def _key(self, role: str) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key((self._folder / f"{role}.key").read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key


def _service_extensions(builder: x509.CertificateBuilder, role: str) -> x509.CertificateBuilder:
    purpose = ExtendedKeyUsageOID.TIME_STAMPING if role == "tsa" else ExtendedKeyUsageOID.OCSP_SIGNING
    builder = builder.add_extension(_end_entity(), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True), critical=True)
    # RFC 3161 2.3: critical, and the only purpose
    builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    return builder if role == "tsa" else builder.add_extension(x509.OCSPNoCheck(), critical=False)


def _usage(**granted: bool) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: granted.get(name, False) for name in every})


def _end_entity() -> x509.BasicConstraints:
    return x509.BasicConstraints(ca=False, path_length=None)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_secret(path: Path, body: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(body)
