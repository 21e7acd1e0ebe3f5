"""The story in the chat: a PDF is sent, a signer chosen, a code typed, the signed file comes back."""

from __future__ import annotations

from tests.bot.platforms.telegram.office import Office, contract, has_button, said
from tests.fakes.activation import RIGHT


async def test_a_document_comes_back_signed(office: Office) -> None:
    await office.ask("Contract 17-44.pdf", caption="The client waits for it")
    card = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    assert card["photo"]
    assert "Contract 17-44.pdf" in said(card)
    assert "Anna Petrova" in said(card)
    assert "The client waits for it" in said(card)
    await office.ivan.press(card, "Sign")
    step = await office.ivan.wait_for(lambda m: "Step 2 of 2" in said(m))
    assert step["message_id"] == card["message_id"]
    await office.ivan.press(step, "Type it here")
    await office.ivan.wait_for(lambda m: "six digits" in said(m))
    typed = await office.ivan.send_text(RIGHT)
    signed = await office.anna.wait_for(lambda m: "document" in m and "signed.pdf" in m["document"]["file_name"])
    assert signed["document"]["file_name"] == "Contract 17-44 signed.pdf"
    assert (await office.anna.download(signed)).startswith(contract("Contract 17-44.pdf"))
    final = await office.ivan.wait_for(lambda m: "Signed by Ivan" in said(m))
    assert final["message_id"] == card["message_id"]
    assert typed["message_id"] not in [m["message_id"] for m in await office.ivan.messages()]
    await office.anna.wait_for(lambda m: "Signed by Ivan" in said(m) and "document" not in m)
