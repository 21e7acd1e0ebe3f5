"""Somebody at the intranet page, as a browser in the portal's frame is: the posted form, then the page's calls."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.journeys.company import Colleague
from tests.journeys.sales import Sales

JSON = {"Accept": "application/json"}
TAB, BUTTON, MENU = "CRM_DEAL_DETAIL_TAB", "USERFIELD_TYPE", "DEFAULT"


@dataclass(kw_only=True)
class DeskPage:
    """An opened page; `turn` is what the next act spends."""

    browser: aiohttp.ClientSession
    base: str
    word: str
    turn: str = ""
    state: dict[str, Any] = field(default_factory=dict)

    async def look(self) -> dict[str, Any]:
        """Read what lies on the desk."""
        status, self.state = await self.get("state")
        assert status == 200, self.state
        self.turn = self.state["turn"]
        return self.state

    async def get(self, path: str) -> tuple[int, Any]:
        """Return status and JSON of a page's call."""
        async with self.browser.get(f"{self.base}/desk/{path}", headers=self.headers()) as answer:
            return answer.status, await answer.json()

    async def file(self, request: str) -> bytes:
        """Download the document of a request."""
        path = f"{self.base}/desk/requests/{request}/documents/0/file"
        async with self.browser.get(path, headers=self.headers()) as answer:
            assert answer.status == 200
            return await answer.read()

    async def act(self, name: str, *, turn: str | None = None, **body: Any) -> tuple[int, dict[str, Any]]:
        """Do something; return status and answer."""
        headers = self.headers() | {"X-Page-Turn": self.turn if turn is None else turn}
        async with self.browser.post(f"{self.base}/desk/{name}", json=body, headers=headers) as answer:
            return await self._heard(answer)

    async def upload(self, name: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Bring a file."""
        headers = self.headers() | {"X-Page-Turn": self.turn}
        url = f"{self.base}/desk/upload"
        async with self.browser.post(url, params={"name": name}, data=body, headers=headers) as answer:
            return await self._heard(answer)

    async def enter(self, address: str, code: str) -> tuple[int, dict[str, Any]]:
        """Open the second step with its ticket and enter a code, as the page in the inner frame does."""
        path, _, ticket = address.partition("#")
        nonce = path.split("?")[0]
        async with self.browser.post(f"{self.base}{nonce}/session", json={"init_data": ticket}, headers=JSON) as answer:
            opened = await answer.json()
            assert answer.status == 200, opened
        headers = JSON | {"X-Page-Session": opened["session"]}
        async with self.browser.post(f"{self.base}{nonce}/code", json={"code": code}, headers=headers) as answer:
            return answer.status, await answer.json()

    def headers(self) -> dict[str, str]:
        """Return what every call of the page carries."""
        return JSON | {"X-Page-Session": self.word}

    async def _heard(self, answer: aiohttp.ClientResponse) -> tuple[int, dict[str, Any]]:
        body = await answer.json()
        self.turn = body.get("turn", self.turn)
        return answer.status, body


@asynccontextmanager
async def desk(trade: Sales, colleague: Colleague, *, deal: int | None = None) -> AsyncIterator[DeskPage]:
    """Open the page as the portal opens it: in the deal's tab, without a deal from the menu."""
    options = {"ID": str(deal)} if deal else None
    async with aiohttp.ClientSession() as browser:
        address, fields = trade.within(
            lambda: trade.portal.placements.form(TAB if deal else MENU, options, user=trade.user(colleague))
        )
        status, page = await post(browser, address, fields)
        assert status == 200, page
        opened = DeskPage(browser=browser, base=trade.office.pages, word=word_of(page))
        await opened.look()
        yield opened


async def post(browser: aiohttp.ClientSession, address: str, fields: dict[str, str]) -> tuple[int, str]:
    """Post the form of a widget."""
    async with browser.post(address, data=fields) as answer:
        return answer.status, await answer.text()


def word_of(page: str) -> str:
    """Return the visit's word out of the page."""
    found = re.search(r'data-word="([^"]+)"', page)
    assert found, page
    return found[1]
