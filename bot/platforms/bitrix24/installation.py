"""The local application in the portal: who installed it, its tokens sealed at rest, the window for installing."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.platforms.bitrix24.tokens import TokenPair, read_pair, written_pair
from signing.audit import Tag
from signing.moves import SYSTEM, note
from signing.ports import Clock, Job, Store, Transaction

SPACE = "bitrix24"
"""Notes: `installation` and `update:<moment>` (all sealed), `window`, `removed` and `address`."""
REMOVED = "removed"
UPDATE_KEPT = timedelta(days=1)
"""Its access token lives an hour, and a portal that is away longer than a day was not updated meanwhile."""
MAX_UPDATES = 20
"""So many posts wait at most: anybody may post, and the true one must neither be lost nor drowned."""
_UPDATE = "update:"
WINDOW = timedelta(hours=1)


class Sealing(Protocol):
    """Seals bytes at rest, bound to the row they lie in (`storage.sealed.Sealer`)."""

    def seal(self, secret: bytes, *, table: str, row: str) -> bytes:
        """Return the bytes sealed for this row."""

    def open(self, sealed: bytes, *, table: str, row: str) -> bytes:
        """Return what was sealed for this row; raise when it was changed or moved."""


@dataclass(frozen=True, kw_only=True)
class Installed:
    """What the portal told us when the application was installed; its secrets do not show."""

    member_id: str
    """The portal's id that survives renames."""
    user_id: int
    """Whose rights the application has."""
    application_token: str

    def __repr__(self) -> str:
        return f"Installed(member_id={self.member_id!r}, user_id={self.user_id})"

    def is_from_portal(self, application_token: str) -> bool:
        """Tell whether somebody inside the company or the portal itself speaks; it does not say who."""
        return hmac.compare_digest(self.application_token.encode(), application_token.encode())


