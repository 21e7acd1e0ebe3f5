"""Who must approve and how: the policy of the company, one frozen object with a fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from signing.approval.templates import RouteBook
from signing.document import Sha256


@dataclass(frozen=True, kw_only=True)
class ApprovalPolicy:
    """The rules in force; its digest stands in every activation record."""

    name: str = "one-signer"
    self_sign: bool = False
    """May a requester be the only signer of their own document?"""
    keypad: bool = True
    """May a code be entered on keys in the chat?"""
    typed_code: bool = True
    """May a code be typed in the private chat?"""
    level: str = "B-B"
    """`B-T` when a time-stamp authority is configured; never lowered silently."""
    request_ttl_days: int = 14
    remind_every_hours: int = 4
    """A requester may remind the signer once in this time."""
    copies: tuple[str, ...] = ()
    """Who gets a copy of every signed file besides the requester: `signer`, or an address such as `telegram:-1001`."""
    requests_per_hour: int = 20
    """So many drafts of one requester; more are refused, so that nobody is tired into tapping Sign."""
    requests_per_day: int = 100
    waiting_per_signer: int = 50
    """So many requests of one requester may wait for one signer."""
    telegram_shows: str = "file"
    """What of a document the chat of the approval may show: `file`, `pages`, `link` (`showing.py` asks by request)."""
    open_cards: int = 3
    """With more waiting, the signer gets one list card."""

    routes: RouteBook = field(default_factory=RouteBook)
    """The routes of the policy file."""

    def sha256(self) -> Sha256:
        """Return the digest of the canonical JSON of every rule."""
        return digest_of(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Return every rule as plain JSON values."""
        return {**vars(self), "routes": self.routes.to_json()}


def digest_of(rules: Mapping[str, Any]) -> Sha256:
    """Return the digest of the canonical JSON of a policy's rules."""
    body = json.dumps(rules, sort_keys=True, separators=(",", ":")).encode()
    return Sha256(hashlib.sha256(body).hexdigest())
