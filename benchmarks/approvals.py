"""Complete approvals per second and CPU per approval, through the real bot on the loopback Telegram.

    python -m benchmarks.approvals [--approvals 16] [--size-kb 50]

One approval: document, card, choice of the signer, Sign, code, signed file with a trusted time in the requester's
chat. Everybody approves once, for codes work once. The baseline in the same run: the same documents signed by plain
pyHanko in one process, with nobody asked. CPU is the machine's without this process, which plays Telegram, the
time-stamp authority and the people.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.company import draw, set_up
from benchmarks.office import asked_to_type, bot_cpu_s, files_arrived, load, type_code
from benchmarks.pipeline import Figure, measure_plain
from tests.journeys.company import Colleague, Company, company

AT_ONCE = 8
"""Approvals under way at a time."""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--approvals", type=int, default=16)
    parser.add_argument("--size-kb", type=int, default=50)
    given = parser.parse_args()
    title = f"{given.approvals} approvals of {given.size_kb} KB, {AT_ONCE} at a time, P-256, {load()}"
    with tempfile.TemporaryDirectory() as bare, tempfile.TemporaryDirectory() as folder:
        with company(Path(folder), signers=given.approvals, employees=given.approvals) as office:
            pdf = draw(Path(folder) / "document.pdf", size_kb=given.size_kb).read_bytes()
            figure = office.loop.run(_measure(office, pdf))
        plain = asyncio.run(_plain(Path(bare), given.size_kb))
    _show(title, [plain, figure])


async def _measure(office: Company, pdf: bytes) -> Figure:
    pairs = list(zip(office.employees, office.signers, strict=True))
    await asyncio.gather(*(signer.unspent() for _, signer in pairs))
    gate = asyncio.Semaphore(AT_ONCE)
    cpu, start = bot_cpu_s(), time.perf_counter()
    await asyncio.gather(*(_approve(gate, *pair, pdf, f"Contract {n}.pdf") for n, pair in enumerate(pairs)))
    wall, cpu = time.perf_counter() - start, bot_cpu_s() - cpu
    return Figure(way="complete approvals", per_s=len(pairs) / wall, cpu_ms=cpu * 1000 / len(pairs))


async def _approve(gate: asyncio.Semaphore, employee: Colleague, signer: Colleague, pdf: bytes, name: str) -> None:
    async with gate, employee.telegram() as requester:
        await asked_to_type(employee, signer, pdf=pdf, name=name)
        await type_code(signer, await signer.code())
        await files_arrived(requester, 1)


async def _plain(folder: Path, size_kb: int) -> Figure:
    bare = await set_up(folder, algorithm="P-256", size_kb=size_kb)
    figure = await measure_plain(bare, 20)
    await bare.module.close()
    return figure


def _show(title: str, figures: list[Figure]) -> None:
    table = Table("way", "per second", "CPU ms each", "× plain", title=title)
    for figure in figures:
        ratio = f"{figure.per_s / figures[0].per_s:.2f}"
        table.add_row(figure.way, f"{figure.per_s:.1f}", f"{figure.cpu_ms:.0f}", ratio)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
