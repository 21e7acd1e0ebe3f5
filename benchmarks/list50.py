"""A list of 50 documents under one code, through the real bot, against 50 bare signatures by the same kind of token.

    python -m benchmarks.list50 [--documents 50]

From the typed code to the last `signature:made` in the journal, and to the last file in the last chat. Telegram's own
limits (one message a second and chat, some thirty a second in all, which the bot keeps) are part of the second figure.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.company import draw, set_up
from benchmarks.office import files_arrived, has_words, load
from benchmarks.pipeline import sign_barely
from signing.activation.record import MAX_ENTRIES
from tests.journeys.company import Colleague, Company, company
from tests.journeys.story import ask, has

EMPLOYEES = 10


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=MAX_ENTRIES)
    given = parser.parse_args()
    each = given.documents // EMPLOYEES
    title = f"{each * EMPLOYEES} documents of 50 KB, one code, P-256, B-T, {load()}"
    with tempfile.TemporaryDirectory() as bare, tempfile.TemporaryDirectory() as folder:
        with company(Path(folder), signers=1, employees=EMPLOYEES) as office:
            pdf = draw(Path(folder) / "document.pdf", size_kb=50).read_bytes()
            began, sent_s = office.loop.run(_measure(office, pdf, each))
            made = [datetime.fromisoformat(row["at"]) for row in office.rows("signature:made")]
        bare_s = asyncio.run(_bare(Path(bare), each * EMPLOYEES))
    signed_s = (max(made) - began).total_seconds()
    rows = {"bare token": bare_s, "all signed, checked, journalled": signed_s, "all files in the chats": sent_s}
    _show(title, rows, count=len(made))


async def _measure(office: Company, pdf: bytes, each: int) -> tuple[datetime, float]:
    signer = office.signers[0]
    await asyncio.gather(*(_submit(employee, signer, pdf, each) for employee in office.employees))
    async with signer.telegram() as approver:
        listed = await approver.wait_for(lambda m: has(m, button=f"Sign {each * EMPLOYEES} with"), timeout_s=60)
        await approver.press(listed, "with one code")
        step = await approver.wait_for(lambda m: has(m, "Step 2", button="Type it here"))
        await approver.press(step, "Type it here")
        await approver.wait_for(partial(has_words, "six digits as a message"))
        code = await signer.code()
        began, start = datetime.now(UTC), time.perf_counter()
        await approver.send_text(code)
        await asyncio.gather(*(_arrived(employee, each) for employee in office.employees))
        return began, time.perf_counter() - start


async def _submit(employee: Colleague, signer: Colleague, pdf: bytes, each: int) -> None:
    async with employee.telegram() as phone:
        for number in range(each):
            await ask(phone, signer, pdf=pdf, name=f"Contract {employee.phone.id % 100}-{number}.pdf")


async def _arrived(employee: Colleague, count: int) -> None:
    async with employee.telegram() as phone:
        await files_arrived(phone, count)


async def _bare(folder: Path, count: int) -> float:
    bare = await set_up(folder, algorithm="P-256", size_kb=50)
    await sign_barely(bare, 10)
    start = time.perf_counter()
    await sign_barely(bare, count)
    wall = time.perf_counter() - start
    await bare.module.close()
    return wall


def _show(title: str, rows: dict[str, float], *, count: int) -> None:
    table = Table("what", "seconds", "documents/s", "× bare", title=title)
    bare = next(iter(rows.values()))
    for what, wall in rows.items():
        table.add_row(what, f"{wall:.3f}", f"{count / wall:.1f}", f"{wall / bare:.0f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
