"""Deals are searched and opened with the rights of the person who looks, and with nobody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.bitrix24.places import LIMIT, deal_of
from playground.bitrix24.faults import FaultKind
from playground.bitrix24.office import Deal
from signing.errors import FilingUnavailable
from signing.filing import Place
from tests.bot.platforms.bitrix24.trading_house import ADMINISTRATOR, ANNA, House, open_house
from tests.conftest import HandClock


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """A house in which Anna has logged in."""
    async with open_house(tmp_path, clock) as opened:
        await opened.link("Anna", ANNA)
        await opened.log_in("Anna", ANNA)
        yield opened


async def found(house: House, words: str) -> list[str]:
    return [place.name for place in await house.platform.places.search(house.people["Anna"], words)]


def named(*deals: Deal) -> list[str]:
    return [f"deal:{deal.id}" for deal in deals]


async def test_deals_are_found_by_number_title_and_company(house: House) -> None:
    office = house.far.office
    foods = office.customer("Adriatic Foods")
    windows, bread = office.open_deal("Windows for Bar", by=ANNA), office.open_deal("Bread", by=ANNA, company=foods.id)
    assert await found(house, "windows") == named(windows)
    assert await found(house, "adriatic") == named(bread)
    for words in (str(bread.id), f"№{bread.id}", f" #{bread.id} "):
        assert await found(house, words) == named(bread)
    assert await found(house, "nothing like it") == []
    assert await found(house, "") == []
    numbered = office.open_deal(f"Order {windows.id}", by=ANNA)
    assert await found(house, str(windows.id)) == named(windows, numbered), "the number first, each deal once"


async def test_the_newest_come_first_and_not_too_many(house: House) -> None:
    deals = [house.far.office.open_deal(f"Delivery {n}", by=ANNA) for n in range(LIMIT + 3)]
    assert await found(house, "delivery") == named(*reversed(deals))[:LIMIT]


async def test_every_call_is_made_as_the_person_and_rights_count(house: House) -> None:
    office = house.far.office
    secret, open_one = office.open_deal("Merger, secret", by=1), office.open_deal("Merger, open", by=1)
    office.barred.add((ANNA, secret.id))
    house.far.rest.calls.clear()
    assert await found(house, "merger") == named(open_one)
    assert await found(house, str(secret.id)) == []
    with pytest.raises(FilingUnavailable) as refused:
        await house.platform.places.find(house.people["Anna"], f"deal:{secret.id}")
    assert refused.value.facts == {"reason": "gone"}
    assert {call.user for call in house.far.rest.calls} == {ANNA}
    assert ADMINISTRATOR not in {call.user for call in house.far.rest.calls}


async def test_a_deal_is_opened_with_its_title_of_today(house: House) -> None:
    deal = house.far.office.open_deal("Old title", by=ANNA)
    deal.title = "New title"
    place = await house.platform.places.find(house.people["Anna"], f"deal:{deal.id}")
    assert place == Place(platform="bitrix24", name=f"deal:{deal.id}", title=f"№ {deal.id} · New title")
    assert place.channel == f"bitrix24:deal:{deal.id}"


@pytest.mark.parametrize("name", ["deal:x", "deal:", "deal:17:UF_CRM_SIGN_DOC:4", "company:1", "17", "deal:٣"])
async def test_what_is_no_deal_is_gone(house: House, name: str) -> None:
    assert deal_of(name) is None
    with pytest.raises(FilingUnavailable):
        await house.platform.places.find(house.people["Anna"], name)


async def test_somebody_without_a_token_is_not_linked(house: House) -> None:
    await house.link("Boris", 3)
    for person in (house.people["Boris"], house.people["Ivan"]):
        with pytest.raises(FilingUnavailable) as refused:
            await house.platform.places.search(person, "windows")
        assert refused.value.facts == {"reason": "not_linked"}


async def test_a_token_that_counts_no_more_is_forgotten_and_the_way_in_is_open(house: House) -> None:
    house.far.accounts.revoke(ANNA)
    with pytest.raises(FilingUnavailable) as refused:
        await found(house, "windows")
    assert refused.value.facts == {"reason": "not_linked"}
    assert not await house.platform.places.is_open_to(house.people["Anna"])
    await house.log_in("Anna", ANNA)
    deal = house.far.office.open_deal("Windows", by=ANNA)
    assert await found(house, "windows") == named(deal)


async def test_a_portal_that_refuses_is_away_and_forgets_nobody(house: House) -> None:
    house.far.faults.add(FaultKind.ERROR_WITH_200, method="crm.item.list", times=99)
    with pytest.raises(FilingUnavailable) as refused:
        await found(house, "windows")
    assert refused.value.facts == {"reason": "away"}
    assert await house.platform.places.is_open_to(house.people["Anna"])


async def test_an_hour_later_the_token_is_renewed_in_the_search(house: House) -> None:
    deal = house.far.office.open_deal("Windows", by=ANNA)
    house.far.accounts.expire()
    assert await found(house, "windows") == named(deal)
