"""Links and letters to clients: who may make them, when they end, and that a token lies nowhere."""

from __future__ import annotations

import asyncio
import json

import pytest

from signing.errors import LockedPerson, NotAllowed, NotAllowedNow, NotFound, NotYourTurn
from signing.membership import CONSOLE
from signing.notices import Kind
from signing.request import ReplyTo, SigningRequest
from signing.sharing import LINKS, TOKENS, SharePolicy, Sharing, letters_of, links_of
from tests.fakes.activation import RIGHT
from tests.signing.conftest import House


def sharing(house: House, *, links: bool = True, mails: bool = True) -> Sharing:
    policy = SharePolicy(links=links, mails=mails, days=14, downloads=2)
    return Sharing(store=house.store, clock=house.clock, policy=policy)


async def signed(house: House) -> SigningRequest:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    await house.workflow.sign(request.id, nonce=record.nonce)
    return await house.now(request)


async def test_a_link_opens_until_its_days_are_over(house: House) -> None:
    request, shares = await signed(house), sharing(house)
    made, token = await shares.share(request.id, by=house.id("Anna"), days=3)
    assert (await shares.find(token)).id == made.id
    house.clock.move(days=3)
    for asked in (shares.find, shares.take):
        with pytest.raises(NotAllowed, match="link_expired"):
            await asked(token)


async def test_the_last_download_is_given_once_to_many_who_ask_together(house: House) -> None:
    request, shares = await signed(house), sharing(house)
    _, token = await shares.share(request.id, by=house.id("Anna"))
    for _ in range(3):
        await shares.find(token)  # to look counts nothing
    outcomes = await asyncio.gather(*(shares.take(token) for _ in range(6)), return_exceptions=True)
    assert len([one for one in outcomes if not isinstance(one, BaseException)]) == 2
    assert {str(one.facts["reason"]) for one in outcomes if isinstance(one, NotAllowed)} == {"link_used_up"}
    assert (await house.tags(request)).count("share:downloaded") == 2


async def test_a_link_that_was_taken_back_opens_nothing(house: House) -> None:
    request, shares = await signed(house), sharing(house)
    first, one = await shares.share(request.id, by=house.id("Anna"))
    _, other = await shares.share(request.id, by=house.id("Anna"))
    assert await shares.revoke(request.id, by=house.id("Anna"), link=first.id) == 1
    with pytest.raises(NotAllowed, match="link_revoked"):
        await shares.take(one)
    await shares.find(other)
    assert await shares.revoke(request.id, by=CONSOLE) == 1
    assert await shares.revoke(request.id, by=CONSOLE) == 0
    assert (await house.tags(request)).count("share:revoked") == 2


async def test_a_repeat_of_the_same_link_leaves_one_token_that_opens(house: House) -> None:
    request, shares = await signed(house), sharing(house)
    _, before = await shares.share(request.id, by=house.id("Anna"), link="ABC123")
    _, after = await shares.share(request.id, by=house.id("Anna"), link="ABC123")
    with pytest.raises(NotFound):
        await shares.find(before)
    assert (await shares.find(after)).id == "ABC123"
    async with house.store.read() as tx:
        assert len(await links_of(tx, request.id)) == 1


async def test_a_repeat_brings_no_link_back_that_was_taken_back_meanwhile(house: House) -> None:
    request, shares = await signed(house), sharing(house)
    made, token = await shares.share(request.id, by=house.id("Anna"))
    await shares.revoke(request.id, by=CONSOLE)
    with pytest.raises(NotAllowed, match="link_revoked"):
        await shares.share(request.id, by=house.id("Anna"), link=made.id)
    with pytest.raises(NotAllowed, match="link_revoked"):
        await shares.find(token)


