"""The same company by webhook: the main job, what strangers send to it, and what waits while the bot is down."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.journeys.company import Company, company
from tests.journeys.story import a_pdf, ask, card_of, has, labels, pdfsig, sign_typed, signed_file, text

SECRET = "webhook-secret-of-the-journeys-0123456789"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company whose bot is told by webhook."""
    with company(
        tmp_path_factory.mktemp("hooked"), signers=3, employees=4,
        COUNTERSIGN_TELEGRAM_MODE="webhook", COUNTERSIGN_TELEGRAM_WEBHOOK_SECRET=SECRET,
    ) as made:  # fmt: skip
        yield made


async def post(office: Company, body: bytes, *, secret: str | None = SECRET) -> int:
    """Send a request to the webhook as anybody on the internet may; return the answer's status."""
    headers = {} if secret is None else {HEADER: secret}
    url, data = f"{office.pages}/telegram/webhook", io.BytesIO(body)
    async with aiohttp.ClientSession() as stranger, stranger.post(url, data=data, headers=headers) as answer:
        return answer.status


def message(number: int, *, sender: int, words: str) -> bytes:
    """Return an update as Telegram would send it."""
    person = {"id": sender, "is_bot": False, "first_name": "Forged"}
    chat = {"id": sender, "type": "private", "first_name": "Forged"}
    said = {"message_id": 900_000, "date": 1_790_000_000, "from": person, "chat": chat, "text": words}
    return json.dumps({"update_id": number, "message": said}).encode()


async def shown(office: Company, *people: int) -> list[list[dict[str, Any]]]:
    """Return what the chats of these people show."""
    async with aiohttp.ClientSession() as session:
        pages = [await (await session.get(f"{office.url}/world/people/{one}/chats")).json() for one in people]
    return [page["chats"] for page in pages]


async def test_the_main_job_by_webhook(hooked: Company, tmp_path: Path) -> None:
    signer, employee = hooked.signer(), hooked.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        pdf = a_pdf()
        await ask(anna, signer, pdf=pdf, name="Webhook.pdf")
        await sign_typed(ivan, "Webhook.pdf", await signer.code())
        signed = await signed_file(anna)
    assert signed.startswith(pdf)
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    assert "Signature is Valid" in pdfsig(path)
    assert signer.name in pdfsig(path)


async def test_forged_requests_change_nothing(hooked: Company) -> None:
    employee = hooked.employee()
    before, rows = await shown(hooked, employee.phone.id), hooked.rows()
    good = message(1, sender=employee.phone.id, words="/help")
    assert await post(hooked, good, secret=None) == 401
    assert await post(hooked, good, secret="") == 401
    assert await post(hooked, good, secret=SECRET[:-1]) == 401
    assert await post(hooked, good, secret="секрет") == 401
    assert await post(hooked, b"[" * 100_000) == 400
    assert await post(hooked, b"[" * 100_000, secret=None) == 401
    assert await post(hooked, b"x" * ((1 << 20) + 1)) == 413
    for broken in (
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"update_id": true}',
        b'{"update_id": "1"}',
        b"\xff\xfe",
        b'"update_id"',
    ):
        assert await post(hooked, broken) == 400, broken
    assert await shown(hooked, employee.phone.id) == before
    assert hooked.rows() == rows


async def test_an_update_that_comes_again_is_not_obeyed_again(hooked: Company) -> None:
    employee = hooked.employee()
    async with employee.telegram() as anna:
        before = [m["message_id"] for m in await anna.messages()]
        for words in ("/help", "/help", "/mine"):
            assert await post(hooked, message(1 << 40, sender=employee.phone.id, words=words)) == 200
        # Her own words come after those in her order, so their answer is the last.
        asked = await anna.send_text("/mine")
        await anna.wait_for(lambda m: m["message_id"] > asked["message_id"] and has(m) and not has(m, "/timezone"))
        answers = [m for m in await anna.messages() if m["from"]["is_bot"] and m["message_id"] not in before]
    assert len(answers) == 2, [text(m) for m in answers]


async def test_what_was_sent_while_the_bot_was_down_arrives_when_it_is_back(hooked: Company) -> None:
    signer, employee = hooked.signer(), hooked.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await ask(anna, signer, pdf=a_pdf(), name="Before.pdf")
        card = await card_of(ivan, "Before.pdf")
        hooked.stop()
        await anna.send_document(a_pdf("Meanwhile"), "Meanwhile.pdf")
        answer = await ivan.press(card, "Sign", wait_s=0.2)
        assert not answer["answered"]
        hooked.start()
        await anna.wait_for(lambda m: has(m, "Meanwhile.pdf", "Who shall sign?"), timeout_s=120)
        opened = await ivan.wait_for(lambda m: has(m, "Before.pdf", "Step 2", button="Type it here"), timeout_s=120)
        await ivan.press(opened, "Type it here")
        await ivan.send_text(await signer.code())
        assert (await signed_file(anna)).startswith(b"%PDF")
        final = await ivan.wait_for(lambda m: m["message_id"] == card["message_id"] and "Signed" in text(m))
        assert not any("Sign" in label for label in labels(final))
