"""The stage of a deal: where a new file asks for a signature, and where the deal goes when the signer has decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import Core
from bot.platforms.bitrix24.deal import DealFile, Deals
from bot.platforms.bitrix24.errors import Absent, Refused
from signing.audit import Tag
from signing.moves import SYSTEM, note
from signing.ports import Job, Transaction
from signing.request import RequestId, SigningRequest, State

log = structlog.get_logger(__name__)

STAGE_JOB = "bitrix24-stage"
"""Move the deal of a request that was decided; subject is the request."""
ASKED_AT = "bitrix24-stage"
"""Notes by request: the stage its deal stood in when the signature was asked, and whether a move was begun."""


@dataclass(frozen=True, kw_only=True)
class StagePolicy:
    """What the settings say about stages; `C2:WON` is a stage of the second pipeline, `WON` of the first."""

    asks: tuple[str, ...] = ()
    """Stages, or `C2:*` for a pipeline; `!` before one: not there. Empty: everywhere."""
    when_signed: tuple[str, ...] = ()
    when_rejected: tuple[str, ...] = ()

    def is_asked_at(self, stage: str) -> bool:
        """Tell whether a new file asks: the stage's own entry counts before its pipeline's, then what is unnamed."""
        for name in (stage, f"{pipeline_of(stage)}:*"):
            if f"!{name}" in self.asks:
                return False
            if name in self.asks:
                return True
        return all(entry.startswith("!") for entry in self.asks)

    def target(self, state: State, stage: str) -> str | None:
        """Return where a deal of this stage's pipeline goes after that decision."""
        names = {State.SIGNED: self.when_signed, State.REJECTED: self.when_rejected}.get(state, ())
        return next((name for name in names if pipeline_of(name) == pipeline_of(stage)), None)

    @property
    def named(self) -> tuple[str, ...]:
        """Every single stage that the settings name, for doctor."""
        entries = (entry.removeprefix("!") for entry in (*self.asks, *self.when_signed, *self.when_rejected))
        return tuple(dict.fromkeys(entry for entry in entries if not entry.endswith(":*")))


def pipeline_of(stage: str) -> str:
    """Return the pipeline of a stage; stages of the first one carry no number."""
    return stage.partition(":")[0] if ":" in stage else "C0"


async def unknown_stages(portal: Portal, named: Sequence[str]) -> tuple[str, ...]:
    """Return which of these stages no pipeline of deals has; nothing is asked where none is named."""
    if not named:
        return ()
    rows = portal.pages("crm.status.list", "")
    there = {str(row["STATUS_ID"]) async for row in rows if str(row["ENTITY_ID"]).startswith("DEAL_STAGE")}
    return tuple(stage for stage in named if stage not in there)


class StageMoves:
    """Moves deals on, unless somebody did: the stage in which the signature was asked must still stand."""

    def __init__(self, *, core: Core, deals: Deals, policy: StagePolicy) -> None:
        self._core = core
        self._deals = deals
        self._policy = policy

    async def remember(self, tx: Transaction, request: RequestId, stage: str) -> None:
        """Keep the stage in which a signature is asked, where some decision may move the deal on."""
        if any(self._policy.target(state, stage) for state in (State.SIGNED, State.REJECTED)):
            await tx.notes.put(space=ASKED_AT, name=request, body={"stage": stage, "begun": False})

    async def promise(self, tx: Transaction, request: SigningRequest) -> None:
        """Promise the move after a decision, where the settings want one."""
        asked = await tx.notes.get(space=ASKED_AT, name=request.id, now=self._core.clock.now())
        if asked is not None and self._policy.target(request.state, str(asked["stage"])) is not None:
            await tx.jobs.add(Job(kind=STAGE_JOB, subject=request.id, facts={"request": request.id}))

    async def move(self, job: Job) -> None:
        """Job: read the deal, move it when it stands where it stood, and write down how it ended.

        A move whose answer was lost is found by reading: then the deal stands where it should.
        """
        async with self._core.store.read() as tx:
            request = await tx.requests.get(RequestId(job.facts["request"]))
            asked = await tx.notes.get(space=ASKED_AT, name=request.id, now=self._core.clock.now())
        target = self._policy.target(request.state, str(asked["stage"])) if asked else None
        if asked is None or target is None:
            return
        try:
            deal = await self._deals.get(DealFile.read(request.reply_to.chat_id).deal)
            if deal.stage == asked["stage"] != target:
                await self._begin(request.id, str(asked["stage"]))
                deal = await self._deals.set_stage(deal, target)
                await self._end(request.id, before=str(asked["stage"]), now=deal.stage, why="")
            else:
                is_ours = asked["begun"] and deal.stage == target
                why = "" if is_ours else "already_there" if deal.stage == target else "moved_by_somebody"
                await self._end(request.id, before=str(asked["stage"]), now=deal.stage, why=why)
        except Absent:
            await self._end(request.id, before=str(asked["stage"]), now="", why="deal_deleted")
        except Refused as refusal:
            # Such as a field that the portal wants to be filled first: a person of the deal sees to it.
            log.warning("deal_not_moved", request=request.id, code=refusal.code)
            await self._end(request.id, before=str(asked["stage"]), now=str(asked["stage"]), why=refusal.code)

    async def _begin(self, request: RequestId, stage: str) -> None:
        async with self._core.store.begin() as tx:
            await tx.notes.put(space=ASKED_AT, name=request, body={"stage": stage, "begun": True})

    async def _end(self, request: RequestId, *, before: str, now: str, why: str) -> None:
        """Write down how it ended; the note goes, so that a repeat finds nothing to do."""
        at = self._core.clock.now()
        async with self._core.store.begin() as tx:
            if await tx.notes.take(space=ASKED_AT, name=request, now=at) is None:
                return
            tag = Tag.PORTAL_STAGE_KEPT if why else Tag.PORTAL_STAGE_MOVED
            await note(tx, tag, subject=request, actor=SYSTEM, now=at, before=before, stage=now, why=why)
