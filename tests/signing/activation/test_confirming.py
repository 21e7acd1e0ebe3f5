"""A code is spent for exactly what was shown, or nothing happens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from signing.activation.record import LIFETIME, MAX_ENTRIES
from signing.errors import (
    KeyUnavailable,
    LockedOut,
    LockedPerson,
    NotAllowed,
    NotEnrolled,
    RecordExpired,
    RecordRefused,
    RecordSpent,
    SigningError,
    WrongCode,
)
from signing.ports import KeyFacts
from tests.signing.activation.bench import IVAN, SHOWN, VERA, Bench, changed
from tests.signing.keys.certificates import SINCE


async def test_the_right_code_confirms_and_a_repeat_does_nothing(bench: Bench, own_key: KeyFacts) -> None:
    record, code = bench.record(own_key), bench.code()
    assert not await bench.module.confirmed(record.nonce)
    await bench.module.confirm(record, code)
    assert await bench.module.confirmed(record.nonce)
    for again in (code, bench.wrong_code()):
        await bench.module.confirm(record, again)


async def test_a_code_works_for_one_record(bench: Bench, own_key: KeyFacts) -> None:
    code = bench.code()
    await bench.module.confirm(bench.record(own_key), code)
    with pytest.raises(WrongCode):
        await bench.module.confirm(bench.record(own_key), code)


async def test_a_code_raced_by_many_records_confirms_one(bench: Bench, own_key: KeyFacts) -> None:
    code, records = bench.code(), [bench.record(own_key) for _ in range(8)]
    answers = await asyncio.gather(*(bench.module.confirm(r, code) for r in records), return_exceptions=True)
    assert answers.count(None) == 1
    assert [await bench.module.confirmed(record.nonce) for record in records].count(True) == 1


async def test_a_code_typed_in_another_alphabet_after_use_is_refused(bench: Bench, own_key: KeyFacts) -> None:
    code = bench.code()
    await bench.module.confirm(bench.record(own_key), code)
    wide = "".join(chr(ord("０") + int(digit)) for digit in code)
    for form in (wide, f" {code}", f"{code}\n"):
        with pytest.raises(WrongCode):
            await bench.module.confirm(bench.record(own_key), form)


async def test_the_third_wrong_code_ends_the_record_even_for_the_right_one(bench: Bench, own_key: KeyFacts) -> None:
    record = bench.record(own_key)
    left = [await attempts_left(bench, record) for _ in range(2)]
    assert left == [2, 1]
    for code in (bench.wrong_code(), bench.code()):
        with pytest.raises(RecordSpent):
            await bench.module.confirm(record, code)
    await bench.module.confirm(bench.record(own_key), bench.code())


async def test_parallel_wrong_codes_get_three_tries_together(bench: Bench, own_key: KeyFacts) -> None:
    record, code = bench.record(own_key), bench.wrong_code()
    answers = await asyncio.gather(*(bench.module.confirm(record, code) for _ in range(64)), return_exceptions=True)
    assert all(isinstance(answer, WrongCode | RecordSpent) for answer in answers)
    report = await bench.module.verify_ledger()
    tried = await bench.module._store.run(lambda tx: tx.rows_of(record.nonce))
    assert (len(tried), report.faults) == (3, ())


async def test_ten_wrong_codes_in_a_row_lock_until_an_administrator_lifts_it(bench: Bench, own_key: KeyFacts) -> None:
    for turn in range(10):
        with pytest.raises(LockedOut if turn == 9 else (WrongCode, RecordSpent)):
            await bench.module.confirm(bench.record(own_key), bench.wrong_code())
    with pytest.raises(LockedOut):
        await bench.module.confirm(bench.record(own_key), bench.next_code())
    await bench.restart()
    with pytest.raises(LockedOut):
        await bench.module.confirm(bench.record(own_key), bench.code())
    await bench.module.unlock(IVAN)
    await bench.module.confirm(bench.record(own_key), bench.code())


async def test_a_right_code_begins_the_row_anew(bench: Bench, own_key: KeyFacts) -> None:
    for _ in range(3):
        for _ in range(5):
            with pytest.raises(WrongCode):
                await bench.module.confirm(bench.record(own_key), bench.wrong_code())
        await bench.module.confirm(bench.record(own_key), bench.next_code())


async def test_a_try_counts_before_the_code_is_compared(bench: Bench, own_key: KeyFacts) -> None:
    """Whoever stops the module at the comparison has used up a try all the same."""
    record = bench.record(own_key)

    def stop(*_: object) -> None:
        raise MemoryError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("signing.confirmation.totp.matching_step", stop)
        with pytest.raises(MemoryError):
            await bench.module.confirm(record, bench.code())
    assert await attempts_left(bench, record) == 1


async def test_a_record_counts_for_ten_minutes(bench: Bench, own_key: KeyFacts) -> None:
    record = bench.record(own_key)
    bench.clock.moment = record.expires_at
    with pytest.raises(RecordExpired):
        await bench.module.confirm(record, bench.code())
    bench.clock.moment = record.expires_at - timedelta(seconds=1)
    await bench.module.confirm(record, bench.code())


async def test_a_locked_person_is_refused_at_once(bench: Bench, own_key: KeyFacts) -> None:
    await bench.module.lock(IVAN)
    with pytest.raises(LockedPerson):
        await bench.module.confirm(bench.record(own_key), bench.code())


async def test_somebody_without_a_factor_is_refused(bench: Bench) -> None:
    key = await bench.certify()
    with pytest.raises(NotEnrolled):
        await bench.module.confirm(bench.record(key), "123456")


async def test_nobody_confirms_with_somebody_elses_key(bench: Bench, own_key: KeyFacts) -> None:
    await bench.enrol(VERA)
    with pytest.raises(NotAllowed):
        await bench.module.confirm(bench.record(own_key, signer=VERA), bench.code(VERA))


async def test_a_seal_is_used_by_several_persons_with_their_own_codes(bench: Bench) -> None:
    await bench.enrol(IVAN)
    await bench.enrol(VERA)
    seal = await bench.certify("seal", owners=[IVAN, VERA])
    assert seal.is_seal
    for person in (IVAN, VERA):
        await bench.confirmed(seal, signer=person)
    bench.clock.move(seconds=30)
    with pytest.raises(WrongCode):
        await bench.module.confirm(bench.record(seal, signer=VERA), bench.code(IVAN))


async def test_a_key_that_is_away_costs_neither_code_nor_try(bench: Bench, own_key: KeyFacts) -> None:
    record, code = bench.record(own_key), bench.code()
    away = bench.token.folder.rename(bench.token.folder.with_name("away"))
    for _ in range(5):
        with pytest.raises(KeyUnavailable):
            await bench.module.confirm(record, code)
    away.rename(bench.token.folder)
    await bench.module.confirm(record, code)


async def test_a_certificate_that_was_not_shown_or_is_out_of_date_is_refused(bench: Bench, own_key: KeyFacts) -> None:
    other = changed(bench.record(own_key), certificate_sha256="f" * 64)
    assert await refusal(bench, other) == KeyUnavailable(reason="key_changed", key="own").args
    bench.clock.moment = SINCE + timedelta(days=3651)
    assert isinstance(await error_of(bench, bench.record(own_key)), KeyUnavailable)


@pytest.mark.parametrize(
    "facts",
    [
        {"entries": ()}, {"nonce": "short"}, {"nonce": "Z" * 32}, {"key": ""}, {"signer": ""}, {"policy": ""},
        {"policy_sha256": ""}, {"sha256": "A" * 64}, {"sha256": ""}, {"size_bytes": 0}, {"document": -1},
        {"format": "xades"}, {"level": "B-LTA"}, {"destination": ""}, {"request": ""},
    ],
)  # fmt: skip
async def test_an_incomplete_record_is_refused(bench: Bench, own_key: KeyFacts, facts: dict[str, Any]) -> None:
    assert isinstance(await error_of(bench, changed(bench.record(own_key), **facts)), RecordRefused)


async def test_a_record_names_at_most_fifty_documents_and_none_twice(bench: Bench, own_key: KeyFacts) -> None:
    long = bench.record(own_key, shown=[SHOWN] * (MAX_ENTRIES + 1))
    twice = bench.record(own_key)
    for record in (long, changed(twice, entries=twice.entries * 2)):
        assert isinstance(await error_of(bench, record), RecordRefused)
    await bench.module.confirm(bench.record(own_key, shown=[SHOWN] * MAX_ENTRIES), bench.code())


async def test_a_record_that_would_live_too_long_or_begins_later_is_refused(bench: Bench, own_key: KeyFacts) -> None:
    record = bench.record(own_key)
    assert isinstance(await error_of(bench, changed(record, expires_at=record.shown_at + LIFETIME * 2)), RecordRefused)
    later = record.shown_at + timedelta(minutes=1)
    assert isinstance(await error_of(bench, changed(record, shown_at=later)), RecordExpired)


@pytest.mark.parametrize(
    "facts",
    [
        {"request": "R9"}, {"document": 1}, {"sha256": "e" * 64}, {"size_bytes": 7}, {"level": "B-T"},
        {"destination": "telegram:666"}, {"policy": "lax"}, {"policy_sha256": "1" * 64},
    ],
)  # fmt: skip
async def test_a_nonce_belongs_to_one_record(bench: Bench, own_key: KeyFacts, facts: dict[str, Any]) -> None:
    record = bench.record(own_key)
    await attempts_left(bench, record)
    assert await refusal(bench, changed(record, **facts)) == RecordRefused(reason="other_record").args


async def test_the_spent_step_outlives_a_restart(bench: Bench, own_key: KeyFacts) -> None:
    code = bench.code()
    await bench.module.confirm(bench.record(own_key), code)
    await bench.restart()
    with pytest.raises(WrongCode):
        await bench.module.confirm(bench.record(own_key), code)


async def attempts_left(bench: Bench, record: Any) -> int:
    """Enter a wrong code and return what the answer says."""
    with pytest.raises(WrongCode) as caught:
        await bench.module.confirm(record, bench.wrong_code())
    return int(caught.value.facts["attempts_left"])


async def error_of(bench: Bench, record: Any) -> SigningError:
    """Return why a record is refused although the code is right."""
    with pytest.raises(SigningError) as caught:
        await bench.module.confirm(record, bench.code())
    return caught.value


async def refusal(bench: Bench, record: Any) -> tuple[Any, ...]:
    """Return the error's name and facts."""
    return (await error_of(bench, record)).args
