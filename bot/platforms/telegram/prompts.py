"""What the next message of a person means: a code, a reason, a question, a file to check; one prompt a chat."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.platforms.telegram import shown
from bot.platforms.telegram.shown import Mode
from signing.ports import Transaction

SPACE = "prompt"
LIFE = timedelta(minutes=10)
THREADS = "thread"
"""Notes by `chat:message`: a reply to this message answers the signer's question."""
THREAD_LIFE = timedelta(days=30)


class Awaited(StrEnum):
    """What a chat waits for."""

    CODE = "code"
    REASON = "reason"
    QUESTION = "question"
    FILE_TO_CHECK = "file"
    DAYS = "days"
    """Of an absence."""
    GROUND = "ground"
    """On which a deputy acts."""
    PLACE = "place"
    """What to look for, among the places where a signed file can go."""
    AMOUNT = "amount"
    """Of a document."""
    ADDRESS = "address"
    """Of a client."""


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """An open prompt."""

    awaited: Awaited
    request: str = ""
    nonce: str = ""
    card: str = ""
    is_asked: bool = True
    """Somebody pressed for it; an amount may be written without that."""


async def open_prompt(tx: Transaction, chat: int, prompt: Prompt, *, now: datetime) -> None:
    """Open a prompt in a private chat; an earlier one is over, and its card asks for nothing any more."""
    before = await open_in(tx, chat, now=now)
    if before is not None and before.card and before.card != prompt.card:
        await _ask_no_more(tx, before, now=now)
    await tx.notes.put(space=SPACE, name=str(chat), body=asdict(prompt), expires_at=now + LIFE)


async def open_in(tx: Transaction, chat: int, *, now: datetime) -> Prompt | None:
    """Return what the chat waits for."""
    body = await tx.notes.get(space=SPACE, name=str(chat), now=now)
    return Prompt(**{**body, "awaited": Awaited(body["awaited"])}) if body else None


async def close(tx: Transaction, chat: int, *, now: datetime) -> None:
    """Wait for nothing any more."""
    await tx.notes.take(space=SPACE, name=str(chat), now=now)


async def _ask_no_more(tx: Transaction, prompt: Prompt, *, now: datetime) -> None:
    """Show a card without what it asked to be written; a second step goes on with its other ways."""
    mode = (await shown.load(tx, prompt.card, now=now)).mode
    if prompt.awaited is not Awaited.CODE:
        await shown.want(tx, prompt.card, now=now, mode=Mode())
    elif mode.name == "typing":
        await shown.want(tx, prompt.card, now=now, mode=Mode(name="confirm", argument=mode.argument))
