"""What the chat talks to: the parts of the core, as `bot.app` built them, and the person at the other end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.phrases import language_of
from signing.approval.decisions import Decisions
from signing.approval.leaving import Leaving
from signing.approval.policy import ApprovalPolicy
from signing.evidence.making import EvidenceMaker
from signing.filing import Filing, Places
from signing.history import History
from signing.intake.reception import Reception
from signing.membership import Membership
from signing.people import Account, Person, PersonId
from signing.ports import Activation, Clock, Documents, Store, Transaction
from signing.presence import QuietHours
from signing.proposals import Proposals
from signing.redelivery import Redelivery
from signing.sharing import Sharing
from signing.trust import Anchor
from signing.verification.verdict import Verdict
from signing.workflow import SigningWorkflow

PLATFORM = "telegram"


@dataclass(frozen=True, kw_only=True)
class Core:
    """The parts of the core; nothing here knows Telegram."""

    store: Store
    workflow: SigningWorkflow
    decisions: Decisions
    leaving: Leaving
    redelivery: Redelivery
    filing: Filing
    membership: Membership
    proposals: Proposals
    reception: Reception
    sharing: Sharing
    history: History
    evidence: EvidenceMaker
    documents: Documents
    activation: Activation
    clock: Clock
    policy: ApprovalPolicy
    verify: Callable[[Path], Awaitable[Verdict]]
    """What an already signed PDF says, found out in a worker."""
    timezone: str
    """IANA name; counts for people who have not told their own."""
    quiet: QuietHours = field(default_factory=QuietHours)
    """Of people who have chosen none of their own."""
    language: str = "en"
    public_url: str | None = None
    """Where our own pages are reached; None: codes are entered in the chat only."""
    max_document_bytes: int = 20 << 20
    has_mail: bool = False
    """Whether letters can be sent."""
    company: str = ""
    """Its name, as strangers read it."""
    anchors: tuple[Anchor, ...] = ()
    """The roots that our signatures chain to."""
    places: Places | None = None
    """Where signed files can be filed besides the chat; None: nowhere."""
    page_link: Callable[[PersonId], Awaitable[str]] | None = None
    """Return the path of a link that signs somebody in at our page, once and soon."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A person of ours with the private chat, and how to speak to him or her."""

    person: Person
    account: int
    chat: int
    language: str
    zone: str


async def reader_of(tx: Transaction, person: PersonId, core: Core) -> Reader | None:
    """Return the person as a reader, or None when no Telegram account is bound."""
    for account in await tx.people.accounts_of(person):
        if account.platform == PLATFORM:
            return _reader(await tx.people.get(person), account, core)
    return None


async def reader_at(tx: Transaction, account_id: int, core: Core) -> Reader | None:
    """Return whose numeric account this is, or None for a stranger."""
    account = await tx.people.account(PLATFORM, str(account_id))
    return _reader(await tx.people.get(account.person), account, core) if account else None


def _reader(person: Person, account: Account, core: Core) -> Reader:
    return Reader(
        person=person,
        account=int(account.account_id),
        chat=int(account.chat_id),
        language=language_of(person.language, account.language_hint, core.language),
        zone=person.timezone or core.timezone,
    )
