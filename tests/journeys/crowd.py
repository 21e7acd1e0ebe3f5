"""A crowd that works while the bot is killed: all look at their own chat and do what it asks, again and again."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from playground.telegram.person import ActRefused, TelegramPerson
from tests.assets.raw_pdf import document, stream, written
from tests.journeys.company import STEP_S, Colleague
from tests.journeys.story import Message, labels, text

LOOK_S = 0.4
AGAIN_S = 7.0
"""Somebody who sees nothing happen taps again after so long."""
WAYS = ("sign", "sign", "reject", "sign", "cancel", "sign", "list", "sign")


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One document on its way: who sent it, to whom, and what the people want of it."""

    name: str
    pdf: bytes
    requester: int
    signer: str
    way: str


@dataclass(kw_only=True)
class Crowd:
    """People in pairs of requester and signer; `states` tells how the documents stand, from outside."""

    requesters: list[Colleague]
    signers: list[Colleague]
    states: Callable[[], dict[str, str]]
    errands: dict[str, Errand] = field(default_factory=dict)
    is_closing: bool = False
    """No new errands."""
    is_over: bool = False
    _pressed: dict[tuple[int, int, str], float] = field(default_factory=dict)

    async def work(self) -> None:
        """Work until `is_over`."""
        async with asyncio.TaskGroup() as group:
            for place, signer in enumerate(self.signers):
                group.create_task(self._sign(signer))
                group.create_task(self._send(self.requesters[place % len(self.requesters)], signer, place))
            for requester in self.requesters:
                group.create_task(self._ask(requester))

    def unfinished(self) -> list[str]:
        """Return the documents that are not at their end."""
        states = self.states()
        return [name for name in self.errands if states.get(name) not in FINAL]

    async def _send(self, requester: Colleague, signer: Colleague, lane: int) -> None:
        """Send the next documents of a pair when the last ones are through."""
        mine: list[str] = []
        async with requester.telegram() as phone:
            number = 0
            while not self.is_closing:
                states = self.states()
                if all(states.get(name) in FINAL for name in mine):
                    way = WAYS[(number + lane) % len(WAYS)]
                    mine = []
                    for _ in range(5 if way == "list" else 1):
                        number += 1
                        mine.append(await self._one(phone, requester, signer, f"L{lane:02d}N{number:03d}.pdf", way))
                await asyncio.sleep(1)

    async def _one(self, phone: TelegramPerson, requester: Colleague, signer: Colleague, name: str, way: str) -> str:
        pdf = written(document(content=stream(f"BT /F1 24 Tf 72 720 Td ({name}) Tj ET".encode())))
        self.errands[name] = Errand(name=name, pdf=pdf, requester=requester.phone.id, signer=signer.name, way=way)
        await phone.send_document(pdf, name)
        return name

    async def _sign(self, signer: Colleague) -> None:
        """One thing at a time: a card at its second step first, in turn when there are several."""
        async with signer.telegram() as phone:
            while not self.is_over:
                shown = await _shown(phone)
                asking = [message for message in shown if "Step 2" in text(message)]
                if asking:
                    await self._second_step(signer, phone, asking[int(time.time() // STEP_S) % len(asking)])
                else:
                    for message in shown:
                        if await self._as_signer(phone, message):
                            break
                await asyncio.sleep(LOOK_S)

    async def _as_signer(self, phone: TelegramPerson, message: Message) -> bool:
        seen, said = labels(message), text(message)
        if any("Own words" in label for label in seen):
            return await self._tap(phone, message, seen[0])
        way = next((errand.way for name, errand in self.errands.items() if name in said), "sign")
        wanted = "Reject" if way == "reject" and "Reject" in " ".join(seen) else "Sign"
        return await self._tap(phone, message, wanted) or await self._tap(phone, message, "Show the rest")

    async def _second_step(self, signer: Colleague, phone: TelegramPerson, message: Message) -> None:
        if any("Type it here" in label for label in labels(message)):
            await self._tap(phone, message, "Type it here")
            return
        step = int(time.time()) // STEP_S
        if step <= signer.spent_step:
            return
        # A code that changed nothing is not typed a second time under the same card: back, and Sign again.
        if self._pressed.pop((*_place(message), "code"), None) is not None:
            await self._tap(phone, message, "Cancel")
        else:
            self._pressed[*_place(message), "code"] = time.monotonic()
            signer.spent_step = step
            await phone.send_text(signer.code_of(step))

    async def _ask(self, requester: Colleague) -> None:
        async with requester.telegram() as phone:
            while not self.is_over:
                for message in await _shown(phone):
                    await self._as_requester(phone, message)
                await asyncio.sleep(LOOK_S)

    async def _as_requester(self, phone: TelegramPerson, message: Message) -> None:
        said, found = text(message), [errand for name, errand in self.errands.items() if name in text(message)]
        if not found:
            return
        if "Who shall sign?" in said:
            label = found[0].signer if _button(message, found[0].signer) else "More"
            await self._tap(phone, message, label)
            return
        wanted = ("take it back", "Ask again", *(["Cancel"] if found[0].way == "cancel" else []))
        for label in wanted:
            if await self._tap(phone, message, label):
                return

    async def _tap(self, phone: TelegramPerson, message: Message, label: str) -> bool:
        """Tap a button when it is there, not twice within seconds; return whether it was tapped."""
        data = _button(message, label)
        # Leafing on is another tap on every page; the other buttons do one thing, however often the card is drawn.
        key = (*_place(message), data if label == "More" else label)
        now = time.monotonic()
        if not data or now - self._pressed.get(key, -AGAIN_S) < AGAIN_S:
            return False
        self._pressed[key] = now
        with contextlib.suppress(ActRefused, aiohttp.ClientError):
            await phone.press(message, data=data, wait_s=2)
        return True


FINAL = frozenset({"signed", "rejected", "expired", "cancelled", "refused"})
"""`refused`: not taken in, and the requester was told why."""


async def _shown(phone: TelegramPerson) -> list[Message]:
    """Return the bot's messages with buttons."""
    return [m for m in await phone.messages() if m["from"]["is_bot"] and "reply_markup" in m]


def _place(message: Message) -> tuple[int, int]:
    return message["chat"]["id"], message["message_id"]


def _button(message: Message, label: str) -> str:
    """Return the data of the first button with this label; empty when there is none."""
    for row in message["reply_markup"]["inline_keyboard"]:
        for button in row:
            if label in button["text"] and "callback_data" in button:
                return str(button["callback_data"])
    return ""
