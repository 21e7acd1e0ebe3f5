"""How many files one open channel may bring: a stranger at its other end must not fill our disk and people's days."""

from __future__ import annotations

from datetime import datetime, timedelta

from signing.ports import Transaction

SPACE = "bitrix24-line-pace"
"""Notes by `chat:file`: what was taken lately; `chat!`: that there was more has been told."""
FILES = 20
WITHIN = timedelta(hours=1)


async def admits(tx: Transaction, chat: int, file: str, *, now: datetime) -> bool:
    """Tell whether a file is within the limit and count it, once however often it is asked about."""
    name = f"{chat}:{file}"
    taken = dict(await tx.notes.all(space=SPACE, prefix=f"{chat}:"))  # with some that have expired
    lately = [kept for kept, body in taken.items() if datetime.fromisoformat(body["until"]) > now]
    if name in lately:
        return True
    if len(lately) >= FILES:
        return False
    until = now + WITHIN
    await tx.notes.put(space=SPACE, name=name, body={"until": until.isoformat()}, expires_at=until)
    return True


async def is_news(tx: Transaction, chat: int, *, now: datetime) -> bool:
    """Tell whether it has to be said that a channel brings too much: once within the same time."""
    name = f"{chat}!"
    if await tx.notes.get(space=SPACE, name=name, now=now) is not None:
        return False
    await tx.notes.put(space=SPACE, name=name, body={}, expires_at=now + WITHIN)
    return True
