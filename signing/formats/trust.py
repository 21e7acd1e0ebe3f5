"""Chains to given roots, and time-stamp tokens, checked by other libraries than those that made them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from cryptography import x509
from cryptography.x509 import verification
from rfc3161_client import VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError as TokenError

from signing.errors import SignatureRefused

_GRANTED = bytes.fromhex("3003020100")
"""DER of `PKIStatusInfo { status granted }` (RFC 3161 2.4.2)."""


def check_chain(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], *, roots_der: Sequence[bytes], at: datetime
) -> None:
    """Raise `SignatureRefused` unless the certificate chains to a root, at time `at`, and may sign.

    Names, policies and revocation are not checked: the roots are the company's own choice.
    """
    policy = verification.PolicyBuilder().store(verification.Store(list(_certificates(tuple(roots_der))))).time(at)
    policy = policy.extension_policies(ca_policy=_authority(), ee_policy=_signer())
    try:
        policy.build_client_verifier().verify(certificate, list(others))
    except verification.VerificationError as error:
        raise SignatureRefused(reason="untrusted-certificate") from error


def check_time_stamp(token: bytes, message: bytes, *, roots_der: Sequence[bytes]) -> datetime:
    """Return the time that an RFC 3161 token proves for `message`; raise `SignatureRefused` otherwise."""
    try:
        response = decode_timestamp_response(_tlv(0x30, _GRANTED + token))
        builder = VerifierBuilder(roots=list(_certificates(tuple(roots_der))))
        builder.build().verify_message(response, message)
        return response.tst_info.gen_time
    except (TokenError, ValueError) as error:
        raise SignatureRefused(reason="bad-time-stamp") from error


def _authority() -> verification.ExtensionPolicy:
    policy = verification.ExtensionPolicy.permit_all()
    policy = policy.require_present(x509.BasicConstraints, verification.Criticality.AGNOSTIC, _is_authority)
    return policy.may_be_present(x509.KeyUsage, verification.Criticality.AGNOSTIC, _issues)


def _signer() -> verification.ExtensionPolicy:
    policy = verification.ExtensionPolicy.permit_all()
    return policy.may_be_present(x509.KeyUsage, verification.Criticality.AGNOSTIC, _signs)


def _is_authority(_policy: verification.Policy, _cert: x509.Certificate, found: x509.BasicConstraints) -> None:
    if not found.ca:
        raise ValueError("an issuer is no authority")


def _issues(_policy: verification.Policy, _cert: x509.Certificate, found: x509.KeyUsage | None) -> None:
    if found is not None and not found.key_cert_sign:
        raise ValueError("an issuer may not issue")


def _signs(_policy: verification.Policy, _cert: x509.Certificate, found: x509.KeyUsage | None) -> None:
    if found is not None and not (found.digital_signature or found.content_commitment):
        raise ValueError("the key may not sign")


@cache
def _certificates(ders: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_der_x509_certificate(der) for der in ders)


def _tlv(tag: int, body: bytes) -> bytes:
    """Return DER: tag, length, body (X.690 8.1.3)."""
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body
