"""Takes the signatures of the journal's own key: over heads, statements of the ledger, lists of parts of evidence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signing.errors import KeyUnavailable


def signature_check(public_key_der: bytes) -> Callable[[bytes, bytes], None]:
    """Return what takes a signature and the signed bytes; it raises cryptography's `InvalidSignature`."""
    key = load_der_public_key(public_key_der)
    if isinstance(key, rsa.RSAPublicKey):
        return partial(key.verify, padding=padding.PKCS1v15(), algorithm=SHA256())
    if isinstance(key, ec.EllipticCurvePublicKey):
        return partial(key.verify, signature_algorithm=ec.ECDSA(SHA256()))
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.verify
    raise KeyUnavailable(reason="algorithm")
