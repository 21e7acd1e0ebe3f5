"""A deal as we read and change it: title, people, and the files in its fields (`crm.item.*`, entity type 2)."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from weakref import WeakValueDictionary

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.fields import is_multiple
from bot.platforms.bitrix24.files import DownloadedFile, download

DEAL = 2
"""entityTypeId of deals."""
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
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def turn(self, deal: int) -> asyncio.Lock:
        """Return the lock of a deal: who changes a field reads it first, and names all that shall stay there."""
        return self._turns.setdefault(deal, asyncio.Lock())

    async def get(self, deal: int) -> Deal:
        """Return a deal; raise `Absent` when it was deleted."""
        answer = await self._portal.read("crm.item.get", entityTypeId=DEAL, id=deal, useOriginalUfNames=_ORIGINAL)
        return self._deal(answer["item"])

    async def changed_since(self, moment: datetime) -> AsyncIterator[Deal]:
        """Yield what changed at `moment` or later with the files that lie there, the oldest change first."""
        found = self._portal.pages(
            "crm.item.list", "items", entityTypeId=DEAL, useOriginalUfNames=_ORIGINAL,
            select=["id", "title", "updatedBy", "assignedById", *self._fields],
            filter={">=updatedTime": moment.isoformat()}, order={"updatedTime": "ASC", "id": "ASC"},
        )  # fmt: skip
        async for item in found:
            yield self._deal(item)

    async def download(self, deal: Deal, wanted: DealFile, target: Path, *, limit_bytes: int) -> DownloadedFile:
        """Fetch one version into `target`; the link of the value lives as long as the token, so read the deal first."""
        value = deal.value_of(wanted)
        assert value is not None, "the caller read the deal a moment ago"
        return await download(self._portal, value, target, limit_bytes=limit_bytes)

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
        """Tell whether a field takes several files."""
        return await is_multiple(self._portal, field)

    def _deal(self, item: Mapping[str, Any]) -> Deal:
        return Deal(
            id=int(item["id"]), title=str(item.get("title") or ""), updated_by=int(item.get("updatedBy") or 0),
            assigned_to=int(item.get("assignedById") or 0),
            values={name: item.get(name) for name in self._fields},
        )  # fmt: skip
