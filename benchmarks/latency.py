"""From the last digit to the signed file in the requester's chat: p50 and p95, through the real bot.

    python -m benchmarks.latency [--signers 12] [--rounds 3]

One approval at a time, everything up to the code done before the clock starts; the code is typed in the chat, so its
deletion there is part of the time, and so are the trusted time and the self-check. A round waits for the next
half minute, since codes work once. The baseline in the same run: how long a person waits for the answer to /help.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.company import draw
from benchmarks.office import asked_to_type, files_arrived, load, percentile
from tests.journeys.company import Colleague, Company, company


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signers", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    title = f"{given.signers * given.rounds} approvals of 50 KB, one at a time, P-256, B-T, {load()}"
    with (
        tempfile.TemporaryDirectory() as folder,
        company(Path(folder), signers=given.signers, employees=given.signers) as office,
    ):
        pdf = draw(Path(folder) / "document.pdf", size_kb=50).read_bytes()
        answers = office.loop.run(_answers(office))
        approvals = office.loop.run(_approvals(office, pdf, given.rounds))
    _show(title, {"an answer of the bot": answers, "last digit → signed file": approvals})


async def _answers(office: Company) -> list[float]:
    """Return how long a person waits for the answer to /help."""
    figures = []
    for employee in office.employees:
        async with employee.telegram() as phone:
            known = {message["message_id"] for message in await phone.messages()}
            start = time.perf_counter()
            sent = await phone.send_text("/help")
            known.add(sent["message_id"])
            await phone.wait_for(lambda m, known=known: m["message_id"] not in known)  # type: ignore[misc]  # binds the loop's value
            figures.append(time.perf_counter() - start)
    return figures


async def _approvals(office: Company, pdf: bytes, rounds: int) -> list[float]:
    figures: list[float] = []
    pairs = list(zip(office.employees, office.signers, strict=True))
    for number in range(1, rounds + 1):
        for employee, signer in pairs:
            await asked_to_type(employee, signer, pdf=pdf, name=f"Contract {number}.pdf")
        for employee, signer in pairs:
            figures.append(await _code_to_file(employee, signer, number))
    return figures


async def _code_to_file(employee: Colleague, signer: Colleague, number: int) -> float:
    async with employee.telegram() as requester, signer.telegram() as approver:
        code = await signer.code()
        arrival = asyncio.create_task(files_arrived(requester, number))
        await asyncio.sleep(0.2)
        start = time.perf_counter()
        await approver.send_text(code)
        await arrival
        return time.perf_counter() - start


def _show(title: str, rows: dict[str, list[float]]) -> None:
    table = Table("what", "p50 ms", "p95 ms", "longest ms", "× baseline", title=title)
    base = percentile(next(iter(rows.values())), 0.5)
    for what, figures in rows.items():
        middle, most = percentile(figures, 0.5), percentile(figures, 0.95)
        shown = [f"{figure * 1000:.0f}" for figure in (middle, most, max(figures))]
        table.add_row(what, *shown, f"{middle / base:.1f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
