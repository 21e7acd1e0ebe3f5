"""What of a document passes Telegram: listened to on the wire, with words that stand nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from playground.telegram.refusal import Json
from signing.approval.policy import ApprovalPolicy
from signing.intake.reception import Received
from signing.request import ReplyTo, RequestId, SigningRequest, State
from tests.bot.platforms.telegram.office import EMPLOYEE, Office, contract, has_button, hire, labels, open_office, said
from tests.bot.platforms.telegram.test_digest import morning
from tests.fakes.activation import RIGHT
from tests.wire import Wire

NAME, COMMENT, QUESTION, REASON = "Canary-Merger.pdf", "canary comment", "canary question", "canary reason"
PAGE = "https://sign.example.com"
JPEG, PDF = b"\xff\xd8\xff", b"%PDF-"

Opened = Callable[[str], AbstractAsyncContextManager[tuple[Office, Wire]]]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Open a company whose policy lets the chat show so much."""

    @asynccontextmanager
    async def open_with(shows: str) -> AsyncIterator[tuple[Office, Wire]]:
        wire = Wire()
        policy = ApprovalPolicy(telegram_shows=shows, copies=("signer",))
        try:
            async with open_office(tmp_path, policy=policy, public_url=PAGE, wire=wire) as office:
                await hire(office)
                yield office, wire
        finally:
            await wire.close()

    return open_with


async def uploaded(office: Office, *, name: str = NAME, to: str = "Ivan") -> SigningRequest:
    """Anna uploads at the page and asks: the answer goes to her chat."""
    core, anna = office.core, office.people["Anna"]
    body = Received(name=name, sha256=await core.documents.put(contract(name)))
    documents = await core.reception.receive([body])
    here = ReplyTo(platform="telegram", chat_id=str(EMPLOYEE.id))
    draft = await core.workflow.draft(documents, by=anna, reply_to=here)
    return await core.workflow.submit(draft.id, by=anna, to=office.people[to], comment=COMMENT)


async def signed(office: Office, request: RequestId) -> None:
    """Ivan signs on our page."""
    ivan = office.people["Ivan"]
    record = await office.core.workflow.approve([request], by=ivan)
    await office.core.workflow.confirm(record.nonce, by=ivan, code=RIGHT)


def number_in(request: SigningRequest) -> Callable[[Json], bool]:
    """Return whether a message names the request."""
    written = "-".join(request.id[at : at + 4] for at in (0, 4, 8))
    return lambda message: message["from"]["is_bot"] and written in said(message)


async def test_with_link_nothing_of_a_document_reaches_telegram(opened: Opened) -> None:
    async with opened("link") as (office, wire):
        request = await uploaded(office)
        card = await office.ivan.wait_for(lambda m: number_in(request)(m) and has_button(m, "Sign"))
        assert "on our page only" in said(card)
        assert not has_button(card, "Pages")
        await office.core.decisions.ask(request.id, by=office.people["Ivan"], question=QUESTION)
        await office.anna.wait_for(lambda m: number_in(request)(m) and "own words" in said(m))
        await office.core.decisions.answer(request.id, by=office.people["Anna"], text=QUESTION)
        await office.core.decisions.remind(request.id, by=office.people["Anna"])
        await office.anna.send_text("/mine")
        await office.anna.wait_for(lambda m: "latest requests" in said(m))
        await office.ivan.press(card, "Sign")
        step = await office.ivan.wait_for(lambda m: number_in(request)(m) and "Step 2" in said(m))
        assert [label for label in labels(step) if "Type" in label or "Keypad" in label] == []
        assert has_button(step, "secure page")
        await signed(office, request.id)
        receipt = await office.anna.wait_for(lambda m: "waits on our page" in said(m) and has_button(m, "Open my page"))
        assert not has_button(receipt, "Link for the client")
        await office.anna.press(receipt, "Open my page")
        link = await office.anna.wait_for(lambda m: "works once" in said(m) and has_button(m, "Open my page"))
        (button,) = link["reply_markup"]["inline_keyboard"][0]
        assert button["url"].startswith(f"{PAGE}/open/")
        other = await uploaded(office, name="Canary-second.pdf")
        await office.core.decisions.reject(other.id, by=office.people["Ivan"], reason=REASON)
        await office.anna.wait_for(lambda m: number_in(other)(m) and "refused" in said(m))
        await office.settled()
        assert wire.heard(NAME, NAME[:-4], "Canary", COMMENT, QUESTION, REASON, PDF, JPEG) == []
        assert wire.heard("Document of request"), "and the wire does hear"
        async with office.store.read() as tx:
            deliveries = await tx.deliveries.of(request.id)
        assert [one.state for one in deliveries] == ["delivered"] * 2, "the signer's copy is a word, too"


