"""Every edit of the module's ledger and of its records is found (invariant 12)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from signing.activation.ledger import NEXT, Entered
from signing.activation.ledger_check import LedgerReport
from signing.ports import KeyFacts
from tests.signing.activation.bench import Bench

COLUMNS = ("seq", "kind", "subject", "at", "facts", "previous", "hash")


@pytest.fixture
async def used(bench: Bench, own_key: KeyFacts) -> Bench:
    """A bench whose ledger holds two whole signatures, and whose module is stopped."""
    for place in range(2):
        record, prepared = await bench.confirmed(own_key), bench.prepare(name=f"prepared-{place}")
        await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    assert (await bench.module.verify_ledger()).faults == ()
    await bench.module.close()
    bench.opened = None
    return bench


def edit(bench: Bench, statement: str, *values: object) -> int:
    """Change the module's file behind its back; return how many rows changed."""
    with closing(sqlite3.connect(bench.store_path)) as connection, connection:
        return connection.execute(statement, values).rowcount


async def report(bench: Bench) -> LedgerReport:
    """Start the module and let it check its ledger."""
    module = bench.start()
    return await module.verify_ledger()


def rows(bench: Bench) -> int:
    """Return how long the ledger is."""
    with closing(sqlite3.connect(bench.store_path)) as connection:
        return int(connection.execute("SELECT count(*) FROM ledger").fetchone()[0])


@pytest.mark.parametrize("column", COLUMNS)
async def test_every_field_of_every_row_is_covered(used: Bench, column: str) -> None:
    whole = used.store_path.read_bytes()
    for seq in range(1, rows(used) + 1):
        value = "seq + 1000" if column == "seq" else f"{column} || ' '"
        assert edit(used, f"UPDATE ledger SET {column} = {value} WHERE seq = ?", seq) == 1
        found = await report(used)
        assert found.faults, f"{column} of row {seq}"
        await used.module.close()
        used.opened = None
        for rest in used.folder.glob("activation.sqlite3-*"):
            rest.unlink()
        used.store_path.write_bytes(whole)


CHANGES: dict[str, Callable[[Bench], int]] = {
    "a row taken out": lambda bench: edit(bench, "DELETE FROM ledger WHERE seq = 5"),
    "the first row taken out": lambda bench: edit(bench, "DELETE FROM ledger WHERE seq = 1"),
    "the end cut off": lambda bench: edit(bench, "DELETE FROM ledger WHERE seq > 6"),
    "everything cut off": lambda bench: edit(bench, "DELETE FROM ledger"),
    "rows in another order": lambda bench: edit(
        bench, "UPDATE ledger SET seq = CASE seq WHEN 5 THEN 1006 ELSE 1005 END WHERE seq IN (5, 6)"
    ),
    "a note of the end forged": lambda bench: edit(bench, "UPDATE ledger_head SET mac = zeroblob(32)"),
    "a note of the end taken out": lambda bench: edit(bench, "DELETE FROM ledger_head"),
    "a record changed": lambda bench: edit(
        bench, "UPDATE record SET canonical = CAST(replace(CAST(canonical AS TEXT), 'R0', 'R9') AS BLOB)"
    ),
    "a record taken out": lambda bench: edit(bench, "DELETE FROM record"),
    "records exchanged": lambda bench: edit(
        bench, "UPDATE record SET canonical = (SELECT canonical FROM record ORDER BY nonce LIMIT 1)"
    ),
    "a spent step set back": lambda bench: edit(bench, "UPDATE factor SET last_step = last_step - 1"),
    "a person with spent steps taken out": lambda bench: edit(bench, "DELETE FROM factor"),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_tampering_is_found(used: Bench, name: str) -> None:
    assert CHANGES[name](used) > 0
    assert (await report(used)).faults


async def test_the_table_of_states_ends_at_made() -> None:
    reached = {state for states in NEXT.values() for state in states}
    assert reached <= set(NEXT)
    assert [state for state, after in NEXT.items() if not after] == [Entered.MADE]
    assert NEXT[None] == {Entered.AUTHORISED}
