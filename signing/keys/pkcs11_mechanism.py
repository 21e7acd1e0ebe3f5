"""How a token is asked for a signature: the mechanism chosen from its own list, and what its error codes mean."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import pkcs11
from asn1crypto.algos import DSASignature
from pkcs11 import Attribute, KeyType, Mechanism, PrivateKey
from pkcs11.types import SignMixin

from signing.errors import KeyUnavailable

DIGEST_INFO_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER prefix of `DigestInfo` (RFC 8017, 9.2): what a raw RSA mechanism wants before the digest."""

LOST: tuple[type[Exception], ...] = (
    pkcs11.ObjectHandleInvalid,
    pkcs11.KeyHandleInvalid,
    pkcs11.SessionHandleInvalid,
    pkcs11.SessionClosed,
    pkcs11.UserNotLoggedIn,
    pkcs11.TokenNotPresent,
    pkcs11.SlotIDInvalid,
    pkcs11.NoSuchToken,
    pkcs11.NoSuchKey,
)
"""Definite answers that nothing was signed, and that a fresh login may mend."""

UNCERTAIN: tuple[type[Exception], ...] = (
    pkcs11.DeviceError,
    pkcs11.DeviceRemoved,
    pkcs11.DeviceMemory,
    pkcs11.GeneralError,
    pkcs11.FunctionFailed,
    pkcs11.FunctionCancelled,
    pkcs11.HostMemory,
)
"""The device fell silent: a signature may have been made inside."""


@dataclass(frozen=True, kw_only=True)
class SigningMechanism:
    """How one key of one token signs."""

    mechanism: Mechanism
    is_raw: bool
    """The token wants the digest (RSA: a `DigestInfo`), not the message."""
    is_ec: bool

    def sign(self, key: PrivateKey, message: bytes) -> bytes:
        """Return the signature of SHA-256(`message`); PKCS#11 errors pass through."""
        digest = hashlib.sha256(message).digest()
        raw = digest if self.is_ec else DIGEST_INFO_SHA256 + digest
        assert isinstance(key, SignMixin)
        made = bytes(key.sign(raw if self.is_raw else message, mechanism=self.mechanism))
        # PKCS#11 answers r‖s; X.509 and CMS want the DER sequence (RFC 3279, 2.2.3).
        return bytes(DSASignature.from_p1363(made).dump()) if self.is_ec else made


def choose(key_type: KeyType, offered: set[Any]) -> SigningMechanism:
    """Return how to sign with a key of this type; `offered` is the token's own list of mechanisms."""
    wanted = {
        KeyType.RSA: ((Mechanism.SHA256_RSA_PKCS, False), (Mechanism.RSA_PKCS, True)),
        KeyType.EC: ((Mechanism.ECDSA_SHA256, False), (Mechanism.ECDSA, True)),
    }
    for mechanism, is_raw in wanted.get(key_type, ()):
        if mechanism in offered:
            return SigningMechanism(mechanism=mechanism, is_raw=is_raw, is_ec=key_type is KeyType.EC)
    raise KeyUnavailable(reason="mechanism")


def algorithm_of(key: PrivateKey) -> str:
    """Return the name of the key's algorithm, such as `RSA-3072` or `P-256`."""
    if key.key_type is KeyType.RSA:
        return f"RSA-{len(key[Attribute.MODULUS]) * 8}"
    return _CURVES.get(bytes(key[Attribute.EC_PARAMS]), "EC")


_CURVES = {
    bytes.fromhex("06082a8648ce3d030107"): "P-256",
    bytes.fromhex("06052b81040022"): "P-384",
}
