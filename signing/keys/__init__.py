"""Where keys live: one file a kind of key store; `KEY_STORES` is the register."""

from __future__ import annotations

from collections.abc import Callable

from signing.keys.pkcs11_token import Pkcs11Token
from signing.keys.store import KeyStore

KEY_STORES: dict[str, Callable[..., KeyStore]] = {"pkcs11": Pkcs11Token}
"""What opens a kind of key store, by the name that settings and `KeyFacts.store` use."""
