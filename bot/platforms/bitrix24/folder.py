"""Deals as folders of the intranet page: what lies in their fields, and what became of it."""

from __future__ import annotations

from datetime import timedelta

from bot.folders import Filed, Folder
from bot.phrases import say
from bot.platforms.bitrix24.core import Core
from bot.platforms.bitrix24.deal import DealFile, Deals
from bot.platforms.bitrix24.errors import Absent, Bitrix24Error, DownloadRefused
from bot.platforms.bitrix24.files import TOO_LARGE
from bot.platforms.bitrix24.intake import FILES, DealIntake
from bot.platforms.bitrix24.turns import Turns
from signing.errors import FilingUnavailable, NotFound, Refused
from signing.people import PersonId
from signing.ports import Transaction
from signing.request import RequestId
from signing.signed_files import is_beside

FRESH = timedelta(minutes=2)
"""What happens in a deal is told by events; this is for those that get lost."""


class DealFolders:
    """Fills `bot.folders.Folders`; a folder is a deal by its number. Who may see it was asked when the page opened."""

    def __init__(self, *, core: Core, deals: Deals, intake: DealIntake, turns: Turns) -> None:
        self._core = core
        self._deals = deals
        self._intake = intake
        self._turns = turns

    async def open(self, folder: str) -> Folder:
        """Return what lies in the deal's fields, at most `FRESH` ago: every open page asks every few seconds."""
        try:
            deal = await self._deals.glance(int(folder), not_before=self._core.clock.now() - FRESH)
        except Absent as error:
            raise NotFound(what="folder") from error
        except Bitrix24Error as error:
            raise FilingUnavailable(reason="away") from error
        async with self._core.store.read() as tx:
            files = [await self._filed(tx, file) for file in deal.all_files()]
        return Folder(title=deal.title, files=tuple(files))

    async def draft(self, folder: str, place: str, *, by: PersonId) -> RequestId:
        """Return the request of this person about a file of the deal, making it when none is under way."""
        try:
            async with self._turns.of(int(folder)):
                deal = await self._deals.get(int(folder))
                file = next((one for one in deal.all_files() if one.place == place), None)
                if file is None:
                    raise NotFound(what="file")
                return await self._intake.draft(deal, file, by=by)
        except DownloadRefused as error:
            if error.code == TOO_LARGE:
                limit_mb = self._core.max_document_bytes >> 20
                raise Refused("too-large", limit_mb=limit_mb, name=await self._name(place)) from error
            raise FilingUnavailable(reason="away") from error
        except Absent as error:
            raise NotFound(what="folder") from error
        except Bitrix24Error as error:
            raise FilingUnavailable(reason="away") from error

    async def _name(self, place: str) -> str:
        async with self._core.store.read() as tx:
            return (await self._filed(tx, DealFile.read(place))).name

    async def _filed(self, tx: Transaction, file: DealFile) -> Filed:
        seen = await tx.notes.get(space=FILES, name=file.place, now=self._core.clock.now()) or {}
        request = RequestId(seen["request"]) if seen.get("request") else None
        name, is_signed = str(seen.get("name") or ""), seen.get("is") == "signed"
        if request is not None and not name:
            made = await tx.requests.get(request)
            document = made.documents[0]
            name = document.signed_name if is_signed and not is_beside(made) else document.name
        number = say(self._core.language, "desk-nameless", number=file.file)
        return Filed(place=file.place, name=name or number, request=request, is_signed=is_signed)
