"""What people are told besides their cards: the names of notices; the words are in `bot/phrases`."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from signing.people import PersonId
from signing.ports import Job, Transaction
from signing.request import RequestId, SigningRequest


class Notice(StrEnum):
    """One sentence to one person; the phrase `notice-<name>` says it."""

    LOOKED = "looked"
    QUESTION = "question"
    ANSWER = "answer"
    REMINDER = "reminder"
    CALLED = "called"
    """Somebody pressed, where others may see it, what only the signer's own card decides: here is the card."""
    DELEGATED = "delegated"
    STANDS_IN = "stands-in"
    """The signer is away until `last_day`, the deputy signs instead."""
    RETURNED = "returned"
    """The signer is back and is asked again."""
    DEPUTISES = "deputises"
    """You stand in for `signer` from `first_day` to `last_day`."""
    WRITTEN_AWAY = "written-away"
    """Somebody else has written down that you are away."""
    BACK = "back"
    """Your absence is over."""
    PASSED_ON = "passed-on"
    """It waited in vain for the signer, so the deputy is asked."""
    HAND_OVER = "hand-over"
    """What waits for you has waited long: a deputy could sign it."""
    WAITS_LONG = "waits-long"
    """To the administrators: nothing moves it."""
    DELAYED = "delayed"
    """The signature is on its way but a part is away (`reason`)."""
    REJECTED = "rejected"
    FROZEN = "frozen"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN_OUTCOME = "unknown-outcome"
    LOCKED_OUT = "locked-out"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    """A lock was lifted: who was locked may sign again."""
    DELIVERY_FAILED = "delivery-failed"
    FILES_WAITED = "files-waited"
    """Signed files could not be brought while the chat was closed; they come now."""
    ENROLLED = "enrolled"
    RECOVERED = "recovered"
    """A recovery code took the place of a lost authenticator."""
    ACCOUNT_BOUND = "account-bound"
    """Somebody bound an account (`account`) to oneself by logging in there; nobody else has looked."""
    FACTOR_RESET = "factor-reset"
    """An administrator took the authenticator away at the console."""
    POLICY_CHANGED = "policy-changed"
    """The policy file on the disk is not the one that was agreed on (`text`: the beginning of its digest)."""
    FOUNDED = "founded"
    """The founding period is over: from now on two administrators widen rights."""
    PROPOSED = "proposed"
    """Somebody proposes to widen rights (`proposal`); a chat with cards shows it as one."""
    PROPOSAL_ENDED = "proposal-ended"
    PROPOSAL_AT_CONSOLE = "proposal-at-console"
    """It is approved, but only the console's user may bring it about."""
    ROLE_GIVEN = "role-given"
    ROLE_TAKEN = "role-taken"
    CANNOT_SIGN = "cannot-sign"
    """The signer has no key that counts today (`reason`)."""
    AWAY = "away"
    """A part is away and signatures wait for it (`reason`)."""
    NOT_TOLD = "not-told"
    """The owner of a key could not be told of its use."""
    GIVEN_UP = "given-up"
    """Something promised (`kind`) was tried for days in vain."""
    UNREADABLE = "unreadable"
    """Pages or a verdict that somebody asked for could not be made."""
    RESTORED = "restored"
    """Everything came back from a backup (`made_at`): what happened since is not known here."""
    NOT_TAKEN_IN = "not-taken-in"
    """A file that somebody sent (`file`) could not be fetched."""

    SEALED = "sealed"
    """A document was sealed under the reader's mandate."""
    MANDATE_GRANTED = "mandate-granted"
    MANDATE_REVOKED = "mandate-revoked"
    MANDATE_LOW = "mandate-low"
    MANDATE_USED_UP = "mandate-used-up"
    MANDATE_SOON = "mandate-soon"
    """It ends within days."""


