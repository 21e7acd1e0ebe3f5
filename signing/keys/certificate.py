"""Certificates of our keys: the request for one (PKCS#10), the check of one that came, the check of a signature."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime

from asn1crypto import algos, csr, keys
from asn1crypto import x509 as names
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from signing.document import Sha256
from signing.errors import KeyUnavailable
from signing.keys.store import Key, Pending


def fingerprint_of(certificate_der: bytes) -> Sha256:
    """Return the SHA-256 of a certificate."""
    return Sha256(hashlib.sha256(certificate_der).hexdigest())


def request_certificate(key: Key, subject: Mapping[str, str]) -> bytes:
    """Return a DER PKCS#10 request (RFC 2986), signed by `key`; blocks as the key does.

    `subject` maps asn1crypto's names to values, such as `common_name`, `organization_name`, `country_name`.
    Raises `KeyUnavailable` for a name that X.509 does not know, and for a key that cannot answer at once.
    """
    try:
        info = csr.CertificationRequestInfo(
            {
                "version": "v1",
                "subject": names.Name.build(dict(subject)),
                "subject_pk_info": keys.PublicKeyInfo.load(key.public_key_der),
                "attributes": csr.CRIAttributes([]),
            }
        )
    except (ValueError, KeyError) as error:
        raise KeyUnavailable(reason="subject") from error
    value = key.sign(info.dump())
    if isinstance(value, Pending):
        raise KeyUnavailable(reason="pending")
    algorithm = "sha256_rsa" if key.algorithm.startswith("RSA") else "sha256_ecdsa"
    return bytes(
        csr.CertificationRequest(
            {
                "certification_request_info": info,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": algorithm}),
                "signature": value,
            }
        ).dump()
    )


def checked_chain(chain_der: Sequence[bytes], *, public_key_der: bytes, now: datetime) -> tuple[bytes, ...]:
    """Return the chain, signer's certificate first, without repeats; raise `KeyUnavailable`.

    Checks that the first certificate carries the key, is in time, and that each is signed by the next. Does not
    check revocation, nor who is to be trusted: that is the verifier's question.
    """
    unique = tuple(dict.fromkeys(chain_der))
    try:
        certificates = [x509.load_der_x509_certificate(der) for der in unique]
        own = certificates[0].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for certificate, issuer in itertools.pairwise(certificates):
            certificate.verify_directly_issued_by(issuer)
    except (IndexError, ValueError, TypeError, InvalidSignature) as error:
        raise KeyUnavailable(reason="chain") from error
    if own != public_key_der:
        raise KeyUnavailable(reason="certificate_of_other_key")
    check_dates(unique[0], now=now)
    return unique


def check_dates(certificate_der: bytes, *, now: datetime) -> None:
    """Raise `KeyUnavailable` when the certificate does not count at `now`."""
    certificate = x509.load_der_x509_certificate(certificate_der)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise KeyUnavailable(reason="certificate_dates", not_after=certificate.not_valid_after_utc.isoformat())


def is_signature(value: bytes, message: bytes, *, public_key_der: bytes) -> bool:
    """Return whether `value` is a signature of SHA-256(`message`) by this key."""
    public = load_der_public_key(public_key_der)
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(value, message, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(value, message, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True
