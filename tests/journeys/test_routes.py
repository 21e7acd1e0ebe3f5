"""Several people say yes: in order, side by side, either of them, two of three, an approval first, a veto."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from playground.telegram.person import TelegramPerson
from tests.journeys.company import Colleague, Company
from tests.journeys.story import (
    Message,
    a_pdf,
    card_of,
    enter_code,
    has,
    pdfsig,
    same,
    second_step,
    sign_typed,
    signed_file,
    text,
)


async def sent_along(anna: TelegramPerson, route: str, *, name: str) -> Message:
    """Send a document along a route; return the requester's card."""
    await anna.send_document(a_pdf(), name)
    card = await anna.wait_for(lambda m: has(m, name, button=route))
    await anna.press(card, route)
    return await anna.wait_for(same(card, f"“{route}”"))


async def valid_signatures(anna: TelegramPerson, path: Path) -> int:
    """Return how many valid signatures the delivered file has."""
    return judged(path, await signed_file(anna))


def judged(path: Path, signed: bytes) -> int:
    """Return how many valid signatures a file has."""
    path.write_bytes(signed)
    return pdfsig(path).count("Signature is Valid")


async def confirm_at_once(phones: Sequence[TelegramPerson], people: Sequence[Colleague], name: str) -> None:
    """Everybody taps Sign, and when all of them stand at step two everybody sends their own code."""
    steps = [await second_step(phone, name) for phone in phones]
    codes = [await person.code() for person in people]
    await asyncio.gather(*(enter_code(*one) for one in zip(phones, steps, codes, strict=True)))


async def faults(phone: TelegramPerson) -> list[str]:
    """Return what went wrong on somebody's cards."""
    return [text(message) for message in await phone.messages() if "❗" in text(message)]


async def test_two_sign_one_after_the_other(office: Company, tmp_path: Path) -> None:
    first, second = office.routed[:2]
    name = "Lease in order.pdf"
    async with office.employee().telegram() as anna, first.telegram() as olga, second.telegram() as ivan:
        card = await sent_along(anna, "One after the other", name=name)
        assert "step 1 of 2" in text(card)
        await sign_typed(olga, name, await first.code())
        asked = await card_of(ivan, name)
        assert f"One earlier signature: {first.name}, intact" in text(asked)
        assert "step 2 of 2" in text(asked)
        await sign_typed(ivan, name, await second.code())
        await anna.wait_for(same(card, f"Signed by {first.name}, {second.name}"))
        assert await valid_signatures(anna, tmp_path / "signed.pdf") == 2
    judged_by_evidence(office, card, tmp_path / "evidence.zip")
    told = await asyncio.to_thread(office.countersign, "journal", "verify")
    assert told.returncode == 0, told.stdout


def judged_by_evidence(office: Company, card: Message, file: Path) -> None:
    """The evidence file of a request with several signers is sound."""
    (number,) = re.findall(r"Request (\S+)", text(card))
    made = office.countersign("evidence", "make", number, "-o", str(file))
    assert made.returncode == 0, made.stderr
    said = office.countersign("evidence", "verify", str(file))
    assert said.returncode == 0, said.stdout + said.stderr


async def test_two_sign_at_the_same_moment_and_neither_sees_a_conflict(office: Company, tmp_path: Path) -> None:
    people = office.routed[2:4]
    name = "Offer both.pdf"
    async with office.employee().telegram() as anna, people[0].telegram() as olga, people[1].telegram() as ivan:
        card = await sent_along(anna, "Both", name=name)
        assert f"all sign: {people[0].name}, {people[1].name}" in text(card)
        await confirm_at_once((olga, ivan), people, name)
        await anna.wait_for(same(card, "Signed by", people[0].name, people[1].name))
        assert await valid_signatures(anna, tmp_path / "signed.pdf") == 2
        for phone in (olga, ivan):
            await phone.wait_for(lambda m: has(m, name, "Signed by"))
            assert await faults(phone) == []
    judged_by_evidence(office, card, tmp_path / "evidence.zip")


