"""A person with a phone, for journeys: acts and waits over HTTP, as the page does."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp

from playground.telegram.refusal import Json

WAIT_S = 60.0
Predicate = Callable[[Json], bool]


class ActRefused(Exception):
    """The loopback Telegram refused what the person did."""


class TelegramPerson:
    """One person's phone. `base_url` is the address of the loopback Telegram."""

    def __init__(self, base_url: str, person_id: int) -> None:
        self.id = person_id
        self._base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Put the phone away."""
        if self._session is not None:
            await self._session.close()

    async def send_text(self, text: str, *, chat: int = 0, reply_to: int = 0) -> Json:
        """Write a message; returns it."""
        return await self._act("text", {"chat_id": chat or self.id, "text": text, "reply_to": reply_to})

    async def start(self, payload: str = "") -> Json:
        """Press Start, or a `t.me/<bot>?start=payload` link."""
        return await self.send_text(f"/start {payload}".strip())

    async def send_document(
        self,
        content: bytes,
        name: str,
        *,
        caption: str = "",
        chat: int = 0,
        reply_to: int = 0,
        forwarded_from: str = "",
    ) -> Json:
        """Send one file as a document; returns its message."""
        sent = await self._send_files(
            [(name, content)], caption=caption, chat_id=chat, reply_to=reply_to, forwarded_from=forwarded_from
        )
        return sent[0]

    async def send_photo(self, content: bytes, *, caption: str = "", chat: int = 0) -> Json:
        """Send one picture as a photo; returns its message."""
        sent = await self._send_files([("photo.jpg", content)], caption=caption, chat_id=chat, **{"as": "photo"})
        return sent[0]

    async def send_album(
        self, files: Sequence[tuple[str, bytes]], *, caption: str = "", chat: int = 0, as_photos: bool = False
    ) -> list[Json]:
        """Send 2-10 files (name, bytes) as an album; returns its messages."""
        return await self._send_files(
            files, caption=caption, chat_id=chat, **{"as": "photo" if as_photos else "document"}
        )

    async def forward(self, message: Json, *, to: int = 0) -> Json:
        """Forward a message the person sees; returns the new one."""
        wish = {"from_chat_id": message["chat"]["id"], "message_id": message["message_id"], "to_chat_id": to or self.id}
        return await self._act("forward", wish)

    async def press(self, message: Json, button: str = "", *, data: str = "", wait_s: float = 15) -> Json:
        """Press the button whose label contains `button`, or send forged `data`; returns the bot's answer.

        The answer has `answered` and, if so, `text`, `show_alert`, `url`.
        """
        data = data or find_button(message, button)["callback_data"]
        wish = {"chat_id": message["chat"]["id"], "message_id": message["message_id"], "data": data, "wait_s": wait_s}
        return await self._act("press", wish)

    async def open_mini_app(self, message: Json, button: str = "") -> Json:
        """Open the Mini App of a button; returns `url` (with the launch fragment) and `init_data`."""
        return await self._act("mini_app", {"url": find_button(message, button)["web_app"]["url"]})

    async def block(self) -> None:
        """Block the bot."""
        await self._act("block", {"blocked": True})

    async def unblock(self) -> None:
        """Let the bot in again."""
        await self._act("block", {"blocked": False})

    async def make_group(self, title: str, members: Sequence[int]) -> int:
        """Open a group with the bot and these people; returns its chat id."""
        chat_id: int = (await self._act("groups", {"title": title, "members": list(members)}))["chat_id"]
        return chat_id

    async def messages(self, chat: int = 0) -> list[Json]:
        """Return what the chat shows now, oldest first."""
        return next((c["messages"] for c in (await self._chats())["chats"] if c["id"] == (chat or self.id)), [])

    async def download(self, message: Json) -> bytes:
        """Save the file of a message."""
        address = f"chats/{message['chat']['id']}/messages/{message['message_id']}/file"
        async with self._http().get(self._url(address)) as response:
            if response.status != 200:
                raise ActRefused((await response.json())["description"])
            return await response.read()

    async def wait_for(self, predicate: Predicate, *, chat: int = 0, timeout_s: float = WAIT_S) -> Json:
        """Return the latest message for which `predicate` holds, waiting for changes until one does.

        Raises `TimeoutError` that says what the chat shows.
        """
        shown: list[Json] = []
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    state = await self._chats()
                    shown = [m for c in state["chats"] if c["id"] == (chat or self.id) for m in c["messages"]]
                    if found := next((message for message in reversed(shown) if predicate(message)), None):
                        return found
                    await self._change_after(state["seq"])
        except TimeoutError:
            texts = [message.get("text") or message.get("caption") or "(a file)" for message in shown[-5:]]
            raise TimeoutError(f"no such message within {timeout_s} s; the chat shows: {texts}") from None

    async def _chats(self) -> Json:
        async with self._http().get(self._url("chats")) as response:
            found: Json = await response.json()
            return found

    async def _change_after(self, seq: int) -> None:
        async with self._http().get(self._url("changes"), params={"after": seq, "wait_s": 10}) as response:
            await response.read()

    async def _send_files(self, files: Sequence[tuple[str, bytes]], **fields: str | int) -> list[Json]:
        form = aiohttp.FormData(quote_fields=False)
        for name, value in fields.items():
            if value:
                form.add_field(name, str(value))
        for name, content in files:
            form.add_field("file", io.BytesIO(content), filename=name)
        async with self._http().post(self._url("files"), data=form) as response:
            return await _accepted(response)  # type: ignore[no-any-return]  # a list here, an object elsewhere

    async def _act(self, verb: str, wish: Json) -> Json:
        async with self._http().post(self._url(verb), json=wish) as response:
            return await _accepted(response)  # type: ignore[no-any-return]  # an object here, a list elsewhere

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _url(self, verb: str) -> str:
        return f"{self._base_url}/world/people/{self.id}/{verb}"


def find_button(message: Json, label: str = "") -> Json:
    """Return the first button whose label contains `label`. Raises `LookupError` naming those there are."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons: list[Json] = [button for row in rows for button in row]
    for button in buttons:
        if label in button["text"]:
            return button
    raise LookupError(f"no button {label!r} among {[button['text'] for button in buttons]}")


async def _accepted(response: aiohttp.ClientResponse) -> Any:
    answer = await response.json()
    if response.status != 200:
        raise ActRefused(answer["description"])
    return answer
