"""A deal as we read and change it: title, people, and the files in its fields (`crm.item.*`, entity type 2)."""

from __future__ import annotations

import base64
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import DownloadRefused
from bot.platforms.bitrix24.files import DownloadedFile, download
from signing.amount import Amount, Teller
from signing.document import Sha256
from signing.ports import Documents

DEAL = 2
"""entityTypeId of deals."""
_SEEN = 200
"""So many deals are remembered for pages."""
_ORIGINAL = "Y"
"""`useOriginalUfNames`: the camel-case names of custom fields differ from portal to portal."""


@dataclass(frozen=True, kw_only=True)
class DealFile:
    """One version of one file in one deal: every replacement gives a new file id."""

    deal: int
    field: str
    file: int

    @property
    def place(self) -> str:
        """Its one name as text, for a request's origin and a delivery's channel."""
        return f"deal:{self.deal}:{self.field}:{self.file}"

    @classmethod
    def read(cls, place: str) -> Self:
        """Return what `place` names."""
        _, deal, field, file = place.split(":")
        return cls(deal=int(deal), field=field, file=int(file))


@dataclass(frozen=True, kw_only=True)
class Deal:
    """A deal as it stands now."""

    id: int
    title: str
    updated_by: int
    assigned_to: int
    stage: str
    """Such as `NEW`, or `C2:NEW` in the second pipeline."""
    amount: Amount | None = None
    """What it is worth; a portal has 0 where nobody has said it, and that is no amount."""
    values: Mapping[str, Any]
    """The raw values of the watched fields."""

    def files(self, field: str) -> tuple[Mapping[str, Any], ...]:
        """Return the file values of a field; an empty one is `null`, `[]`, `false` or missing."""
        value = self.values.get(field)
        return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, dict) else ()

    def value_of(self, wanted: DealFile) -> Mapping[str, Any] | None:
        """Return the value of that very version, None when it is gone."""
        return next((value for value in self.files(wanted.field) if int(value["id"]) == wanted.file), None)

    def all_files(self) -> tuple[DealFile, ...]:
        """Return every file of every watched field."""
        found = ((field, value) for field in self.values for value in self.files(field))
        return tuple(DealFile(deal=self.id, field=field, file=int(value["id"])) for field, value in found)

    def others(self, wanted: DealFile) -> tuple[DealFile, ...]:
        """Return what else lies in the same field."""
        return tuple(file for file in self.all_files() if file.field == wanted.field and file != wanted)


