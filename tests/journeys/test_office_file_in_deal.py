"""A Word file lies in a deal: its pages are accepted in the deal's tab, the signed PDF takes its place there."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

from tests.assets.office_parts import CYRILLIC, docx, paragraph, run
from tests.journeys.desk import DeskPage, desk
from tests.journeys.sales import Sales, eventually
from tests.journeys.story import pdfsig


async def _row(page: DeskPage) -> dict[str, Any]:
    for _ in range(300):
        (file,) = (await page.look())["folder"]["files"]
        if file["request"]:
            return dict(file["request"])
        await asyncio.sleep(0.1)
    raise AssertionError(page.state)


async def test_a_word_file_in_a_deal_becomes_the_signed_pdf(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal, word = trade.deal("Word in a deal", by=employee), docx(paragraph(run(CYRILLIC)))
    trade.put(deal, "Contract.docx", word, by=employee)
    async with desk(trade, employee, deal=deal.id) as anna, desk(trade, signer, deal=deal.id) as ivan:
        request = await _row(anna)
        assert request["can"] == ["accept", "cancel", "download"]
        assert "Look at all its pages" in request["says"]
        assert "made from “Contract.docx”" in request["documents"][0]["facts"]
        ivan_id = next(one["id"] for one in anna.state["signers"] if one["name"] == signer.name)
        assert (await anna.act("ask", request=request["id"], signer=ivan_id))[0] != 200, "not before the look"
        await anna.look()
        assert (await anna.act("accept", request=request["id"]))[0] == 200
        assert (await anna.act("ask", request=request["id"], signer=ivan_id))[0] == 200
        shown = await anna.file(request["id"])
        await ivan.look()
        _, opened = await ivan.act("sign", request=request["id"])
        assert (await ivan.enter(opened["address"], await signer.code()))[0] == 200
        await eventually(lambda: [body[:5] for body in trade.portal.bodies(deal)] == [b"%PDF-"])
        told = [line["text"] for line in (await anna.get(f"requests/{request['id']}/history"))[1]]
        assert any("found the pages right" in line for line in told)
    (body,) = trade.portal.bodies(deal)
    assert body.startswith(shown)
    path = trade.office.folder / "from-word.pdf"
    path.write_bytes(body)
    assert "Signature is Valid" in pdfsig(path)
    digest = hashlib.sha256(word).hexdigest()
    kept = Path(trade.office.environment["COUNTERSIGN_DATA_DIR"]) / "documents" / digest[:2] / digest
    assert kept.read_bytes() == word