class Installation:
    """Fills `TokenStore`; one portal."""

    def __init__(self, *, store: Store, sealer: Sealing, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock

    async def open_window(self, *, by: str) -> datetime:
        """Let an administrator of the portal install the application until the moment that is returned."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            await tx.notes.put(space=SPACE, name="window", body={}, expires_at=now + WINDOW)
            await note(tx, Tag.PORTAL_WINDOW_OPENED, subject="bitrix24", actor=by, now=now)
        return now + WINDOW

    async def is_window_open(self) -> bool:
        """Tell whether the application may be installed now."""
        async with self._store.read() as tx:
            return await tx.notes.get(space=SPACE, name="window", now=self._clock.now()) is not None

    async def install(self, installed: Installed, tokens: TokenPair) -> bool:
        """Keep a proved installation and close the window, in one transaction; False when the window is closed."""
        now, body = self._clock.now(), {**vars(installed), **written_pair(tokens)}
        async with self._store.begin() as tx:
            if await tx.notes.take(space=SPACE, name="window", now=now) is None:
                return False
            await tx.notes.put(space=SPACE, name="installation", body=self._sealed(body))
            await tx.notes.drop(space=SPACE, prefix=REMOVED)
            who = f"bitrix24:{installed.user_id}"
            await note(tx, Tag.PORTAL_INSTALLED, subject="bitrix24", actor=who, now=now, member=installed.member_id)
        return True

    async def update(self, before: Installed, after: Installed, tokens: TokenPair | None) -> bool:
        """Keep the secrets of an application that was updated; False when it was installed anew meanwhile.

        Without `tokens` ours go on, and so does the user whose they are.
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.notes.get(space=SPACE, name="installation", now=now)
            body = self._opened(found) if found else {}
            if body.get("application_token") != before.application_token:
                return False
            body |= (
                {**vars(after), **written_pair(tokens)} if tokens else {"application_token": after.application_token}
            )
            await tx.notes.put(space=SPACE, name="installation", body=self._sealed(body))
            who = f"bitrix24:{after.user_id}"
            await note(tx, Tag.PORTAL_UPDATED, subject="bitrix24", actor=who, now=now, member=after.member_id)
        return True

    async def keep_update(self, form: Mapping[str, Any], promise: Job) -> bool:
        """Keep a post that could not be proved yet, with the promise to try again; False when too many wait already.

        It replaces none: each of them may be the true one, and nobody knows yet which.
        """
        now = self._clock.now()
        name = f"{_UPDATE}{now.isoformat(timespec='microseconds')}:{secrets.token_hex(4)}"
        async with self._store.begin() as tx:
            waiting = [await self._waiting(tx, kept) for kept, _ in await tx.notes.all(space=SPACE, prefix=_UPDATE)]
            if form in waiting:
                return True
            if len([one for one in waiting if one is not None]) >= MAX_UPDATES:
                return False
            body = self._sealed(form, row=name)
            await tx.notes.put(space=SPACE, name=name, body=body, expires_at=now + UPDATE_KEPT)
            await tx.jobs.add(promise)
        return True

    async def kept_updates(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the posts that could not be proved yet by the name of their note, oldest first."""
        async with self._store.read() as tx:
            names = [name for name, _ in await tx.notes.all(space=SPACE, prefix=_UPDATE)]
            found = {name: await self._waiting(tx, name) for name in names}
        return {name: form for name, form in found.items() if form is not None}

    async def forget_update(self, name: str) -> None:
        """The post is taken or refused."""
        async with self._store.begin() as tx:
            await tx.notes.take(space=SPACE, name=name, now=self._clock.now())

    async def _waiting(self, tx: Transaction, name: str) -> dict[str, Any] | None:
        found = await tx.notes.get(space=SPACE, name=name, now=self._clock.now())
        return None if found is None else self._opened(found, row=name)

    async def give_up(self, removed: Installed) -> bool:
        """Forget the secrets of an application that is proved to be removed; False when another is installed now.

        Requests, their history and what became of every file stay as they are.
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.notes.get(space=SPACE, name="installation", now=now)
            if not found or self._opened(found)["application_token"] != removed.application_token:
                return False
            await tx.notes.drop(space=SPACE, prefix="installation")
            await tx.notes.put(space=SPACE, name=REMOVED, body={"at": now.isoformat()})
            await note(tx, Tag.PORTAL_REMOVED, subject="bitrix24", actor=SYSTEM, now=now, member=removed.member_id)
        return True

    async def removed_at(self) -> datetime | None:
        """Return when the portal was found not to know us any more, None while it does or never did."""
        async with self._store.read() as tx:
            found = await tx.notes.get(space=SPACE, name=REMOVED, now=self._clock.now())
        return datetime.fromisoformat(found["at"]) if found else None

    async def installed(self) -> Installed | None:
        """Return the installation, None before the first."""
        body = await self._body()
        if body is None:
            return None
        return Installed(**{name: body[name] for name in ("member_id", "user_id", "application_token")})

    async def load(self) -> TokenPair | None:
        """Return the newest tokens."""
        body = await self._body()
        return None if body is None else read_pair(body)

    async def save(self, pair: TokenPair) -> None:
        """Keep a renewed pair: the old refresh token is worth nothing any more."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.notes.get(space=SPACE, name="installation", now=now)
            if found is None:  # given up meanwhile
                return
            body = {**self._opened(found), **written_pair(pair)}
            await tx.notes.put(space=SPACE, name="installation", body=self._sealed(body))

    async def _body(self) -> dict[str, Any] | None:
        async with self._store.read() as tx:
            found = await tx.notes.get(space=SPACE, name="installation", now=self._clock.now())
        return None if found is None else self._opened(found)

    def _sealed(self, body: Mapping[str, Any], *, row: str = "installation") -> dict[str, Any]:
        secret = json.dumps(body).encode()
        return {"sealed": self._sealer.seal(secret, table="note", row=f"{SPACE}:{row}").hex()}

    def _opened(self, found: Mapping[str, Any], *, row: str = "installation") -> dict[str, Any]:
        secret = self._sealer.open(bytes.fromhex(found["sealed"]), table="note", row=f"{SPACE}:{row}")
        body: dict[str, Any] = json.loads(secret)
        return body
