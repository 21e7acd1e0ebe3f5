"""What an auditor and a monitor see of a real bot at work: one story in journal and ledger, numbers, and the reset."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.company import Company, company
from tests.journeys.story import a_pdf, ask, has, sign_typed


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Company]:
    """One signer, one employee."""
    with company(tmp_path, signers=1, employees=1) as made:
        yield made


def differing(office: Company) -> list[str]:
    """Return the faults that `journal verify` finds."""
    said = office.countersign("journal", "verify", "--json")
    return sorted(row["fault"] for row in json.loads(said.stdout))


async def test_journal_ledger_and_signatures_tell_one_story_until_one_is_edited(office: Company) -> None:
    manager, employee = office.signer(), office.employee()
    async with manager.telegram() as signer, employee.telegram() as requester:
        await ask(requester, manager, pdf=a_pdf(), name="Watched.pdf")
        await sign_typed(signer, "Watched.pdf", await manager.code())
        await requester.wait_for(lambda m: has(m, "Watched.pdf", "Signed by"))
    assert await asyncio.to_thread(differing, office) == []
    async with aiohttp.ClientSession() as session, session.get(f"{office.pages}/metrics") as answer:
        assert "countersign_journal_events" in await answer.text()
    # A restart publishes a head, and with it the end of the module's ledger.
    office.stop()
    office.start()
    assert await asyncio.to_thread(office.rows, "ledger:seen")
    assert await asyncio.to_thread(differing, office) == []
    with closing(sqlite3.connect(office.folder / "countersign.sqlite3")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE signature SET signed_sha256 = ?", ("e" * 64,))
    assert await asyncio.to_thread(differing, office) == ["signature_changed"]
