"""A file that somebody put into a deal becomes a request; the portal's events are hints, the deal itself is asked."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import structlog

from bot.phrases import say
from bot.platforms.bitrix24.core import PLATFORM, Core, DealPolicy
from bot.platforms.bitrix24.deal import Deal, DealFile, Deals
from bot.platforms.bitrix24.errors import Absent, DownloadRefused
from bot.platforms.bitrix24.files import TOO_LARGE, DownloadedFile
from bot.platforms.bitrix24.stages import StageMoves, StagePolicy
from bot.platforms.bitrix24.timeline import Timeline
from signing.acceptance import wish
from signing.approval.telling import follow
from signing.audit import Tag
from signing.document import Sha256
from signing.errors import NotAllowed, NotAllowedNow, NotYourTurn, Refused
from signing.intake.reception import Received
from signing.moves import SYSTEM, note
from signing.people import PersonId
from signing.ports import Job, Transaction
from signing.request import ReplyTo, RequestId, SigningRequest, State

log = structlog.get_logger(__name__)

FILES = "bitrix24-file"
"""Notes by place: what became of one version of one file (`asked`, `signed`, `refused`, `nobody`)."""
LOOK_JOB = "bitrix24-look"
"""Look at a deal's fields; subject is the deal, so a burst of events about one deal is one look."""
SWEEPS = "bitrix24-sweep"
OVERLAP = timedelta(minutes=2)
"""Clocks differ, and a change may be written later than its time says."""


async def look_at(tx: Transaction, deal: int) -> None:
    """Promise a look at a deal."""
    await tx.jobs.add(Job(kind=LOOK_JOB, subject=str(deal), facts={"deal": deal}))


