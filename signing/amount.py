"""What a document is about in money: the number that decides between routes, and who told it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Teller(StrEnum):
    """Who says how much it is."""

    REQUESTER = "requester"
    DEAL = "deal"
    """The deal that the document lies in: nobody says another amount beside it."""


@dataclass(frozen=True, kw_only=True)
class Amount:
    """An amount in the currency of the policy that was in force when it was told."""

    hundredths: int
    currency: str
    """Such as `EUR`; empty where the policy names none."""
    told_by: Teller = Teller.REQUESTER

    def __str__(self) -> str:
        """Return it as the journal has it, the same for every reader: `25000.00 EUR`."""
        return f"{self.hundredths // 100}.{self.hundredths % 100:02} {self.currency}".rstrip()


def facts_of(amount: Amount | None) -> dict[str, str]:
    """Return what the journal says of an amount; nothing where none was told."""
    return {"amount": str(amount), "amount_told_by": amount.told_by.value} if amount else {}
