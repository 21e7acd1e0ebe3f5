"""kill -9 in the middle of the work: nothing is lost, nothing is signed twice (invariants 3, 4, 5 and 12)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.campaign import Campaign, mortal_company, plan

KILLS = 28
"""And those that hit the bot a second time, while it starts."""


@pytest.mark.timeout(900)
async def test_whatever_is_killed_nothing_is_lost_and_nothing_signed_twice(tmp_path: Path) -> None:
    with mortal_company(tmp_path, signers=16, employees=6) as office:
        outcome = await Campaign(company=office).run(plan(KILLS, seed=1))
    assert outcome.figures.wrong == (), outcome
    assert outcome.drained, outcome
    assert outcome.faults == "", outcome
    assert outcome.kills.total() >= 30, outcome
    # At most what was under way comes again.
    assert outcome.figures.again <= outcome.kills.total(), outcome
    assert outcome.figures.delivered > 0