async def test_a_token_lies_nowhere_and_no_other_one_opens(house: House) -> None:
    request, shares = await signed(house), sharing(house)
    _, token = await shares.share(request.id, by=house.id("Anna"))
    async with house.store.read() as tx:
        kept = [await tx.notes.all(space=space, prefix="") for space in (LINKS, TOKENS)]
        journal = [event.facts for event in await tx.journal.of(request.id)]
    assert token not in json.dumps([kept, journal], default=str)
    for wrong in ("", token[:-1], token.swapcase()):
        with pytest.raises(NotFound):
            await shares.find(wrong)


async def test_only_its_requester_or_an_administrator_sends_it_and_only_when_it_is_signed(house: House) -> None:
    shares, waiting = sharing(house), await house.asked()
    with pytest.raises(NotAllowedNow):
        await shares.share(waiting.id, by=house.id("Anna"))
    request = await signed(house)
    for name in ("Ivan", "Olga"):
        with pytest.raises(NotYourTurn):
            await shares.share(request.id, by=house.id(name))
        with pytest.raises(NotYourTurn):
            await shares.mail(request.id, "client@example.com", by=house.id(name))
    await shares.share(request.id, by=house.id("Vera"))


async def test_somebody_who_is_locked_sends_nothing_out(house: House) -> None:
    request, shares = await signed(house), sharing(house)
    await house.membership.lock(house.id("Anna"), by=CONSOLE)
    with pytest.raises(LockedPerson):
        await shares.share(request.id, by=house.id("Anna"))


async def test_what_is_switched_off_is_refused_in_words(house: House) -> None:
    request, shares = await signed(house), sharing(house, links=False, mails=False)
    with pytest.raises(NotAllowed, match="no_links"):
        await shares.share(request.id, by=house.id("Anna"))
    with pytest.raises(NotAllowed, match="no_mail"):
        await shares.mail(request.id, "client@example.com", by=house.id("Anna"))


@pytest.mark.parametrize("text", ["", "client", "a@b", "a b@example.com", "a@example.com\nBcc: x@example.com", "a@-.c"])
async def test_what_is_no_address_is_never_written_to(house: House, text: str) -> None:
    request = await signed(house)
    with pytest.raises(NotAllowed, match="not_an_address"):
        await sharing(house).mail(request.id, text, by=house.id("Anna"))
    async with house.store.read() as tx:
        assert await letters_of(tx, request.id) == ()


async def test_a_letter_is_promised_once_and_one_that_failed_again(house: House) -> None:
    request, shares = await signed(house), sharing(house)
    assert await shares.mail(request.id, " client@example.com ", by=house.id("Anna")) == "client@example.com"
    with pytest.raises(NotAllowed, match="sent_already"):
        await shares.mail(request.id, "client@example.com", by=house.id("Anna"))
    async with house.store.begin() as tx:
        await tx.deliveries.move(request.id, "email:client@example.com", to="failed", receipt={"reason": "address"})
    await shares.mail(request.id, "client@example.com", by=house.id("Anna"))
    async with house.store.read() as tx:
        (letter,) = await letters_of(tx, request.id)
        jobs = [job for job in await tx.jobs.waiting() if "email:" in job.subject]
    assert letter.state == "promised"
    assert [job.kind for job in jobs] == [Kind.DELIVER]


async def test_where_the_document_lies_elsewhere_a_word_is_promised_there(house: House) -> None:
    made = await house.drafted()
    place = ReplyTo(platform="elsewhere", chat_id="deal:17", keeps_file=True)
    draft = await house.workflow.draft(made.documents, by=house.id("Anna"), reply_to=place)
    request = await house.workflow.submit(draft.id, by=house.id("Anna"), to=house.id("Ivan"))
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    await house.workflow.sign(request.id, nonce=record.nonce)
    link, _ = await sharing(house).share(request.id, by=house.id("Anna"))
    async with house.store.read() as tx:
        waiting = await tx.jobs.waiting()
    told = [job.facts for job in waiting if job.kind == Kind.SENT_OUT]
    assert told == [{"request": request.id, "what": f"link:{link.id}"}]
