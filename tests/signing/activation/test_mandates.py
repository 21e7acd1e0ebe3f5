"""The module enforces every limit of a standing mandate; each refusal here is a guard of its own (invariant 2)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signing.activation.mandate import LONGEST, Claim, Mandate, Standing
from signing.errors import (
    KeyUnavailable,
    LockedPerson,
    MandateRefused,
    NotEnrolled,
    NotFound,
    RecordExpired,
    RecordRefused,
    RecordSpent,
    SigningError,
    WrongCode,
)
from signing.people import PersonId
from signing.ports import KeyFacts
from tests.signing.activation.bench import IVAN, VERA, Bench, changed
from tests.signing.activation.mandates import LEAVE, a_mandate, a_seal, automatic, granted


@pytest.fixture
async def seal(bench: Bench) -> KeyFacts:
    return await a_seal(bench)


async def refusal(bench: Bench, mandate: Mandate, claim: Claim = LEAVE, **changes: Any) -> str:
    """Return why the module does not cover a document, empty when it does."""
    try:
        await bench.module.mandates.use(automatic(bench, mandate, claim, **changes))
    except SigningError as error:
        return str(error.facts.get("reason", type(error).__name__))
    return ""


async def test_a_document_is_sealed_without_a_code(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal)
    record, prepared = automatic(bench, mandate), bench.prepare()
    left = await bench.module.mandates.use(record)
    assert (left.used, left.spent, left.left) == (1, 100_00, 2)
    made = await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    assert await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole) == made, "idempotent by nonce"
    assert await bench.module.mandates.use(record) == left, "a repeat uses nothing up"
    report = await bench.module.verify_ledger()
    assert report.faults == ()
    assert [one.is_automatic for one in report.made] == [True]
    assert [one.mandate for one in report.granted] == [mandate.signer]


async def test_a_mandate_needs_the_right_code_and_a_repeat_does_nothing(bench: Bench, seal: KeyFacts) -> None:
    code, mandate = bench.next_code(), a_mandate(bench, seal)
    with pytest.raises(WrongCode):
        await bench.module.mandates.grant(mandate, bench.wrong_code())
    assert await bench.module.mandates.standings() == ()
    assert await refusal(bench, mandate) == "no_mandate"
    await bench.module.mandates.grant(mandate, code)
    await bench.module.mandates.grant(mandate, bench.wrong_code())
    assert await bench.module.mandates.standings() == (Standing(mandate=mandate),)
    with pytest.raises(WrongCode):
        await bench.module.mandates.grant(a_mandate(bench, seal), code)
    record = bench.record(await bench.certify("own"))
    with pytest.raises(WrongCode):
        await bench.module.confirm(record, code)


async def test_three_wrong_codes_end_a_mandate_before_it_begins(bench: Bench, seal: KeyFacts) -> None:
    mandate = a_mandate(bench, seal)
    for turn in range(3):
        with pytest.raises(RecordSpent if turn == 2 else WrongCode):
            await bench.module.mandates.grant(mandate, bench.wrong_code())
    with pytest.raises(RecordSpent):
        await bench.module.mandates.grant(mandate, bench.code())


async def test_a_code_covers_the_mandate_that_was_shown_and_no_other(bench: Bench, seal: KeyFacts) -> None:
    mandate = a_mandate(bench, seal)
    with pytest.raises(WrongCode):
        await bench.module.mandates.grant(mandate, bench.wrong_code())
    with pytest.raises(MandateRefused) as refused:
        await bench.module.mandates.grant(replace(mandate, count=4), bench.code())
    assert refused.value.facts["reason"] == "other_mandate"


async def test_a_mandate_that_makes_no_sense_is_refused(bench: Bench, seal: KeyFacts) -> None:
    for changes in ({"count": 0}, {"largest": -1}, {"type": "Leave!"}, {"currency": ""}):
        with pytest.raises(MandateRefused, match="malformed"):
            await bench.module.mandates.grant(a_mandate(bench, seal, **changes), bench.code())
    assert await bench.module.mandates.standings() == ()


async def test_a_mandate_is_granted_within_ten_minutes_and_for_a_year_at_most(bench: Bench, seal: KeyFacts) -> None:
    now = bench.clock.now()
    too_long = a_mandate(bench, seal, until=now + LONGEST + timedelta(seconds=1))
    slow = a_mandate(bench, seal, expires_at=now + timedelta(minutes=11))
    over = a_mandate(bench, seal, until=now)
    for mandate in (too_long, slow, over):
        with pytest.raises(MandateRefused):
            await bench.module.mandates.grant(mandate, bench.code())
    late = a_mandate(bench, seal)
    bench.clock.move(seconds=600)
    with pytest.raises(RecordExpired):
        await bench.module.mandates.grant(late, bench.code())


async def test_only_a_seal_with_the_shown_certificate_can_be_mandated(bench: Bench, seal: KeyFacts) -> None:
    own = await bench.certify("own")
    for mandate, error in (
        (a_mandate(bench, own), MandateRefused),
        (a_mandate(bench, seal, key="nothing"), KeyUnavailable),
        (a_mandate(bench, seal, certificate_sha256="0" * 64), KeyUnavailable),
    ):
        with pytest.raises(error):
            await bench.module.mandates.grant(mandate, bench.code())


async def test_who_is_locked_or_not_enrolled_grants_nothing(bench: Bench, seal: KeyFacts) -> None:
    with pytest.raises(NotEnrolled):
        await bench.module.mandates.grant(a_mandate(bench, seal, granted_by=VERA), "123456")
    await bench.module.lock(IVAN)
    with pytest.raises(LockedPerson):
        await bench.module.mandates.grant(a_mandate(bench, seal), bench.code())


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (replace(LEAVE, type="order"), "type"),
        (replace(LEAVE, value=500_01), "value"),
        (replace(LEAVE, currency="USD"), "currency"),
        (Claim(type="leave"), "value_missing"),
        (replace(LEAVE, value=-1), "malformed"),
        (replace(LEAVE, value=1.5), "malformed"),  # type: ignore[arg-type]  # what a wire may bring
        (replace(LEAVE, type="LEAVE"), "malformed"),
        (replace(LEAVE, value=500_00), ""),
    ],
)
async def test_only_what_the_mandate_names_is_covered(bench: Bench, seal: KeyFacts, claim: Claim, reason: str) -> None:
    mandate = await granted(bench, seal)
    assert await refusal(bench, mandate, claim) == reason


async def test_the_count_is_used_up(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal)
    assert [await refusal(bench, mandate) for _ in range(4)] == ["", "", "", "count"]


async def test_the_total_is_used_up_to_the_last_hundredth(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal, total=150_00)
    assert await refusal(bench, mandate) == ""
    assert await refusal(bench, mandate, replace(LEAVE, value=50_01)) == "total"
    assert await refusal(bench, mandate, replace(LEAVE, value=50_00)) == ""
    assert await refusal(bench, mandate, replace(LEAVE, value=0)) == ""


async def test_a_mandate_without_a_value_covers_none(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal, largest=None, total=None, currency="")
    assert await refusal(bench, mandate) == "value_not_covered"
    assert await refusal(bench, mandate, Claim(type="leave")) == ""


async def test_a_mandate_ends(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal)
    bench.clock.moment = mandate.until - timedelta(seconds=1)
    assert await refusal(bench, mandate) == ""
    bench.clock.moment = mandate.until
    assert await refusal(bench, mandate) == "expired"


async def test_a_revoked_mandate_covers_nothing_not_even_what_it_covered_a_moment_ago(
    bench: Bench, seal: KeyFacts
) -> None:
    mandate = await granted(bench, seal)
    record, prepared = automatic(bench, mandate), bench.prepare()
    await bench.module.mandates.use(record)
    for _ in range(2):
        await bench.module.mandates.revoke(mandate.id)
    assert await refusal(bench, mandate) == "revoked"
    with pytest.raises(MandateRefused, match="revoked"):
        await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    with pytest.raises(NotFound):
        await bench.module.mandates.revoke("0" * 12)
    assert (await bench.module.verify_ledger()).faults == ()


async def test_a_locked_granter_stops_the_mandate(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal)
    record, prepared = automatic(bench, mandate), bench.prepare()
    await bench.module.mandates.use(record)
    await bench.module.lock(IVAN)
    assert await refusal(bench, mandate) == "granter_locked"
    with pytest.raises(MandateRefused, match="granter_locked"):
        await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    await bench.module.unlock(IVAN)
    assert await refusal(bench, mandate) == ""


async def test_a_granter_who_was_locked_out_by_wrong_codes_stops_it_too(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal)
    for _ in range(10):
        with pytest.raises(SigningError):
            await bench.module.mandates.grant(a_mandate(bench, seal), bench.wrong_code())
    assert await refusal(bench, mandate) == "granter_locked"


async def test_a_record_must_name_its_mandate_and_nothing_else(bench: Bench, seal: KeyFacts) -> None:
    own, mandate = await bench.certify("own"), await granted(bench, seal)
    other = await granted(bench, seal, count=2)
    for changes, reason in (
        ({"key": "own"}, "not_the_mandate"),
        ({"key": "own", "certificate_sha256": own.certificate_sha256}, "not_the_mandate"),
        ({"certificate_sha256": own.certificate_sha256}, "not_the_mandate"),
        ({"policy": "default"}, "not_the_mandate"),
        ({"policy_sha256": other.digest()}, "not_the_mandate"),
        ({"signer": other.signer}, "not_the_mandate"),
        ({"signer": IVAN}, "no_mandate"),
        ({"claim": None}, "incomplete"),
        ({"nonce": "no hex"}, "incomplete"),
        ({"expires_at": bench.clock.now() + timedelta(hours=1)}, "lifetime"),
        ({"shown_at": bench.clock.now() - timedelta(hours=1), "expires_at": bench.clock.now()}, "lifetime"),
    ):
        assert await refusal(bench, mandate, **changes) == reason, changes
    beside = automatic(bench, mandate)
    assert await refusal(bench, mandate, entries=(replace(beside.entries[0], format="cades"),)) == "form"
    two = automatic(bench, mandate)
    entries = (*two.entries, replace(two.entries[0], document=1))
    assert await refusal(bench, mandate, entries=entries) == "entries", "one use, one document"
    assert (await bench.module.mandates.standings())[0].used == 0


async def test_a_new_certificate_needs_a_new_mandate(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal)
    record, prepared = automatic(bench, mandate), bench.prepare()
    await bench.module.mandates.use(record)
    request = await bench.module.ceremony.request_certificate("seal", subject={"common_name": "seal"})
    await bench.module.ceremony.import_certificate("seal", bench.authority.issue(request))
    assert await refusal(bench, mandate) == "key_changed"
    with pytest.raises(KeyUnavailable):
        await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)


async def test_a_nonce_has_one_record(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal)
    record = automatic(bench, mandate)
    await bench.module.mandates.use(record)
    with pytest.raises(RecordRefused):
        await bench.module.mandates.use(changed(record, sha256="9" * 64))


async def test_an_automatic_record_is_not_confirmed_with_a_code(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal)
    code = bench.next_code()
    disguised = replace(bench.record(seal), signer=mandate.signer)
    for record in (automatic(bench, mandate), replace(automatic(bench, mandate), signer=IVAN), disguised):
        with pytest.raises(RecordRefused, match="automatic"):
            await bench.module.confirm(record, code)
    await bench.module.confirm(bench.record(seal), code)


async def test_without_a_use_nothing_is_sealed(bench: Bench, seal: KeyFacts) -> None:
    record, prepared = automatic(bench, await granted(bench, seal)), bench.prepare()
    with pytest.raises(RecordRefused, match="not_confirmed"):
        await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)


async def test_other_bytes_than_the_shown_ones_are_not_sealed(bench: Bench, seal: KeyFacts) -> None:
    record = automatic(bench, await granted(bench, seal))
    await bench.module.mandates.use(record)
    other = bench.prepare(b"%PDF-1.7 other\nstartxref\n9\n%%EOF\n" + b" " * 40)
    with pytest.raises(RecordRefused):
        await bench.module.sign(record.nonce, 0, other.path, other.hole)


async def test_uses_that_race_get_what_is_left_and_no_more(bench: Bench, seal: KeyFacts) -> None:
    mandate = await granted(bench, seal)
    answers = await asyncio.gather(*(refusal(bench, mandate) for _ in range(12)))
    assert sorted(answers) == ["", "", "", *["count"] * 9]
    (standing,) = await bench.module.mandates.standings()
    assert (standing.used, standing.spent) == (3, 300_00)
    await bench.restart()
    assert await refusal(bench, mandate) == "count", "a restart gives nothing back"


async def test_a_person_named_like_a_mandate_has_none(bench: Bench, seal: KeyFacts) -> None:
    await granted(bench, seal)
    for signer in ("mandate:", "mandate:000000000000", "mandate:ivan"):
        assert await refusal(bench, a_mandate(bench, seal), signer=PersonId(signer)) == "no_mandate"
