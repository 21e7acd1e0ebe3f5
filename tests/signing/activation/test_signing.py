"""One signature: only over what was shown, only once, never without a row in the ledger."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms

from signing.activation.ledger import Entered
from signing.activation.record import ActivationRecord
from signing.errors import KeyUnavailable, LockedOut, LockedPerson, RecordRefused, UnknownOutcome, WrongCode
from signing.keys.certificate import is_signature
from signing.keys.store import ALGORITHMS
from signing.ports import Hole, KeyFacts, MadeSignature
from tests.conftest import SoftToken
from tests.signing.activation.bench import IVAN, SHOWN, Bench, Prepared


async def sign(bench: Bench, record: ActivationRecord, prepared: Prepared, entry: int = 0) -> MadeSignature:
    """Sign one entry."""
    return await bench.module.sign(record.nonce, entry, prepared.path, prepared.hole)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_openssl_finds_the_signature_good(bench: Bench, algorithm: str) -> None:
    await bench.enrol()
    key = await bench.certify(algorithm=algorithm)
    prepared = bench.prepare()
    made = await sign(bench, await bench.confirmed(key), prepared)
    assert judged_by_openssl(bench, made.cms, prepared.covered) == 0
    assert judged_by_openssl(bench, made.cms, prepared.covered + b"!") != 0


async def test_a_repeat_returns_the_stored_result_also_after_a_restart(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = await bench.confirmed(own_key), bench.prepare()
    made = await sign(bench, record, prepared)
    assert await sign(bench, record, prepared) == made
    await bench.restart()
    assert await sign(bench, record, prepared) == made


async def test_parallel_calls_make_one_signature(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = await bench.confirmed(own_key), bench.prepare()
    made = await asyncio.gather(*(sign(bench, record, prepared) for _ in range(8)))
    assert len(set(made)) == 1
    assert await kinds(bench, f"{record.nonce}/0") == [Entered.AUTHORISED, Entered.ATTEMPTED, Entered.MADE]


async def test_one_code_signs_every_entry_of_its_record_and_no_other(bench: Bench, own_key: KeyFacts) -> None:
    shown = [SHOWN + bytes([place]) * 5 for place in range(12)]
    record = await bench.confirmed(own_key, shown=shown)
    files = [bench.prepare(body, name=f"prepared-{place}") for place, body in enumerate(shown)]
    made = await asyncio.gather(*(sign(bench, record, file, place) for place, file in enumerate(files)))
    assert len({one.value for one in made}) == 12
    for place in (12, -1):
        with pytest.raises(RecordRefused):
            await sign(bench, record, files[0], place)


async def test_nothing_is_signed_without_a_confirmation(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = bench.record(own_key), bench.prepare()
    with pytest.raises(RecordRefused):
        await sign(bench, record, prepared)
    with pytest.raises(WrongCode):
        await bench.module.confirm(record, bench.wrong_code())
    with pytest.raises(RecordRefused):
        await sign(bench, record, prepared)


Change = Callable[[bytes, Hole], tuple[bytes, Hole]]


CHANGES: dict[str, tuple[str, Change]] = {
    "another document": ("not_the_shown_bytes", lambda body, hole: (b"%PDF-1.6" + body[8:], hole)),
    "one bit": ("not_the_shown_bytes", lambda body, hole: (body[:20] + bytes([body[20] ^ 1]) + body[21:], hole)),
    "only a part": ("not_the_shown_bytes", lambda body, hole: (body[: len(SHOWN) - 1], hole)),
    "nothing": ("not_the_shown_bytes", lambda _, hole: (b"", hole)),
    "no increment": ("not_our_increment", lambda body, hole: (body[: len(SHOWN)], hole)),
    "a foreign increment before": (
        "not_our_increment",
        lambda body, hole: (
            SHOWN + b"x startxref 1 %%EOF" + body[len(SHOWN) :], Hole(start=hole.start + 19, end=hole.end + 19),
        ),
    ),
    "a foreign increment behind": ("not_our_increment", lambda body, hole: (body + b"startxref\n1\n%%EOF", hole)),
    "a hole in what was shown": ("hole_outside_increment", lambda body, hole: (body, Hole(start=5, end=hole.end))),
    "a hole that hides the border": (
        "hole_outside_increment", lambda body, hole: (body, Hole(start=len(SHOWN) - 1, end=hole.end)),
    ),
    "a hole beyond the end": (
        "hole_outside_increment", lambda body, hole: (body, Hole(start=hole.start, end=len(body) + 1)),
    ),
    "an empty hole": ("hole_outside_increment", lambda body, hole: (body, Hole(start=hole.start, end=hole.start))),
    "a backward hole": ("hole_outside_increment", lambda body, hole: (body, Hole(start=hole.end, end=hole.start))),
    "a hole too wide": ("hole_not_empty", lambda body, hole: (body, Hole(start=hole.start, end=hole.end + 3))),
    "a hole with something in it": (
        "hole_not_empty", lambda body, hole: (body[: hole.start + 9] + b"7" + body[hole.start + 10 :], hole),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
async def test_other_bytes_than_the_shown_ones_are_refused(bench: Bench, own_key: KeyFacts, name: str) -> None:
    reason, change = CHANGES[name]
    record, prepared = await bench.confirmed(own_key), bench.prepare()
    good = prepared.path.read_bytes()
    body, hole = change(good, prepared.hole)
    prepared.path.write_bytes(body)
    with pytest.raises(RecordRefused) as caught:
        await sign(bench, record, Prepared(path=prepared.path, hole=hole))
    assert caught.value.facts == {"reason": reason}
    assert await kinds(bench, f"{record.nonce}/0") == [Entered.AUTHORISED]
    prepared.path.write_bytes(good)
    assert (await sign(bench, record, prepared)).cms


async def test_an_increment_that_this_ledger_made_may_stand_before_ours(bench: Bench, own_key: KeyFacts) -> None:
    first = bench.prepare()
    made = await sign(bench, await bench.confirmed(own_key), first)
    signed = bytearray(first.path.read_bytes())
    text = made.cms.hex().encode()
    signed[first.hole.start + 1 : first.hole.start + 1 + len(text)] = text
    second = bench.prepare(bytes(signed), name="second")
    assert (await sign(bench, await bench.confirmed(own_key), second)).cms
    forged = bench.prepare(bytes(signed).replace(b"Contents", b"C0ntents"), name="forged")
    emptied = bench.prepare(first.path.read_bytes(), name="emptied")
    record = await bench.confirmed(own_key)
    for prepared in (forged, emptied):
        with pytest.raises(RecordRefused) as caught:
            await sign(bench, record, prepared)
        assert caught.value.facts["reason"] == "not_our_increment"


async def test_a_result_is_not_given_out_for_other_bytes(bench: Bench, own_key: KeyFacts) -> None:
    record = await bench.confirmed(own_key)
    prepared = bench.prepare()
    await sign(bench, record, prepared)
    prepared.path.write_bytes(prepared.path.read_bytes() + b"!")
    with pytest.raises(RecordRefused) as caught:
        await sign(bench, record, prepared)
    assert caught.value.facts["reason"] == "other_bytes_signed"


async def test_a_lock_between_code_and_key_stops_the_signature(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = await bench.confirmed(own_key), bench.prepare()
    await bench.module.lock(IVAN)
    with pytest.raises(LockedPerson):
        await sign(bench, record, prepared)
    await bench.module.unlock(IVAN)
    assert (await sign(bench, record, prepared)).cms


async def test_ten_wrong_codes_stop_what_was_confirmed_before(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = await bench.confirmed(own_key), bench.prepare()
    for _ in range(10):
        with pytest.raises((WrongCode, LockedOut)):
            await bench.module.confirm(bench.record(own_key), bench.wrong_code())
    with pytest.raises(LockedOut):
        await sign(bench, record, prepared)


async def test_a_token_that_is_away_leaves_the_entry_authorised(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = await bench.confirmed(own_key), bench.prepare()
    away = bench.token.folder.rename(bench.token.folder.with_name("away"))
    for _ in range(3):
        with pytest.raises(KeyUnavailable):
            await sign(bench, record, prepared)
    away.rename(bench.token.folder)
    assert (await sign(bench, record, prepared)).cms
    assert await kinds(bench, f"{record.nonce}/0") == [Entered.AUTHORISED, Entered.ATTEMPTED, Entered.MADE]


async def test_a_key_replaced_behind_our_back_is_not_used(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = await bench.confirmed(own_key), bench.prepare()
    wipe(bench.token)
    await bench.restart()
    with pytest.raises(KeyUnavailable) as gone:
        await sign(bench, record, prepared)
    assert gone.value.facts["reason"] == "no_key"
    bench.module._keys.store("pkcs11").generate("own", "P-256")
    with pytest.raises(KeyUnavailable) as other:
        await sign(bench, record, prepared)
    assert other.value.facts["reason"] == "other_key"


async def test_an_attempt_without_a_result_is_unknown_for_ever(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = await bench.confirmed(own_key), bench.prepare()

    def die(*_: object, **__: object) -> None:
        raise MemoryError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("signing.keys.pkcs11_token.Pkcs11Token.sign", die)
        with pytest.raises(MemoryError):
            await sign(bench, record, prepared)
    for _ in range(2):
        await bench.restart()
        with pytest.raises(UnknownOutcome) as caught:
            await sign(bench, record, prepared)
        assert caught.value.facts == {"nonce": record.nonce, "entry": 0}
    assert (await bench.module.verify_ledger()).unknown == (f"{record.nonce}/0",)


async def test_a_value_that_is_no_signature_is_never_given_out(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = await bench.confirmed(own_key), bench.prepare()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("signing.keys.pkcs11_token.Pkcs11Token.sign", lambda *_: b"nonsense")
        with pytest.raises(KeyUnavailable) as caught:
            await sign(bench, record, prepared)
    assert caught.value.facts["reason"] == "invalid_signature"
    assert (await sign(bench, record, prepared)).cms


async def test_a_caller_that_hangs_up_does_not_lose_the_signature(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = await bench.confirmed(own_key), bench.prepare()
    call = asyncio.create_task(sign(bench, record, prepared))
    while len(await kinds(bench, f"{record.nonce}/0")) < 2:  # noqa: ASYNC110 - the ledger has no bell
        await asyncio.sleep(0)
    call.cancel()
    await asyncio.wait([call])
    made = await sign(bench, record, prepared)
    assert is_signature(made.value, signed_attributes(made.cms), public_key_der=public_key(made.cms))
    assert (await kinds(bench, f"{record.nonce}/0")).count(Entered.ATTEMPTED) == 1


async def test_the_last_used_key_comes_first(bench: Bench, own_key: KeyFacts) -> None:
    second = await bench.certify("a second one")
    assert [key.label for key in await bench.module.keys(IVAN)] == ["a second one", "own"]
    for key in (own_key, second, own_key):
        await sign(bench, await bench.confirmed(key), bench.prepare())
        assert (await bench.module.keys(IVAN))[0].label == key.label


async def kinds(bench: Bench, subject: str) -> list[str]:
    """Return what the ledger says about an entry."""
    return [row.kind for row in await bench.module._store.run(lambda tx: tx.rows_of(subject))]


def wipe(token: SoftToken) -> None:
    """Initialise a token anew, as somebody with its SO PIN can."""
    again = ["softhsm2-util", "--init-token", "--token", token.label, "--label", token.label, "--force"]
    subprocess.run([*again, "--so-pin", "13572468", "--pin", token.pin], check=True, capture_output=True)


def judged_by_openssl(bench: Bench, made: bytes, covered: bytes) -> int:
    """Return openssl's verdict on a detached CMS with the test authority as the only trust; 0 is good."""
    paths = {name: bench.folder / name for name in ("cms.der", "covered", "ca.der", "ca.pem")}
    for path, body in zip(paths.values(), (made, covered, bench.authority.certificate_der), strict=False):
        path.write_bytes(body)
    convert: list[str | Path] = ["openssl", "x509", "-inform", "DER", "-in", paths["ca.der"], "-out", paths["ca.pem"]]
    subprocess.run(convert, check=True, capture_output=True)
    command: list[str | Path] = [
        "openssl",
        "cms",
        "-verify",
        "-cades",
        "-binary",
        "-inform",
        "DER",
        "-in",
        paths["cms.der"],
    ]
    rest: list[str | Path] = [
        "-content",
        paths["covered"],
        "-CAfile",
        paths["ca.pem"],
        "-purpose",
        "any",
        "-out",
        Path("/dev/null"),
    ]
    return subprocess.run([*command, *rest], check=False, capture_output=True).returncode


def signed_attributes(made: bytes) -> bytes:
    """Return what the key has signed, as asn1crypto reads it."""
    signer = cms.ContentInfo.load(made)["content"]["signer_infos"][0]
    return bytes(signer["signed_attrs"].untag().dump())


def public_key(made: bytes) -> bytes:
    """Return the key of the certificate that the signer's name points to."""
    content = cms.ContentInfo.load(made)["content"]
    serial = content["signer_infos"][0]["sid"].chosen["serial_number"].native
    found = (one.chosen for one in content["certificates"] if one.chosen.serial_number == serial)
    return bytes(next(found).public_key.dump())
