"""The policy file that two administrators agreed on: another one on the disk changes nothing by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from signing.approval.policy_file import read
from signing.errors import NotAllowed, NotAllowedNow
from signing.founding import founded_at
from signing.membership import CONSOLE
from signing.moves import note
from signing.notices import Notice, alarm
from signing.people import PersonId
from signing.ports import Clock, Store, Transaction
from signing.proposal import Line, Matter, Proposal, basis_of
from signing.tags import Tag

SPACE, NAME = "policy", "agreed"
"""The note with the text in force."""


def digest_of_text(text: str) -> str:
    """Return the SHA-256 that administrators compare; the empty text is no file at all."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class NewPolicy:
    """`policy`: another policy file (`{"text": …}`); the subject is its digest. The next start of the bot uses it."""

    store: Store

    async def examine(self, subject: str, change: Mapping[str, Any]) -> Matter:
        """Raises `NotAllowed` for a file with faults and `NotAllowedNow` for the one in force."""
        if digest_of_text(change["text"]) != subject or (change["text"] and read(change["text"]).faults):
            raise NotAllowed(reason="policy_faults")
        async with self.store.read() as tx:
            agreed = await agreed_text(tx) or ""
        if agreed == change["text"]:
            raise NotAllowedNow(reason="policy_agreed", state="agreed")
        old, new = _routes(agreed), _routes(change["text"])
        lines = (Line(what="routes", old=old, new=new), Line(what="policy", new=(subject,)))
        return Matter(about=subject[:16], difference=lines, basis=basis_of(policy=digest_of_text(agreed)))

    async def carry_out(self, proposal: Proposal) -> None:
        """Nothing lies outside the bot's store."""

    async def record(self, tx: Transaction, proposal: Proposal, *, actor: PersonId, now: datetime) -> None:
        """Keep the text: it counts from the next start."""
        await keep(tx, proposal.change["text"], actor=actor, now=now)


async def agreed_text(tx: Transaction) -> str | None:
    """Return the text that counts, None while no start has remembered one."""
    found = await tx.notes.get(space=SPACE, name=NAME, now=datetime.max.replace(tzinfo=UTC))  # it never expires
    return None if found is None else str(found["text"])


async def keep(tx: Transaction, text: str, *, actor: PersonId, now: datetime) -> None:
    """Let this text count, and journal its digest."""
    await tx.notes.put(space=SPACE, name=NAME, body={"text": text})
    await note(tx, Tag.POLICY_AGREED, subject="policy", actor=actor, now=now, sha256=digest_of_text(text))


async def in_force(store: Store, text: str, *, clock: Clock) -> str:
    """Return the text that counts at a start, given what stands in the file now.

    While the company is being set up, and at the first start that looks, the file counts and is remembered. Later
    another file waits for two administrators: the agreed text stays in force and the administrators are told.
    """
    now = clock.now()
    async with store.begin() as tx:
        agreed = await agreed_text(tx)
        if agreed == text or (agreed is None and not text):
            return text
        if agreed is None or await founded_at(tx) is None:
            await keep(tx, text, actor=CONSOLE, now=now)
            return text
        await alarm(tx, Notice.POLICY_CHANGED, about="policy", now=now, text=digest_of_text(text)[:16])
    return agreed


def _routes(text: str) -> tuple[str, ...]:
    return tuple(template.name for template in read(text).book.templates) if text else ()
