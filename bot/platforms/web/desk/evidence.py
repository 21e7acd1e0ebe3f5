"""The evidence file of a request, fetched at the desk: also where its documents do not pass the chat."""

from __future__ import annotations

import tempfile
from pathlib import Path

from aiohttp import web

from bot.evidence.words import EvidenceWords
from bot.platforms.web.desk.page import REQUEST
from bot.platforms.web.desk.visits import Visits
from bot.platforms.web.rendering import Rendering
from signing.evidence.making import EvidenceMaker
from signing.ports import Store
from signing.request import RequestId, written


class EvidenceDesk:
    """Who may have it, the maker knows: who asked, who signs, an auditor."""

    def __init__(self, *, store: Store, visits: Visits, evidence: EvidenceMaker, rendering: Rendering) -> None:
        self._store = store
        self._visits = visits
        self._evidence = evidence
        self._rendering = rendering

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the route."""
        return [web.get(f"{REQUEST}/evidence", self._send)]

    async def _send(self, request: web.Request) -> web.Response:
        visit, number = await self._visits.of(request), RequestId(request.match_info["request"])
        async with self._store.read() as tx:
            person = await tx.people.get(visit.person)
        words = EvidenceWords(self._rendering.language(request, person.language))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "evidence.zip"
            await self._evidence.make(number, by=person.id, target=file, words=words)
            body = file.read_bytes()
        named = f"attachment; filename*=utf-8''evidence-{written(number)}.zip"
        return web.Response(body=body, content_type="application/zip", headers={"Content-Disposition": named})
