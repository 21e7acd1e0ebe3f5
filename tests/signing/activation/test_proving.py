"""A code that proves who approves a change: spent once, for one matter, never again for a signature."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from signing.errors import LockedOut, LockedPerson, NotEnrolled, RecordRefused, RecordSpent, WrongCode
from signing.ports import KeyFacts
from tests.signing.activation.bench import IVAN, VERA, Bench

MATTER, OTHER = "a" * 64, "b" * 64


async def test_a_code_proves_one_matter_and_a_repeat_asks_for_none(bench: Bench) -> None:
    await bench.enrol()
    code = bench.code()
    await bench.module.prove(IVAN, code, matter=MATTER)
    await bench.module.prove(IVAN, "000000", matter=MATTER)
    with pytest.raises(WrongCode):
        await bench.module.prove(IVAN, code, matter=OTHER)


async def test_a_code_counts_for_a_change_or_for_a_signature_never_for_both(bench: Bench, own_key: KeyFacts) -> None:
    code = bench.code()
    await bench.module.prove(IVAN, code, matter=MATTER)
    with pytest.raises(WrongCode):
        await bench.module.confirm(bench.record(own_key), code)
    fresh = bench.next_code()
    await bench.module.confirm(bench.record(own_key), fresh)
    with pytest.raises(WrongCode):
        await bench.module.prove(IVAN, fresh, matter=OTHER)


async def test_one_code_that_comes_many_times_proves_one_matter(bench: Bench) -> None:
    await bench.enrol()
    matters = [f"{place:064x}" for place in range(3)]
    asked = [bench.module.prove(IVAN, bench.code(), matter=matter) for matter in matters]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert len([one for one in outcomes if one is None]) == 1


async def test_three_wrong_codes_end_a_matter_and_ten_lock_the_person(bench: Bench) -> None:
    await bench.enrol()
    for _ in range(2):
        with pytest.raises(WrongCode):
            await bench.module.prove(IVAN, bench.wrong_code(), matter=MATTER)
    with pytest.raises(RecordSpent):
        await bench.module.prove(IVAN, bench.wrong_code(), matter=MATTER)
    with pytest.raises(RecordSpent):
        await bench.module.prove(IVAN, bench.code(), matter=MATTER)
    for place in range(7):
        with pytest.raises((WrongCode, RecordSpent, LockedOut)):
            await bench.module.prove(IVAN, bench.wrong_code(), matter=f"{place // 3:064x}")
    with pytest.raises(LockedOut):
        await bench.module.prove(IVAN, bench.next_code(), matter="c" * 64)


async def test_without_a_factor_or_locked_nobody_proves_anything(bench: Bench) -> None:
    with pytest.raises(NotEnrolled):
        await bench.module.prove(VERA, "123456", matter=MATTER)
    await bench.enrol()
    await bench.module.lock(IVAN)
    with pytest.raises(LockedPerson):
        await bench.module.prove(IVAN, bench.code(), matter=MATTER)
    with pytest.raises(RecordRefused):
        await bench.module.prove(IVAN, bench.code(), matter="anything")


async def test_a_last_step_that_was_put_back_is_found_in_the_ledger(bench: Bench) -> None:
    await bench.enrol()
    await bench.module.prove(IVAN, bench.code(), matter=MATTER)
    assert (await bench.module.verify_ledger()).faults == ()
    with closing(sqlite3.connect(bench.store_path)) as connection, connection:
        connection.execute("UPDATE factor SET last_step = 1")
    assert [fault.kind for fault in (await bench.module.verify_ledger()).faults] == ["step"]
