"""The three people of the playground's company and the phones they hold."""

from __future__ import annotations

from dataclasses import dataclass

from playground.telegram.people import Person as Phone
from signing.people import Role


@dataclass(frozen=True, kw_only=True)
class Actor:
    """One person: a Telegram account, a place in the company, perhaps a key."""

    phone: Phone
    role: str
    """What the page writes above the phone."""
    title: str
    roles: tuple[Role, ...] = ()
    key: str | None = None

    @property
    def name(self) -> str:
        return self.phone.name


ANNA = Actor(phone=Phone(700100101, "Anna", "Petrova", "anna_petrova"), role="Employee", title="Sales manager")
IVAN = Actor(
    phone=Phone(700100102, "Ivan", "Marković", "ivan_markovic"), role="Manager", title="Director",
    roles=(Role.SIGNER,), key="ivan",
)  # fmt: skip
VERA = Actor(
    phone=Phone(700100103, "Vera", "Sokolova", "vera_sokolova"), role="Administrator", title="Deputy director",
    roles=(Role.SIGNER, Role.ADMINISTRATOR), key="vera",
)  # fmt: skip

CAST = (ANNA, IVAN, VERA)
SEAL = "company-seal"
"""One key of several persons, to show the choice of certificate."""