async def test_with_link_many_requests_are_one_list_without_names(opened: Opened) -> None:
    async with opened("link") as (office, wire):
        made = [await uploaded(office, name=f"Canary-{place}.pdf") for place in range(4)]
        listed = await office.ivan.wait_for(lambda m: has_button(m, "with one code"))
        await office.ivan.press(listed, "with one code")
        step = await office.ivan.wait_for(lambda m: m["message_id"] == listed["message_id"] and "Step 2" in said(m))
        assert all(number_in(request)(step) for request in made)
        await morning(office, "2026-11-23")
        digest = await office.ivan.wait_for(lambda m: "Good morning" in said(m))
        assert all(number_in(request)(digest) for request in made)
        await office.settled()
        assert wire.heard("Canary", COMMENT, PDF, JPEG) == []


async def test_with_link_a_forwarded_file_is_not_fetched_and_its_message_goes(opened: Opened) -> None:
    async with opened("link") as (office, wire):
        sent = await office.anna.send_document(contract("Own.pdf"), "Own.pdf", caption="sign it")
        told = await office.anna.wait_for(lambda m: "do not pass Telegram" in said(m))
        assert has_button(told, "Open my page")
        await office.settled()
        assert b"getFile" not in wire.said
        left = [message["message_id"] for message in await office.anna.messages()]
        assert sent["message_id"] not in left
        async with office.store.read() as tx:
            assert await tx.requests.made_by(office.people["Anna"], limit=9) == ()
        assert "request:refused" in await office.tags()
        await office.anna.send_text("/verify")
        await office.anna.wait_for(lambda m: f"{PAGE}/verify" in said(m))
        await office.anna.send_text("hello")
        await office.anna.wait_for(lambda m: "Send /page" in said(m))


async def test_with_link_a_code_in_the_chat_signs_nothing(opened: Opened) -> None:
    """Also from a keyboard of before the policy: nobody signs in the chat what can be read on the page only."""
    async with opened("link") as (office, _):
        request = await uploaded(office)
        card = await office.ivan.wait_for(lambda m: number_in(request)(m) and has_button(m, "Sign"))
        await office.ivan.press(card, "Sign")
        await office.ivan.wait_for(lambda m: "Step 2" in said(m))
        async with office.store.read() as tx:
            (stored,) = await tx.records.open_for(office.people["Ivan"])
        await _await_code(office, request.id, stored.record.nonce)
        await office.ivan.send_text(RIGHT)
        await office.ivan.wait_for(lambda m: "on our page only: the document may not pass" in said(m))
        async with office.store.read() as tx:
            assert (await tx.requests.get(request.id)).state is State.WAITING


async def test_with_pages_the_file_never_passes_and_the_pages_do(opened: Opened) -> None:
    async with opened("pages") as (office, wire):
        request = await uploaded(office)
        card = await office.ivan.wait_for(lambda m: NAME in said(m) and has_button(m, "Sign"))
        assert "The file itself is not sent" in said(card)
        await office.ivan.press(card, "Pages")
        await office.ivan.wait_for(lambda m: "photo" in m and not said(m))
        await signed(office, request.id)
        await office.anna.wait_for(lambda m: "waits on our page" in said(m) and has_button(m, "Open my page"))
        await office.settled()
        assert wire.heard(PDF) == []
        assert wire.heard(JPEG, NAME), "pages and names do"
        assert not any("has come through" in said(m) for m in await office.anna.messages()), "uploaded at the page"
        await office.anna.send_document(contract("Own.pdf"), "Own.pdf")
        draft = await office.anna.wait_for(lambda m: "Own.pdf" in said(m) and has_button(m, "Ivan"))
        assert "has come through Telegram" in said(draft)


@pytest.mark.parametrize("command", ["/page", "/desk"])
async def test_the_command_answers_with_a_link_of_ones_own(opened: Opened, command: str) -> None:
    async with opened("file") as (office, _):
        await office.anna.send_text(command)
        link = await office.anna.wait_for(lambda m: has_button(m, "Open my page"))
        assert PAGE not in said(link), "what a messenger could preview is not in the text"
        await office.core.membership.lock(office.people["Ivan"], by=office.people["Ivan"])
        await office.ivan.send_text(command)
        await office.ivan.wait_for(lambda m: "is locked" in said(m))


async def _await_code(office: Office, request: str, nonce: str) -> None:
    from bot.platforms.telegram import prompts, shown
    from bot.platforms.telegram.prompts import Awaited, Prompt
    from signing.people import PersonId

    ivan: PersonId = office.people["Ivan"]
    card = shown.name_of(RequestId(request), ivan)
    prompt: Any = Prompt(awaited=Awaited.CODE, nonce=nonce, request=request, card=card)
    async with office.store.begin() as tx:
        await prompts.open_prompt(tx, office.ivan.id, prompt, now=office.core.clock.now())
