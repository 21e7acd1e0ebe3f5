"""What the chat talks to: the parts of the core, and the employee at the other end of a private dialog."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.phrases import language_of
from bot.platforms.bitrix24.core import PLATFORM as PORTAL
from bot.platforms.bitrix24.core import Core
from signing.approval.decisions import Decisions
from signing.approval.leaving import Leaving
from signing.filing import Filing
from signing.people import Account, Person, PersonId
from signing.ports import Activation, Transaction
from signing.presence import QuietHours
from signing.redelivery import Redelivery

PLATFORM = "bitrix24-chat"
"""Where a request came from and a file goes to: `bitrix24-chat:27` is the private dialog with employee 27."""


@dataclass(frozen=True, kw_only=True)
class ChatCore(Core):
    """The parts of the core; nothing here knows Bitrix24."""

    decisions: Decisions
    leaving: Leaving
    quiet: QuietHours
    """Of people who have chosen none of their own."""
    activation: Activation
    ticket: Callable[[PersonId], Awaitable[str]]
    """A word that opens one signing page for one person, once, while a record may be confirmed."""
    filing: Filing
    """Where signed files go besides the chat."""
    redelivery: Redelivery
    page_link: Callable[[PersonId], Awaitable[str]]
    """Return the path of a link that signs somebody in at our page, once and soon."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A person of ours who works in the portal, and how to speak to him or her."""

    person: Person
    user: int
    """The employee's number, which is also the name of the private dialog."""
    language: str
    zone: str


async def reader_of(tx: Transaction, person: PersonId, core: ChatCore) -> Reader | None:
    """Return the person as a reader, or None when no account of the portal is bound."""
    for account in await tx.people.accounts_of(person):
        if account.platform == PORTAL:
            return _reader(await tx.people.get(person), account, core)
    return None


async def reader_at(tx: Transaction, user: int, core: ChatCore) -> Reader | None:
    """Return whose number this is, or None for somebody who is not bound."""
    account = await tx.people.account(PORTAL, str(user))
    return _reader(await tx.people.get(account.person), account, core) if account else None


def _reader(person: Person, account: Account, core: ChatCore) -> Reader:
    return Reader(
        person=person, user=int(account.account_id),
        language=language_of(person.language, account.language_hint, core.language),
        zone=person.timezone or core.timezone,
    )  # fmt: skip
