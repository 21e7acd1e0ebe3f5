"""A press of Sign or Reject in an activity: it decides nothing, it brings the signer's own card into the private chat.

Every employee can forge the event (reference 1.5), so whom it names is only a hint about whose card is wanted
(invariant 6). What is signed or refused is decided on that card, by that person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.platforms.bitrix24.activity import ANSWERS, Activities, is_in_deal
from bot.platforms.bitrix24.activity_layout import ACTIONS, REQUEST
from bot.platforms.bitrix24.core import PLATFORM, Core, DealPolicy
from signing.audit import Tag
from signing.errors import NotFound
from signing.moves import note
from signing.notices import Notice, refresh, tell
from signing.people import PersonId
from signing.ports import Job, Transaction
from signing.request import RequestId, SigningRequest, State, read_number

log = structlog.get_logger(__name__)

PRESSED = "ONCRMTIMELINEITEMACTION"
PRESS_JOB = "bitrix24-press"
"""Answer one employee's press about one request; subject `request:user`, `request:-` for strangers."""
ONCE = "bitrix24-press"
"""Notes about what was done for a press a moment ago, so that a flood does it once."""
QUIET = timedelta(minutes=1)
BREATH = timedelta(seconds=5)
"""Between two updates of one activity for presses: forged ones must not use up the portal's pace."""
_LONGEST = 18


@dataclass(frozen=True, kw_only=True)
class Press:
    """What an event says, not what is true."""

    request: RequestId
    user: int
    action: str


def press_of(form: Mapping[str, Any]) -> Press | None:
    """Return the press that an event tells of; None for another event and for what does not concern us.

    Newer portals name the user beside the token only, older ones also among the data.
    """
    data, auth = form.get("data"), form.get("auth")
    if form.get("event") != PRESSED or not isinstance(data, dict) or not isinstance(auth, dict):
        return None
    user, number, action = data.get("userId") or auth.get("user_id"), data.get(REQUEST), data.get("id")
    request = read_number(number) if isinstance(number, str) else None
    is_number = isinstance(user, str) and user.isascii() and user.isdigit() and len(user) <= _LONGEST
    if request is None or not is_number or action not in ACTIONS:
        return None
    return Press(request=request, user=int(str(user)), action=str(action))


async def keep(tx: Transaction, press: Press) -> None:
    """Keep a press: the portal tells of it once and never again.

    However many are forged, one a request and person of ours waits, and one for all strangers together.
    """
    try:
        found = await tx.requests.get(press.request)
    except NotFound:  # somebody made the number up
        return
    if is_in_deal(found):
        account = await tx.people.account(PLATFORM, str(press.user))
        facts = {"request": press.request, "user": press.user, "action": press.action}
        subject = f"{press.request}:{account.account_id if account else '-'}"
        await tx.jobs.add(Job(kind=PRESS_JOB, subject=subject, facts=facts))


class Presses:
    """Answers presses."""

    def __init__(self, *, core: Core, activities: Activities, policy: DealPolicy) -> None:
        self._core = core
        self._activities = activities
        self._policy = policy

    async def answer(self, job: Job) -> None:
        """Job: bring the signer their own card, tell everybody else nothing; the button is free again either way."""
        press = Press(
            request=RequestId(job.facts["request"]), user=int(job.facts["user"]), action=str(job.facts["action"])
        )
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            found = await tx.requests.get(press.request)
            account = await tx.people.account(PLATFORM, str(press.user))
            is_signer = account is not None and account.person == found.signer
            if is_signer and found.signer and found.state is State.WAITING:
                answer = await self._bring(tx, found, found.signer, now)
            else:
                answer = await self._refuse(tx, found, press, is_signer=is_signer, now=now)
            body = {"answer": answer, "signer": found.signer}
            await tx.notes.put(space=ANSWERS, name=found.id, body=body)
            is_first = await _is_first(tx, f"{found.id}:shown", now=now, pause=BREATH)
            await self._activities.promise(tx, found, due=None if is_first else now + BREATH)

    async def bury(self, job: Job) -> None:
        """A press could not be answered: the person presses again."""
        log.error("press_given_up", subject=job.subject)

    async def _bring(self, tx: Transaction, found: SigningRequest, signer: PersonId, now: datetime) -> str:
        """Bring the card, at most once a minute: who presses in somebody's name must not fill that chat."""
        if await _is_first(tx, f"{found.id}:brought", now=now):
            await refresh(tx, found.id, signer)
            await tell(tx, signer, Notice.CALLED, request=found.id)
        chats = [one for one in await tx.people.accounts_of(signer) if one.platform != PLATFORM]
        return "card" if chats or self._policy.has_chat else "page"

    async def _refuse(
        self, tx: Transaction, found: SigningRequest, press: Press, *, is_signer: bool, now: datetime
    ) -> str:
        """Journal a press that changes nothing, once a minute and request: it costs nothing to forge thousands."""
        if await _is_first(tx, f"{found.id}:refused", now=now):
            why, who = "not_waiting" if is_signer else "not_the_signer", f"{PLATFORM}:{press.user}"
            await note(tx, Tag.BUTTON_REFUSED, subject=found.id, actor=who, now=now, reason=why, action=press.action)
        return "only"


async def _is_first(tx: Transaction, what: str, *, now: datetime, pause: timedelta = QUIET) -> bool:
    if await tx.notes.get(space=ONCE, name=what, now=now) is not None:
        return False
    await tx.notes.put(space=ONCE, name=what, body={}, expires_at=now + pause)
    return True
