"""Second factors: enrolled by two codes, recovered by a third way, reset and locked by an administrator."""

from __future__ import annotations

import pytest

from signing.confirmation.totp import STEP_S
from signing.errors import LockedOut, NotAllowed, NotEnrolled, WrongCode
from signing.ports import KeyFacts
from tests.signing.activation.bench import IVAN, SEALING_KEY, VERA, Bench


async def test_a_seed_counts_only_after_two_consecutive_codes(bench: Bench) -> None:
    bench.seeds[IVAN] = (await bench.module.enrol(IVAN, account="Ivan")).secret
    assert not await bench.module.enrolled(IVAN)
    for first, second in ((0, 0), (-1, -1), (0, -1)):
        with pytest.raises(WrongCode):
            await bench.module.finish_enrolment(IVAN, bench.code(IVAN, first), bench.code(IVAN, second))
    codes = await bench.module.finish_enrolment(IVAN, bench.code(IVAN, -1), bench.code(IVAN, 0))
    assert len(set(codes)) == 10
    assert await bench.module.enrolled(IVAN)


async def test_a_seed_that_was_shown_and_not_proved_is_forgotten_by_the_next(bench: Bench) -> None:
    first = await bench.module.enrol(IVAN, account="Ivan")
    bench.seeds[IVAN] = first.secret
    second = await bench.module.enrol(IVAN, account="Ivan")
    assert first.secret != second.secret
    with pytest.raises(WrongCode):
        await bench.module.finish_enrolment(IVAN, bench.code(IVAN, -1), bench.code(IVAN, 0))


async def test_nothing_is_finished_that_was_not_begun(bench: Bench) -> None:
    with pytest.raises(NotEnrolled):
        await bench.module.finish_enrolment(IVAN, "123456", "234567")


async def test_an_enrolled_factor_is_not_replaced_by_whoever_asks(bench: Bench, own_key: KeyFacts) -> None:
    with pytest.raises(NotAllowed) as caught:
        await bench.module.enrol(IVAN, account="Ivan")
    assert caught.value.facts["reason"] == "already_enrolled"
    await bench.confirmed(own_key)


async def test_the_codes_of_the_enrolment_open_nothing(bench: Bench) -> None:
    key = await bench.certify()
    bench.seeds[IVAN] = (await bench.module.enrol(IVAN, account="Ivan")).secret
    code = bench.code()
    await bench.module.finish_enrolment(IVAN, bench.code(IVAN, -1), code)
    with pytest.raises(WrongCode):
        await bench.module.confirm(bench.record(key), code)


async def test_guessing_at_the_end_of_an_enrolment_is_counted(bench: Bench) -> None:
    bench.seeds[IVAN] = (await bench.module.enrol(IVAN, account="Ivan")).secret
    for turn in range(10):
        with pytest.raises(LockedOut if turn == 9 else WrongCode):
            await bench.module.finish_enrolment(IVAN, "000000", "000000")
    with pytest.raises(LockedOut):
        await bench.module.finish_enrolment(IVAN, bench.code(IVAN, -1), bench.code(IVAN, 0))


async def test_a_recovery_code_works_once_and_stops_the_old_seed(bench: Bench) -> None:
    codes, key = await bench.enrol(), await bench.certify()
    await bench.module.recover(IVAN, codes[3].upper())
    assert not await bench.module.enrolled(IVAN)
    with pytest.raises(NotEnrolled):
        await bench.module.confirm(bench.record(key), bench.code())
    with pytest.raises(WrongCode):
        await bench.module.recover(IVAN, codes[3])
    bench.clock.move(seconds=STEP_S)
    fresh = await bench.enrol()
    for old in codes:
        with pytest.raises((WrongCode, LockedOut)):
            await bench.module.recover(IVAN, old)
    await bench.module.unlock(IVAN)
    await bench.module.recover(IVAN, fresh[0])


async def test_recovery_codes_belong_to_one_person(bench: Bench) -> None:
    codes = await bench.enrol(IVAN)
    await bench.enrol(VERA)
    with pytest.raises(WrongCode):
        await bench.module.recover(VERA, codes[0])
    await bench.module.recover(IVAN, codes[0])


async def test_a_reset_by_an_administrator_lets_begin_anew(bench: Bench) -> None:
    codes = await bench.enrol()
    await bench.module.factors.reset(IVAN)
    with pytest.raises(WrongCode):
        await bench.module.recover(IVAN, codes[0])
    bench.clock.move(seconds=STEP_S)
    await bench.enrol()


async def test_neither_seed_nor_recovery_code_is_readable_in_the_file(bench: Bench) -> None:
    codes = await bench.enrol()
    pending = (await bench.module.enrol(VERA, account="Vera")).secret
    await bench.module.close()
    bench.opened = None
    for path in bench.folder.glob("activation.sqlite3*"):
        body = path.read_bytes()
        assert not [text for text in (*codes, *bench.seeds.values(), pending) if text.encode() in body]
        assert SEALING_KEY not in body


async def test_no_seed_stands_in_the_description_of_a_factor(bench: Bench) -> None:
    await bench.enrol()
    assert bench.seeds[IVAN] not in repr(await bench.module._store.run(lambda tx: tx.factor(IVAN)))
