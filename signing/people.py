"""People and the accounts they are reached by; a person is never a username or a chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
"""Opaque, made by us; stays for ever, even when the person leaves."""


class Role(StrEnum):
    """What a person may do; several roles may be held at once."""

    REQUESTER = "requester"
    SIGNER = "signer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person of the company as the bot knows it."""

    id: PersonId
    name: str
    """As it stands in the stamp and on cards."""
    title: str = ""
    """Position, such as “Director”; may be empty."""
    roles: frozenset[Role] = frozenset({Role.REQUESTER})
    language: str | None = None
    """`en` or `ru`; None until chosen, then the platform's language counts."""
    timezone: str | None = None
    """IANA name; None means the company's."""
    identity_note: str = ""
    """How an administrator proved who this is."""
    second_channel: str = ""
    """Where every use of the key is told besides the chat: `email:<address>` or `telegram:<chat id>`; may be empty."""
    deputies: tuple[PersonId, ...] = ()
    """Who may be handed this person's requests."""
    created_at: datetime
    enrolled_at: datetime | None = None
    """When the second factor was finished (a mirror of the activation module, for lists)."""
    locked_at: datetime | None = None

    @property
    def may_sign(self) -> bool:
        return Role.SIGNER in self.roles and self.locked_at is None

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles and self.locked_at is None


@dataclass(frozen=True, kw_only=True)
class Account:
    """One platform account bound to one person (invariant 6)."""

    platform: str
    """A register name, such as `telegram`."""
    account_id: str
    """The platform's numeric id of the user, as text."""
    chat_id: str
    """The private chat with that user."""
    person: PersonId
    language_hint: str | None = None
