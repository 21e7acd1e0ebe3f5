"""Office files of one request become PDF together: one start of LibreOffice, one verdict for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signing.document import Sha256
from signing.errors import Refused, WorkerFailed
from signing.intake.office.conversion import convert
from signing.intake.office.program import OfficeProgram
from signing.ports import Documents, Workers

_HARD = frozenset({"crashed", "timeout", "memory"})
"""How a worker ends that a document was too much for."""


@dataclass(frozen=True, kw_only=True)
class OfficeFile:
    """What is to be converted; the gate has looked at it."""

    name: str
    sha256: Sha256
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The PDF that was made of a file."""

    sha256: Sha256
    warnings: tuple[str, ...]


class OfficeDesk:
    """Makes PDF of office files in workers of its own: LibreOffice wants more time and memory than a parser."""

    def __init__(self, *, documents: Documents, workers: Workers, office: OfficeProgram | None) -> None:
        """`office` None: no LibreOffice is installed here."""
        self._documents = documents
        self._workers = workers
        self._office = office

    async def make(self, files: Sequence[OfficeFile]) -> list[Pages]:
        """Return the PDF of each file, stored; raise `Refused` with the `name` of the first that cannot be made.

        Codes: `kind-office` (no LibreOffice), `office-too-hard`, `office-unreadable` and what `rewriting` refuses.
        """
        if self._office is None:
            raise Refused("kind-office", name=files[0].name)
        try:
            return await self._together(files, self._office)
        except WorkerFailed as failure:
            if failure.facts.get("reason") not in _HARD:
                raise
        return [pages for file in files for pages in await self._alone(file, self._office)]

    async def _alone(self, file: OfficeFile, office: OfficeProgram) -> list[Pages]:
        """One file has ended the worker of all: each gets its own, so that the guilty one is known."""
        try:
            return await self._together([file], office)
        except WorkerFailed as failure:
            if failure.facts.get("reason") in _HARD:
                raise Refused("office-too-hard", name=file.name) from failure
            raise

    async def _together(self, files: Sequence[OfficeFile], office: OfficeProgram) -> list[Pages]:
        targets = [self._documents.spool() for _ in files]
        try:
            made = await self._workers.run(
                convert, [self._documents.path(file.sha256) for file in files], targets,
                [file.media_type for file in files], office=office, scratch=self._documents.spool(),
            )  # fmt: skip
            for file, one in zip(files, made, strict=True):
                if one.refused:
                    raise Refused(one.refused, name=file.name)
            pairs = zip(targets, made, strict=True)
            return [Pages(sha256=await self._documents.adopt(path), warnings=one.warnings) for path, one in pairs]
        finally:
            _drop(targets)


def _drop(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
