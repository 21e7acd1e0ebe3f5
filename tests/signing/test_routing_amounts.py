"""The amount decides between routes: told by the requester or by the deal, and checked where a request is sent."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from signing.amount import Amount, Teller
from signing.approval.progress import Offer, offered, wanting_amount
from signing.approval.route import check_free
from signing.audit import Tag
from signing.errors import NotAllowed, NotAllowedNow, NotYourTurn
from signing.people import PersonId
from signing.request import SigningRequest
from tests.signing.along import BANDS, Office, furnished
from tests.signing.conftest import House


@pytest.fixture
async def office(house: House) -> Office:
    """The office with bands of amounts; a file that is called `1.pdf` is none of their business."""
    return await furnished(house, BANDS)


def said(hundredths: int, *, currency: str = "EUR", by: Teller = Teller.DEAL) -> Amount:
    return Amount(hundredths=hundredths, currency=currency, told_by=by)


async def drafted(office: Office, amount: Amount | None = None) -> SigningRequest:
    return await office.house.drafted(amount=amount)


async def told(office: Office, draft: SigningRequest, hundredths: int, *, by: str = "Anna") -> SigningRequest:
    return await office.house.decisions.tell_amount(draft.id, by=office.house.id(by), hundredths=hundredths)


def offer(office: Office, draft: SigningRequest) -> Offer:
    return offered(draft, office.house.people["Anna"], office.policy)


def names(made: Offer) -> Sequence[str]:
    return [template.name for template in made.routes]


async def wanting(office: Office, person: PersonId) -> SigningRequest | None:
    async with office.house.store.read() as tx:
        return await wanting_amount(tx, person, office.policy)


async def test_until_the_amount_is_told_what_might_be_required_binds_and_it_is_asked_for(office: Office) -> None:
    draft, house = await drafted(office), office.house
    made = offer(office, draft)
    assert (names(made), made.is_free, made.wants_amount, made.takes_amount) == ([], False, True, True)
    assert await wanting(office, house.id("Anna")) == draft
    with pytest.raises(NotAllowed, match="route_required"):
        await house.workflow.submit(draft.id, by=house.id("Anna"), to=house.id("Ivan"))
    with pytest.raises(NotAllowed, match="amount_missing"):
        await house.workflow.circulate(draft.id, by=house.id("Anna"), along="large")


async def test_the_last_word_before_it_is_sent_counts(office: Office) -> None:
    draft = await drafted(office)
    large = offer(office, await told(office, draft, 10_000_00))
    assert (names(large), large.is_free, large.wants_amount, large.takes_amount) == (["large"], False, False, True)
    small = offer(office, await told(office, draft, 9_999_99))
    assert (names(small), small.is_free) == (["small", "any"], True)
    assert await wanting(office, office.house.id("Anna")) is None


@pytest.mark.parametrize(
    ("hundredths", "along", "reason"),
    [(9_999_99, "large", "amount_unfit"), (10_000_00, "small", "amount_unfit"), (10_000_00, "any", "route_unfit")],
)
async def test_a_route_whose_band_does_not_fit_is_refused_whoever_names_it(
    office: Office, hundredths: int, along: str, reason: str
) -> None:
    draft, house = await drafted(office), office.house
    await told(office, draft, hundredths)
    with pytest.raises(NotAllowed, match=reason):
        await house.workflow.circulate(draft.id, by=house.id("Anna"), along=along)
    assert (await house.now(draft)).state.value == "draft"


async def test_the_amount_of_a_deal_is_the_amount(office: Office) -> None:
    draft, house = await drafted(office, said(25_000_00)), office.house
    made = offer(office, draft)
    assert (names(made), made.wants_amount, made.takes_amount) == (["large"], False, False)
    with pytest.raises(NotAllowed, match="amount_of_deal"):
        await told(office, draft, 5_00)
    with pytest.raises(NotAllowed, match="amount_unfit"):
        await house.workflow.circulate(draft.id, by=house.id("Anna"), along="small")
    check_free(house.people["Anna"], await drafted(office, said(5_00)), policy=office.policy)


async def test_a_deal_in_another_currency_leaves_the_question_to_its_requester(office: Office) -> None:
    draft = await drafted(office, said(25_000_00, currency="USD"))
    assert (draft.amount, offer(office, draft).wants_amount) == (None, True)


async def test_who_is_asked_and_the_journal_have_the_amount(office: Office) -> None:
    draft, house = await drafted(office), office.house
    await told(office, draft, 25_000_50)
    await house.workflow.circulate(draft.id, by=house.id("Anna"), along="large")
    await office.settle()
    parts = await office.parts(draft)
    assert parts["Ivan"].amount == said(25_000_50, by=Teller.REQUESTER)
    async with house.store.read() as tx:
        (sent,) = [event for event in await tx.journal.of(draft.id) if event.tag is Tag.REQUEST_CIRCULATED]
    assert (sent.facts["amount"], sent.facts["amount_told_by"]) == ("25000.50 EUR", "requester")
    with pytest.raises(NotAllowedNow):
        await told(office, draft, 5_00)
    with pytest.raises(NotYourTurn):
        await told(office, await drafted(office), 5_00, by="Ivan")


async def test_one_person_who_is_asked_sees_it_too(office: Office) -> None:
    draft, house = await drafted(office, said(5_00)), office.house
    asked = await house.workflow.submit(draft.id, by=house.id("Anna"), to=house.id("Ivan"))
    assert asked.amount == said(5_00)
    async with house.store.read() as tx:
        facts = (await tx.journal.of(draft.id))[-1].facts
    assert (facts["amount"], facts["amount_told_by"]) == ("5.00 EUR", "deal")


async def test_without_bands_nothing_is_asked_and_no_amount_is_kept(house: House) -> None:
    office = await furnished(house)
    draft = await drafted(office, said(25_000_00, currency=""))
    made = offer(office, draft)
    assert (draft.amount, made.wants_amount, made.takes_amount, made.is_free) == (None, False, False, True)
    assert len(made.routes) == 7


async def test_a_draft_whose_signature_would_lie_beside_it_takes_the_required_route_and_no_other(
    office: Office,
) -> None:
    house = office.house
    large = await house.drafted(amount=said(25_000_00), form="cades")
    assert (names(offer(office, large)), offer(office, large).is_free) == (["large"], False)
    sent = await house.workflow.circulate(large.id, by=house.id("Anna"), along="large")
    assert sent.format == "pades"
    small = await house.drafted(amount=said(5_000_00), form="cades")
    assert (names(offer(office, small)), offer(office, small).is_free) == ([], True)
    with pytest.raises(NotAllowed, match="route_inside"):
        await house.workflow.circulate(small.id, by=house.id("Anna"), along="small")
