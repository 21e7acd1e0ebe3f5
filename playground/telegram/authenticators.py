"""The authenticator apps on the people's phones: their accounts, and the last step each has used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from playground.telegram.refusal import Json


@dataclass(frozen=True)
class Account:
    """One account of an authenticator: what its QR said, and which codes the person used already."""

    uri: str
    spent_step: int


class Authenticators:
    """Accounts by person; the codes themselves are computed on the page, or by whoever plays the person."""

    def __init__(self) -> None:
        self.on_use: Callable[[int, Account], None] | None = None
        """Called when a person has used a code; whoever keeps accounts between two starts sets it."""
        self._accounts: dict[int, dict[str, Account]] = {}

    def add(self, person_id: int, uri: str, *, spent_step: int = 0) -> None:
        """Add an account (an `otpauth://` link or a bare key), or note that a later step was used."""
        accounts = self._accounts.setdefault(person_id, {})
        known = accounts.get(uri)
        accounts[uri] = Account(uri, max(spent_step, known.spent_step if known else 0))
        if spent_step and self.on_use:
            self.on_use(person_id, accounts[uri])

    def view(self, person_id: int) -> list[Json]:
        """Return the person's accounts as JSON."""
        return [asdict(account) for account in self._accounts.get(person_id, {}).values()]
