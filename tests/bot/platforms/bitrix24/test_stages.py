"""Stages: where a file asks, where a deal goes, and that nobody's move is undone."""

from __future__ import annotations

import pytest

from bot.platforms.bitrix24.deal import Deals
from bot.platforms.bitrix24.errors import Refused
from bot.platforms.bitrix24.stages import StagePolicy, unknown_stages
from playground.bitrix24_portal import FIELD
from signing.request import State
from tests.bot.platforms.bitrix24.conftest import Desk


@pytest.mark.parametrize(
    ("asks", "yes", "no"),
    [
        ((), ("NEW", "C2:NEW"), ()),
        (("PREPARATION",), ("PREPARATION",), ("NEW", "C2:PREPARATION")),
        (("C2:*",), ("C2:NEW", "C2:WON"), ("NEW", "C3:NEW")),
        (("!LOSE", "!C3:*"), ("NEW", "C2:NEW"), ("LOSE", "C3:NEW")),
        (("C2:*", "!C2:NEW", "C0:*"), ("C2:WON", "NEW"), ("C2:NEW", "C3:NEW")),
        (("!C2:*", "C2:NEW"), ("C2:NEW",), ("C2:WON", "NEW")),
    ],
)
def test_the_most_exact_entry_counts(asks: tuple[str, ...], yes: tuple[str, ...], no: tuple[str, ...]) -> None:
    policy = StagePolicy(asks=asks)
    assert [stage for stage in (*yes, *no) if policy.is_asked_at(stage)] == list(yes)


def test_a_deal_goes_on_in_its_own_pipeline_only() -> None:
    policy = StagePolicy(when_signed=("UC_SIGNED", "C2:WON"), when_rejected=("LOSE",))
    assert policy.target(State.SIGNED, "NEW") == "UC_SIGNED"
    assert policy.target(State.SIGNED, "C2:NEW") == "C2:WON"
    assert policy.target(State.SIGNED, "C3:NEW") is None
    assert policy.target(State.REJECTED, "NEW") == "LOSE"
    assert policy.target(State.EXPIRED, "NEW") is None


async def test_a_stage_is_set_and_one_that_wants_something_first_is_refused(desk: Desk) -> None:
    deals = Deals(desk.portal, [FIELD])
    opened = desk.far.office.open_deal("Delivery", by=2)
    moved = await deals.set_stage(await deals.get(opened.id), "PREPARATION")
    assert (moved.stage, opened.stage) == ("PREPARATION", "PREPARATION")
    desk.far.office.closed_stages.add("WON")
    with pytest.raises(Refused, match="CRM_FIELD_ERROR_REQUIRED"):
        await deals.set_stage(moved, "WON")
    with pytest.raises(Refused, match="CRM_FIELD_ERROR_VALUE_NOT_VALID"):
        await deals.set_stage(moved, "C2:WON")
    assert opened.stage == "PREPARATION"


async def test_stages_that_no_pipeline_has_are_found(desk: Desk) -> None:
    named = StagePolicy(asks=("!NEW", "C2:*"), when_signed=("C2:WON", "C9:WON"), when_rejected=("LOST",)).named
    assert await unknown_stages(desk.portal, named) == ("C9:WON", "LOST")
    assert await unknown_stages(desk.portal, ()) == ()
