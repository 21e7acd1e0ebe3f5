"""Deals as places for signed files: searched and opened with the token of the person who looks, never with ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import PLATFORM
from bot.platforms.bitrix24.deal import DEAL
from bot.platforms.bitrix24.errors import Absent, AccessLost, Bitrix24Error, Denied
from bot.platforms.bitrix24.logins import Logins
from bot.platforms.bitrix24.person_tokens import PersonTokens
from signing.errors import FilingUnavailable
from signing.filing import Place
from signing.people import PersonId
from signing.ports import Store
from signing.request import RequestId

COMPANY = 4
"""entityTypeId of companies."""
LIMIT = 10
"""Deals that one search brings; the person writes more exactly to see others."""
_PREFIX = "deal:"
_SHORTEST = 2
"""Letters of a title: with fewer everything fits."""
_LONGEST = 100
_ORIGINAL = "Y"
_SELECT = ["id", "title"]


def deal_of(name: str) -> int | None:
    """Return which deal a place names; None for anything else, such as a file in a field."""
    number = name.removeprefix(_PREFIX)
    return int(number) if name.startswith(_PREFIX) and number.isascii() and number.isdigit() else None


class DealPlaces:
    """Fills `signing.filing.Places`."""

    def __init__(self, *, store: Store, tokens: PersonTokens, logins: Logins) -> None:
        self._store = store
        self._tokens = tokens
        self._logins = logins

    async def is_open_to(self, person: PersonId) -> bool:
        """Tell whether we keep a token of the person."""
        user = await self._user(person)
        return user is not None and await self._tokens.has(user)

    async def way_in(self, person: PersonId, request: RequestId) -> str:
        """Return the portal's own page where the person logs in and comes back to us."""
        return await self._logins.begin(person, request)

    async def search(self, person: PersonId, words: str) -> tuple[Place, ...]:
        """Return deals by number first, then by title, then by the company's name; the newest first."""
        words = words.strip()[:_LONGEST]
        found: dict[int, Place] = {}
        async with self._looking(person) as portal:
            for wanted in _wishes(words):
                found |= {row["id"]: _place(row) for row in await _deals(portal, wanted) if row["id"] not in found}
            if len(words) >= _SHORTEST and (companies := await _companies(portal, words)):
                rows = await _deals(portal, {"@companyId": companies})
                found |= {row["id"]: _place(row) for row in rows if row["id"] not in found}
        return tuple(found.values())[:LIMIT]

    async def find(self, person: PersonId, name: str) -> Place:
        """Return the deal as it is now, when this person may see it."""
        deal = deal_of(name)
        if deal is None:
            raise FilingUnavailable(reason="gone")
        async with self._looking(person) as portal:
            answer = await portal.read("crm.item.get", entityTypeId=DEAL, id=deal, useOriginalUfNames=_ORIGINAL)
            return _place(answer["item"])

    @asynccontextmanager
    async def _looking(self, person: PersonId) -> AsyncIterator[Portal]:
        """Act as the person; what goes wrong becomes one of the core's errors."""
        user = await self._user(person)
        if user is None:
            raise FilingUnavailable(reason="not_linked")
        access = await self._tokens.access(user)
        try:
            yield self._tokens.portal(user)
        except AccessLost:
            await self._tokens.forget(user, access)
            raise FilingUnavailable(reason="not_linked") from None
        except (Absent, Denied):
            raise FilingUnavailable(reason="gone") from None
        except Bitrix24Error:
            raise FilingUnavailable(reason="away") from None

    async def _user(self, person: PersonId) -> int | None:
        async with self._store.read() as tx:
            accounts = await tx.people.accounts_of(person)
        return next((int(account.account_id) for account in accounts if account.platform == PLATFORM), None)


def _wishes(words: str) -> list[dict[str, Any]]:
    number = words.removeprefix("№").removeprefix("#").strip()
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    return [
        *([{"id": int(number)}] if is_number else []),
        *([{"%title": words}] if len(words) >= _SHORTEST else []),
    ]


async def _deals(portal: Portal, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = await portal.read(
        "crm.item.list", entityTypeId=DEAL, select=_SELECT, filter=dict(wanted), order={"id": "DESC"},
        useOriginalUfNames=_ORIGINAL,
    )  # fmt: skip
    return [{**row, "id": int(row["id"])} for row in answer["items"][:LIMIT]]


async def _companies(portal: Portal, words: str) -> list[int]:
    """Return companies of that name; somebody who may see no companies has none."""
    try:
        answer = await portal.read(
            "crm.item.list", entityTypeId=COMPANY, select=_SELECT, filter={"%title": words}, order={"id": "DESC"},
            useOriginalUfNames=_ORIGINAL,
        )  # fmt: skip
    except Denied:
        return []
    return [int(row["id"]) for row in answer["items"]]


def _place(row: Mapping[str, Any]) -> Place:
    number = int(row["id"])
    return Place(platform=PLATFORM, name=f"{_PREFIX}{number}", title=f"№ {number} · {row.get('title') or '—'}")
