"""The other ways in: the Mini App page, groups, strangers, files to check, another language, the lock link."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from playground.newcomers import enrol_on_page, enrolment_link
from playground.telegram.people import Chat, Person
from tests.journeys.company import Colleague, Company
from tests.journeys.story import (
    Message,
    a_pdf,
    ask,
    choose,
    has,
    labels,
    same,
    second_step,
    sign_typed,
    signed_file,
    text,
)

NEWCOMER_ID = 800_009_001


class CodePage:
    """The Mini App page as its script drives it: one session, JSON both ways."""

    def __init__(self, browser: aiohttp.ClientSession, opened: dict[str, str]) -> None:
        self._browser = browser
        self._base = opened["url"].partition("#")[0].rstrip("/")
        self._init_data = opened["init_data"]
        self._headers = {"Accept": "application/json"}

    async def open(self) -> tuple[int, dict[str, Any]]:
        """Get the shell, then begin the session."""
        async with self._browser.get(self._base) as shell:
            assert shell.status == 200
        status, answer = await self.send("session", init_data=self._init_data)
        self._headers["X-Page-Session"] = answer.get("session", "")
        return status, answer

    async def send(self, verb: str, **body: str) -> tuple[int, dict[str, Any]]:
        """Send JSON, return status and answer."""
        async with self._browser.post(f"{self._base}/{verb}", json=body, headers=self._headers) as answer:
            return answer.status, await answer.json()

    async def picture(self) -> bytes:
        """Return the first page's picture."""
        async with self._browser.get(f"{self._base}/documents/0/pages/1", headers=self._headers) as answer:
            return await answer.read()


