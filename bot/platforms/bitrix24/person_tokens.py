"""Tokens of our people, who look into the portal with their own rights: sealed at rest, by the portal's user id."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import AccessLost
from bot.platforms.bitrix24.installation import Sealing
from bot.platforms.bitrix24.oauth import Introspection
from bot.platforms.bitrix24.tokens import Refresh, TokenPair, Tokens, read_pair, written_pair
from signing.ports import Clock, Store

SPACE = "bitrix24-person"
"""Notes by user id: the newest pair, sealed."""
HELD = "bitrix24-held"
"""Notes by user id: a renewed pair that nobody has vouched for yet, sealed; it is not used before."""
LIFE = timedelta(hours=1)
"""Of an access token (reference 1.2)."""


class Vouching(Refresh, Protocol):
    """The authorization server, which also says whose a token is."""

    async def introspect(self, access_token: str) -> Introspection: ...


class PersonTokens:
    """Keeps the pairs; one renewal at a time for each person, the new pair stored before it is used."""

    def __init__(self, *, store: Store, sealer: Sealing, clock: Clock, oauth: Vouching, portal: Portal) -> None:
        """`portal` is the application's way in: people share its pace."""
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._oauth = oauth
        self._portal = portal
        self._tokens: WeakValueDictionary[int, Tokens] = WeakValueDictionary()

    async def keep(self, user_id: int, access: str, refresh: str) -> None:
        """Keep a fresh pair of somebody who logged in or opened the application in the portal.

        Does not check whose pair it is: the caller has asked the authorization server.
        """
        pair = TokenPair(access=access, refresh=refresh, expires_at=self._clock.now() + LIFE)
        await self._kept(user_id).save(pair)

    async def has(self, user_id: int) -> bool:
        """Tell whether we can act as that user, as far as we know."""
        return await self._kept(user_id).load() is not None

    async def forget(self, user_id: int, lost: str) -> None:
        """Forget a pair that the portal does not know any more, unless another one came meanwhile."""
        async with self._store.begin() as tx:
            found = await tx.notes.get(space=SPACE, name=str(user_id), now=self._clock.now())
            if found is not None and self._kept(user_id).opened(found).access == lost:
                await tx.notes.take(space=SPACE, name=str(user_id), now=self._clock.now())
                await tx.notes.take(space=HELD, name=str(user_id), now=self._clock.now())

    async def access(self, user_id: int) -> str:
        """Return the newest access token as it is kept; "" when there is none."""
        pair = await self._kept(user_id).load()
        return pair.access if pair else ""

    def portal(self, user_id: int) -> Portal:
        """Return the portal, called with that user's rights; its calls raise `AccessLost` without a kept pair."""
        tokens = self._tokens.get(user_id)
        if tokens is None:
            kept = self._kept(user_id)
            own = _Own(oauth=self._oauth, kept=kept, clock=self._clock, user_id=user_id)
            tokens = self._tokens[user_id] = Tokens(kept, own)
        return self._portal.acting(tokens)

    def _kept(self, user_id: int) -> _Kept:
        return _Kept(store=self._store, sealer=self._sealer, clock=self._clock, user_id=user_id)


class _Own:
    """Renews one person's pair, and takes no other person's: refresh tokens come with forms that browsers post."""

    def __init__(self, *, oauth: Vouching, kept: _Kept, clock: Clock, user_id: int) -> None:
        self._oauth = oauth
        self._kept = kept
        self._clock = clock
        self._user_id = user_id

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Return the next pair; raise `AccessLost` when it is somebody else's.

        The refresh token is spent before anybody can say whose the new pair is: it is held first, and where nobody
        answers it is the held one that is asked about at the next use.
        """
        pair = await self._kept.held(refresh_token)
        if pair is None or pair.expires_at <= self._clock.now():
            pair = await self._oauth.refresh(pair.refresh if pair else refresh_token)
            await self._kept.hold(pair, spent=refresh_token)
        if (await self._oauth.introspect(pair.access)).user_id != self._user_id:
            raise AccessLost(code="OTHER_USER")
        return pair


class _Kept:
    """Fills `TokenStore` for one person."""

    def __init__(self, *, store: Store, sealer: Sealing, clock: Clock, user_id: int) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._name = str(user_id)

    async def load(self) -> TokenPair | None:
        """Return the newest pair, None when none is kept."""
        async with self._store.read() as tx:
            found = await tx.notes.get(space=SPACE, name=self._name, now=self._clock.now())
        return None if found is None else self.opened(found)

    async def save(self, pair: TokenPair) -> None:
        """Keep a pair, sealed for this person's row: moved to another row it cannot be opened."""
        async with self._store.begin() as tx:
            await tx.notes.put(space=SPACE, name=self._name, body=self._sealed(written_pair(pair), space=SPACE))
            await tx.notes.take(space=HELD, name=self._name, now=self._clock.now())

    async def hold(self, pair: TokenPair, *, spent: str) -> None:
        """Keep a pair that nobody has vouched for yet, with the refresh token that was spent for it."""
        body = self._sealed({**written_pair(pair), "spent": spent}, space=HELD)
        async with self._store.begin() as tx:
            await tx.notes.put(space=HELD, name=self._name, body=body)

    async def held(self, spent: str) -> TokenPair | None:
        """Return the pair that this refresh token was spent for, None when nothing is held."""
        async with self._store.read() as tx:
            found = await tx.notes.get(space=HELD, name=self._name, now=self._clock.now())
        body = {} if found is None else self._opened(found, space=HELD)
        return read_pair(body) if body.get("spent") == spent else None

    def opened(self, found: dict[str, str]) -> TokenPair:
        """Return the pair of a note."""
        return read_pair(self._opened(found, space=SPACE))

    def _sealed(self, body: dict[str, str], *, space: str) -> dict[str, str]:
        secret = json.dumps(body).encode()
        return {"sealed": self._sealer.seal(secret, table="note", row=f"{space}:{self._name}").hex()}

    def _opened(self, found: dict[str, str], *, space: str) -> dict[str, str]:
        sealed = bytes.fromhex(found["sealed"])
        body: dict[str, str] = json.loads(self._sealer.open(sealed, table="note", row=f"{space}:{self._name}"))
        return body
