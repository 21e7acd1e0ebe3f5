"""The signed file takes the place of the unsigned one in its deal: nothing lost, nothing twice, nothing overwritten."""

from __future__ import annotations

from typing import Any

from bot.platforms.bitrix24.beside_delivery import CHANGED, BesideDelivery
from bot.platforms.bitrix24.core import Core
from bot.platforms.bitrix24.deal import Deal, DealFile, Deals
from bot.platforms.bitrix24.errors import Absent
from bot.platforms.bitrix24.intake import FILES
from bot.platforms.bitrix24.stages import StageMoves
from bot.platforms.bitrix24.timeline import Timeline
from bot.platforms.bitrix24.turns import Turns
from signing.audit import Tag
from signing.moves import SYSTEM, note
from signing.notices import Notice, tell
from signing.ports import Job, Signature
from signing.request import RequestId, SigningRequest
from signing.signed_files import is_beside

DONE = ("delivered", "failed")


class DealDelivery:
    """Handler of the promise to bring a request's signed file back into its deal."""

    def __init__(
        self,
        *,
        core: Core,
        deals: Deals,
        timeline: Timeline,
        moves: StageMoves,
        turns: Turns,
        beside_field: str | None = None,
    ) -> None:
        self._core = core
        self._deals = deals
        self._timeline = timeline
        self._moves = moves
        self._turns = turns
        self._beside = BesideDelivery(core=core, deals=deals, field=beside_field)

    async def deliver(self, job: Job) -> None:
        """Replace the file, verify it by its hash, then show it in the timeline; every step may be repeated.

        (1) our copy of the original is in the document store since it arrived: the portal deletes its own for good.
        (2) read the deal: is the unsigned version still there, or did an earlier try replace it already?
        (3) replace, and compare what lies there now with what was signed.
        (4) a version that somebody put there meanwhile is not touched: the signed file goes into the timeline only.
        A signature of its own replaces nothing: it goes beside the document (`beside_delivery`).
        """
        request_id, channel = RequestId(job.facts["request"]), str(job.facts["channel"])
        async with self._core.store.read() as tx:
            promised = await tx.deliveries.get(request_id, channel)
            request = await tx.requests.get(request_id)
            (signature,) = await tx.signatures.newest_of(request_id)
        if promised.state in DONE:
            return
        try:
            async with self._turns.of(DealFile.read(request.reply_to.chat_id).deal):
                if is_beside(request):
                    why = await self._beside.put(request, signature, channel)
                    receipt: dict[str, Any] = {"reason": why} if why else {"beside": True}
                else:
                    is_replaced = await self._replace(request, signature, channel)
                    why, receipt = "" if is_replaced else CHANGED, {"replaced": is_replaced}
            await self._timeline.show_signed(request, signature, aside=why)
        except Absent:
            await self._end(request, channel, to="failed", receipt={"reason": "deal_deleted"})
        else:
            receipt |= {"sha256": signature.signed_sha256}
            await self._end(request, channel, to="delivered", receipt=receipt)

    async def _replace(self, request: SigningRequest, signature: Signature, channel: str) -> bool:
        """Return whether the signed file lies where the unsigned one lay."""
        wanted = DealFile.read(request.reply_to.chat_id)
        deal = await self._deals.get(wanted.deal)  # (2)
        if deal.value_of(wanted) is None:
            return await self._is_there(deal, wanted, signature)
        async with self._core.store.begin() as tx:
            await tx.deliveries.move(request.id, channel, to="sending")
        body = await self._core.documents.get(signature.signed_sha256)
        name = request.documents[signature.document].signed_name
        return await self._is_there(await self._deals.replace(deal, wanted, name=name, body=body), wanted, signature)

    async def _is_there(self, deal: Deal, wanted: DealFile, signature: Signature) -> bool:
        """Return whether one of the field's files is the signed one, byte by byte; it is remembered as ours."""
        for file in deal.others(wanted):
            found = await self._deals.sha256(deal, file, self._core.documents, limit_bytes=signature.size_bytes)
            if found == signature.signed_sha256:
                async with self._core.store.begin() as tx:
                    await tx.notes.put(
                        space=FILES, name=file.place, body={"is": "signed", "request": signature.request}
                    )
                return True
        return False

    async def _end(self, request: SigningRequest, channel: str, *, to: str, receipt: dict[str, Any]) -> None:
        now, is_made = self._core.clock.now(), to == "delivered"
        async with self._core.store.begin() as tx:
            await tx.deliveries.move(request.id, channel, to=to, receipt=receipt)
            tag = Tag.DELIVERY_MADE if is_made else Tag.DELIVERY_FAILED
            await note(tx, tag, subject=request.id, actor=SYSTEM, now=now, channel=channel, **receipt)
            if receipt.get("replaced") or receipt.get("beside"):
                # Only now: robots of the new stage find the signed file.
                await self._moves.promise(tx, request)
            else:
                reason = str(receipt.get("reason", CHANGED))
                await tell(tx, request.requester, Notice.DELIVERY_FAILED, request=request.id, reason=reason)