async def test_a_code_on_the_mini_app_page(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan, aiohttp.ClientSession() as browser:
        await ask(anna, signer, pdf=a_pdf(), name="Page.pdf")
        step = await second_step(ivan, "Page.pdf")
        opened = await ivan.open_mini_app(step, "secure page")
        page = CodePage(browser, opened)
        _, described = await page.open()
        assert described["documents"][0]["name"] == "Page.pdf"
        assert described["documents"][0]["fingerprint"] in text(step)
        assert (await page.picture()).startswith(b"\xff\xd8")
        _, wrong = await page.send("code", code="000000")
        assert "Not this code" in wrong["error"]
        _, done = await page.send("code", code=await signer.code())
        assert done["done"]
        assert (await signed_file(anna)).startswith(b"%PDF")
        await ivan.wait_for(same(step, "Signed by"))


async def test_the_page_opens_for_nobody_else_and_not_twice_with_one_launch(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan, aiohttp.ClientSession() as browser:
        await ask(anna, signer, pdf=a_pdf(), name="Mine.pdf")
        step = await second_step(ivan, "Mine.pdf")
        opened = await ivan.open_mini_app(step, "secure page")
        forged = {**opened, "init_data": opened["init_data"].replace(str(signer.phone.id), str(employee.phone.id))}
        for launch in (await anna.open_mini_app(step, "secure page"), forged, {**opened, "init_data": ""}):
            stranger = CodePage(browser, launch)
            _, refused = await stranger.open()
            assert refused["error"]
            assert "Mine.pdf" not in json.dumps(refused)
            status, _ = await stranger.send("code", code=signer.code_of(signer.spent_step + 1))
            assert status == 403
        assert "session" in (await CodePage(browser, opened).open())[1]
        assert (await CodePage(browser, opened).open())[1]["error"], "one launch opened the page twice"


async def test_a_group_sees_the_state_only(office: Company) -> None:
    signer, employee, colleague = office.signer(), office.employee(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan, colleague.telegram() as boris:
        group = await anna.make_group("Contracts", [employee.phone.id, colleague.phone.id])
        found = await boris.send_document(a_pdf(), "Group.pdf", chat=group)
        await anna.send_text("@countersign_bot please", chat=group, reply_to=found["message_id"])
        await anna.wait_for(lambda m: has(m, "arrived", "private chat"), chat=group)
        card = await anna.wait_for(lambda m: has(m, "Group.pdf", "Who shall sign?"))
        await choose(anna, card, signer)
        await anna.wait_for(lambda m: has(m, "waits for a signature"), chat=group)
        code = await signer.code()
        await sign_typed(ivan, "Group.pdf", code)
        assert (await signed_file(anna)).startswith(b"%PDF")
        await anna.wait_for(lambda m: has(m, "is signed", "private chat"), chat=group)
        said = [m for m in await anna.messages(group) if m["from"]["is_bot"]]
    assert len(said) == 1, "one message of the group is edited"
    assert not any("document" in m or labels(m) for m in said)
    assert not any(word in text(m) for m in said for word in ("Group", signer.name, employee.name, code))


async def test_a_stranger_gets_one_polite_line_and_nothing_else(office: Company) -> None:
    stranger = newcomer(office, Person(NEWCOMER_ID, "Stranger"))
    before = len(office.rows())
    async with stranger.telegram() as phone:
        await phone.send_text("/pending")
        await phone.send_text("Let me in")
        await phone.send_document(a_pdf(), "Strange.pdf")
        await phone.send_text("/start 0123456789abcdefghijkl")
        await phone.wait_for(lambda m: has(m, "link"))
        await asyncio.sleep(2)
        said = [text(m) for m in await phone.messages() if m["from"]["is_bot"]]
    polite = [words for words in said if "people of one company only" in words]
    assert len(polite) == 3
    assert len(said) == 4
    assert not [row for row in office.rows()[before:] if row["tag"].startswith("request:")]


async def test_a_signed_file_is_judged_and_recognised_and_a_changed_one_found_out(office: Company) -> None:
    signer, employee, other = office.signer(), office.employee(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan, other.telegram() as boris:
        await ask(anna, signer, pdf=a_pdf("Amount 100"), name="Judge.pdf")
        await sign_typed(ivan, "Judge.pdf", await signer.code())
        signed = await signed_file(anna)
        changed = signed.replace(b"Amount 100", b"Amount 900")
        assert changed != signed
        await anna.send_document(signed, "back.pdf")  # nobody asked: it is ours, so it is checked, not signed again
        await anna.wait_for(lambda m: has(m, "back.pdf", "✅", signer.name, "B-T"))
        for body, name, verdict in ((signed, "good.pdf", "nothing was changed"), (changed, "bad.pdf", "✖")):
            await boris.send_text("/verify")
            await boris.wait_for(lambda m: has(m, "Send me the PDF now"))
            await boris.send_document(body, name)
            told = await boris.wait_for(lambda m, n=name: has(m, n))  # type: ignore[misc]  # binds the loop's value
            assert verdict in text(told)
        assert not any(has(m, "Who shall sign?") for m in await boris.messages())


async def test_a_russian_signer_reads_russian_and_locks_by_the_link_on_the_second_channel(
    office: Company, tmp_path: Path
) -> None:
    employee, witness = office.employee(), office.employee()
    async with employee.telegram() as anna, witness.telegram() as boris:
        group = await boris.make_group("News of keys", [witness.phone.id])
        signer = await asyncio.to_thread(hire, office, "Vera Sergeevna", group, tmp_path)
        async with signer.telegram() as vera:
            await join(signer, vera)
            await ask(anna, signer, pdf=a_pdf(), name="Договор.pdf")
            card = await vera.wait_for(lambda m: has(m, "Договор.pdf", "От кого", "Срок", button="Подписать"))
            assert "Отказать" in " ".join(labels(card))
            await vera.press(card, "Подписать")
            step = await vera.wait_for(same(card, "Шаг 2 из 2", button="Написать здесь"))
            await vera.press(step, "Написать здесь")
            await vera.send_text(await signer.code())
            assert (await signed_file(anna)).startswith(b"%PDF")
            await vera.wait_for(same(card, "Подписано"))
        news = await boris.wait_for(lambda m: has(m, "вашим ключом", "Договор.pdf"), chat=group)
    link = re.search(r"http\S+/locked/\S+", text(news))
    assert link is not None
    await lock_by_link(office, link.group(), signer)


def newcomer(office: Company, person: Person) -> Colleague:
    """Let somebody new have a telephone."""
    office.telegram.world.people[person.id] = person
    office.telegram.world.chats[person.id] = Chat(person.id, person=person, members=[person.id])
    return Colleague(phone=person, url=office.url)


def hire(office: Company, name: str, group: int, folder: Path) -> Colleague:
    """Add a signer with a key at the console, as an administrator does; the invite stands in `uri`."""
    first, _, last = name.partition(" ")
    signer = newcomer(office, Person(NEWCOMER_ID + 1, first, last, language_code="ru"))
    signer.key, request, certificate = "vera", folder / "vera.csr", folder / "vera.pem"
    role = ["--identity", "passport seen", "--role", "signer", "--second-channel", f"telegram:{group}"]
    _console(office, "people", "add", name, *role)
    _console(office, "keys", "generate", "vera", "--for", name, "--algorithm", "p-256")
    _console(office, "keys", "csr", "vera", "--subject", f"CN={name}", "--out", str(request))
    certificate.write_text(certified(office, request.read_text()))
    _console(office, "keys", "import-certificate", "vera", str(certificate))
    invited = json.loads(_console(office, "people", "invite", name, "--json"))
    (signer.uri,) = parse_qs(urlsplit(invited["link"]).query)["start"]
    office.enrolled.append(signer)
    return signer


def certified(office: Company, request: str) -> str:
    """Return the certificate that the company's CA issues for a request, with its issuers, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    wanted = x509.load_pem_x509_csr(request.encode()).public_bytes(Encoding.DER)
    chain = [x509.load_der_x509_certificate(one) for one in office.pki.issue(wanted)]
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in chain)


def _console(office: Company, *arguments: str) -> str:
    done = office.countersign(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def join(signer: Colleague, phone: Any) -> None:
    """Press the invite link and enrol the authenticator."""
    await phone.start(signer.uri)
    message: Message = await phone.wait_for(lambda m: enrolment_link(m) is not None)
    link = enrolment_link(message)
    assert link is not None
    signer.uri, signer.spent_step = await enrol_on_page(link)


async def lock_by_link(office: Company, link: str, signer: Colleague) -> None:
    """Open the link as mail programs do, which locks nobody; then send its form, which locks at once and once."""
    async with aiohttp.ClientSession() as browser:
        for _ in range(2):
            async with browser.get(link) as asked:
                page = await asked.text()
        assert not await asyncio.to_thread(is_locked, office, signer)
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token is not None
        async with browser.post(link, data={"token": "forged"}) as refused:
            assert refused.status == 403
        async with browser.post(link, data={"token": token.group(1)}) as locked:
            assert locked.status == 200
        assert await asyncio.to_thread(is_locked, office, signer)
        async with browser.get(link) as gone:
            assert gone.status == 404


def is_locked(office: Company, signer: Colleague) -> bool:
    """Tell what the list of people says."""
    people = json.loads(_console(office, "people", "list", "--json"))
    return any(one["locked"] for one in people if f"telegram:{signer.phone.id}" in one["accounts"])