async def test_either_signs_and_the_other_one_is_told_that_it_is_over(office: Company, tmp_path: Path) -> None:
    people = office.routed[4:6]
    name = "Order either.pdf"
    async with office.employee().telegram() as anna, people[0].telegram() as olga, people[1].telegram() as ivan:
        await sent_along(anna, "Either", name=name)
        await second_step(olga, name)
        await sign_typed(ivan, name, await people[1].code())
        assert await valid_signatures(anna, tmp_path / "signed.pdf") == 1
        await olga.wait_for(lambda m: has(m, name, "Not needed any more: others were enough"))


async def test_two_of_three_are_enough_without_the_one_who_refuses(office: Company, tmp_path: Path) -> None:
    people = office.routed[6:9]
    name = "Budget two of three.pdf"
    async with (
        office.employee().telegram() as anna, people[0].telegram() as olga, people[1].telegram() as ivan,
        people[2].telegram() as petr,
    ):  # fmt: skip
        card = await sent_along(anna, "Two of three", name=name)
        asked = await card_of(olga, name)
        await olga.press(asked, "Reject")
        await olga.press(await olga.wait_for(same(asked, "Why do you refuse?")), "Wrong amount")
        await anna.wait_for(same(card, f"✗ {people[0].name}", "⏳"))
        await confirm_at_once((ivan, petr), people[1:], name)
        await anna.wait_for(same(card, "Signed by", people[1].name, people[2].name))
        assert await valid_signatures(anna, tmp_path / "signed.pdf") == 2


async def test_an_approval_comes_first_and_a_veto_ends_it(office: Company, tmp_path: Path) -> None:
    lawyer, other, signer = office.routed[0], office.routed[2], office.routed[9]
    async with (
        office.employee().telegram() as anna, lawyer.telegram() as lidia, other.telegram() as lana,
        signer.telegram() as ivan,
    ):  # fmt: skip
        card = await sent_along(anna, "Lawyer first", name="Deal lawyer 1.pdf")
        asked = await lidia.wait_for(
            lambda m: has(m, "Deal lawyer 1.pdf", "You are asked to approve", button="Approve")
        )
        await lidia.press(asked, "Approve")
        await lidia.press(await lidia.wait_for(same(asked, "cannot be undone")), "Yes, I approve")
        await lana.wait_for(lambda m: has(m, "Deal lawyer 1.pdf", "Not needed any more: others were enough"))
        await sign_typed(ivan, "Deal lawyer 1.pdf", await signer.code())
        await anna.wait_for(same(card, f"Signed by {signer.name}"))
        assert await valid_signatures(anna, tmp_path / "signed.pdf") == 1
        second = await sent_along(anna, "Lawyer first", name="Deal lawyer 2.pdf")
        asked = await lidia.wait_for(lambda m: has(m, "Deal lawyer 2.pdf", button="Reject"))
        await lidia.press(asked, "Reject")
        await lidia.press(await lidia.wait_for(same(asked, "Why do you refuse?")), "Not agreed")
        await anna.wait_for(same(second, f"{lawyer.name} refused", "Not agreed"))
        await lana.wait_for(lambda m: has(m, "Deal lawyer 2.pdf", "Not needed any more: the request was refused"))


async def test_a_route_is_taken_back_from_everybody(office: Company) -> None:
    people = office.routed[2:4]
    name = "Recall both.pdf"
    async with office.employee().telegram() as anna, people[0].telegram() as olga, people[1].telegram() as ivan:
        card = await sent_along(anna, "Both", name=name)
        for phone in (olga, ivan):
            await card_of(phone, name)
        await anna.press(card, "Cancel")
        await anna.press(await anna.wait_for(same(card, "Take the request back?")), "Yes")
        for phone in (olga, ivan):
            await phone.wait_for(lambda m: has(m, name, "Taken back by"))
