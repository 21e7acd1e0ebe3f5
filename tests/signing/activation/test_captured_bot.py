"""What somebody who has taken over the bot can have of the module, who may call all that the bot may call."""

from __future__ import annotations

import json

import pytest

from signing.activation.extract import KIND
from signing.activation.ledger import Entered
from signing.errors import NotAllowed, NotConfirmed, RecordRefused, WrongCode
from signing.ports import KeyFacts
from tests.signing.activation.bench import Bench


async def test_a_live_code_in_a_captured_bot_signs_one_record_and_the_ledger_tells_which(
    bench: Bench, own_key: KeyFacts
) -> None:
    """The limit that a one-time code has: whoever holds it live may spend it on something else, once."""
    code = bench.next_code()
    shown, other = bench.record(own_key), bench.record(own_key, shown=(b"%PDF-1.7 what the thief wants\n",))
    await bench.module.confirm(other, code)
    with pytest.raises(NotConfirmed):
        await bench.module.confirm(shown, code)
    extract = await bench.module.extract_ledger(requests=["R0"])
    spent = [row.facts["record"] for row in extract.rows if row.kind == Entered.RECORD_CONFIRMED]
    assert spent == [other.digest()]
    assert await bench.module.confirmed(shown.nonce) is False


async def test_without_a_code_nothing_that_the_bot_may_call_makes_a_signature(bench: Bench, own_key: KeyFacts) -> None:
    record, prepared = bench.record(own_key), bench.prepare()
    with pytest.raises(WrongCode):
        await bench.module.confirm(record, bench.wrong_code())
    for nonce in (record.nonce, "0" * 32):
        with pytest.raises(RecordRefused):
            await bench.module.sign(nonce, 0, prepared.path, prepared.hole)
    extract = await bench.module.extract_ledger(requests=["R0"], nonces=[record.nonce])
    assert {row.kind for row in extract.rows} == {Entered.RECORD_TRIED}


async def test_the_bot_cannot_have_a_false_statement_about_the_ledger_signed(bench: Bench) -> None:
    """Else an evidence file could tell of a ledger that there never was."""
    false = json.dumps({"kind": KIND, "rows": [], "requests": ["R0"], "ledger": [0, ""], "at": "2026-11-23"}).encode()
    with pytest.raises(NotAllowed):
        await bench.module.sign_head(false)
    true = await bench.module.extract_ledger(requests=["R0"])
    assert json.loads(true.statement)["rows"] == []
    assert true.signature
