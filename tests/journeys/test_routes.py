"""Several people say yes: in order, side by side, either of them, two of three, an approval first."""

from __future__ import annotations

from pathlib import Path

from playground.telegram.person import TelegramPerson
from tests.journeys.company import Company
from tests.journeys.story import Message, a_pdf, card_of, has, pdfsig, sign_typed, signed_file, text


async def sent_along(anna: TelegramPerson, route: str, *, name: str) -> Message:
    """Send a document along a route; return the requester's card."""
    await anna.send_document(a_pdf(), name)
    card = await anna.wait_for(lambda m: has(m, name, button=route))
    await anna.press(card, route)
    return await anna.wait_for(lambda m: m["message_id"] == card["message_id"] and has(m, f"“{route}”"))


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
        signed = await signed_file(anna)
        done = await anna.wait_for(lambda m: m["message_id"] == card["message_id"] and has(m, "Signed by"))
        assert f"{first.name}, {second.name}" in text(done)
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    assert pdfsig(path).count("Signature is Valid") == 2
