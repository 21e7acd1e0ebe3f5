"""A Word file is forwarded: its pages are shown to whoever sent it, accepted, signed; the file itself is kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.assets.office_parts import CYRILLIC, docx, ole, paragraph, run
from tests.journeys.company import Company
from tests.journeys.story import card_of, choose, files, has, labels, pdfsig, same, sign_typed, text

CHANGED = f'<w:ins w:id="2" w:author="A">{run("seventy")}</w:ins>'


async def test_a_word_file_is_converted_accepted_and_signed(office: Company, tmp_path: Path) -> None:
    signer, employee = office.signer(), office.employee()
    word = docx(paragraph(run(CYRILLIC)), paragraph(run("Price: "), CHANGED))
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await anna.send_document(word, "Contract 17.docx", caption="please before Friday")
        card = await anna.wait_for(lambda m: has(m, "Contract 17.pdf", button="They are right"), timeout_s=60)
        assert "photo" in card, "the first page is there at once"
        assert "made from “Contract 17.docx”" in text(card)
        assert "tracked changes" in text(card)
        assert not any(signer.name in label for label in labels(card)), "nobody can be asked before"
        await anna.press(card, "See all pages")
        shown = await anna.wait_for(lambda m: m["from"]["is_bot"] and "document" in m)
        assert hashlib.sha256(word).hexdigest() in text(shown)
        pdf = await anna.download(shown)
        await anna.press(card, "They are right")
        draft = await anna.wait_for(same(card, "Who shall sign?"))
        await choose(anna, draft, signer)
        waiting = await card_of(ivan, "Contract 17.pdf")
        assert "made from “Contract 17.docx”" in text(waiting)
        assert "tracked changes" in text(waiting)
        await sign_typed(ivan, "Contract 17.pdf", await signer.code())
        await anna.wait_for(lambda m: m.get("document", {}).get("file_name") == "Contract 17 signed.pdf")
        signed = await anna.download((await files(anna))[-1])
    assert signed.startswith(pdf), "what was shown is what is signed"
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    assert "Signature is Valid" in pdfsig(path)
    digest = hashlib.sha256(word).hexdigest()
    made = [digest, hashlib.sha256(pdf).hexdigest()]
    assert [row["facts"]["made"] for row in office.rows("request:pages_accepted")] == [[made]]
    kept = Path(office.environment["COUNTERSIGN_DATA_DIR"]) / "documents" / digest[:2] / digest
    assert kept.read_bytes() == word, "the file itself is kept"


async def test_a_file_with_a_password_is_refused_with_the_way_out(office: Company) -> None:
    employee = office.employee()
    async with employee.telegram() as anna:
        await anna.send_document(ole(("EncryptedPackage", b"x")), "Secret.docx")
        refusal = await anna.wait_for(lambda m: has(m, "Secret.docx", "password"))
        assert "save a copy without one" in text(refusal)
