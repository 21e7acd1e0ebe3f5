"""The journal against the ledger of a real module: what only one of them says is found, in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from signing.activation.reconciliation import Mismatch, reconcile, remembered
from signing.audit import GENESIS, Event, Row, Tag, chain
from signing.document import Sha256
from signing.ports import Signature
from signing.request import RequestId
from tests.signing.activation.bench import IVAN, Bench

SIGNED = Sha256("f" * 64)


async def signed(bench: Bench) -> Signature:
    """Return the signature as the bot keeps it, after the module made it."""
    await bench.enrol()
    record = await bench.confirmed(await bench.certify())
    prepared = bench.prepare()
    await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    return Signature(
        request=record.entries[0].request, document=0, signer=IVAN, nonce=record.nonce, signed_sha256=SIGNED,
        size_bytes=1, level="B-B", certificate_sha256=record.certificate_sha256, signed_at=bench.clock.now(),
    )  # fmt: skip


def told(bench: Bench, kept: Signature, *, ledger: dict[str, Any]) -> list[Row]:
    """Return the journal that the bot has written about it."""
    facts: list[tuple[Tag, str, dict[str, Any]]] = [
        (Tag.REQUEST_CONFIRMED, kept.request, {"nonce": kept.nonce}),
        (Tag.SIGNATURE_MADE, kept.request, {"nonce": kept.nonce, "document": 0, "signed_sha256": SIGNED}),
        (Tag.LEDGER_SEEN, "ledger", ledger),
    ]
    return chained(bench, facts)


def chained(bench: Bench, facts: Sequence[tuple[Tag, str, dict[str, Any]]]) -> list[Row]:
    """Return a journal of these rows."""
    rows: list[Row] = []
    for seq, (tag, subject, more) in enumerate(facts, 1):
        event = Event(tag=tag, at=bench.clock.now(), actor=IVAN, subject=subject, facts=more)
        rows.append(chain(event, seq=seq, previous=rows[-1].hash if rows else GENESIS))
    return rows


@pytest.fixture
async def story(bench: Bench) -> tuple[Bench, Signature, list[Row]]:
    kept = await signed(bench)
    return bench, kept, told(bench, kept, ledger=(await bench.module.status())["ledger"])


async def found(bench: Bench, rows: list[Row], *signatures: Signature, later: list[Row] | None = None) -> set[str]:
    ledger = await bench.module.verify_ledger(at=[at for at, _ in remembered(rows).values()])
    assert ledger.faults == ()
    mismatches: list[Mismatch] = reconcile(rows, ledger, signatures=signatures, later=later or ())
    return {one.kind for one in mismatches}


async def test_an_honest_story_is_the_same_in_both(story: tuple[Bench, Signature, list[Row]]) -> None:
    bench, kept, rows = story
    assert await found(bench, rows, kept) == set()


async def test_a_signature_along_a_route_is_told_of_the_whole_request_and_made_for_its_part(bench: Bench) -> None:
    part = await signed(bench)
    whole = replace(part, request=RequestId("WHQ7E9XA2F4B"))
    ledger = (await bench.module.status())["ledger"]
    facts: list[tuple[Tag, str, dict[str, Any]]] = [
        (Tag.REQUEST_SUBMITTED, part.request, {"part_of": whole.request}),
        (Tag.REQUEST_CONFIRMED, part.request, {"nonce": part.nonce}),
        (Tag.SIGNATURE_MADE, whole.request, {"nonce": part.nonce, "document": 0, "signed_sha256": SIGNED}),
        (Tag.LEDGER_SEEN, "ledger", ledger),
    ]
    assert await found(bench, chained(bench, facts), whole) == set()
    assert "not_in_ledger" in await found(bench, chained(bench, facts[1:]), whole), "nobody tells whose part it is"


async def test_a_journal_cut_off_before_a_confirmation_is_found(story: tuple[Bench, Signature, list[Row]]) -> None:
    bench, kept, rows = story
    assert await found(bench, []) == {"not_in_journal"}
    assert await found(bench, [], kept, later=rows) == set(), "a bot at work raises no alarm"


async def test_a_signature_that_no_key_made_is_found(story: tuple[Bench, Signature, list[Row]]) -> None:
    bench, kept, rows = story
    facts = {**rows[1].event.facts, "document": 1}
    invented = replace(rows[1], seq=4, event=replace(rows[1].event, facts=facts))
    assert await found(bench, [*rows, invented], kept, replace(kept, document=1)) == {"not_in_ledger"}


async def test_a_ledger_that_was_rewritten_is_found(story: tuple[Bench, Signature, list[Row]]) -> None:
    bench, kept, rows = story
    facts = rows[2].event.facts
    for lie in ({**facts, "head": "0" * 64}, {**facts, "rows": facts["rows"] + 1}):
        changed = replace(rows[2], event=replace(rows[2].event, facts=lie))
        assert await found(bench, [*rows[:2], changed], kept) == {"ledger_rewritten"}


async def test_another_signed_file_in_the_bots_rows_is_found(story: tuple[Bench, Signature, list[Row]]) -> None:
    bench, kept, rows = story
    assert await found(bench, rows, replace(kept, signed_sha256=Sha256("e" * 64))) == {"signature_changed"}
    assert await found(bench, rows) == {"signature_changed"}
    assert await found(bench, rows, kept, replace(kept, document=3)) == {"signature_changed"}
