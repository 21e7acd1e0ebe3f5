"""The corpus of office files: each becomes pages that say what they must, or is refused with a code."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.workers import OFFICE_LIMITS, WorkerPool
from signing.document import Document, Making
from signing.errors import Refused
from signing.intake.gate import GateLimits
from signing.intake.office.desk import OfficeDesk
from signing.intake.office.inspection import WARNINGS
from signing.intake.office.program import find_office
from signing.intake.reception import Received, Reception
from storage.documents import DiskDocuments
from tests.assets.make_office import samples, unfit
from tests.assets.office_parts import Sample, Unfit
from tests.assets.office_sheets import endless_sheet

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def temptation() -> Iterator[tuple[str, socket.socket]]:
    """A server that documents refer to, and that nobody may ask."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", listener


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> DiskDocuments:
    return DiskDocuments(tmp_path_factory.mktemp("documents"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(documents: DiskDocuments) -> AsyncIterator[Reception]:
    """The real desk, with real workers and LibreOffice."""
    readers, makers = WorkerPool(), WorkerPool(size=1, limits=OFFICE_LIMITS, preload=())
    office = OfficeDesk(documents=documents, workers=makers, office=find_office())
    yield Reception(documents=documents, workers=readers, limits=GateLimits(pages=3), office=office)
    await readers.close()
    await makers.close()


async def _received(documents: DiskDocuments, name: str, body: bytes) -> Received:
    return Received(name=name, sha256=await documents.put(body))


OLD = {"letters.docx": "letters.doc", "fresh.xlsx": "fresh.xls", "slides.pptx": "slides.ppt"}
"""What Office wrote before 2007: each is made of a file of the corpus by LibreOffice's own command."""


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    folder = tmp_path_factory.mktemp("old")
    news = [sample for sample in samples("http://127.0.0.1") if sample.name in OLD]
    return [_of_yesterday(folder, sample) for sample in news]


def _of_yesterday(folder: Path, new: Sample) -> Sample:
    source, target, profile = folder / new.name, folder / OLD[new.name], (folder / "profile").as_uri()
    source.write_bytes(new.body)
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", target.suffix[1:]]
    subprocess.run([*command, "--outdir", str(folder), str(source)], check=True, capture_output=True)
    told = frozenset({"old-format"})  # "I cannot look for … hidden parts in it"
    return replace(new, name=target.name, body=target.read_bytes(), told=told)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def converted(
    desk: Reception, documents: DiskDocuments, temptation: tuple[str, socket.socket], old: list[Sample]
) -> dict[str, tuple[Sample, Document, str]]:
    """Every file of the corpus that becomes PDF, made in one start of LibreOffice."""
    corpus = [*samples(temptation[0]), *old]
    made = await desk.receive([await _received(documents, sample.name, sample.body) for sample in corpus])
    texts = await asyncio.gather(*(asyncio.to_thread(_text, documents.path(document.sha256)) for document in made))
    return {row[0].name: row for row in zip(corpus, made, texts, strict=True)}


def _text(pdf: Path) -> str:
    command = ["pdftotext", "-layout", str(pdf), "-"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


@pytest.mark.parametrize("name", [*(sample.name for sample in samples("http://127.0.0.1")), *OLD.values()])
async def test_a_file_becomes_pages_that_say_what_they_must(
    name: str, converted: dict[str, tuple[Sample, Document, str]]
) -> None:
    sample, document, text = converted[name]
    assert set(document.warnings) == sample.told
    assert document.pages == sample.pages
    assert [word for word in sample.shown if word not in text] == []
    assert [word for word in sample.gone if word in text] == []
    assert (document.making, document.original_name) == (Making.OFFICE, name)
    assert document.name == f"{name.rpartition('.')[0]}.pdf"


async def test_the_bytes_that_came_are_kept_beside_the_pages(
    documents: DiskDocuments, converted: dict[str, tuple[Sample, Document, str]]
) -> None:
    for sample, document, _ in converted.values():
        assert document.original_sha256 is not None
        assert await documents.get(document.original_sha256) == sample.body


async def test_nothing_outside_is_asked_for(
    converted: dict[str, tuple[Sample, Document, str]], temptation: tuple[str, socket.socket]
) -> None:
    assert converted
    with pytest.raises(BlockingIOError):
        temptation[1].accept()


async def test_a_macro_does_not_run(converted: dict[str, tuple[Sample, Document, str]]) -> None:
    """A cell asks for the macro's result, and gets it where macros are allowed."""
    _, _, text = converted["macros.ods"]
    assert "42" in text
    assert "it ran" not in text


async def test_every_warning_has_a_file_that_brings_it(converted: dict[str, tuple[Sample, Document, str]]) -> None:
    brought = {code for _, document, _ in converted.values() for code in document.warnings}
    assert brought == {*WARNINGS, "other-typefaces"}


@pytest.mark.parametrize("one", list(unfit()), ids=lambda one: one.name)
async def test_an_unfit_file_is_refused_with_a_code(one: Unfit, desk: Reception, documents: DiskDocuments) -> None:
    with pytest.raises(Refused) as refusal:
        await desk.receive([await _received(documents, one.name, one.body)])
    assert (refusal.value.code, refusal.value.facts["name"]) == (one.code, one.name)


async def test_a_table_of_too_many_pages_is_told_so(desk: Reception, documents: DiskDocuments) -> None:
    with pytest.raises(Refused) as refusal:
        await desk.receive([await _received(documents, "endless.xlsx", endless_sheet(400))])
    assert refusal.value.code == "too-many-pages"


async def test_without_libreoffice_the_refusal_says_how_to_get_it(documents: DiskDocuments) -> None:
    readers = WorkerPool(size=1)
    reception = Reception(documents=documents, workers=readers, limits=GateLimits())
    received = await _received(documents, "a.txt", b"plain words")
    with pytest.raises(Refused) as refusal:
        await reception.receive([received])
    await readers.close()
    assert refusal.value.facts == {"code": "kind-office", "name": "a.txt"}
    assert find_office(Path("/nowhere")) is None
