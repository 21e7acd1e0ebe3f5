"""The policy of retention carried out: what is old is told, and erased by a round of the bot or at the console."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.settings import Settings
from signing.audit import Tag
from signing.erasure import erase_words
from signing.moves import SYSTEM, note
from signing.people import PersonId
from signing.request import RequestId
from storage.documents import DiskDocuments
from storage.retention import ERASED
from storage.store import SqlStore, SqlTransaction

if TYPE_CHECKING:
    from bot.parts import Parts  # the whole bot, which the command line does without

RETAIN_EVERY_S = 6 * 3600.0
DOCUMENTS, WORDS = "documents", "words"

Erase = Callable[[SqlTransaction, RequestId, datetime], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How long what is kept after a request is final; None: for ever."""

    documents: timedelta | None
    words: timedelta | None

    @classmethod
    def of(cls, settings: Settings) -> Policy:
        """Return the policy that the settings ask for."""
        days = (settings.keep_documents_days, settings.keep_words_days)
        documents, words = (timedelta(days=one) if one else None for one in days)
        return cls(documents=documents, words=words)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How much is due, or was erased."""

    requests: int = 0
    """Whose documents' bytes go."""
    files: int = 0
    words: int = 0
    """Requests whose words go."""


async def retain(parts: Parts) -> None:
    """Carry the policy out: a round of the bot."""
    await apply(parts.store, parts.documents, Policy.of(parts.settings), now=parts.clock.now())


async def due(store: SqlStore, documents: DiskDocuments, policy: Policy, *, now: datetime) -> Outcome:
    """Return what `apply` would erase now."""
    requests = files = words = 0
    async with store.read() as tx:
        if policy.documents is not None:
            requests = len(await tx.retention.due(before=now - policy.documents, what=DOCUMENTS, limit=_ALL))
        if policy.words is not None:
            words = len(await tx.retention.due(before=now - policy.words, what=WORDS, limit=_ALL))
    if policy.documents is not None:
        files = len((await _sweep(store, documents, policy.documents, now=now, erase=False))[0])
    return Outcome(requests=requests, files=files, words=words)


async def apply(
    store: SqlStore, documents: DiskDocuments, policy: Policy, *, now: datetime, by: PersonId = SYSTEM
) -> Outcome:
    """Erase what is old. The journal's row is there before the bytes go; what a crash leaves goes the next time."""
    requests = files = words = 0

    async def bytes_go(tx: SqlTransaction, request: RequestId, now: datetime) -> None:
        await note(tx, Tag.REQUEST_ERASED, subject=request, actor=by, now=now, what=DOCUMENTS)

    async def words_go(tx: SqlTransaction, request: RequestId, now: datetime) -> None:
        await erase_words(tx, request, by=by, now=now)

    if policy.words is not None:
        words = await _each(store, now - policy.words, WORDS, words_go, now=now)
    if policy.documents is not None:
        requests = await _each(store, now - policy.documents, DOCUMENTS, bytes_go, now=now)
        files = (await _sweep(store, documents, policy.documents, now=now, erase=True))[1]
    return Outcome(requests=requests, files=files, words=words)


_ALL = 1_000_000
_BATCH = 50
"""Requests of one transaction: nobody waits long for the writer."""


async def _each(store: SqlStore, before: datetime, what: str, erase: Erase, *, now: datetime) -> int:
    done = 0
    while True:
        async with store.begin() as tx:
            found = await tx.retention.due(before=before, what=what, limit=_BATCH)
            for request in found:
                await erase(tx, request, now)
                await tx.notes.put(space=ERASED, name=f"{what}:{request}", body={"at": now.isoformat()})
        done += len(found)
        if not found:
            return done


async def _sweep(
    store: SqlStore, documents: DiskDocuments, age: timedelta, *, now: datetime, erase: bool
) -> tuple[tuple[str, ...], int]:
    """Return the bytes that no request needs any more, and how many of them were erased.

    Those of refused files go as well. What was brought within the time stays: its request may only be coming.
    """
    async with store.read() as tx:
        needed = await tx.retention.needed(before=now - age)
    limits = {"older_than_s": age.total_seconds(), "now_s": now.timestamp()}
    old = await asyncio.to_thread(documents.old, needed=needed, **limits)
    return old, await asyncio.to_thread(documents.erase, old, **limits) if erase else 0
