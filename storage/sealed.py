"""Sealing of secrets at rest: AES-256-GCM, bound to the very row it lies in."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

NONCE_BYTES = 12
KEY_BYTES = 32
SALT_BYTES = 16
SCRYPT_COST = 2**17
"""128 MiB and a third of a second a guess, as OWASP advises for passwords."""
PHRASE_MARK = b"countersign sealed by a passphrase, 1\n"


class Unsealable(Exception):
    """The sealed bytes were changed, moved to another row, or sealed with a key that is not here."""


class Sealer:
    """Seals bytes for one place (`table`, `row`) with the newest key; opens what any known key sealed.

    Sealed form: version (1 byte) ‖ nonce (96 bit, random) ‖ ciphertext and tag. The place and the version are
    authenticated with it, so a sealed value copied to another row does not open.
    """

    def __init__(self, key: bytes, *, version: int = 1, older: Mapping[int, bytes] | None = None) -> None:
        """`key` is 256 bit; `older` are earlier keys by version, for opening only."""
        self._version = version
        self._keys = {**(older or {}), version: key}
        if any(len(key) != KEY_BYTES for key in self._keys.values()) or not all(0 < v < 256 for v in self._keys):
            raise ValueError("a sealing key has 32 bytes and a version from 1 to 255")

    def __repr__(self) -> str:
        return f"Sealer(version={self._version})"

    def seal(self, secret: bytes, *, table: str, row: str) -> bytes:
        """Return `secret` sealed for this place."""
        nonce = os.urandom(NONCE_BYTES)
        body = AESGCM(self._keys[self._version]).encrypt(nonce, secret, _place(table, row, self._version))
        return bytes([self._version]) + nonce + body

    def open(self, sealed: bytes, *, table: str, row: str) -> bytes:
        """Return the secret; raise `Unsealable`."""
        version, nonce, body = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        key = self._keys.get(version[0]) if version else None
        if key is None or len(body) < 16:
            raise Unsealable
        try:
            return AESGCM(key).decrypt(nonce, body, _place(table, row, version[0]))
        except InvalidTag as error:
            raise Unsealable from error

    def is_current(self, sealed: bytes) -> bool:
        """Return whether the newest key sealed it; if not, it is to be opened and sealed anew."""
        return sealed[:1] == bytes([self._version])

    def derived_key(self, purpose: str) -> bytes:
        """Return 256 bit for one other purpose (a keyed hash), independent of the sealing itself.

        It comes from the oldest key, because hashes cannot be sealed anew when the key changes.
        """
        return hmac.new(self._keys[min(self._keys)], b"countersign|" + purpose.encode(), hashlib.sha256).digest()


def seal_with_passphrase(secret: bytes, passphrase: str) -> bytes:
    """Return `secret` sealed for whoever knows the passphrase: mark ‖ salt ‖ nonce ‖ ciphertext and tag."""
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    return PHRASE_MARK + salt + nonce + AESGCM(_stretched(passphrase, salt)).encrypt(nonce, secret, PHRASE_MARK)


def open_with_passphrase(sealed: bytes, passphrase: str) -> bytes:
    """Return the secret; raise `Unsealable` for another passphrase, changed bytes, or a file of another kind."""
    if not sealed.startswith(PHRASE_MARK):
        raise Unsealable
    body = sealed[len(PHRASE_MARK) :]
    salt, nonce, rest = body[:SALT_BYTES], body[SALT_BYTES : SALT_BYTES + NONCE_BYTES], body[SALT_BYTES + NONCE_BYTES :]
    try:
        return AESGCM(_stretched(passphrase, salt)).decrypt(nonce, rest, PHRASE_MARK)
    except (InvalidTag, ValueError) as error:
        raise Unsealable from error


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, n=SCRYPT_COST, r=8, p=1).derive(passphrase.encode())


def _place(table: str, row: str, version: int) -> bytes:
    return "|".join((table, row, str(version))).encode()
