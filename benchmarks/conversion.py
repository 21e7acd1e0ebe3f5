"""A Word file to PDF: in a worker behind its walls, one at a time and together, against bare `soffice`.

    python -m benchmarks.conversion [--documents 8] [--rounds 3]

What is asked of a bare LibreOffice (`--convert-to pdf`): one start a file with a profile that is warm already, and one
start for all of them. Ours makes a profile of its own for each call, and does what comes before and after: the gate
looks into the file, and at the pages as at any PDF.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.office import load
from bot.workers import OFFICE_LIMITS, WorkerPool
from signing.intake.gate import GateLimits
from signing.intake.office.desk import OfficeDesk
from signing.intake.office.program import find_office
from signing.intake.reception import Received, Reception
from storage.documents import DiskDocuments
from tests.assets.office_parts import CYRILLIC, docx, paragraph, run

PAGES = 5


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    title = f"{given.documents} Word files of {PAGES} pages, median of {given.rounds} rounds, {load()}"
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(_measure(Path(folder), documents=given.documents, rounds=given.rounds))
    table = Table("what", "seconds", "a document", "× bare", title=title)
    base = next(iter(rows.values()))
    for what, seconds in rows.items():
        each = seconds / given.documents
        table.add_row(what, f"{seconds:.2f}", f"{each * 1000:.0f} ms", f"{seconds / base:.2f}")
    Console().print(table)


async def _measure(folder: Path, *, documents: int, rounds: int) -> dict[str, float]:
    sources = [folder / f"{number}.docx" for number in range(documents)]
    for number, source in enumerate(sources):
        source.write_bytes(_word(number))
    store = DiskDocuments(folder / "documents", min_free_bytes=0, min_free_share=0)
    received = [Received(name=source.name, sha256=await store.put(source.read_bytes())) for source in sources]
    readers, makers = WorkerPool(), WorkerPool(size=1, limits=OFFICE_LIMITS, preload=())
    office = OfficeDesk(documents=store, workers=makers, office=find_office())
    desk = Reception(documents=store, workers=readers, limits=GateLimits(), office=office)

    try:
        await _bare(folder, [sources])  # a first start makes the profile
        return {
            "bare soffice, a start each": await _median(lambda: _bare(folder, [[s] for s in sources]), rounds),
            "ours, a worker each": await _median(lambda: _ours(desk, [[file] for file in received]), rounds),
            "bare soffice, one start": await _median(lambda: _bare(folder, [sources]), rounds),
            "ours, one worker": await _median(lambda: _ours(desk, [received]), rounds),
        }
    finally:
        await readers.close()
        await makers.close()


async def _ours(desk: Reception, batches: Sequence[Sequence[Received]]) -> None:
    for batch in batches:
        await desk.receive(batch)


async def _bare(folder: Path, batches: Sequence[Sequence[Path]]) -> None:
    for batch in batches:
        await asyncio.to_thread(_soffice, folder, batch)


async def _median(work: Callable[[], Awaitable[None]], rounds: int) -> float:
    figures = []
    for _ in range(rounds):
        start = time.perf_counter()
        await work()
        figures.append(time.perf_counter() - start)
    return median(figures)


def _soffice(folder: Path, sources: Sequence[Path]) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder / "bare")]
    subprocess.run([*command, *map(str, sources)], check=True, capture_output=True)


def _word(number: int) -> bytes:
    """Return a contract of some pages; no two are the same."""
    clause = f"{CYRILLIC}/{number}. The supplier delivers, the buyer pays within ten days of the delivery. " * 3
    return docx(*(paragraph(run(f"{place}. {clause}")) for place in range(PAGES * 14)))


if __name__ == "__main__":
    main()
