"""`/v/NUMBER`, where the stamp's QR leads: state, signer, time and fingerprint; no pages and no names of documents."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from aiohttp import web

from bot.phrases.standing import stands_in
from bot.platforms.web.description import key_of_signature, keys_by_certificate
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.visitors import Visitors, address_of
from signing.activation.mandate import PREFIX, is_mandate
from signing.document import Document, fingerprint
from signing.errors import NotFound
from signing.people import PersonId
from signing.ports import Activation, Signature, Store
from signing.request import RequestId, SigningRequest, State, read_number, written
from signing.signed_files import files_of, kind_of

NUMBER_LENGTH = 64
"""Characters of a typed number that are looked at."""


class NumberPages:
    """Looks a request up by the number in its stamp (60 random bits: nobody counts them through)."""

    def __init__(
        self, *, store: Store, activation: Activation, rendering: Rendering, visitors: Visitors, timezone: str
    ) -> None:
        self._store = store
        self._activation = activation
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
        self._visitors.check(address_of(request))
        number = read_number(typed[:NUMBER_LENGTH].strip())
        try:
            found, signatures, signers = await self._look_up(number)
        except NotFound:
            return self._rendering.page(request, "number_unknown.html", status=404)
        language, keys = self._rendering.language(request), await keys_by_certificate(self._activation)
        rows = [
            self._row(one, signers[one.signer], request=found, stands_in=_stands_in(found, signers, language))
            | {"key": key_of_signature(keys.get(one.certificate_sha256), language)}
            for one in signatures
        ]
        return self._rendering.page(
            request, "number.html", number=written(found.id), state=found.state.value, signatures=rows
        )

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
            known = {one.signer for one in signatures} | ({found.delegated_from} if found.delegated_from else set())
            signers = {one: (await tx.people.get(one)).name for one in known}
        return found, signatures, signers

    def _row(self, one: Signature, signer: str, *, request: SigningRequest, stands_in: str) -> dict[str, str | int]:
        return {
            "place": one.document + 1 if len(request.documents) > 1 else 0,
            "signer": signer,
            "mandate": one.signer.removeprefix(PREFIX) if is_mandate(one.signer) else "",
            "stands_in": stands_in,
            "time": f"{one.signed_at.astimezone(self._zone):%d.%m.%Y %H:%M %Z}",
            "level": kind_of(request.format, one.level),
            "fingerprint": fingerprint(files_of(request, one)[0].sha256),
            "sha256": " ".join(file.sha256 for file in files_of(request, one)),
            "original": _original(request.documents[one.document]),
        }


def _original(document: Document) -> str:
    """Return the digest of the file that the pages were made of; its name is nobody's business here."""
    return (document.original_sha256 or "") if document.is_looked_at else ""


def _stands_in(request: SigningRequest, names: dict[PersonId, str], language: str) -> str:
    """Return for whom the signer acted; empty when for oneself."""
    if request.delegated_from is None:
        return ""
    return stands_in(language, names[request.delegated_from], request.ground)