class Deals:
    """The deals of one portal, with the rights of the application's user."""

    def __init__(self, portal: Portal, fields: Sequence[str]) -> None:
        self._portal = portal
        self._fields = tuple(fields)
        self._seen: OrderedDict[int, tuple[datetime, Deal]] = OrderedDict()

    async def get(self, deal: int) -> Deal:
        """Return a deal; raise `Absent` when it was deleted."""
        self._seen.pop(deal, None)
        answer = await self._portal.read("crm.item.get", entityTypeId=DEAL, id=deal, useOriginalUfNames=_ORIGINAL)
        return self._deal(answer["item"])

    async def glance(self, deal: int, *, not_before: datetime) -> Deal:
        """Return a deal as it was read last, when that is recent enough for a page that is shown again and again.

        Whatever we hear of a deal, and whatever we change in it, reads it anew.
        """
        seen = self._seen.get(deal)
        return seen[1] if seen and seen[0] >= not_before else await self.get(deal)

    async def changed_since(self, moment: datetime) -> AsyncIterator[Deal]:
        """Yield what changed at `moment` or later with the files that lie there, the oldest change first."""
        found = self._portal.pages(
            "crm.item.list", "items", entityTypeId=DEAL, useOriginalUfNames=_ORIGINAL,
            select=[
                "id", "title", "updatedBy", "assignedById", "stageId", "opportunity", "currencyId", *self._fields
            ],
            filter={">=updatedTime": moment.isoformat()}, order={"updatedTime": "ASC", "id": "ASC"},
        )  # fmt: skip
        async for item in found:
            yield self._deal(item)

    async def download(self, deal: Deal, wanted: DealFile, target: Path, *, limit_bytes: int) -> DownloadedFile:
        """Fetch one version into `target`; the link of the value lives as long as the token, so read the deal first."""
        value = deal.value_of(wanted)
        assert value is not None, "the caller read the deal a moment ago"
        return await download(self._portal, value, target, limit_bytes=limit_bytes)

    async def sha256(self, deal: Deal, wanted: DealFile, documents: Documents, *, limit_bytes: int) -> Sha256 | None:
        """Return the digest of one version, None for what is larger than that or no file at all."""
        target = documents.spool()
        try:
            return (await self.download(deal, wanted, target, limit_bytes=limit_bytes)).sha256
        except DownloadRefused:
            return None
        finally:
            target.unlink(missing_ok=True)

    async def replace(self, deal: Deal, wanted: DealFile, *, name: str, body: bytes) -> Deal:
        """Put a new file where `wanted` lies; its siblings are named, because what is not listed is deleted.

        Raises `UnknownOutcome` when the answer was lost: read the deal and compare before trying again.
        """
        new = [name, base64.b64encode(body).decode()]
        value: list[Any] = new
        if isinstance(deal.values.get(wanted.field), list):
            value = [new if int(v["id"]) == wanted.file else {"id": int(v["id"])} for v in deal.files(wanted.field)]
        answer = await self._portal.write(
            "crm.item.update", entityTypeId=DEAL, id=deal.id, fields={wanted.field: value},
            useOriginalUfNames=_ORIGINAL,
        )  # fmt: skip
        return self._deal(answer["item"])

    async def add(self, deal: Deal, field: str, files: Sequence[tuple[str, bytes]]) -> Deal:
        """Put new files into a field: beside the others into a multiple one, into a single one alone.

        Raises `UnknownOutcome` when the answer was lost: read the deal and compare before trying again.
        """
        new: list[Any] = [[name, base64.b64encode(body).decode()] for name, body in files]
        kept = [{"id": int(value["id"])} for value in deal.files(field)]
        answer = await self._portal.write(
            "crm.item.update", entityTypeId=DEAL, id=deal.id, useOriginalUfNames=_ORIGINAL,
            fields={field: [*kept, *new] if await self.is_multiple(field) else new[0]},
        )  # fmt: skip
        return self._deal(answer["item"])

    async def is_multiple(self, field: str) -> bool:
        """Tell whether a field takes several files: the value of an empty one does not always say it."""
        rows = self._portal.pages("crm.deal.userfield.list", "")
        return any([row["FIELD_NAME"] == field and row.get("MULTIPLE") == "Y" async for row in rows])

    async def set_stage(self, deal: Deal, stage: str) -> Deal:
        """Move a deal to a stage of its pipeline; robots of the portal start after it.

        Raises `UnknownOutcome` when the answer was lost, and `Refused` where the portal wants something first.
        """
        answer = await self._portal.write(
            "crm.item.update", entityTypeId=DEAL, id=deal.id, fields={"stageId": stage}, useOriginalUfNames=_ORIGINAL
        )
        return self._deal(answer["item"])

    def _deal(self, item: Mapping[str, Any]) -> Deal:
        found = Deal(
            id=int(item["id"]), title=str(item.get("title") or ""), updated_by=int(item.get("updatedBy") or 0),
            assigned_to=int(item.get("assignedById") or 0), stage=str(item.get("stageId") or ""),
            values={name: item.get(name) for name in self._fields}, amount=_amount(item),
        )  # fmt: skip
        self._seen[found.id] = (datetime.now(UTC), found)
        while len(self._seen) > _SEEN:
            self._seen.popitem(last=False)
        return found


def _amount(item: Mapping[str, Any]) -> Amount | None:
    """Return what `opportunity` and `currencyId` say: a number, or a text of one, such as `25000.00`."""
    try:
        hundredths = int((Decimal(str(item.get("opportunity") or 0)) * 100).to_integral_value())
    except (ArithmeticError, ValueError):
        return None
    currency = str(item.get("currencyId") or "")
    return Amount(hundredths=hundredths, currency=currency, told_by=Teller.DEAL) if hundredths > 0 else None
