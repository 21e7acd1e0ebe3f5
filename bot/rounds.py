"""What is done every so often, and what a monitor is told: journal heads, tidying, readiness."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.parts import Parts
from signing.activation.reconciliation import remember_ledger
from signing.errors import SigningError
from storage.audit_log import publish_head
from storage.inbox import Inbox

HEAD_EVERY_S = 600.0
TIDY_EVERY_S = 3600.0
INBOX_KEPT = timedelta(days=7)


async def readiness(parts: Parts) -> dict[str, str]:
    """Return what is not ready: part → cause."""
    causes: dict[str, str] = {}
    try:
        async with parts.store.read() as tx:
            await tx.people.all()
    except Exception as error:  # whatever is wrong with the database, the monitor must hear of it
        causes["database"] = type(error).__name__
    try:
        stores = (await parts.activation.status())["stores"]
        away = [str(store["state"]) for store in stores if store["state"] != "ready"]
        causes |= {"token": ", ".join(away)} if away else {}
    except SigningError as error:
        causes["activation"] = type(error).__name__
    return causes


async def publish_journal_head(parts: Parts) -> None:
    await remember_ledger(parts.store, (await parts.activation.status())["ledger"], now=parts.clock.now())
    copy = parts.settings.journal_copy_file
    await publish_head(parts.database, sign=parts.activation.sign_head, copy=copy, now=parts.clock.now())


async def tidy(parts: Parts, inbox: Inbox) -> None:
    """Forget what is over, and end the founding period when its time has come."""
    now = parts.clock.now()
    await parts.founding.settle()
    await inbox.forget_handled(before=now - INBOX_KEPT)
    async with parts.store.begin() as tx:
        await tx.notes.forget_expired(now=now)
    await asyncio.to_thread(parts.documents.tidy, older_than_s=TIDY_EVERY_S, now_s=now.timestamp())
