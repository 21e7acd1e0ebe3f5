"""`/verify`: drop a signed file, get a plain verdict; nothing of the file is kept."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from aiohttp import BodyPartReader, web

from bot.platforms.web.rendering import Rendering
from bot.platforms.web.verdict import in_words
from bot.platforms.web.visitors import Visitors, address_of
from signing.document import Sha256
from signing.errors import Refused, WorkerFailed
from signing.intake.limits import MIB
from signing.ports import Clock, Documents, Store, Workers
from signing.request import written
from signing.verification.files import verify_files
from signing.verification.verdict import Overall, Verdict

FILE_BYTES = 20 * MIB
BODY_BYTES = 45 * MIB
"""A document and its signature, with what a form wraps around them; a bigger body is refused before it is read."""


class VerificationPages:
    """One form, one answer."""

    def __init__(
        self,
        *,
        store: Store,
        documents: Documents,
        workers: Workers,
        clock: Clock,
        rendering: Rendering,
        visitors: Visitors,
        roots_der: Sequence[bytes],
        tsa_roots_der: Sequence[bytes],
        timezone: str,
    ) -> None:
        self._store = store
        self._documents = documents
        self._workers = workers
        self._clock = clock
        self._rendering = rendering
        self._visitors = visitors
        self._roots = tuple(roots_der)
        self._tsa_roots = tuple(tsa_roots_der)
        self._timezone = timezone

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [web.get("/verify", self._ask), web.post("/verify", self._answer)]

    async def _ask(self, request: web.Request) -> web.Response:
        return self._rendering.page(request, "verify.html")

    async def _answer(self, request: web.Request) -> web.Response:
        self._visitors.check(address_of(request))
        if (request.content_length or 0) > BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=FILE_BYTES, actual_size=request.content_length or 0)
        with _fleeting(self._documents.spool()) as path, _fleeting(self._documents.spool()) as second:
            received = await _receive(request, (path, second))
            verdict = await self._judge([one for one in (path, second) if one.exists()], received)
        async with self._store.read() as tx:
            ours = await tx.signatures.by_signed(verdict.sha256)
        spoken = self._rendering.language(request)
        report = json.dumps(verdict.to_json(), ensure_ascii=False, indent=2)
        return self._rendering.page(
            request, "verdict.html", verdict=in_words(verdict, language=spoken, timezone=self._timezone),
            number=written(ours.request) if ours else "", report=report,
            download=f"data:application/json;base64,{base64.b64encode(report.encode()).decode()}",
        )  # fmt: skip

    async def _judge(self, files: Sequence[Path], unread: Verdict) -> Verdict:
        try:
            return await self._workers.run(
                verify_files, files, roots_der=self._roots, now=self._clock.now(), tsa_roots_der=self._tsa_roots
            )
        except WorkerFailed as failure:
            # A file that takes all of a worker's time or memory is no file that anybody can rely on.
            return replace(unread, problem=str(failure.facts.get("reason", "")))


@contextmanager
def _fleeting(path: Path) -> Iterator[Path]:
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


async def _receive(request: web.Request, paths: Sequence[Path]) -> Verdict:
    """Write the form's files to `paths`; return what is known of the first before it is read.

    Refuses (400) a form without a file or with more of them, an empty file, and (413) what is longer than allowed.
    """
    left, received = list(paths), []
    async for part in _file_parts(request):
        if not left:
            raise web.HTTPBadRequest
        received.append(await _write(part, left.pop(0)))
    if not received:
        raise web.HTTPBadRequest
    return received[0]


async def _write(part: BodyPartReader, path: Path) -> Verdict:
    size, digest = 0, hashlib.sha256()
    with path.open("xb") as file:
        while chunk := await part.read_chunk(64 * 1024):
            size += len(chunk)
            if size > FILE_BYTES:
                raise web.HTTPRequestEntityTooLarge(max_size=FILE_BYTES, actual_size=size)
            digest.update(chunk)
            file.write(chunk)
    if size == 0:
        raise Refused("empty")
    return Verdict(overall=Overall.UNREADABLE, sha256=Sha256(digest.hexdigest()), size_bytes=size)


async def _file_parts(request: web.Request) -> AsyncIterator[BodyPartReader]:
    if not request.content_type.startswith("multipart/"):
        raise web.HTTPBadRequest
    try:
        form = await request.multipart()
        while (part := await form.next()) is not None:
            if not isinstance(part, BodyPartReader) or not part.filename:
                raise web.HTTPBadRequest
            yield part
    except ValueError:
        raise web.HTTPBadRequest from None
