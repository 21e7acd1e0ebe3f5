"""What the next message of an employee means: a code, a reason, a question; one prompt a dialog."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.platforms.bitrix24.chat import shown
from bot.platforms.bitrix24.chat.shown import Mode
from signing.ports import Transaction

SPACE = "bitrix24-prompt"
LIFE = timedelta(minutes=10)
THREADS = "bitrix24-thread"
"""Notes by message: an answer that quotes this message answers the signer's question."""
THREAD_LIFE = timedelta(days=30)


class Awaited(StrEnum):
    """What a dialog waits for."""

    CODE = "code"
    REASON = "reason"
    QUESTION = "question"
    AMOUNT = "amount"
    """Of a document."""


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """An open prompt."""

    awaited: Awaited
    request: str = ""
    nonce: str = ""
    card: str = ""
    is_asked: bool = True
    """Somebody pressed for it; an amount may be written without that."""


async def open_prompt(tx: Transaction, user: int, prompt: Prompt, *, now: datetime) -> None:
    """Open a prompt in a private dialog; an earlier one is over, and its card asks for nothing any more."""
    before = await open_in(tx, user, now=now)
    if before is not None and before.card != prompt.card:
        await shown.want(tx, before.card, now=now, mode=Mode())
    await tx.notes.put(space=SPACE, name=str(user), body=asdict(prompt), expires_at=now + LIFE)


async def open_in(tx: Transaction, user: int, *, now: datetime) -> Prompt | None:
    """Return what the dialog waits for."""
    body = await tx.notes.get(space=SPACE, name=str(user), now=now)
    return Prompt(**{**body, "awaited": Awaited(body["awaited"])}) if body else None


async def close(tx: Transaction, user: int, *, now: datetime) -> None:
    """Wait for nothing any more."""
    await tx.notes.take(space=SPACE, name=str(user), now=now)
