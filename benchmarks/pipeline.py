"""Documents per second: our signing pipeline, plain pyHanko in one process, and the bare token; one file, one run.

    python -m benchmarks.pipeline [--documents 100] [--algorithm RSA-3072] [--size-kb 50] [--rounds 3]

The pipeline is the product's own: disposable workers prepare and finish, a fresh process each; the activation module
signs with a key in SoftHSM, its ledger on disk; stamp with QR code, level B-B, the result checked. "Warm processes" is
the same in two processes that stay, without walls: what the walls cost. Each way is measured in every round, and the
round in the middle counts. CPU is the whole machine's: keep it quiet.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.company import MODULE, PIN, STAMP, Company, set_up
from benchmarks.office import load, machine_cpu_s
from benchmarks.plain import sign_plainly
from bot.workers import WorkerPool
from signing.activation.record import MAX_ENTRIES
from signing.formats import FORMATS
from signing.formats.drawing import draw

UNDER_WAY = 8
"""Documents at a time: as many as keep two cores busy."""

Run = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What one way of signing did."""

    way: str
    per_s: float
    cpu_ms: float


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--algorithm", choices=["RSA-3072", "P-256"], default="P-256")
    parser.add_argument("--size-kb", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(_measure_all(Path(folder), given))
    _show(figures, f"{given.documents} documents of {given.size_kb} KB, {given.algorithm}, {load()}")


async def _measure_all(folder: Path, given: argparse.Namespace) -> list[Figure]:
    company = await set_up(folder, algorithm=given.algorithm, size_kb=given.size_kb)
    workers = WorkerPool(accept_weak_isolation=True)
    await workers.start()
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes:
        warm = partial(_in_process, processes)
        await _pipeline(company, 8, warm)
        rounds = [await _round(company, workers.run, warm, given.documents) for _ in range(given.rounds)]
    await workers.close()
    await company.module.close()
    return [_middle(figures) for figures in zip(*rounds, strict=True)]


async def _round(company: Company, disposable: Run, warm: Run, count: int) -> list[Figure]:
    """Measure every way once, one after the other, so that a busy moment of the machine does not hit one alone."""
    return [
        await measure_plain(company, max(count // 4, 10)),
        await _timed("pipeline, disposable workers", count, partial(_pipeline, company, count, disposable)),
        await _timed("pipeline, two warm processes", count, partial(_pipeline, company, count, warm)),
        await _timed("bare token, two threads", 4 * count, partial(sign_barely, company, 4 * count)),
    ]


def _middle(figures: Sequence[Figure]) -> Figure:
    """Return the round in the middle."""
    return sorted(figures, key=lambda figure: figure.per_s)[len(figures) // 2]


async def _pipeline(company: Company, count: int, run: Run) -> None:
    """Sign `count` documents under as many codes as it takes; `run` calls a function in some worker."""
    gate = asyncio.Semaphore(UNDER_WAY)

    async def one(nonce: str, entry: int) -> None:
        async with gate:
            await _sign(company, run, nonce, entry)

    for start in range(0, count, MAX_ENTRIES):
        entries = min(MAX_ENTRIES, count - start)
        nonce = await company.record(entries)
        await asyncio.gather(*(one(nonce, entry) for entry in range(entries)))


async def _sign(company: Company, run: Run, nonce: str, entry: int) -> None:
    pades, target = FORMATS["pades"], company.folder / f"{nonce}-{entry}.pdf"
    prepared = await run(
        pades.prepare, company.source, target, field="Signature", stamp=draw(STAMP), signer=STAMP.name,
        reason=STAMP.number_text, location="", signed_at=company.clock.now(),
    )  # fmt: skip
    made = await company.module.sign(nonce, entry, target, prepared.hole)
    await run(
        pades.finish, target, source=company.source, prepared=prepared, cms=made.cms, timestamp=None, level="B-B",
        certificate_der=company.key.chain_der[0], roots_der=company.roots_der,
    )  # fmt: skip
    target.unlink()


async def _in_process(processes: ProcessPoolExecutor, work: Callable[..., Any], *args: Any, **more: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(processes, partial(work, *args, **more))


async def measure_plain(company: Company, count: int) -> Figure:
    """Sign with plain pyHanko in one process, warm."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        call = partial(_in_process, process, sign_plainly, MODULE, PIN, company.source, company.folder / "plain.pdf")
        await call(3)
        wall, cpu = await call(count)
    return Figure(way="plain pyHanko, one process", per_s=count / wall, cpu_ms=cpu * 1000 / count)


async def sign_barely(company: Company, count: int) -> None:
    """Sign nothing but messages, in two threads."""
    message = os.urandom(200)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: company.token.sign("bench", message), range(count)))


async def _timed(way: str, count: int, work: Callable[[], Awaitable[None]]) -> Figure:
    cpu, start = machine_cpu_s(), time.perf_counter()
    await work()
    wall = time.perf_counter() - start
    return Figure(way=way, per_s=count / wall, cpu_ms=(machine_cpu_s() - cpu) * 1000 / count)


def _show(figures: list[Figure], title: str) -> None:
    table = Table("way", "documents/s", "CPU ms each", "× plain", "% of the token", title=title)
    plain, bare = figures[0].per_s, figures[-1].per_s
    for figure in figures:
        shares = (f"{figure.per_s / plain:.1f}", f"{100 * figure.per_s / bare:.1f}")
        table.add_row(figure.way, f"{figure.per_s:.1f}", f"{figure.cpu_ms:.1f}", *shares)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
