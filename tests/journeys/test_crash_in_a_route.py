"""kill -9 while two people sign one list each, of documents that both must sign: two signatures a document, no more."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playground.telegram.person import TelegramPerson
from tests.journeys.campaign import mortal_company
from tests.journeys.company import Colleague, Company
from tests.journeys.mortal import USES
from tests.journeys.story import Message, a_pdf, enter_code, files, has, pdfsig

POINTS = ("after_module_sign", "after_signature_commit")
POLICY = """\
[[route]]
name = "Both"
required = true

[[route.step]]
signs = ["Person00 Test", "Person01 Test"]
"""
NUMBER = 4
"""With more than three waiting, signers have a list."""


async def test_a_crash_among_signers_of_the_same_documents_costs_nothing(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY, encoding="utf-8")
    with mortal_company(tmp_path, signers=2, employees=1, COUNTERSIGN_POLICY_FILE=str(policy)) as office:
        people = office.signers
        async with (
            office.employee().telegram() as anna, people[0].telegram() as olga, people[1].telegram() as ivan
        ):  # fmt: skip
            for place in range(NUMBER):
                await send(anna, f"Paper {place}.pdf")
            steps = [await listed(phone) for phone in (olga, ivan)]
            for point in POINTS:
                (Path(office.environment["CRASH_ORDERS"]) / point).touch()
            await asyncio.gather(*(enter(*one) for one in zip((olga, ivan), people, steps, strict=True)))
            await survived(office)
            signed = await delivered(anna)
        for place, body in enumerate(signed.values()):
            path = tmp_path / f"{place}.pdf"
            path.write_bytes(body)
            assert pdfsig(path).count("Signature is Valid") == 2
        uses = (Path(office.environment["CRASH_ORDERS"]) / USES).read_text().splitlines()
        assert sorted(use for use in uses if use.startswith("key-")) == sorted(
            f"{person.key}" for person in people for _ in range(NUMBER)
        )


async def send(anna: TelegramPerson, name: str) -> None:
    """Send a document along the route."""
    await anna.send_document(a_pdf(), name)
    await anna.press(await anna.wait_for(lambda m: has(m, name, button="Both")), "Both")


async def listed(phone: TelegramPerson) -> Message:
    """Tap Sign on the list card of everything that waits; return it at step two."""
    card = await phone.wait_for(lambda m: has(m, button=f"Sign {NUMBER} with one code"), timeout_s=120)
    await phone.press(card, f"Sign {NUMBER} with one code")
    return await phone.wait_for(lambda m: has(m, "Step 2", button="Type it here"))


async def enter(phone: TelegramPerson, person: Colleague, step: Message) -> None:
    """Enter the code."""
    await enter_code(phone, step, await person.code())


async def survived(office: Company) -> None:
    """Start the bot again after each death."""
    for deaths, _ in enumerate(POINTS, 1):
        assert office.process is not None
        await asyncio.to_thread(office.process.wait, 120)
        await asyncio.to_thread(office.start, wait=deaths == len(POINTS))  # the next one may come while it starts


async def delivered(anna: TelegramPerson) -> dict[str, bytes]:
    """Return the delivered files by name; one that came twice is one."""
    while len({m["document"]["file_name"] for m in await files(anna)}) < NUMBER:
        await anna.wait_for(lambda m: "document" in m and m["from"]["is_bot"], timeout_s=120)
        await asyncio.sleep(0.2)
    return {m["document"]["file_name"]: await anna.download(m) for m in await files(anna)}
