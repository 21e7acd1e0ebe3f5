"""Journal and ledger tell one story of mandates and of what was sealed under them, in both directions."""

from __future__ import annotations

from typing import Any

import pytest

from signing.activation.mandate import Mandate
from signing.activation.reconciliation import reconcile
from signing.activation.record import ActivationRecord
from signing.audit import GENESIS, Event, Row, Tag, chain
from signing.document import Sha256
from signing.ports import Signature
from tests.signing.activation.bench import IVAN, Bench
from tests.signing.activation.mandates import a_seal, automatic, granted

Facts = tuple[Tag, str, dict[str, Any]]


class Story:
    """A document that was sealed under a mandate, and the journal of it."""

    def __init__(self, bench: Bench, mandate: Mandate, record: ActivationRecord) -> None:
        self.bench, self.mandate, self.record = bench, mandate, record
        request, digest = record.entries[0].request, mandate.digest()
        self.told: list[Facts] = [
            (Tag.MANDATE_PROPOSED, mandate.signer, {"digest": digest}),
            (Tag.MANDATE_GRANTED, mandate.signer, {"digest": digest}),
            (Tag.REQUEST_SEALED, request, {"nonce": record.nonce}),
            (Tag.SIGNATURE_MADE, request, {"nonce": record.nonce, "document": 0, "signed_sha256": "f" * 64}),
        ]

    async def found(self, *told: Facts) -> set[tuple[str, str]]:
        """Return what differs when the journal tells this."""
        rows: list[Row] = []
        for seq, (tag, subject, facts) in enumerate(told, 1):
            event = Event(tag=tag, at=self.bench.clock.now(), actor="x", subject=subject, facts=facts)
            rows.append(chain(event, seq=seq, previous=rows[-1].hash if rows else GENESIS))
        ledger, entry = await self.bench.module.verify_ledger(), self.record.entries[0]
        kept = Signature(
            request=entry.request, document=0, signer=self.mandate.signer, nonce=self.record.nonce,
            signed_sha256=Sha256("f" * 64), size_bytes=1, level="B-B",
            certificate_sha256=self.record.certificate_sha256, signed_at=self.bench.clock.now(),
        )  # fmt: skip
        signatures = [kept] if any(tag is Tag.SIGNATURE_MADE for tag, _, _ in told) else []
        return {(one.where, one.kind) for one in reconcile(rows, ledger, signatures=signatures)}


@pytest.fixture
async def story(bench: Bench) -> Story:
    mandate = await granted(bench, await a_seal(bench))
    record, prepared = automatic(bench, mandate), bench.prepare()
    await bench.module.mandates.use(record)
    await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    return Story(bench, mandate, record)


async def test_both_tell_the_same_and_what_only_one_says_is_found(story: Story) -> None:
    proposed, given, sealed, made = story.told
    assert await story.found(*story.told) == set()
    assert await story.found(proposed, sealed, made) == set(), "the console died before it wrote the last row"
    assert await story.found(given, sealed, made) == {("ledger", "mandate_not_in_journal")}
    assert await story.found(proposed, given) == {("ledger", "not_in_journal")}
    assert await story.found(proposed, given, sealed) == set(), "it may have stopped before it was journalled"


async def test_an_invented_or_changed_mandate_is_found(story: Story) -> None:
    changed = {"digest": "0" * 64}
    invented = (Tag.MANDATE_GRANTED, "mandate:000000000000", changed)
    assert await story.found(*story.told, invented) == {("journal", "mandate_not_in_ledger")}
    told = [(tag, subject, changed if "mandate" in tag else facts) for tag, subject, facts in story.told]
    assert await story.found(*told) == {
        ("journal", "mandate_not_in_ledger"), ("ledger", "mandate_not_in_journal"),
    }  # fmt: skip


async def test_an_automatic_seal_does_not_pass_for_a_persons_confirmation_nor_the_other_way(story: Story) -> None:
    proposed, given, (_, request, nonce), made = story.told
    confirmed = (Tag.REQUEST_CONFIRMED, request, nonce)
    assert await story.found(proposed, given, confirmed, made) == {("ledger", "not_in_journal")}
    bench = story.bench
    own = await bench.confirmed(await bench.certify("own"))
    prepared = bench.prepare(name="own")
    await bench.module.sign(own.nonce, 0, prepared.path, prepared.hole)
    facts = {"nonce": own.nonce}
    assert await story.found(*story.told, (Tag.REQUEST_CONFIRMED, request, facts)) == set()
    assert await story.found(*story.told, (Tag.REQUEST_SEALED, request, facts)) == {("ledger", "not_in_journal")}
    assert own.signer == IVAN
