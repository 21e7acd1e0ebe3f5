"""The application's pair of tokens: renewed only when it is old, by one caller, and kept before it is used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.platforms.bitrix24.errors import AccessLost


@dataclass(frozen=True, kw_only=True)
class TokenPair:
    """An access token of an hour and the refresh token that gets the next pair, once."""

    access: str
    refresh: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"TokenPair(expires_at={self.expires_at.isoformat()})"


def written_pair(pair: TokenPair) -> dict[str, str]:
    """Return a pair as plain text, to be sealed."""
    return {"access": pair.access, "refresh": pair.refresh, "expires_at": pair.expires_at.isoformat()}


def read_pair(body: Mapping[str, str]) -> TokenPair:
    """Return what `written_pair` wrote."""
    expires_at = datetime.fromisoformat(body["expires_at"])
    return TokenPair(access=body["access"], refresh=body["refresh"], expires_at=expires_at)


class TokenStore(Protocol):
    """Where the newest pair lies, also for another process of ours."""

    async def load(self) -> TokenPair | None:
        """Return the newest pair, None before the application is installed."""

    async def save(self, pair: TokenPair) -> None:
        """Keep a pair, durably: the one before is worth nothing any more."""


class Refresh(Protocol):
    """The authorization server."""

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Return the next pair; raise `AccessLost` when the token is not known any more."""


OTHERS_KEEP_S = (0.1, 0.4, 1.0)
"""Another process that was faster keeps its pair within this."""


class Tokens:
    """Hands out the access token."""

    def __init__(
        self, store: TokenStore, oauth: Refresh, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._store = store
        self._oauth = oauth
        self._sleep = sleep
        self._renewing = asyncio.Lock()

    async def access(self) -> str:
        """Return the newest access token; raise `AccessLost` before the application is installed."""
        return (await self._newest()).access

    async def renew(self, stale: str) -> str:
        """Return a token newer than `stale`; many who ask at once make one refresh.

        The store is read again first: the command line may have renewed it meanwhile (a refresh token counts once).
        """
        async with self._renewing:
            pair = await self._newest()
            if pair.access == stale:
                pair = await self._refreshed(pair)
            return pair.access

    async def _refreshed(self, stale: TokenPair) -> TokenPair:
        """Return and keep the next pair; where another process has spent the refresh token first, its pair counts."""
        try:
            pair = await self._oauth.refresh(stale.refresh)
        except AccessLost:
            for pause_s in OTHERS_KEEP_S:
                await self._sleep(pause_s)
                if (newest := await self._newest()).refresh != stale.refresh:
                    return newest
            raise
        await self._store.save(pair)
        return pair

    async def _newest(self) -> TokenPair:
        pair = await self._store.load()
        if pair is None:
            raise AccessLost(code="NOT_INSTALLED")
        return pair
