"""The way out to the messenger: messages, changes, files; what may have arrived is looked for before a repeat.

A message has no mark of ours that could be searched, and a bot of this type may not read a dialog. But the portal tells
the number of a dialog's last message, and lets us change only what is ours (reference 4.4): so the lost message is
recognised as the newest one that we do not know and may change.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from weakref import WeakValueDictionary

from bot.platforms.bitrix24.chat.registration import GONE, NotRegistered, Registration
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import NotExecuted, Refused
from signing.errors import DeliveryFailed
from signing.ports import Clock, Store, Transaction

DIALOGS = "bitrix24-dialog"
WITHHELD = frozenset({"insufficient_scope", "wrong_auth_type"})
"""The portal's administrator has not given us the permission, or not yet: says nothing about any dialog."""
Keyboard = Sequence[dict[str, Any]]


class NotPermitted(NotExecuted):
    """The application may not use the messenger now; nothing was sent."""


@dataclass(frozen=True, kw_only=True)
class Dialog:
    """What we know of one private dialog."""

    last: int = 0
    """The newest message that we know."""
    under_way: str = ""
    """What is being sent; still there at the next try when nobody knows whether it arrived."""
    found: dict[str, int] = field(default_factory=dict)
    """Newest unknown message after a lost answer, by what was being sent."""


class Outgoing:
    """Everything that the bot says passes here, one thing at a time in each dialog."""

    def __init__(self, *, store: Store, clock: Clock, portal: Portal, registration: Registration) -> None:
        self._store = store
        self._clock = clock
        self._portal = portal
        self._registration = registration
        self._turns: WeakValueDictionary[int | str, asyncio.Lock] = WeakValueDictionary()

    async def say(
        self, user: int | str, text: str, *, key: str, keyboard: Keyboard = (), reply_to: int | None = None
    ) -> int:
        """Send a message and return its number; `key` names it, so that a repeat finds an earlier one.

        `user` may be a chat, such as `chat142`.

        Raises `DeliveryFailed` when the dialog is closed to us for good.
        """
        fields: dict[str, Any] = {"message": text, "urlPreview": False}
        if keyboard:
            fields["keyboard"] = list(keyboard)
        if reply_to:
            fields["replyId"] = reply_to

        async def send() -> int:
            return int((await self._write("imbot.v2.Chat.Message.send", dialogId=str(user), fields=fields))["id"])

        return await self._sent(user, key, send, lambda message: self.change(message, text, keyboard))

    async def send_file(self, user: int | str, name: str, body: bytes, *, key: str, caption: str) -> int:
        """Send a file with a caption and return the message; as `say`."""
        content = base64.b64encode(body).decode()
        fields = {"name": name, "content": content, "message": caption}

        async def send() -> int:
            return int((await self._write("imbot.v2.File.upload", dialogId=str(user), fields=fields))["messageId"])

        return await self._sent(user, key, send, lambda message: self.change(message, caption, ()))

    async def change(self, message: int, text: str, keyboard: Keyboard) -> bool:
        """Change a message of ours; False when there is none such. To repeat it does no harm."""
        number = await self._registration.number()
        buttons: Any = {"BOT_ID": number, "BUTTONS": list(keyboard)} if keyboard else "N"
        fields = {"message": text, "keyboard": buttons, "urlPreview": False}
        try:
            await self._write("imbot.v2.Chat.Message.update", messageId=message, fields=fields)
        except Refused:
            return False
        return True

    async def delete(self, message: int) -> bool:
        """Delete a message; False when the portal does not let us: in private dialogs it lets us delete only ours."""
        try:
            await self._write("imbot.v2.Chat.Message.delete", messageId=message)
        except Refused:
            return False
        return True

    async def link_of(self, file: int) -> str:
        """Return the one-time address of a file that somebody sent."""
        number = await self._registration.number()
        asking = self._portal.read("imbot.v2.File.download", botId=number, fileId=file)
        return str((await self._permitted(asking))["downloadUrl"])

    async def _sent(
        self, user: int | str, key: str, send: Callable[[], Awaitable[int]], adopt: Callable[[int], Awaitable[bool]]
    ) -> int:
        """Send, unless an earlier try has arrived unheard. At worst, when somebody wrote in between, it comes twice."""
        async with self._turn(user):
            lost = await self._begin(user, key)
            try:
                made = lost if lost is not None and await adopt(lost) else await send()
            except (NotExecuted, Refused) as failure:
                await self._end(user, key, 0)
                if isinstance(failure, Refused):
                    raise DeliveryFailed(reason="blocked") from None
                raise
            await self._end(user, key, made)
        return made

    async def _begin(self, user: int | str, key: str) -> int | None:
        """Note what is under way; return the message that an earlier try of it may have left."""
        async with self._store.read() as tx:
            dialog = await self._dialog(tx, user)
        if dialog.under_way:
            newest = await self._newest(user)
            if newest > dialog.last:
                found = {**dialog.found, dialog.under_way: newest}
                dialog = replace(dialog, found=found, last=newest)
        async with self._store.begin() as tx:
            await self._keep(tx, user, replace(dialog, under_way=key))
        return dialog.found.get(key)

    async def _newest(self, user: int | str) -> int:
        """Return the number of a dialog's last message; a dialog that nothing ever came to is not shown to us."""
        number = await self._registration.number()
        try:
            chat = (await self._portal.read("imbot.v2.Chat.get", botId=number, dialogId=str(user)))["chat"]
        except Refused:
            return 0
        return int(chat.get("lastMessageId") or 0)

    async def _end(self, user: int | str, key: str, made: int) -> None:
        async with self._store.begin() as tx:
            dialog = await self._dialog(tx, user)
            found = {name: number for name, number in dialog.found.items() if name != key}
            await self._keep(tx, user, replace(dialog, under_way="", found=found, last=max(dialog.last, made)))

    async def _dialog(self, tx: Transaction, user: int | str) -> Dialog:
        return Dialog(**(await tx.notes.get(space=DIALOGS, name=str(user), now=self._clock.now()) or {}))

    async def _keep(self, tx: Transaction, user: int | str, dialog: Dialog) -> None:
        await tx.notes.put(space=DIALOGS, name=str(user), body=asdict(dialog))

    async def _write(self, method: str, **params: Any) -> Any:
        try:
            return await self._permitted(self._portal.write(method, botId=await self._registration.number(), **params))
        except Refused as refusal:
            if refusal.code in GONE:
                self._registration.forget()
                raise NotRegistered(method=method, code=refusal.code) from None
            raise

    async def _permitted(self, call: Awaitable[Any]) -> Any:
        """Return what the portal answers; a permission that is missing today is worth a repeat."""
        try:
            return await call
        except Refused as refusal:
            if refusal.code.lower() in WITHHELD:
                raise NotPermitted(method=refusal.method, code=refusal.code) from None
            raise

    def _turn(self, user: int | str) -> asyncio.Lock:
        return self._turns.setdefault(user, asyncio.Lock())


async def heard(tx: Transaction, user: int, message: int, *, clock: Clock) -> None:
    """Note that the newest message of a dialog is not ours."""
    now = clock.now()
    dialog = Dialog(**(await tx.notes.get(space=DIALOGS, name=str(user), now=now) or {}))
    if message > dialog.last:
        await tx.notes.put(space=DIALOGS, name=str(user), body=asdict(replace(dialog, last=message)))
