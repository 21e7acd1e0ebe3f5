"""Where keys live: one file a kind of key store; `KEY_STORES` is the register."""

from signing.keys.pkcs11_token import Pkcs11Token
from signing.keys.store import KeyStore

KEY_STORES: dict[str, type[KeyStore]] = {"pkcs11": Pkcs11Token}
"""Kinds of key stores by the name that settings and `KeyFacts.store` use."""
