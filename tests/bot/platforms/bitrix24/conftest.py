"""A portal on loopback and our client of it; pauses are noted, not slept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.platforms.bitrix24.bucket import LeakyBucket
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.oauth import OAuthHost
from bot.platforms.bitrix24.tokens import TokenPair, Tokens
from playground.bitrix24_portal import CLIENT_ID, CLIENT_SECRET, FIELD, Bitrix24Portal


@dataclass
class Kept:
    """Where the newest pair lies."""

    pair: TokenPair | None
    saved: list[TokenPair] = field(default_factory=list)

    async def load(self) -> TokenPair | None:
        """Return the newest pair."""
        return self.pair

    async def save(self, pair: TokenPair) -> None:
        """Keep a pair."""
        self.pair = pair
        self.saved.append(pair)


@dataclass(kw_only=True)
class Desk:
    """Both sides."""

    far: Bitrix24Portal
    portal: Portal
    tokens: Tokens
    oauth: OAuthHost
    kept: Kept
    pauses: list[float]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A portal with an administrator (1), an employee (2), one file field, and an installed application."""
    far = Bitrix24Portal()
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async with far.serving(), aiohttp.ClientSession() as session:
        far.office.hire("Vera", "Sokolova", is_admin=True)
        far.office.hire("Anna", "Petrova")
        far.office.fields[FIELD] = False
        issued = far.accounts.issue(1)
        pair = TokenPair(
            access=str(issued["access_token"]), refresh=str(issued["refresh_token"]), expires_at=datetime.now(UTC)
        )
        kept = Kept(pair)
        oauth = OAuthHost(session, far.oauth_url, CLIENT_ID, CLIENT_SECRET)
        tokens = Tokens(kept, oauth, sleep=sleep)
        portal = Portal(session, far.url, tokens, _patient_bucket(pauses), sleep=sleep)
        yield Desk(
            far=far, portal=portal, tokens=tokens, oauth=oauth, kept=kept, pauses=pauses
        )  # fmt: skip


def _patient_bucket(pauses: list[float]) -> LeakyBucket:
    """A bucket whose time passes when it waits."""
    now = [0.0]

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    return LeakyBucket(now=lambda: now[0], sleep=sleep)
