"""The container is proved as a whole: there is no byte of it that could be another."""

from __future__ import annotations

import hashlib

import pytest
from cryptography import x509

from playground.pki import LoopbackPki
from signing.errors import SignatureRefused
from signing.formats import cms, trust
from tests.signing.formats.desk import LocalSigner, moment, time_stamp

DIGEST = hashlib.sha256(b"a document").digest()


def _judge(body: bytes, signer: LocalSigner, pki: LoopbackPki) -> cms.SignedData:
    signed = cms.prove(body, digest=DIGEST, certificate_der=signer.chain[0])
    certificate = x509.load_der_x509_certificate(signer.chain[0])
    trust.check_chain(certificate, signed.others, roots_der=pki.roots_der, at=moment())
    return signed


def _unused_bits(body: bytes, issuer_der: bytes) -> int:
    """Return the place of the one byte that no signature covers and OpenSSL forgives: how many bits at the end of the
    issuer's signature are padding."""
    signature = x509.load_der_x509_certificate(issuer_der).signature
    return body.index(issuer_der) + len(issuer_der) - len(signature) - 1


@pytest.mark.parametrize("algorithm", ["P-256", "RSA"])
@pytest.mark.parametrize("bit", [0x01, 0x40])
def test_no_bit_of_the_container_may_differ(pki: LoopbackPki, algorithm: str, bit: int) -> None:
    signer = LocalSigner.made(pki, "Anna", algorithm=algorithm)
    body = signer.sign_digest(DIGEST).cms
    _judge(body, signer, pki)
    for at in set(range(len(body))) - {_unused_bits(body, signer.chain[1])}:
        spoiled = bytearray(body)
        spoiled[at] ^= bit
        # `selfcheck` turns what asn1crypto and cryptography raise into the refusal
        with pytest.raises((SignatureRefused, ValueError, x509.InvalidVersion)):
            _judge(bytes(spoiled), signer, pki)


def test_a_time_stamp_goes_in_and_comes_out_unchanged(pki: LoopbackPki, signer: LocalSigner) -> None:
    made = signer.sign_digest(DIGEST)
    token = time_stamp(pki, made.value)
    stamped = cms.with_time_stamp(made.cms, token)

    signed = _judge(stamped, signer, pki)
    assert signed.value == made.value
    assert signed.time_stamp == token
    assert trust.check_time_stamp(token, made.value, roots_der=pki.roots_der) <= moment()


def test_a_container_without_time_stamp_says_so(pki: LoopbackPki, signer: LocalSigner) -> None:
    assert _judge(signer.sign_digest(DIGEST).cms, signer, pki).time_stamp is None


def test_no_bit_of_a_time_stamp_may_differ(pki: LoopbackPki) -> None:
    token = time_stamp(pki, b"value")
    accepted = []
    for at in range(0, len(token), 3):
        spoiled = bytearray(token)
        spoiled[at] ^= 0x01
        try:
            trust.check_time_stamp(bytes(spoiled), b"value", roots_der=pki.roots_der)
            accepted.append(at)
        except SignatureRefused:
            continue
    # outside of what the authority signed: versions, and certificates that the chain does not need
    assert len(accepted) < len(token) / 30