class DealIntake:
    """Finds new files in deals and makes requests of them."""

    def __init__(
        self, *, core: Core, deals: Deals, timeline: Timeline, policy: DealPolicy, stages: StagePolicy,
        moves: StageMoves,
    ) -> None:  # fmt: skip
        self._core = core
        self._deals = deals
        self._timeline = timeline
        self._policy = policy
        self._stages = stages
        self._moves = moves

    async def look(self, job: Job) -> None:
        """Job: take in every file of the deal that was not seen before; repeats find what earlier tries have made."""
        try:
            deal = await self._deals.get(int(job.facts["deal"]))
        except Absent:
            return
        await self._follow(deal)
        for file in await self._unseen(deal):
            await self._take(deal, file)

    async def sweep(self) -> None:
        """Follow deals that changed since the last sweep, and promise a look at those that hold unseen files.

        Some events get lost. The first sweep starts at its own time: what lay in deals before us is nobody's request.
        """
        now = self._core.clock.now()
        async with self._core.store.read() as tx:
            last = await tx.notes.get(space=SWEEPS, name="last", now=now)
        since = type(now).fromisoformat(last["at"]) - OVERLAP if last else now
        changed = [deal async for deal in self._deals.changed_since(since)]
        await self._follow(*changed)
        unseen = [file.deal for file in await self._unseen(*changed)]
        async with self._core.store.begin() as tx:
            for deal in dict.fromkeys(unseen):
                await look_at(tx, deal)
            await tx.notes.put(space=SWEEPS, name="last", body={"at": now.isoformat()})

    async def bury(self, job: Job) -> None:
        """A deal could not be looked at for days: the sweep of its next change tries again; the log knows."""
        log.error("deal_not_read", deal=job.facts["deal"])

    async def draft(self, deal: Deal, file: DealFile, *, by: PersonId) -> RequestId:
        """Return the request of this person about a file; another person's one that is under way is not taken over.

        Raises `Refused`, `NotYourTurn`, and `NotAllowedNow` for a file that is signed. Only in the deal's turn.
        """
        now = self._core.clock.now()
        async with self._core.store.read() as tx:
            seen = await tx.notes.get(space=FILES, name=file.place, now=now) or {}
            known = await tx.requests.get(RequestId(seen["request"])) if seen.get("request") else None
        if seen.get("is") == "signed":
            raise NotAllowedNow(state=State.SIGNED.value, wanted="draft")
        if known is not None and not known.is_final:
            if known.requester != by:
                raise NotYourTurn(reason="not_the_requester", state=known.state.value)
            await self._follow(deal)
            return known.id
        found, received = await self._fetch(deal, file)
        earlier = await self._drafted(file, by)  # of a try that ended before it was remembered
        made = earlier if earlier and not earlier.is_final else await self._draft(deal, file, received, by)
        async with self._core.store.begin() as tx:
            await self._moves.remember(tx, made.id, deal.stage)
        await self._remember(file, received.sha256, outcome="asked", request=made.id, name=found.name)
        return made.id

    async def _follow(self, *deals: Deal) -> None:
        """Let the drafts about these deals' files say the amounts that the deals say now."""
        if not deals or not self._core.policy.routes.has_bounds:
            return
        now, policy = self._core.clock.now(), self._core.policy
        async with self._core.store.begin() as tx:
            for file, amount in [(file, deal.amount) for deal in deals for file in deal.all_files()]:
                seen = await tx.notes.get(space=FILES, name=file.place, now=now)
                if seen is not None and seen.get("request"):
                    await follow(tx, await tx.requests.get(RequestId(seen["request"])), amount, policy=policy)

    async def _fetch(self, deal: Deal, file: DealFile) -> tuple[DownloadedFile, Received]:
        target = self._core.documents.spool()
        limit = self._core.max_document_bytes
        found = await self._deals.download(deal, file, target, limit_bytes=limit)
        return found, Received(name=found.name, sha256=await self._core.documents.adopt(target))

    async def _unseen(self, *deals: Deal) -> list[DealFile]:
        """Return the files in the watched fields that nothing became of yet.

        A file of somebody who could not be asked is among them: that person may have joined meanwhile. What lies in
        a deal whose stage asks nobody waits unseen for a stage that does.
        """
        now, unseen = self._core.clock.now(), []
        asked = [deal for deal in deals if self._stages.is_asked_at(deal.stage)]
        async with self._core.store.read() as tx:
            for file in (file for deal in asked for file in deal.all_files() if file.field in self._policy.fields):
                seen = await tx.notes.get(space=FILES, name=file.place, now=now)
                if seen is None or seen["is"] == "nobody":
                    unseen.append(file)
        return unseen

    async def _take(self, deal: Deal, file: DealFile) -> None:
        try:
            found, received = await self._fetch(deal, file)
        except DownloadRefused as refusal:
            if refusal.code != TOO_LARGE:
                raise  # a page instead of the file, such as a portal in maintenance shows
            name, limit = f"№ {file.file}", self._core.max_document_bytes  # the name comes with the bytes
            await self._timeline.refuse(file, name, Refused("too-large", limit_mb=limit >> 20, name=name))
            await self._remember(file, None, outcome="refused")
            return
        async with self._core.store.read() as tx:
            ours = await tx.signatures.by_signed(received.sha256)
            requester = await self._requester(tx, deal)
        if ours is not None:  # the echo of our own change
            await self._remember(file, received.sha256, outcome="signed", request=ours.request)
        elif requester is None:
            await self._timeline.nobody(file, found.name)
            await self._remember(file, received.sha256, outcome="nobody", name=found.name)
        else:
            await self._ask(deal, file, found, received, requester)

    async def _requester(self, tx: Transaction, deal: Deal) -> PersonId | None:
        """Return who put the file there: who changed the deal last, else who is responsible for it.

        Where the requester must choose the signer, only somebody with a chat of their own counts.
        """
        for user in (deal.updated_by, deal.assigned_to):
            account = await tx.people.account(PLATFORM, str(user)) if user else None
            if account is not None and await self._may_choose(tx, account.person):
                return account.person
        return None

    async def _may_choose(self, tx: Transaction, person: PersonId) -> bool:
        chats = [a for a in await tx.people.accounts_of(person) if a.platform != PLATFORM]
        return self._policy.signer is not None or self._policy.has_chat or bool(chats)

    async def _ask(
        self, deal: Deal, file: DealFile, found: DownloadedFile, received: Received, requester: PersonId
    ) -> None:
        try:
            request = await self._drafted(file, requester) or await self._draft(deal, file, received, requester)
        except Refused as refusal:
            await self._timeline.refuse(file, found.name, refusal)
            await self._remember(file, received.sha256, outcome="refused", actor=requester, name=found.name)
            return
        async with self._core.store.begin() as tx:
            await self._moves.remember(tx, request.id, deal.stage)
            if self._policy.signer is not None and request.awaits_acceptance:
                await wish(tx, request.id, to=self._policy.signer)
        if self._policy.signer is not None and request.state is State.DRAFT and not request.awaits_acceptance:
            # a signer who may not be asked by this requester: the draft waits for another choice
            with contextlib.suppress(NotAllowed):
                await self._core.workflow.submit(request.id, by=requester, to=self._policy.signer)
        await self._remember(file, received.sha256, outcome="asked", request=request.id, name=found.name)

    async def _draft(self, deal: Deal, file: DealFile, received: Received, requester: PersonId) -> SigningRequest:
        documents = await self._core.reception.receive([received])
        origin = ReplyTo(platform=PLATFORM, chat_id=file.place, keeps_file=True)
        comment = say(self._core.language, "deal-named", title=deal.title)
        return await self._core.workflow.draft(
            documents,
            by=requester,
            reply_to=origin,
            comment=comment,
            form=self._policy.form,
            amount=deal.amount,
        )

    async def _drafted(self, file: DealFile, requester: PersonId) -> SigningRequest | None:
        """Return the request that an earlier try of this job has made."""
        async with self._core.store.read() as tx:
            made = await tx.requests.made_by(requester, limit=50)
        return next((request for request in made if request.reply_to.chat_id == file.place), None)

    async def _remember(
        self, file: DealFile, sha256: Sha256 | None, *, outcome: str, request: RequestId | None = None,
        actor: PersonId = SYSTEM, name: str = "",
    ) -> None:  # fmt: skip
        body: dict[str, Any] = {"is": outcome, "sha256": sha256, "request": request, "name": name}
        async with self._core.store.begin() as tx:
            await tx.notes.put(space=FILES, name=file.place, body=body)
            if outcome in ("refused", "nobody"):
                now = self._core.clock.now()
                await note(tx, Tag.REQUEST_REFUSED, subject=file.place, actor=actor, now=now, code=outcome)
