"""The unchanged bot against somebody else's Bot API server, lo-bot-api-emulator: only its configuration differs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lo_bot_api_emulator import LoBotApiEmulator

from playground.telegram.person import find_button
from playground.telegram_server import DEFAULT_TOKEN, serve
from tests.journeys.company import Colleague, Company, company
from tests.journeys.story import Message, a_pdf, has, pdfsig, text

WAIT_S = 90.0
BOT = {"id": 7, "is_bot": True, "first_name": "Fixture"}


class Watched(LoBotApiEmulator):  # type: ignore[misc]  # the package carries no types
    """The emulator, whose accepted requests are kept: it remembers no messages itself."""

    def __init__(self) -> None:
        super().__init__(enable_control=True, allow_insecure_loopback_webhooks=True)
        self.accepted: list[tuple[str, Message]] = []

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        """Judge as ever; keep what passed."""
        result = super().validate(method, fields, uploads)
        self.accepted.append((method, {**fields, "result": result}))
        return result


@dataclass(frozen=True)
class Chat:
    """A person's private chat at the emulator: says and presses by injected updates, reads what the bot sent."""

    emulator: Watched
    office: Company
    person: Colleague

    def say(self, words: str) -> None:
        """Write a message."""
        self._inject("message", self._message(text=words))

    def send(self, content: bytes, name: str) -> None:
        """Send a document."""
        reference = f"user-file-{name}"
        self.emulator.assets[reference] = {"filename": name, "data": content, "size": len(content)}
        document = {"file_id": reference, "file_unique_id": reference, "file_name": name, "file_size": len(content)}
        self._inject("message", self._message(document={**document, "mime_type": "application/pdf"}))

    def press(self, card: Message, label: str) -> None:
        """Press the button whose label contains `label`."""
        message = {"message_id": card["message_id"], "date": 1, "chat": self._chat, "from": BOT, "text": "a card"}
        data = find_button(card, label)["callback_data"]
        query = {"id": str(time.monotonic_ns()), "from": self._user, "message": message, "chat_instance": "1"}
        self._inject("callback_query", {**query, "data": data})

    async def wait_for(self, predicate: Callable[[Message], bool]) -> Message:
        """Return the latest message that fits, as the chat shows it after all edits."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            if found := next((message for message in reversed(self.shown()) if predicate(message)), None):
                return found
            await asyncio.sleep(0.05)
        raise TimeoutError(f"the chat shows: {[text(message) for message in self.shown()]}")

    def shown(self) -> list[Message]:
        """Return the bot's messages with their edits applied, oldest first."""
        messages: dict[int, Message] = {}
        for _, fields in list(self.emulator.accepted):
            if str(fields.get("chat_id")) != str(self.person.phone.id) or not isinstance(fields["result"], dict):
                continue
            number = fields["result"]["message_id"]
            before: Message = messages.get(number, {"from": BOT, "chat": self._chat, "message_id": number})
            kept = {"text", "caption"} & fields.keys()
            files = {"document", "photo"} & fields["result"].keys()
            shows = {key: fields[key] for key in kept} | {key: fields["result"][key] for key in files}
            messages[number] = before | shows | {"reply_markup": json.loads(fields.get("reply_markup") or "{}")}
        return list(messages.values())

    @property
    def _user(self) -> dict[str, Any]:
        return {"id": self.person.phone.id, "is_bot": False, "first_name": self.person.name, "language_code": "en"}

    @property
    def _chat(self) -> dict[str, Any]:
        return {"id": self.person.phone.id, "type": "private", "first_name": self.person.name}

    def _message(self, **content: Any) -> dict[str, Any]:
        number = int(time.monotonic() * 1000)
        return {"message_id": number, "date": int(time.time()), "chat": self._chat, "from": self._user, **content}

    def _inject(self, kind: str, body: dict[str, Any]) -> None:
        # The numbers of updates grow as long as a bot lives; this server is new, the bot is not.
        update = {"update_id": time.time_ns(), kind: body}
        self.office.loop.run(self.emulator.enqueue_update(update, token=DEFAULT_TOKEN))


@pytest.fixture(scope="module")
def office_there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company whose people joined elsewhere; its bot stands still."""
    with company(tmp_path_factory.mktemp("there"), signers=2, employees=2) as made:
        made.stop()
        yield made


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_the_main_job_on_a_server_of_somebody_else(office_there: Company, tmp_path: Path, mode: str) -> None:
    office, emulator = office_there, Watched()
    serving = serve(emulator.app())
    url = office.loop.run(serving.__aenter__())
    office.start(COUNTERSIGN_TELEGRAM_API_URL=url, COUNTERSIGN_TELEGRAM_PLAIN="on", COUNTERSIGN_TELEGRAM_MODE=mode)
    try:
        pdf = a_pdf(mode)
        signed = await the_main_job(office, emulator, pdf=pdf)
    finally:
        office.stop()
        office.loop.run(serving.__aexit__(None, None, None))
    assert signed.startswith(pdf)
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    assert "Signature is Valid" in pdfsig(path)
    assert [one for one in emulator.requests if one["status"] != 200] == []
    assert any(method == "setWebhook" and fields["url"] for method, fields in emulator.accepted) == (mode == "webhook")


async def the_main_job(office: Company, emulator: Watched, *, pdf: bytes) -> bytes:
    """Document, card, signer, Sign, code; return the signed file."""
    signer, employee = office.signer(), office.employee()
    anna, ivan = Chat(emulator, office, employee), Chat(emulator, office, signer)
    anna.send(pdf, "Elsewhere.pdf")
    anna.press(await anna.wait_for(lambda m: has(m, "Elsewhere.pdf", "Who shall sign?")), signer.name)
    ivan.press(await ivan.wait_for(lambda m: has(m, "Elsewhere.pdf", button="Sign")), "Sign")
    ivan.press(await ivan.wait_for(lambda m: has(m, "Step 2", button="Type it here")), "Type it here")
    code = await signer.code()
    ivan.say(code)
    file = await anna.wait_for(lambda m: "document" in m)
    await ivan.wait_for(lambda m: has(m, "Elsewhere.pdf", "Signed"))
    methods = [method for method, _ in emulator.accepted]
    assert "deleteMessage" in methods, "the typed code stays in the chat"
    assert methods.count("answerCallbackQuery") == 3
    signed: bytes = emulator.assets[file["document"]["file_id"]]["data"]
    return signed