class Kind(StrEnum):
    """The kinds of jobs that the core promises; the platforms and the workflow keep them."""

    CARD = "card"
    """Bring one person's card of one request up to date; subject `request:person`."""
    ORIGIN = "origin"
    """Bring the state shown where others see it (a group, a deal) up to date; subject is the request."""
    TELL = "tell"
    """Tell one person one notice."""
    SEAL = "seal"
    """A standing mandate covers a request that waits: let the module count it; subject is the request."""
    SIGN = "sign"
    DELIVER = "deliver"
    """Bring the signed files of a request to one channel; subject `request|channel`."""
    KEY_USED = "key-used"
    """Tell a key's owner on the second channel; subject `request:person`."""
    SENT_OUT = "sent-out"
    """Say where the document lies (a deal) what was sent to a client; subject `request|what`."""
    WAKE = "wake"
    """A postponed card comes back; subject is the request."""
    EXPIRE = "expire"
    ADVANCE = "advance"
    """See who is asked next along a route, or that it has come to its end; subject is the request."""
    WATCH = "watch"
    """See to a waiting request: is the one there who is asked, is a reminder due? Subject is the request."""
    REMIND = "remind"
    """Remind the signer as soon as the quiet hours are over; subject is the request."""
    ABSENCE = "absence"
    """An absence begins or ends; subject is the person."""
    MORNING = "morning"
    """It is morning where a signer is for whom something waits; subject is the person."""
    DIGEST = "digest"
    """Show a signer what waits this `day`; the platforms keep it; subject is the person."""
    PROPOSAL_DUE = "proposal-due"
    """The hour of a proposal has come: it takes effect by itself, or expires."""
    PROPOSAL_APPLY = "proposal-apply"
    """An approved proposal is brought about."""


ALARM_PAUSE = timedelta(hours=1)
ALARMS = "alarm"
"""Notes by notice and matter: what the administrators have been told lately."""


async def refresh(tx: Transaction, request: RequestId, *people: PersonId | None) -> None:
    """Promise fresh cards of `request` to these people."""
    for person in dict.fromkeys(people):
        if person is not None:
            facts = {"request": request, "person": person}
            await tx.jobs.add(Job(kind=Kind.CARD, subject=f"{request}:{person}", facts=facts))


async def go_on(tx: Transaction, request: RequestId) -> None:
    """Promise that a request which goes along a route is looked at again."""
    await tx.jobs.add(Job(kind=Kind.ADVANCE, subject=request, facts={"request": request}))


async def show_state(tx: Transaction, request: SigningRequest) -> None:
    """Promise a fresh state where the request came from; its platform keeps the promise."""
    facts = {"request": request.id, "platform": request.reply_to.platform}
    await tx.jobs.add(Job(kind=Kind.ORIGIN, subject=request.id, facts=facts))


async def watch(tx: Transaction, request: RequestId) -> None:
    """Promise to see to a waiting request."""
    await tx.jobs.add(Job(kind=Kind.WATCH, subject=request, facts={"request": request}))


async def tell(
    tx: Transaction,
    person: PersonId,
    notice: Notice,
    *,
    request: RequestId | None = None,
    due: datetime | None = None,
    **facts: Any,
) -> None:
    """Promise one notice to one person; the same notice about the same thing waits only once."""
    subject = f"{request or '-'}:{person}:{notice}"
    body = {"person": person, "notice": notice.value, "request": request, "facts": facts}
    await tx.jobs.add(Job(kind=Kind.TELL, subject=subject, facts=body, due=due))


async def tell_administrators(
    tx: Transaction, notice: Notice, *, request: RequestId | None = None, **facts: Any
) -> None:
    """Promise one notice to every administrator who is not locked."""
    for person in await tx.people.all():
        if person.is_administrator:
            await tell(tx, person.id, notice, request=request, **facts)


async def alarm(tx: Transaction, notice: Notice, *, about: str, now: datetime, **facts: Any) -> bool:
    """Tell the administrators, about one matter once in an hour; return whether they are told now."""
    name = f"{notice}:{about}"
    if await tx.notes.get(space=ALARMS, name=name, now=now) is not None:
        return False
    await tx.notes.put(space=ALARMS, name=name, body={}, expires_at=now + ALARM_PAUSE)
    await tell_administrators(tx, notice, **facts)
    return True
