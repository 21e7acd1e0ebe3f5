"""The same story against lo-bot-api-emulator: somebody else's idea of a Bot API, strict about what it does not know."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lo_bot_api_emulator import LoBotApiEmulator

from playground.telegram_server import DEFAULT_TOKEN, serve
from signing.membership import CONSOLE
from signing.people import Account, Person, PersonId, Role
from signing.request import State
from tests.bot.platforms.telegram.office import Office, contract, open_office
from tests.fakes.activation import RIGHT, a_key

ANNA, IVAN = 101, 102
Json = dict[str, Any]


class Recording(LoBotApiEmulator):  # type: ignore[misc]  # the package carries no types
    """The emulator keeps names of fields only; this one keeps what was said as well."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Json] = []

    def validate(self, method: str, fields: Json, uploads: Json) -> Any:
        """Judge a request as the emulator does, and keep it."""
        result = super().validate(method, fields, uploads)
        self.said.append({"method": method, "fields": dict(fields), "result": result})
        return result


class Outside:
    """The emulator with the few things that people do."""

    def __init__(self) -> None:
        self.emulator = Recording()
        self._message = 1000

    async def message(self, sender: int, **content: Any) -> None:
        """Write to the bot."""
        self._message += 1
        who = {"id": sender, "is_bot": False, "first_name": "A", "language_code": "en"}
        body = {
            "message_id": self._message,
            "date": 1,
            "chat": {"id": sender, "type": "private"},
            "from": who,
            **content,
        }
        await self.emulator.enqueue_update({"message": body}, token=DEFAULT_TOKEN)

    async def press(self, sender: int, label: str) -> None:
        """Press the newest button of that label, once there is one."""
        message, data = await self.seen(lambda asked: _button(asked, sender, label))
        who = {"id": sender, "is_bot": False, "first_name": "A", "language_code": "en"}
        under = {"message_id": message, "date": 1, "chat": {"id": sender, "type": "private"}, "text": "card"}
        query = {"id": data, "from": who, "chat_instance": "1", "data": data, "message": under}
        await self.emulator.enqueue_update({"callback_query": query}, token=DEFAULT_TOKEN)

    async def seen(self, found: Callable[[Json], Any]) -> Any:
        """Return what `found` makes of the newest request that it accepts, waiting for one."""
        async with asyncio.timeout(20):
            while True:
                for asked in reversed(self.emulator.said):
                    if answer := found(asked):
                        return answer
                await asyncio.sleep(0.02)


def _button(asked: Json, chat: int, label: str) -> tuple[int, str] | None:
    fields = asked["fields"]
    markup = fields.get("reply_markup")
    if str(fields.get("chat_id")) != str(chat) or not markup:
        return None
    rows = (json.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
    data = [b["callback_data"] for row in rows for b in row if label in b["text"] and "callback_data" in b]
    message = fields.get("message_id") or asked["result"]["message_id"]
    return (int(message), data[0]) if data else None


async def hire(office: Office, account: int, name: str, *roles: Role) -> PersonId:
    membership = office.core.membership
    person: Person = await membership.add(name=name, roles=roles, note_of_identity="seen", by=CONSOLE)
    secret = await membership.invite(person.id, by=CONSOLE)
    await membership.bind(
        secret, Account(platform="telegram", account_id=str(account), chat_id=str(account), person=person.id)
    )
    return person.id


async def test_the_story_on_a_plain_server(tmp_path: Path) -> None:
    outside = Outside()
    async with serve(outside.emulator.app()) as url, open_office(tmp_path, telegram=url) as office:
        anna, ivan = await hire(office, ANNA, "Anna"), await hire(office, IVAN, "Ivan", Role.SIGNER)
        office.activation.owned.append(a_key(ivan))
        office.activation.secrets[ivan] = "seed"
        body = contract("Plain")
        outside.emulator.assets["F1"] = {"filename": "Plain.pdf", "data": body, "size": len(body)}
        document = {"file_id": "F1", "file_unique_id": "U1", "file_name": "Plain.pdf", "file_size": len(body)}
        await outside.message(ANNA, document=document)
        await outside.press(ANNA, "Ivan")
        await outside.press(IVAN, "Sign")
        await outside.press(IVAN, "Type it here")
        await outside.seen(lambda asked: "six digits as a message" in str(asked["fields"]))
        await outside.message(IVAN, text=RIGHT)
        sent = await outside.seen(lambda asked: asked if asked["method"] == "sendDocument" else None)
        assert str(sent["fields"]["chat_id"]) == str(ANNA)
        await office.settled()
        async with office.store.read() as tx:
            (request,) = await tx.requests.made_by(anna, limit=1)
        assert request.state is State.SIGNED
    refused = [asked for asked in outside.emulator.requests if asked.get("status", 200) >= 400]
    assert refused == []
