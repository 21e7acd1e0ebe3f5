"""From received files to documents fit to be shown: store, gate, and photos made into one PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from signing.document import Document, Kind, Sha256
from signing.errors import Refused, WorkerFailed
from signing.intake import convert, gate, preview
from signing.ports import Documents, Workers


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file as it came from a platform; its bytes are already stored."""

    name: str
    sha256: Sha256


_HARD = frozenset({"crashed", "timeout", "memory"})
"""How a worker ends that a document was too much for; the same bytes would end the next one too."""


class Reception:
    """The desk where documents arrive; hostile bytes are only ever opened in disposable workers."""

    def __init__(self, *, documents: Documents, workers: Workers, limits: gate.GateLimits) -> None:
        self._documents = documents
        self._workers = workers
        self._limits = limits

    async def receive(self, files: Sequence[Received]) -> tuple[Document, ...]:
        """Return the documents of one request; several photos in a row become one PDF.

        Raises `Refused` with the file's `name` among its facts; nothing is kept of the request then, the bytes stay.
        """
        documents: list[Document] = []
        photos: list[Received] = []
        for file in files:
            verdict = await self._inspect(file)
            if verdict.kind is Kind.IMAGE:
                photos.append(file)
                continue
            documents.append(_document(verdict, position=0))
        if photos:
            documents.append(await self._from_photos(photos))
        return tuple(replace(document, position=place) for place, document in enumerate(documents))

    async def pictures(self, document: Document, pages: Sequence[int], *, width_px: int = 1000) -> list[bytes]:
        """Return page pictures (JPEG) of the very bytes that are signed; `pages` count from 0."""
        path = self._documents.path(document.sha256)
        return await self._workers.run(preview.render, path, pages=tuple(pages), width_px=width_px)

    async def _inspect(self, file: Received) -> gate.Verdict:
        try:
            return await self._gate(file)
        except Refused as refusal:
            refusal.facts.setdefault("name", file.name)
            raise
        except WorkerFailed as failure:
            if failure.facts.get("reason") in _HARD:
                raise Refused("too-hard", name=file.name) from failure
            raise

    async def _gate(self, file: Received) -> gate.Verdict:
        """Ask once more when a worker crashed: it may have been killed for no fault of the document's."""
        path = self._documents.path(file.sha256)
        try:
            return await self._workers.run(gate.inspect, path, name=file.name, limits=self._limits)
        except WorkerFailed as failure:
            if failure.facts.get("reason") != "crashed":
                raise
            return await self._workers.run(gate.inspect, path, name=file.name, limits=self._limits)

    async def _from_photos(self, photos: Sequence[Received]) -> Document:
        target = self._documents.spool()
        await self._workers.run(convert.photos_to_pdf, [self._documents.path(p.sha256) for p in photos], target)
        made = Received(name=_pdf_name(photos[0].name), sha256=await self._documents.adopt(target))
        original = photos[0].sha256 if len(photos) == 1 else None
        return replace(_document(await self._inspect(made), position=0), original_sha256=original)


def _document(verdict: gate.Verdict, *, position: int) -> Document:
    return Document(
        position=position, name=verdict.name, sha256=verdict.sha256, size_bytes=verdict.size_bytes,
        pages=verdict.pages, media_type=verdict.media_type, warnings=verdict.warnings, earlier=verdict.earlier,
    )  # fmt: skip


def _pdf_name(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem if dot and len(ending) < 6 else name}.pdf"
