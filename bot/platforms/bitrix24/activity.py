"""One activity of a request in its deal, with Sign and Reject: what a manager sees in the portal's mobile app.

It is brought up to date in place, as the comment in the timeline is, and completed when the request is over. Whatever
the portal refuses here, the request itself goes on.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot.platforms.bitrix24.activity_layout import Sight, layout
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import PLATFORM, Core
from bot.platforms.bitrix24.deal import DEAL, DealFile
from bot.platforms.bitrix24.errors import Absent, Refused
from signing.people import Account, PersonId
from signing.ports import Job, Transaction
from signing.request import RequestId, SigningRequest, written

log = structlog.get_logger(__name__)

ACTIVITY_JOB = "bitrix24-activity"
"""Bring the activity of a request up to date; subject is the request."""
ACTIVITIES = "bitrix24-activity"
"""Notes by request: the number of its activity; None while nobody knows whether it was made."""
ANSWERS = "bitrix24-activity-answer"
"""Notes by request: what the last press of a button came to, and which signer was asked then."""
ORIGINATOR = "countersign"
"""Whose activity it is, for finding it again."""
GONE = 0
"""Somebody deleted it: it stays away."""


class Activities:
    """Activities of the application."""

    def __init__(self, *, core: Core, portal: Portal) -> None:
        self._core = core
        self._portal = portal
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def promise(self, tx: Transaction, request: SigningRequest, *, due: datetime | None = None) -> None:
        """Promise to bring the activity up to date, for a request whose document lies in a deal."""
        if is_in_deal(request):
            await tx.jobs.add(Job(kind=ACTIVITY_JOB, subject=request.id, facts={"request": request.id}, due=due))

    async def show(self, job: Job) -> None:
        """Job: make the activity when somebody in the portal is asked, else change what stands there."""
        request = RequestId(job.facts["request"])
        async with self._turns.setdefault(request, asyncio.Lock()):
            async with self._core.store.read() as tx:
                sight = await self._sight(tx, await tx.requests.get(request))
                known = await tx.notes.get(space=ACTIVITIES, name=request, now=self._core.clock.now())
            try:
                await self._put(sight, known)
            except Refused as refusal:  # the card and the comment in the timeline say it, too
                log.warning("activity_refused", code=refusal.code, method=refusal.method)

    async def bury(self, job: Job) -> None:
        """The portal was away for days: the next state is shown."""
        log.error("activity_given_up", subject=job.subject)

    async def _sight(self, tx: Transaction, request: SigningRequest) -> Sight:
        account = await account_of(tx, request.signer) if request.signer else None
        answered = await tx.notes.get(space=ANSWERS, name=request.id, now=self._core.clock.now())
        is_current = answered is not None and answered["signer"] == request.signer
        return Sight(
            request=request, user=int(account.account_id) if account else None,
            signer=(await tx.people.get(request.signer)).name if request.signer else "",
            requester=(await tx.people.get(request.requester)).name,
            answer=str(answered["answer"]) if answered and is_current else "",
            language=self._core.language, check_url=f"{self._core.public_url}/v/{request.id}",
        )  # fmt: skip

    async def _put(self, sight: Sight, known: dict[str, Any] | None) -> None:
        """At most one a request: that one is being made is noted before, and looked for when the answer was lost."""
        request = sight.request
        if known is None:
            if sight.is_asking:
                await self._remember(request.id, None)
                await self._remember(request.id, await self._make(sight))
            return
        made = known["activity"]
        if made is None:
            made = await self._find(request)
            if made is None:
                if sight.is_asking:
                    await self._remember(request.id, await self._make(sight))
                return
            await self._remember(request.id, made)
        if made == GONE:
            return
        try:  # a repeat does no harm
            await self._portal.write(
                "crm.activity.configurable.update", id=made, fields=_fields(sight), layout=layout(sight)
            )
        except Absent:
            await self._remember(request.id, GONE)

    async def _make(self, sight: Sight) -> int:
        deal = DealFile.read(sight.request.reply_to.chat_id).deal
        made = await self._portal.write(
            "crm.activity.configurable.add", ownerTypeId=DEAL, ownerId=deal, fields=_fields(sight),
            layout=layout(sight),
        )  # fmt: skip
        return int(made["activity"]["id"])

    async def _find(self, request: SigningRequest) -> int | None:
        """Return the activity that an earlier try has left, whose answer was lost."""
        number, deal = written(request.id), DealFile.read(request.reply_to.chat_id).deal
        wanted = {"ORIGINATOR_ID": ORIGINATOR, "ORIGIN_ID": number, "OWNER_TYPE_ID": DEAL, "OWNER_ID": deal}
        there = self._portal.pages(
            "crm.activity.list", "", filter=wanted, select=["ID", "ORIGIN_ID"], order={"ID": "DESC"}
        )
        async for row in there:
            if row.get("ORIGIN_ID") == number:  # the method overlooks what it does not know in a filter
                return int(row["ID"])
        return None

    async def _remember(self, request: RequestId, activity: int | None) -> None:
        async with self._core.store.begin() as tx:
            await tx.notes.put(space=ACTIVITIES, name=request, body={"activity": activity})


def is_in_deal(request: SigningRequest) -> bool:
    """Tell whether the document of a request lies in a deal of the portal."""
    return request.reply_to.platform == PLATFORM and request.reply_to.keeps_file


async def account_of(tx: Transaction, person: PersonId) -> Account | None:
    """Return the account of one of our people in the portal."""
    return next((one for one in await tx.people.accounts_of(person) if one.platform == PLATFORM), None)


def _fields(sight: Sight) -> dict[str, Any]:
    """Return the fields; who is not linked leaves the activity to whoever had it, completed."""
    request = sight.request
    responsible = {"responsibleId": sight.user} if sight.user is not None else {}
    return {
        "typeId": "CONFIGURABLE", "completed": request.is_final or sight.user is None,
        "deadline": request.deadline.isoformat(), "originatorId": ORIGINATOR, "originId": written(request.id),
        **responsible,
    }  # fmt: skip
