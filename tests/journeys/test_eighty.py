"""The first day of eighty people: a staff list, letters, one of them joins by a link and signs; then two decide."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.platforms.web.forms import form_token
from playground.newcomers import enrol_on_page, enrolment_link
from playground.telegram.people import Person
from playground.telegram.person import TelegramPerson
from tests.bot.platforms.email.post_office import PostOffice, post_office
from tests.journeys.company import Colleague, Company, Loop, company
from tests.journeys.story import a_pdf, ask, has, sign_typed
from tests.journeys.test_ways_in import certified, newcomer

PETR_ID = 800_009_801
PETR = "Petr Novak"
PEOPLE = 80
STEP_S = 30


@pytest.fixture(scope="module")
def letters() -> Iterator[PostOffice]:
    """A mail server of the company."""
    loop, opened = Loop(), post_office()
    yield loop.run(opened.__aenter__())
    loop.run(opened.__aexit__(None, None, None))
    loop.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, letters: PostOffice) -> Iterator[Company]:
    """A company that is being set up: an administrator, two employees, nobody who signs."""
    settings: dict[str, Any] = {
        "COUNTERSIGN_SMTP_HOST": "127.0.0.1", "COUNTERSIGN_SMTP_PORT": str(letters.port),
        "COUNTERSIGN_SMTP_FROM": "sign@journeys.example",
    }  # fmt: skip
    with company(tmp_path_factory.mktemp("eighty"), signers=0, employees=2, **settings) as made:
        yield made


def console(office: Company, *words: str, code: str = "") -> str:
    """Type a command at the server's console."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words], env={**os.environ, **office.environment}, input=f"{code}\n",
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def staff_list(folder: Path) -> Path:
    """Write the list as an old spreadsheet does."""
    lines = ["ФИО;Должность;Роли;Отдел;Почта;Табельный номер;Язык;Часовой пояс;Личность"]
    lines += [f"Сотрудник {n:02};;;Отдел {n % 5};s{n:02}@journeys.example;{n};ru;;" for n in range(1, PEOPLE)]
    lines += [f"{PETR};Директор;подписант;Дирекция;petr@journeys.example;0;en;;паспорт"]
    file = folder / "staff.csv"
    file.write_bytes("\r\n".join(lines).encode("cp1251"))
    return file


def letter_to(letters: PostOffice, address: str) -> str:
    """Return the link of somebody's letter."""
    parsed = (email.message_from_bytes(one, policy=email.policy.default) for one in letters.letters)
    (text,) = [str(one.get_content()) for one in parsed if one["To"] == address]
    found = re.search(r"http\S+/join/\S+", text)
    assert found is not None
    return found.group()


async def through_the_page(link: str) -> str:
    """Open the letter's link and go on; return what the button to the chat carries."""
    secret = urlsplit(link).path.rpartition("/")[2]
    async with aiohttp.ClientSession() as browser:
        async with browser.get(link) as answer:
            assert PETR in await answer.text()
        async with browser.post(link, data={"token": form_token(secret)}) as answer:
            found = re.search(r"https://t\.me/\w+\?start=([\w-]+)", await answer.text())
    assert found is not None
    return found.group(1)


async def enrol(colleague: Colleague, phone: TelegramPerson) -> None:
    """Scan the code on the page and type the codes of the minute before: the present code stays fresh."""
    link = enrolment_link(await phone.wait_for(lambda m: enrolment_link(m) is not None))
    assert link is not None
    # A half minute that ends while the page is filled in would make the first code too old.
    rest = STEP_S - time.time() % STEP_S
    await asyncio.sleep(rest + 0.1 if rest < 4 else 0)
    colleague.uri, colleague.spent_step = await enrol_on_page(link, ago=1)


def certify(office: Company, name: str, folder: Path) -> None:
    """Make a key and bring its certificate home."""
    request, certificate = folder / "petr.csr", folder / "petr.pem"
    console(office, "keys", "generate", "petr", "--for", name, "--algorithm", "p-256")
    console(office, "keys", "csr", "petr", "--subject", f"CN={name}", "--out", str(request))
    certificate.write_text(certified(office, request.read_text()))
    console(office, "keys", "import-certificate", "petr", str(certificate))


async def test_eighty_people_come_in_and_one_of_them_signs_on_the_first_day(
    office: Company, letters: PostOffice, tmp_path: Path
) -> None:
    file = str(staff_list(tmp_path))
    assert "80 add" in await asyncio.to_thread(console, office, "people", "import", file)
    await asyncio.to_thread(console, office, "people", "import", file, "--apply")
    await asyncio.to_thread(console, office, "people", "invite", "ALL", "--by-email")
    assert len(letters.letters) == PEOPLE
    assert "Everybody with an address" in await asyncio.to_thread(
        console, office, "people", "invite", "ALL", "--by-email"
    )
    assert "80 invited, not yet bound" in await asyncio.to_thread(console, office, "people", "list")
    petr, employee = newcomer(office, Person(PETR_ID, *PETR.split(" "))), office.employee()
    await asyncio.to_thread(certify, office, PETR, tmp_path)
    async with petr.telegram() as phone, employee.telegram() as anna:
        await phone.start(await through_the_page(letter_to(letters, "petr@journeys.example")))
        await phone.wait_for(lambda m: has(m, "Welcome"))
        await enrol(petr, phone)
        await ask(anna, petr, pdf=a_pdf(), name="First day.pdf")
        await sign_typed(phone, "First day.pdf", await petr.code())
        await anna.wait_for(lambda m: has(m, "First day.pdf", "Signed by", PETR))
    rows = json.loads(await asyncio.to_thread(console, office, "people", "list", "--state", "enrolled", "--json"))
    assert PETR in [row["name"] for row in rows]


async def test_two_administrators_decide_when_the_company_has_signed(office: Company) -> None:
    first, second = office.administrator, office.employee()
    assert first is not None
    given = await asyncio.to_thread(console, office, "people", "roles", second.name, "--add", "administrator")
    assert "administrator" in given, "the company is still being set up"
    async with first.telegram() as vera, second.telegram() as boris:
        await boris.send_text("/enrol")
        await enrol(second, boris)
        asked = await asyncio.to_thread(
            console, office, "people", "roles", "Сотрудник 01", "--add", "signer", "--as", first.name,
            code=await first.code(),
        )  # fmt: skip
        assert "It waits for another administrator" in asked, "the first signature has ended the founding period"
        card = await boris.wait_for(lambda m: has(m, "Сотрудник 01", "requester → requester, signer", button="Approve"))
        await boris.press(card, "Approve")
        await boris.press(await boris.wait_for(lambda m: has(m, button="Type it here")), "Type it here")
        await boris.send_text(await second.code())
        await vera.wait_for(lambda m: has(m, "Сотрудник 01", "It has taken effect"))
    rows = json.loads(await asyncio.to_thread(console, office, "people", "list", "--json"))
    assert next(row["roles"] for row in rows if row["name"] == "Сотрудник 01") == ["requester", "signer"]
    told = [row["tag"] for row in await asyncio.to_thread(office.rows)]
    assert [tag for tag in told if tag.startswith(("proposal:", "company:"))] == [
        "company:founded", "proposal:made", "proposal:approved", "proposal:applied",
    ]  # fmt: skip
