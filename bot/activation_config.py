"""What the activation module's process needs to know, how its parent tells it, and how secrets are read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

READY = b"ready\n"
"""Written to standard output when the socket answers."""


@dataclass(frozen=True, kw_only=True)
class TokenConfig:
    """One token."""

    name: str
    """How keys name it, such as `pkcs11`."""
    module_path: str
    """The token's PKCS#11 library."""
    token_label: str
    pin_file: str
    """Mode 0600 or stricter; the PIN is its first line."""
    kind: str = "pkcs11"
    """A name of `signing.keys.KEY_STORES`."""


@dataclass(frozen=True, kw_only=True)
class ActivationConfig:
    """What the process needs to know; every field comes from `bot/settings.py`."""

    socket_path: str
    store_path: str
    """The module's own SQLite file; its folder also keeps the login guards of the tokens."""
    sealing_key_file: str
    """Mode 0600 or stricter; 64 hex digits on the first line."""
    tokens: tuple[TokenConfig, ...]
    """The first one takes new keys."""
    issuer: str = "Countersign"
    """Shown in authenticators."""
    users: tuple[int, ...]
    """uids that may use the module (the bot's)."""
    ceremony_users: tuple[int, ...]
    """uids that may also hold the key ceremony (a console's; the bot's own only where it runs as one user)."""
    socket_mode: int = 0o600
    parent_pid: int | None = None
    """Set by a parent that starts the module as its child: then it dies with it."""

    def to_json(self) -> str:
        """Return the form that the process reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> ActivationConfig:
        """Read `to_json`'s form; raise `TypeError`, `KeyError` or `ValueError` for an unknown or missing key."""
        body: dict[str, Any] = json.loads(text)
        tokens = tuple(TokenConfig(**token) for token in body.pop("tokens"))
        users, ceremony = (tuple(int(uid) for uid in body.pop(name)) for name in ("users", "ceremony_users"))
        return cls(**body, tokens=tokens, users=users, ceremony_users=ceremony)
