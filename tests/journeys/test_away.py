"""Somebody is away: the deputy signs with their own key, everything says for whom; who comes back is asked again."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.request import read_number
from tests.journeys.company import Colleague, Company
from tests.journeys.story import a_pdf, ask, card_of, choose, has, pdfsig, same, sign_typed, signed_file, text

GROUND = "power of attorney 12/2026"


async def console(office: Company, *words: str) -> str:
    """Type a command and return what it says."""
    done = await asyncio.to_thread(office.countersign, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_the_deputy_signs_for_whoever_is_away(office: Company, tmp_path: Path) -> None:
    away, deputy, employee = office.signer(), office.signer(), office.employee()
    last = (datetime.now(UTC) + timedelta(days=20)).date()
    async with employee.telegram() as anna, away.telegram() as ivan, deputy.telegram() as olga:
        mine = await ask(anna, away, pdf=a_pdf(), name="Waits.pdf")
        his = await card_of(ivan, "Waits.pdf")
        await console(office, "people", "deputy", away.name, deputy.name)
        await console(
            office, "people", "away", away.name, "--until", f"{last}", "--deputy", deputy.name, "--ground", GROUND
        )
        await anna.wait_for(lambda m: has(m, "Waits.pdf", f"{away.name} is away until", f"{deputy.name} signs"))
        await card_of(olga, "Waits.pdf")
        await ivan.wait_for(same(his, "Handed over to", deputy.name))

        await anna.send_document(a_pdf(), "Comes.pdf")
        draft = await anna.wait_for(lambda m: has(m, "Comes.pdf", "Who shall sign?"))
        await choose(anna, draft, away)
        asked = await anna.wait_for(same(draft, f"Waiting for {deputy.name}", f"{away.name} is away"))
        assert has(await card_of(olga, "Comes.pdf"), f"You sign for {away.name}, {GROUND}")
        await sign_typed(olga, "Comes.pdf", await deputy.code())
        signed = tmp_path / "signed.pdf"
        signed.write_bytes(await signed_file(anna))
        await anna.wait_for(same(asked, f"Signed by {deputy.name}", f"for {away.name}, {GROUND}"))
        await says_for_whom(office, signed, away=away, deputy=deputy, number=text(asked).partition("Request ")[2][:14])

        await ivan.send_text("/back")
        await ivan.wait_for(lambda m: has(m, "Welcome back! One request comes back to you."))
        await ivan.wait_for(lambda m: has(m, "Waits.pdf", button="Sign"))
        await anna.wait_for(same(mine, f"Waiting for {away.name}"))
        await sign_typed(ivan, "Waits.pdf", await away.code())
        await anna.wait_for(same(mine, f"Signed by {away.name}"))


def reason_of(path: Path) -> str:
    """Return the reason stated in the last signature."""
    with path.open("rb") as file:
        return str(PdfFileReader(file).embedded_signatures[-1].sig_object["/Reason"])


async def says_for_whom(office: Company, signed: Path, *, away: Colleague, deputy: Colleague, number: str) -> None:
    """Check what the file, its stamp, the journal, the page of the number and the console say."""
    found = await asyncio.to_thread(pdfsig, signed)
    assert "Signature is Valid" in found
    assert f"Common Name: {deputy.name}" in found.replace("Signer Certificate ", "")
    stamp = await asyncio.to_thread(
        subprocess.run, ["pdftotext", "-layout", str(signed), "-"], capture_output=True, text=True, check=True
    )
    assert deputy.name in stamp.stdout
    assert f"for {away.name}, {GROUND}" in " ".join(stamp.stdout.split())
    reason = await asyncio.to_thread(reason_of, signed)
    assert reason == f"Approved, request {number}, for {away.name}, {GROUND}"
    request = read_number(number)
    submitted = next(row for row in office.rows("request:submitted") if row["subject"] == request)
    assert submitted["facts"]["ground"] == GROUND
    assert submitted["facts"]["for"] != submitted["facts"]["to"]
    async with aiohttp.ClientSession() as session, session.get(f"{office.pages}/v/{request}") as page:
        assert f"for {away.name}, {GROUND}" in await page.text()
    assert f"{away.name}, {GROUND}" in await console(office, "requests", "show", number)
