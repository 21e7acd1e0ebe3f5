"""Journeys of documents in the portal's own messenger: asked, signed and refused there, alone and beside Telegram."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.company import Colleague
from tests.journeys.portal_chat import ChatPerson
from tests.journeys.sales import Sales, sales
from tests.journeys.story import a_pdf, pdfsig, sign_typed


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """A company whose portal has our chat bot."""
    settings = {"COUNTERSIGN_BITRIX24_CHAT": "on", "COUNTERSIGN_BITRIX24_CHAT_SECONDS": "1"}
    with sales(tmp_path_factory.mktemp("chat"), signers=10, employees=12, **settings) as made:
        yield made


def at(trade: Sales, colleague: Colleague) -> ChatPerson:
    """Return somebody's place at the messenger."""
    return ChatPerson(trade=trade, colleague=colleague)


async def test_asked_in_the_portal_chat_and_approved_in_telegram(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    anna = at(trade, employee)
    anna.send_file("Contract.pdf", a_pdf("Contract"), text="for Podgorica")
    await anna.choose("Contract.pdf", signer)
    async with signer.telegram() as ivan:
        await sign_typed(ivan, "Contract.pdf", await signer.code())
    body = await anna.wait_for_file()
    path = trade.office.folder / "chat.pdf"
    path.write_bytes(body)
    assert "Signature is Valid" in pdfsig(path)
    await anna.wait_for("Contract.pdf", f"Signed by {signer.name}", button="Verification")
