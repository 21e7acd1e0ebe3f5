"""The steps that journeys share, as people take them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from playground.telegram.person import WAIT_S, TelegramPerson
from tests.assets.raw_pdf import document, stream, written
from tests.journeys.company import Colleague

Message = dict[str, Any]


def a_pdf(word: str = "Contract") -> bytes:
    """Return a small PDF of its own."""
    return written(document(content=stream(f"BT /F1 24 Tf 72 720 Td ({word}) Tj ET".encode())))


def text(message: Message) -> str:
    """Return what a message says."""
    return str(message.get("text") or message.get("caption") or "")


def labels(message: Message) -> list[str]:
    """Return the labels of a message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def has(message: Message, *words: str, button: str = "") -> bool:
    """Tell whether the bot's message says all of it, and has a button like that."""
    said = message["from"]["is_bot"] and all(word in text(message) for word in words)
    return bool(said and (not button or any(button in label for label in labels(message))))


async def ask(employee: TelegramPerson, signer: Colleague, *, pdf: bytes, name: str, comment: str = "") -> Message:
    """Send a document and choose the signer; return the requester's card."""
    await employee.send_document(pdf, name, caption=comment)
    card = await employee.wait_for(lambda m: has(m, name, "Who shall sign?"))
    await choose(employee, card, signer)
    return await employee.wait_for(lambda m: m["message_id"] == card["message_id"] and has(m, signer.name))


async def choose(employee: TelegramPerson, card: Message, signer: Colleague, *, timeout_s: float = WAIT_S) -> None:
    """Choose a signer on a draft card, leafing through the names."""
    for _ in range(20):
        if any(signer.name in label for label in labels(card)):
            await employee.press(card, signer.name)
            return
        await employee.press(card, "More")
        card = await employee.wait_for(partial(_turned, card), timeout_s=timeout_s)
    raise AssertionError(f"{signer.name} is not on the card")


def _turned(before: Message, now: Message) -> bool:
    return bool(now["message_id"] == before["message_id"] and labels(now) != labels(before))


async def card_of(signer: TelegramPerson, name: str) -> Message:
    """Wait for the signer's card."""
    return await signer.wait_for(lambda m: has(m, name, button="Sign"))


async def second_step(signer: TelegramPerson, name: str) -> Message:
    """Tap Sign; return the card at its second step."""
    await signer.press(await card_of(signer, name), "Sign")
    return await signer.wait_for(lambda m: has(m, name, "Step 2", button="Type it here"))


async def sign_typed(signer: TelegramPerson, name: str, code: str) -> None:
    """Sign with a code typed in the chat."""
    await signer.press(await second_step(signer, name), "Type it here")
    await signer.send_text(code)


async def enter_code(signer: TelegramPerson, step: Message, code: str) -> None:
    """Type a code for a card that stands at its second step."""
    await signer.press(step, "Type it here")
    await signer.send_text(code)


def same(card: Message, *words: str, button: str = "") -> Callable[[Message], bool]:
    """Return what recognises a later face of the same card."""
    return lambda m: m["message_id"] == card["message_id"] and has(m, *words, button=button)


async def files(person: TelegramPerson) -> list[Message]:
    """Return the messages by which the bot has sent files."""
    return [m for m in await person.messages() if m["from"]["is_bot"] and "document" in m]


async def signed_file(employee: TelegramPerson) -> bytes:
    """Wait for the signed file and save it."""
    message = await employee.wait_for(lambda m: m["from"]["is_bot"] and "document" in m, timeout_s=120)
    return await employee.download(message)


def pdfsig(path: Path) -> str:
    """Return what poppler says of the signatures."""
    return subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, timeout=60, check=True).stdout
