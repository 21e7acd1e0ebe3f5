"""What a monitor reads: counted from the rows, growing with them, and never a name."""

from __future__ import annotations

import pytest

from bot.metrics import Metrics
from signing.errors import WrongCode
from tests.signing.conftest import House


async def test_requests_jobs_and_wrong_codes_are_counted(house: House) -> None:
    metrics = Metrics(store=house.store, clock=house.clock)
    request = await house.asked()
    await metrics.refresh()
    assert b'countersign_requests_unfinished{state="waiting"} 1.0' in metrics.text()
    assert b"not_confirmed" not in metrics.text().replace(b"request:not_confirmed (wrong", b"")
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    with pytest.raises(WrongCode):
        await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code="000000")
    house.clock.move(seconds=90)
    await metrics.refresh()
    said = metrics.text()
    assert b'countersign_journal_events{tag="request:not_confirmed"} 1.0' in said
    assert b'countersign_journal_events{tag="request:submitted"} 1.0' in said
    assert b"countersign_jobs_oldest_overdue_seconds 90.0" in said
    assert b"Ivan" not in said


async def test_a_state_that_nobody_is_in_any_more_is_gone(house: House) -> None:
    metrics = Metrics(store=house.store, clock=house.clock)
    request = await house.asked()
    await metrics.refresh()
    await house.decisions.cancel(request.id, by=house.id("Anna"))
    await metrics.refresh()
    assert b'state="waiting"' not in metrics.text()
