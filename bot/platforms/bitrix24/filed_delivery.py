"""Signed files into a deal that their requester chose from a chat: beside what lies there, never instead of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.platforms.bitrix24.core import PLATFORM, Core
from bot.platforms.bitrix24.deal import Deal, DealFile, Deals
from bot.platforms.bitrix24.delivery import DONE
from bot.platforms.bitrix24.errors import Absent
from bot.platforms.bitrix24.intake import FILES
from bot.platforms.bitrix24.places import deal_of
from bot.platforms.bitrix24.timeline import Timeline
from bot.platforms.bitrix24.turns import Turns
from signing.audit import Tag
from signing.document import Sha256
from signing.moves import SYSTEM, note
from signing.notices import Notice, tell
from signing.ports import Job, Signature
from signing.request import RequestId, SigningRequest
from signing.signed_files import SignedFile, all_files_of


def is_filed(channel: str) -> bool:
    """Tell whether a delivery goes to a deal as such, not to the place of a file in it."""
    return deal_of(channel.removeprefix(f"{PLATFORM}:")) is not None


class FiledDelivery:
    """Handler of the promise to bring signed files to a deal; every step may be repeated.

    (1) what an earlier try has put there is found by its hash, not put there twice
    (2) into a field of several files: beside the others; into a single one: only when it is empty
    (3) what lies there then is downloaded and compared; if it is not ours, the comment carries the file alone
    (4) one comment in the timeline, with the files
    """

    def __init__(self, *, core: Core, deals: Deals, timeline: Timeline, turns: Turns, field: str) -> None:
        """`field` is where signed files go: the first of the watched ones."""
        self._core = core
        self._deals = deals
        self._timeline = timeline
        self._turns = turns
        self._field = field

    async def deliver(self, job: Job) -> None:
        """Put the files into the deal and say so there."""
        request_id, channel = RequestId(job.facts["request"]), str(job.facts["channel"])
        number = deal_of(channel.removeprefix(f"{PLATFORM}:"))
        assert number is not None, "the platform has looked"
        async with self._core.store.read() as tx:
            promised = await tx.deliveries.get(request_id, channel)
            request = await tx.requests.get(request_id)
            signatures = await tx.signatures.newest_of(request_id)
        if promised.state in DONE:
            return
        try:
            is_repeat = promised.state == "sending"
            async with self._turns.of(number):
                is_in_field = await self._put(request, signatures, number, channel, is_repeat=is_repeat)
            await self._timeline.show_filed(request, signatures, deal=number, is_in_field=is_in_field)
        except Absent:
            await self._end(request, channel, to="failed", receipt={"reason": "deal_deleted"})
        else:
            await self._end(request, channel, to="delivered", receipt={"in_field": is_in_field})

    async def _put(
        self, request: SigningRequest, signatures: Sequence[Signature], number: int, channel: str, *, is_repeat: bool
    ) -> bool:
        """Return whether every signed file lies in the field."""
        files = all_files_of(request, signatures)
        wanted = {file.sha256 for file in files}
        deal = await self._deals.get(number)
        there = set[Sha256]()
        if is_repeat:
            there = await self._ours(request, deal, files, among=_all(deal, self._field))  # (1)
        missing = [file for file in files if file.sha256 not in there]
        if missing and await self._has_room(deal, missing):  # (2)
            async with self._core.store.begin() as tx:
                await tx.deliveries.move(request.id, channel, to="sending")
            before = _all(deal, self._field)
            deal = await self._deals.add(deal, self._field, await self._named(missing))
            new = [file for file in _all(deal, self._field) if file not in before]
            there |= await self._ours(request, deal, files, among=new)  # (3)
        return there >= wanted

    async def _has_room(self, deal: Deal, missing: Sequence[SignedFile]) -> bool:
        if await self._deals.is_multiple(self._field):
            return True
        return len(missing) == 1 and not deal.files(self._field)

    async def _named(self, files: Sequence[SignedFile]) -> list[tuple[str, bytes]]:
        return [(file.name, await self._core.documents.get(file.sha256)) for file in files]

    async def _ours(
        self, request: SigningRequest, deal: Deal, files: Sequence[SignedFile], *, among: Sequence[DealFile]
    ) -> set[Sha256]:
        """Return which of our files lie there, byte by byte; they are remembered as ours, so that nobody is asked."""
        limit = self._core.max_document_bytes
        ours = {file.sha256: file.name for file in files}
        found: set[Sha256] = set()
        for file in among:
            sha256 = await self._deals.sha256(deal, file, self._core.documents, limit_bytes=limit)
            if sha256 in ours:
                found.add(sha256)
                async with self._core.store.begin() as tx:
                    body = {"is": "signed", "request": request.id, "name": ours[sha256]}
                    await tx.notes.put(space=FILES, name=file.place, body=body)
        return found

    async def _end(self, request: SigningRequest, channel: str, *, to: str, receipt: dict[str, Any]) -> None:
        now, is_made = self._core.clock.now(), to == "delivered"
        async with self._core.store.begin() as tx:
            await tx.deliveries.move(request.id, channel, to=to, receipt=receipt)
            tag = Tag.DELIVERY_MADE if is_made else Tag.DELIVERY_FAILED
            await note(tx, tag, subject=request.id, actor=SYSTEM, now=now, channel=channel, **receipt)
            if not is_made:
                await tell(tx, request.requester, Notice.DELIVERY_FAILED, request=request.id, reason=receipt["reason"])


def _all(deal: Deal, field: str) -> list[DealFile]:
    return [file for file in deal.all_files() if file.field == field]
