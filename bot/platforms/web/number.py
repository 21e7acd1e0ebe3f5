"""`/v/NUMBER`, where the stamp's QR leads: state, signer, time and fingerprint; no pages and no names of documents."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from aiohttp import web

from bot.platforms.web.rendering import Rendering
from bot.platforms.web.visitors import Visitors
from signing.document import fingerprint
from signing.errors import NotFound
from signing.people import PersonId
from signing.ports import Signature, Store
from signing.request import RequestId, SigningRequest, State, read_number, written

NUMBER_LENGTH = 64
"""Characters of a typed number that are looked at."""


class NumberPages:
    """Looks a request up by the number in its stamp (60 random bits: nobody counts them through)."""

    def __init__(self, *, store: Store, rendering: Rendering, visitors: Visitors, timezone: str) -> None:
        self._store = store
        self._rendering = rendering
        self._visitors = visitors
        self._zone = ZoneInfo(timezone)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes; `/v?number=` is where the form leads."""
        return [web.get("/v", self._typed), web.get("/v/{number}", self._show)]

    async def _typed(self, request: web.Request) -> web.Response:
        return await self._page(request, request.query.get("number", ""))

    async def _show(self, request: web.Request) -> web.Response:
        return await self._page(request, request.match_info["number"])

    async def _page(self, request: web.Request, typed: str) -> web.Response:
        self._visitors.check(request)
        number = read_number(typed[:NUMBER_LENGTH].strip())
        try:
            found, signatures, signers = await self._look_up(number)
        except NotFound:
            return self._rendering.page(request, "number_unknown.html", status=404)
        return self._rendering.page(
            request, "number.html", number=written(found.id), state=found.state.value,
            signatures=[self._row(one, signers[one.signer], request=found) for one in signatures],
        )  # fmt: skip

    async def _look_up(
        self, number: RequestId | None
    ) -> tuple[SigningRequest, tuple[Signature, ...], dict[PersonId, str]]:
        """Return what may be shown; a number that is none, unknown, or still a draft is `NotFound` alike."""
        if number is None:
            raise NotFound(what="request")
        async with self._store.read() as tx:
            found = await tx.requests.get(number)
            if found.state is State.DRAFT:
                raise NotFound(what="request")
            signatures = await tx.signatures.of(number) if found.state is State.SIGNED else ()
            signers = {one.signer: (await tx.people.get(one.signer)).name for one in signatures}
        return found, signatures, signers

    def _row(self, one: Signature, signer: str, *, request: SigningRequest) -> dict[str, str | int]:
        return {
            "place": one.document + 1 if len(request.documents) > 1 else 0,
            "signer": signer,
            "time": f"{one.signed_at.astimezone(self._zone):%d.%m.%Y %H:%M %Z}",
            "level": one.level,
            "fingerprint": fingerprint(one.signed_sha256),
            "sha256": one.signed_sha256,
        }
