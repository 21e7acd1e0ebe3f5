"""The journey of the local application itself: updated, removed and installed again, while documents go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.platforms.bitrix24.events import WANTED
from playground.bitrix24.office import Deal
from tests.journeys.company import Colleague
from tests.journeys.sales import INSTALL_PATH, Sales, eventually, sales
from tests.journeys.story import a_pdf, has


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """A company with a portal."""
    with sales(tmp_path_factory.mktemp("life"), signers=1, employees=1) as made:
        yield made


async def _is_asked_for(trade: Sales, deal: Deal, employee: Colleague, name: str) -> None:
    async with employee.telegram() as anna:
        trade.put(deal, name, a_pdf(name), by=employee)
        await anna.wait_for(lambda m: has(m, name, "Who shall sign?"))


def _bound(trade: Sales) -> set[str]:
    return {event for event, _ in trade.portal.events.bound}


async def test_an_application_that_is_updated_removed_and_installed_again_goes_on(trade: Sales) -> None:
    employee = trade.office.employee()
    deal = trade.deal("Long life", by=employee)
    await _is_asked_for(trade, deal, employee, "Before.pdf")

    trade.within(lambda: trade.portal.update(by=1))
    await eventually(lambda: ("ONAPPUPDATE", 200) in trade.portal.events.told)
    await eventually(lambda: _bound(trade) == set(WANTED))
    await _is_asked_for(trade, deal, employee, "Updated.pdf")
    assert len(trade.office.rows("portal:updated")) == 1

    trade.within(trade.portal.uninstall)
    await eventually(lambda: len(trade.office.rows("portal:removed")) == 1)
    assert "was removed from the portal" in " ".join(trade.office.countersign("doctor").stdout.split())
    requests = trade.office.countersign("requests", "list").stdout
    assert "Updated.pdf" in requests, "nothing that was asked is forgotten"

    assert trade.office.countersign("bitrix24", "install").returncode == 0
    assert trade.loop.run(trade.portal.install(f"{trade.office.pages}{INSTALL_PATH}", by=1))[0] == 200
    await eventually(lambda: _bound(trade) == set(WANTED))
    await _is_asked_for(trade, deal, employee, "Again.pdf")
