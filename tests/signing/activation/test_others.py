"""Several people sign one document: what may stand between the shown bytes and the next signature."""

from __future__ import annotations

import pytest

from signing.errors import RecordRefused
from signing.people import PersonId
from signing.ports import KeyFacts
from tests.signing.activation.bench import SHOWN, Bench, Prepared, changed

OLGA = PersonId("olga")


def filled(prepared: Prepared, cms: bytes) -> bytes:
    """Return the finished file."""
    body = bytearray(prepared.path.read_bytes())
    body[prepared.hole.start + 1 : prepared.hole.start + 1 + 2 * len(cms)] = cms.hex().encode()
    return bytes(body)


async def first_signed(bench: Bench, key: KeyFacts, shown: bytes = SHOWN) -> bytes:
    """Return the file that Ivan has signed."""
    prepared = bench.prepare(shown, name="first")
    record = await bench.confirmed(key, shown=[shown])
    return filled(prepared, (await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)).cms)


@pytest.fixture
async def second_key(bench: Bench, own_key: KeyFacts) -> KeyFacts:
    """Olga's key."""
    assert own_key.label == "own"
    await bench.enrol(OLGA)
    return await bench.certify("second", owners=[OLGA])


async def test_who_was_shown_the_same_bytes_signs_behind_the_other_in_a_request_of_the_own(
    bench: Bench, own_key: KeyFacts, second_key: KeyFacts
) -> None:
    both = bench.prepare(await first_signed(bench, own_key), name="both")
    code = bench.next_code(OLGA)
    record = changed(bench.record(second_key, signer=OLGA), request="R7")
    await bench.module.confirm(record, code)
    made = await bench.module.sign(record.nonce, 0, both.path, both.hole)
    await bench.restart()
    assert await bench.module.sign(record.nonce, 0, both.path, both.hole) == made


async def test_a_signature_over_other_bytes_stands_before_nobodys(
    bench: Bench, own_key: KeyFacts, second_key: KeyFacts
) -> None:
    other = await first_signed(bench, own_key, SHOWN + b"%other\n")
    record = await bench.confirmed(second_key, signer=OLGA)
    smuggled = bench.prepare(SHOWN + other[len(SHOWN) + 7 :], name="smuggled")
    with pytest.raises(RecordRefused, match="not_our_increment"):
        await bench.module.sign(record.nonce, 0, smuggled.path, smuggled.hole)


async def test_an_increment_of_ours_that_somebody_changed_is_refused(
    bench: Bench, own_key: KeyFacts, second_key: KeyFacts
) -> None:
    signed = bytearray(await first_signed(bench, own_key))
    signed[-8] ^= 1
    both = bench.prepare(bytes(signed), name="both")
    record = await bench.confirmed(second_key, signer=OLGA)
    with pytest.raises(RecordRefused, match="not_our_increment"):
        await bench.module.sign(record.nonce, 0, both.path, both.hole)
