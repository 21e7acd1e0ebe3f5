"""From received files to documents fit to be shown: store, gate, photos and office files made into PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from signing.document import Document, Kind, Making, Sha256, clean_name
from signing.errors import Refused, WorkerFailed
from signing.intake import convert, gate, mend, preview
from signing.intake.office.desk import OfficeDesk, OfficeFile, Pages
from signing.ports import Documents, Workers


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file as it came from a platform; its bytes are already stored."""

    name: str
    sha256: Sha256


_HARD = frozenset({"crashed", "timeout", "memory"})
"""How a worker ends that a document was too much for; the same bytes would end the next one too."""


_OF_ANY_FILE = frozenset({"too-large", "too-many-pages", "too-hard"})
"""Refusals of converted pages whose words fit the file that they were made of."""


class Reception:
    """The desk where documents arrive; hostile bytes are only ever opened in disposable workers."""

    def __init__(
        self, *, documents: Documents, workers: Workers, limits: gate.GateLimits, office: OfficeDesk | None = None,
        mends: bool = False,
    ) -> None:  # fmt: skip
        """`office` None: office files are refused with the way to get what converts them.

        `mends`: a PDF with fields, marks or parts that nobody sees becomes plain pages, unless it is signed already.
        """
        self._mends = mends
        self._documents = documents
        self._office = office or OfficeDesk(documents=documents, workers=workers, office=None)
        self._workers = workers
        self._limits = limits

    async def receive(self, files: Sequence[Received]) -> tuple[Document, ...]:
        """Return the documents of one request; several photos in a row become one PDF, each office file one.

        Raises `Refused` with the file's `name` among its facts; nothing is kept of the request then, the bytes stay.
        """
        judged = [(file, await self._judge(file)) for file in files]
        office = [(f, v) for f, v in judged if isinstance(v, gate.Verdict) and v.kind is Kind.OFFICE]
        made = iter(await self._from_office(office))
        documents, photos = [], []
        for file, found in judged:
            if isinstance(found, Document):
                documents.append(found)
            elif found.kind is Kind.IMAGE:
                photos.append(file)
            else:
                documents.append(next(made) if found.kind is Kind.OFFICE else _document(found, position=0))
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

    async def _judge(self, file: Received) -> gate.Verdict | Document:
        """Return the gate's verdict, or the document that was made of a PDF by mending it."""
        try:
            verdict = await self._inspect(file)
        except Refused as refusal:
            if not (self._mends and mend.may_help(refusal)):
                raise
            made = await self._mended(file)
            if made is None:
                raise
            return made
        if self._mends and mend.is_wanted(verdict):
            return await self._mended(file) or verdict
        return verdict

    async def _mended(self, file: Received) -> Document | None:
        """Return the document of a PDF's plain pages, None when there is no way: the PDF is judged as it came then."""
        target = self._documents.spool()
        try:
            if not await self._workers.run(mend.make_plain, self._documents.path(file.sha256), target):
                return None
            plain = Received(name=file.name, sha256=await self._documents.adopt(target))
            document = _document(await self._inspect(plain), position=0)
        except (Refused, WorkerFailed):
            return None
        finally:
            target.unlink(missing_ok=True)
        return replace(
            document, warnings=("mended", *document.warnings), making=Making.MENDED, original_sha256=file.sha256,
            original_name=document.name,
        )  # fmt: skip

    async def _from_photos(self, photos: Sequence[Received]) -> Document:
        target = self._documents.spool()
        await self._workers.run(convert.photos_to_pdf, [self._documents.path(p.sha256) for p in photos], target)
        made = Received(name=_pdf_name(photos[0].name), sha256=await self._documents.adopt(target))
        document = replace(_document(await self._inspect(made), position=0), making=Making.PHOTOS)
        if len(photos) > 1:
            return document
        return replace(document, original_sha256=photos[0].sha256, original_name=clean_name(photos[0].name))

    async def _from_office(self, files: Sequence[tuple[Received, gate.Verdict]]) -> list[Document]:
        """Return the converted documents; their warnings are the file's own and those of the pages."""
        if not files:
            return []
        wanted = [OfficeFile(name=f.name, sha256=f.sha256, media_type=verdict.media_type) for f, verdict in files]
        made = await self._office.make(wanted)
        pairs = zip(files, made, strict=True)
        return [await self._of_pages(file, verdict, pages) for (file, verdict), pages in pairs]

    async def _of_pages(self, file: Received, verdict: gate.Verdict, made: Pages) -> Document:
        try:
            pages = await self._inspect(Received(name=_pdf_name(file.name), sha256=made.sha256))
        except Refused as refusal:
            if refusal.code in _OF_ANY_FILE:
                refusal.facts["name"] = file.name
                raise
            raise Refused("office-unreadable", name=file.name) from refusal
        told = (*verdict.warnings, *made.warnings, *pages.warnings)
        return replace(
            _document(pages, position=0), warnings=told, making=Making.OFFICE,
            original_sha256=file.sha256, original_name=verdict.name,
        )  # fmt: skip


def _document(verdict: gate.Verdict, *, position: int) -> Document:
    return Document(
        position=position, name=verdict.name, sha256=verdict.sha256, size_bytes=verdict.size_bytes,
        pages=verdict.pages, media_type=verdict.media_type, warnings=verdict.warnings, earlier=verdict.earlier,
    )  # fmt: skip


def _pdf_name(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem if dot and len(ending) < 6 else name}.pdf"
