"""What an auditor would see: the journal's rows in words, for the page's panel."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.clock import SystemClock
from signing.audit import Row
from storage.database import Database
from storage.store import SqlStore

LATEST = 300
_GOOD = frozenset({"request:signed", "signature:made", "request:confirmed", "factor:enrolled"})
_BAD = frozenset({"request:rejected", "request:not_confirmed", "request:frozen", "button:refused", "person:locked"})


class JournalPanel:
    """Answers `/journal` from the database of the bot, which it only reads."""

    def __init__(self) -> None:
        self._store: SqlStore | None = None
        self._database: Database | None = None
        self._rows: list[Row] = []
        self._turn = asyncio.Lock()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the route."""
        return [web.get("/journal", self._journal)]

    async def open(self, database_url: str) -> None:
        """Open the database beside the running bot."""
        self._database = await Database.open(database_url, exclusive=False)
        self._store = SqlStore(self._database, SystemClock())

    async def close(self) -> None:
        """Let go of the database."""
        if self._database is not None:
            await self._database.close()

    async def _journal(self, request: web.Request) -> web.Response:
        rows = await self._shown() if self._store is not None else []
        # The page is another origin; this address is loopback and holds nothing but the playground's journal.
        return web.json_response(rows, headers={"Access-Control-Allow-Origin": request.headers.get("Origin", "*")})

    async def _shown(self) -> list[dict[str, Any]]:
        assert self._store is not None
        async with self._turn, self._store.read() as tx:
            after = self._rows[-1].seq if self._rows else 0
            while fresh := await tx.journal.rows(after=after):
                self._rows.extend(fresh)
                after = fresh[-1].seq
            names = {person.id: person.name for person in await tx.people.all()}
        return [_shown(row, names) for row in self._rows[-LATEST:]]


def _shown(row: Row, names: dict[Any, str]) -> dict[str, Any]:
    event = row.event
    who, what = names.get(event.actor, event.actor), names.get(event.subject, event.subject)
    state = "good" if event.tag in _GOOD else "bad" if event.tag in _BAD else ""
    title = f"{row.seq} · {event.tag.value.replace(':', ' ').replace('_', ' ')}"
    if purpose := event.facts.get("purpose"):  # invited to what: into the chat, to set up codes, to lock the key
        title += f" to {purpose}"
    detail = " · ".join(dict.fromkeys((who, what, f"{row.hash[:12]}…")))
    return {"at": event.at.isoformat(), "title": title, "detail": detail, "state": state}
