"""An office for the measurements: the real bot in its own processes, people with phones, and what the machine spent."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path

from playground.telegram.person import TelegramPerson
from tests.journeys.company import Colleague
from tests.journeys.story import Message, ask, has, second_step, text


def machine_cpu_s() -> float:
    """Return the machine's busy seconds: the only count that has grandchildren in other namespaces in it."""
    user, nice, system = (int(part) for part in Path("/proc/stat").read_text().split()[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def bot_cpu_s() -> float:
    """Return the busy seconds of everything but this process, which plays Telegram, the CA and all the people."""
    return machine_cpu_s() - time.process_time()


def load() -> str:
    """Return the load before the measurement: other work on the machine belongs to the figures."""
    return f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"


def percentile(figures: list[float], share: float) -> float:
    """Return the figure that `share` of them do not exceed."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def asked_to_type(employee: Colleague, signer: Colleague, *, pdf: bytes, name: str) -> None:
    """Document, card, choice of the signer, Sign, and the chat waits for the code."""
    async with employee.telegram() as requester, signer.telegram() as approver:
        await ask(requester, signer, pdf=pdf, name=name)
        await approver.press(await second_step(approver, name), "Type it here")
        await approver.wait_for(partial(has_words, "six digits as a message"))


async def type_code(signer: Colleague, code: str) -> None:
    """Send the code as a message."""
    async with signer.telegram() as approver:
        await approver.send_text(code)


async def files_arrived(phone: TelegramPerson, count: int) -> None:
    """Wait until the chat holds `count` files from the bot."""
    seen: set[int] = set()

    def is_last(message: Message) -> bool:
        if message["from"]["is_bot"] and "document" in message:
            seen.add(message["message_id"])
        return len(seen) >= count

    await phone.wait_for(is_last, timeout_s=120)


def has_words(words: str, message: Message) -> bool:
    """Tell whether the bot said so."""
    return has(message) and words in text(message)
