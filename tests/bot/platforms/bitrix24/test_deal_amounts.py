"""What a deal says it is worth: known to the drafts about its files, followed until they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.bitrix24.deal import Deals
from bot.platforms.bitrix24.intake import LOOK_JOB
from playground.bitrix24.office import Deal
from playground.bitrix24_portal import FIELD
from signing.amount import Amount, Teller
from signing.approval.policy import ApprovalPolicy
from signing.approval.policy_file import read
from signing.approval.progress import offered
from signing.approval.telling import tell
from signing.errors import NotAllowed
from signing.membership import CONSOLE
from signing.people import Account
from signing.ports import Job
from signing.request import SigningRequest
from tests.bot.platforms.bitrix24.conftest import Desk
from tests.bot.platforms.bitrix24.trading_house import ANNA, House, open_house
from tests.bot.platforms.telegram.office import contract
from tests.conftest import HandClock

POLICY = """\
currency = "EUR"

[[route]]
name = "Large"
amount_from = 10_000
required = true
[[route.step]]
signs = ["Ivan Marković"]

[[route]]
name = "Small"
amount_below = 10_000
[[route.step]]
signs = ["Ivan Marković"]
"""


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """The house with routes for some amounts; Anna is linked and has a chat."""
    async with open_house(tmp_path, clock, policy=ApprovalPolicy(routes=read(POLICY).book)) as opened:
        await opened.link("Anna", ANNA)
        chat = Account(platform="telegram", account_id="1001", chat_id="1001", person=opened.people["Anna"])
        await opened.core.membership.recognise(opened.people["Anna"], chat, by=CONSOLE)
        yield opened


async def put(house: House, opportunity: float, currency: str = "EUR") -> Deal:
    """Anna puts a file into a deal that is worth something."""
    deal = house.far.office.open_deal("Windows", by=ANNA)
    deal.opportunity, deal.currency = opportunity, currency
    house.clock.move(seconds=1)
    house.far.put(deal, "Contract.pdf", contract("Contract"), by=ANNA)
    await look(house, deal)
    return deal


async def look(house: House, deal: Deal) -> None:
    """The bot looks at the deal."""
    job = Job(kind=LOOK_JOB, subject=str(deal.id), facts={"deal": deal.id})
    await house.platform.job_handlers()[LOOK_JOB](job)


async def draft(house: House) -> SigningRequest:
    """Return Anna's newest request."""
    async with house.store.read() as tx:
        return (await tx.requests.made_by(house.people["Anna"], limit=1))[0]


async def choice(house: House) -> tuple[list[str], bool, bool]:
    """Return which routes are offered to Anna, whether one person is too, and whether she is asked for the amount."""
    async with house.store.read() as tx:
        anna = await tx.people.get(house.people["Anna"])
    made = offered(await draft(house), anna, house.core.policy)
    return [template.name for template in made.routes], made.is_free, made.wants_amount


async def test_a_deal_in_the_policys_currency_decides_without_a_question(house: House) -> None:
    await put(house, 25_000.5)
    assert (await draft(house)).amount == Amount(hundredths=25_000_50, currency="EUR", told_by=Teller.DEAL)
    assert await choice(house) == (["Large"], False, False)
    with pytest.raises(NotAllowed, match="amount_unfit"):
        await house.core.workflow.circulate((await draft(house)).id, by=house.people["Anna"], along="Small")
    await put(house, 9_999.99)
    assert await choice(house) == (["Small"], True, False)


@pytest.mark.parametrize(("opportunity", "currency"), [(25_000, "USD"), (0, "EUR"), (25_000, "")])
async def test_another_currency_or_none_leaves_the_question_to_the_requester(
    house: House, opportunity: float, currency: str
) -> None:
    await put(house, opportunity, currency)
    assert await choice(house) == ([], False, True)
    async with house.store.begin() as tx:
        await tell(tx, await draft(house), hundredths=5_00, policy=house.core.policy)
    deal = house.far.office.deals[max(house.far.office.deals)]
    house.far.office.touch(deal, by=ANNA)
    await look(house, deal)
    assert str((await draft(house)).amount) == "5.00 EUR", "the deal says nothing that counts against it"


async def test_a_draft_follows_its_deal_and_what_was_sent_does_not(house: House) -> None:
    deal = await put(house, 5_000)
    house.far.office.price(deal, 25_000, by=ANNA)
    await look(house, deal)
    assert await choice(house) == (["Large"], False, False)
    house.far.office.price(deal, 25_000, "USD", by=ANNA)
    await look(house, deal)
    assert ((await draft(house)).amount, await choice(house)) == (None, ([], False, True))
    house.far.office.price(deal, 30_000, by=ANNA)
    await look(house, deal)
    await house.core.workflow.circulate((await draft(house)).id, by=house.people["Anna"], along="Large")
    house.far.office.price(deal, 1, by=ANNA)
    await look(house, deal)
    assert str((await draft(house)).amount) == "30000.00 EUR"


async def test_an_event_that_got_lost_is_made_up_for_by_the_sweep(house: House) -> None:
    deal = await put(house, 5_000)
    await house.platform.sweep()
    house.far.office.price(deal, 25_000, by=ANNA)
    deal.updated_at = house.clock.now()
    await house.platform.sweep()
    assert await choice(house) == (["Large"], False, False)


async def test_without_bands_a_deals_amount_is_nobodys_business(tmp_path: Path, clock: HandClock) -> None:
    async with open_house(tmp_path, clock) as opened:
        await opened.link("Anna", ANNA)
        chat = Account(platform="telegram", account_id="1001", chat_id="1001", person=opened.people["Anna"])
        await opened.core.membership.recognise(opened.people["Anna"], chat, by=CONSOLE)
        deal = await put(opened, 25_000)
        await look(opened, deal)
        assert (await draft(opened)).amount is None


@pytest.mark.parametrize(
    ("told", "hundredths"),
    [
        (25_000, 25_000_00),
        ("25000.50", 25_000_50),
        (0.1 + 0.2, 30),
        (None, None),
        ("", None),
        ("n/a", None),
        (-5, None),
    ],
)
async def test_what_portals_write_is_read(desk: Desk, told: object, hundredths: int | None) -> None:
    opened = desk.far.office.open_deal("Delivery", by=2)
    opened.opportunity = told  # type: ignore[assignment]  # portals write texts, too
    amount = (await Deals(desk.portal, [FIELD]).get(opened.id)).amount
    assert (amount.hundredths if amount else None) == hundredths
