"""A signature in a file of its own goes beside its document: into the same field of several files, or a second one."""

from __future__ import annotations

from bot.platforms.bitrix24.core import Core
from bot.platforms.bitrix24.deal import Deal, DealFile, Deals
from bot.platforms.bitrix24.intake import FILES
from signing.ports import Signature
from signing.request import SigningRequest
from signing.signed_files import files_of

NO_FIELD = "no_field_beside"
"""The document's field holds one file, and there is no other field, or something else lies there."""
CHANGED = "deal_changed"
"""The document that was signed does not lie in the deal any more."""


class BesideDelivery:
    """Puts it there once: repeats find it by its hash."""

    def __init__(self, *, core: Core, deals: Deals, field: str | None) -> None:
        """`field` is the second one, for documents whose own field holds one file only."""
        self._core = core
        self._deals = deals
        self._field = field

    async def put(self, request: SigningRequest, signature: Signature, channel: str) -> str:
        """Return "" when it lies beside its document, else why it does not; only in the deal's turn.

        Raises `Absent` when the deal was deleted. The document itself is not touched.
        """
        document = DealFile.read(request.reply_to.chat_id)
        deal = await self._deals.get(document.deal)
        if deal.value_of(document) is None:
            return CHANGED
        field = document.field if await self._deals.is_multiple(document.field) else self._field
        if field is None:
            return NO_FIELD
        if await self._lies_there(request, deal, signature, field):
            return ""
        if not await self._has_room(deal, field):
            return NO_FIELD
        async with self._core.store.begin() as tx:
            await tx.deliveries.move(request.id, channel, to="sending")
        *_, made = files_of(request, signature)
        deal = await self._deals.add(deal, field, [(made.name, await self._core.documents.get(made.sha256))])
        return "" if await self._lies_there(request, deal, signature, field) else CHANGED

    async def _has_room(self, deal: Deal, field: str) -> bool:
        """Another file of a field for one would be deleted: only our own older signature may go, we keep it."""
        if await self._deals.is_multiple(field):
            return True
        async with self._core.store.read() as tx:
            now = self._core.clock.now()
            seen = [await tx.notes.get(space=FILES, name=file.place, now=now) for file in _in(deal, field)]
        return all(note is not None and note["is"] == "signed" for note in seen)

    async def _lies_there(self, request: SigningRequest, deal: Deal, signature: Signature, field: str) -> bool:
        for file in _in(deal, field):
            found = await self._deals.sha256(deal, file, self._core.documents, limit_bytes=signature.size_bytes)
            if found == signature.signed_sha256:
                *_, made = files_of(request, signature)
                body = {"is": "signed", "request": request.id, "name": made.name}
                async with self._core.store.begin() as tx:
                    await tx.notes.put(space=FILES, name=file.place, body=body)
                return True
        return False


def _in(deal: Deal, field: str) -> list[DealFile]:
    return [file for file in deal.all_files() if file.field == field]
