"""What a message of an employee means while the dialog waits for something: commands first, codes never as words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.platforms.bitrix24.chat import shown, verbs
from bot.platforms.bitrix24.chat.buttons import Press
from bot.platforms.bitrix24.chat.core import ChatCore, Reader, reader_at
from bot.platforms.bitrix24.chat.prompts import THREADS
from bot.platforms.bitrix24.chat.shown import Mode
from bot.platforms.bitrix24.chat.words import Said, Words
from bot.platforms.bitrix24.people import account_of
from signing.approval.policy import ApprovalPolicy
from signing.filing import Filing
from signing.intake.gate import GateLimits
from signing.intake.reception import Reception
from signing.membership import CONSOLE
from signing.people import PersonId
from signing.request import SigningRequest, State
from storage.documents import DiskDocuments
from tests.bot.platforms.bitrix24.chat.conftest import ANNA, Lines
from tests.bot.platforms.telegram.office import Here
from tests.fakes.activation import RIGHT

IVAN = ANNA
"""The employee of the loopback portal is our Ivan here: who signs is asked for codes and reasons."""


@dataclass(kw_only=True)
class Dialog:
    """Ivan's private dialog with the bot, without the way that events take."""

    lines: Lines
    core: ChatCore
    reader: Reader

    async def press(self, verb: str, request: SigningRequest) -> None:
        """Press a button of the request's card."""
        card = shown.name_of(request.id, self.reader.person.id)
        press = Press(request=request.id, person=self.reader.person.id, verb=verb, argument="", card=card)
        mode = await verbs.VERBS[verb](self.core, press, self.reader)
        async with self.core.store.begin() as tx:
            await shown.want(tx, card, now=self.core.clock.now(), mode=mode)

    async def write(self, text: str, *, reply_to: str = "") -> None:
        """Write a message."""
        words = Words(core=self.core, outgoing=self.lines.outgoing())
        written = self.lines.messenger.write(IVAN, text)
        await words.take(Said(message=written.id, text=text, reply_to=reply_to), self.reader)

    async def mode(self, request: SigningRequest) -> Mode:
        """Return the face of the request's card."""
        async with self.core.store.read() as tx:
            name = shown.name_of(request.id, self.reader.person.id)
            return (await shown.load(tx, name, now=self.core.clock.now())).mode

    def told(self) -> str:
        """Return the last words of the bot."""
        return self.lines.told()[-1].text


@pytest.fixture
async def dialog(lines: Lines, tmp_path: Path) -> Dialog:
    """Ivan, bound to the portal's employee."""
    house = lines.house
    person = house.id("Ivan")
    await house.membership.recognise(person, account_of(IVAN, person), by=CONSOLE)
    documents = DiskDocuments(tmp_path / "documents", min_free_bytes=0, min_free_share=0)
    core = ChatCore(
        store=house.store, workflow=house.workflow, membership=house.membership, policy=ApprovalPolicy(),
        reception=Reception(documents=documents, workers=Here(), limits=GateLimits()), documents=documents,
        clock=house.clock, timezone="Europe/Podgorica", language="en", public_url="https://sign.example.com",
        max_document_bytes=1_000_000, decisions=house.decisions, activation=house.activation, ticket=_no_ticket,
        filing=Filing(store=house.store, clock=house.clock),
    )  # fmt: skip
    async with house.store.read() as tx:
        reader = await reader_at(tx, IVAN, core)
    assert reader is not None
    return Dialog(lines=lines, core=core, reader=reader)


async def _no_ticket(person: PersonId) -> str:
    raise AssertionError(f"no page is opened for {person}")


@pytest.mark.parametrize("verb", ["sign", "reason", "ask"])
async def test_lock_locks_whatever_is_awaited(dialog: Dialog, verb: str) -> None:
    request = await dialog.lines.house.asked()
    await dialog.press(verb, request)
    await dialog.write("/lock")
    async with dialog.core.store.read() as tx:
        assert (await tx.people.get(dialog.reader.person.id)).locked_at is not None
    assert (await dialog.lines.house.now(request)).state is State.FROZEN
    assert "locked" in dialog.told()


async def test_a_new_authenticator_is_asked_for_whatever_is_awaited(dialog: Dialog) -> None:
    request = await dialog.lines.house.asked()
    await dialog.press("reason", request)
    await dialog.write("factor")
    assert "https://sign.example.com/enrol/" in dialog.told()
    assert (await dialog.lines.house.now(request)).state is State.WAITING


@pytest.mark.parametrize(("verb", "words"), [("reason", "Write the reason"), ("ask", "write the question")])
@pytest.mark.parametrize("code", [RIGHT, "123 456", "１２３４５６"])
async def test_a_code_is_no_reason_and_no_question(dialog: Dialog, verb: str, words: str, code: str) -> None:
    signed, other = await dialog.lines.house.asked(), await dialog.lines.house.asked()
    await dialog.press("sign", signed)
    await dialog.press(verb, other)
    await dialog.write(code)
    assert words.lower() in dialog.told().lower()
    now = await dialog.lines.house.now(other)
    assert (now.state, now.reason) == (State.WAITING, "")
    assert (await dialog.lines.house.now(signed)).state is State.WAITING
    await dialog.write("the price is wrong")
    assert (await dialog.lines.house.now(other)).state is (State.REJECTED if verb == "reason" else State.WAITING)
    assert (await dialog.mode(other)).fault == ""


async def test_a_code_is_no_answer(dialog: Dialog) -> None:
    request = await dialog.lines.house.asked()
    async with dialog.core.store.begin() as tx:
        await tx.notes.put(space=THREADS, name="77", body={"request": request.id})
    before = await dialog.lines.house.tags(request)
    await dialog.write(RIGHT, reply_to="77")
    assert "did not take it as your answer" in dialog.told()
    assert await dialog.lines.house.tags(request) == before


async def test_a_card_that_waits_no_more_asks_for_no_code(dialog: Dialog) -> None:
    signed, other = await dialog.lines.house.asked(), await dialog.lines.house.asked()
    await dialog.press("sign", signed)
    assert (await dialog.mode(signed)).name == "code"
    await dialog.press("reason", other)
    assert await dialog.mode(signed) == Mode()
    assert (await dialog.mode(other)).name == "reason"
