"""The pair: renewed once for all who ask, and kept before anybody may use it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.platforms.bitrix24.errors import AccessLost, UnknownOutcome
from bot.platforms.bitrix24.tokens import TokenPair, Tokens


def _pair(number: int) -> TokenPair:
    return TokenPair(
        access=f"access-{number}", refresh=f"refresh-{number}", expires_at=datetime(2026, 1, 1, tzinfo=UTC)
    )


class Far:
    """A store and an authorization server that note in which order they are asked; either may fail once."""

    def __init__(self, pair: TokenPair | None) -> None:
        self.pair = pair
        self.asked: list[str] = []
        self.failures: dict[str, Exception] = {}

    async def load(self) -> TokenPair | None:
        """Return the newest pair."""
        return self.pair

    async def save(self, pair: TokenPair) -> None:
        """Keep a pair."""
        await self._ask("save", pair.refresh)
        self.pair = pair

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Return the next pair."""
        await self._ask("refresh", refresh_token)
        return _pair(int(refresh_token.removeprefix("refresh-")) + 1)

    async def _ask(self, verb: str, what: str) -> None:
        self.asked.append(f"{verb} {what}")
        await asyncio.sleep(0)
        if verb in self.failures:
            raise self.failures.pop(verb)


async def test_the_newest_token_is_handed_out_without_asking_anybody() -> None:
    far = Far(_pair(1))
    assert await Tokens(far, far).access() == "access-1"
    assert far.asked == []


async def test_before_the_installation_there_is_none() -> None:
    far = Far(None)
    tokens = Tokens(far, far)
    with pytest.raises(AccessLost, match="NOT_INSTALLED"):
        await tokens.access()
    with pytest.raises(AccessLost, match="NOT_INSTALLED"):
        await tokens.renew("access-1")
    assert far.asked == []


async def test_two_with_the_same_old_token_make_one_refresh_that_is_kept_first() -> None:
    far = Far(_pair(1))
    tokens = Tokens(far, far)
    answers = await asyncio.gather(tokens.renew("access-1"), tokens.renew("access-1"))
    assert list(answers) == ["access-2", "access-2"]
    assert far.asked == ["refresh refresh-1", "save refresh-2"]


async def test_a_late_comer_gets_what_is_there() -> None:
    far = Far(_pair(2))
    assert await Tokens(far, far).renew("access-1") == "access-2"
    assert far.asked == []


async def test_each_renewal_uses_the_refresh_token_of_the_one_before() -> None:
    far = Far(_pair(1))
    tokens = Tokens(far, far)
    assert await tokens.renew(await tokens.renew("access-1")) == "access-3"
    assert far.asked == ["refresh refresh-1", "save refresh-2", "refresh refresh-2", "save refresh-3"]


async def test_a_pair_that_could_not_be_kept_is_not_handed_out() -> None:
    far = Far(_pair(1))
    far.failures["save"] = OSError("disk full")
    with pytest.raises(OSError, match="disk full"):
        await Tokens(far, far).renew("access-1")
    assert far.pair == _pair(1)


async def test_two_processes_that_renew_at_once_both_go_on_with_the_faster_one_s_pair() -> None:
    far = Far(_pair(1))
    far.failures["refresh"] = AccessLost(method="oauth.token", code="invalid_grant")

    async def meanwhile(_seconds: float) -> None:
        far.pair = _pair(2)

    assert await Tokens(far, far, sleep=meanwhile).renew("access-1") == "access-2"
    assert far.asked == ["refresh refresh-1"], "the other one has kept its pair already"


async def test_a_refresh_token_that_nobody_spent_and_nobody_knows_is_lost() -> None:
    far = Far(_pair(1))
    pauses: list[float] = []
    far.failures["refresh"] = AccessLost(method="oauth.token", code="invalid_grant")

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    with pytest.raises(AccessLost, match="invalid_grant"):
        await Tokens(far, far, sleep=sleep).renew("access-1")
    assert pauses


async def test_a_failed_refresh_does_not_block_the_next() -> None:
    far = Far(_pair(1))
    far.failures["refresh"] = UnknownOutcome(method="oauth.token", status=502)
    tokens = Tokens(far, far)
    answers = await asyncio.gather(tokens.renew("access-1"), tokens.renew("access-1"), return_exceptions=True)
    assert isinstance(answers[0], UnknownOutcome)
    assert answers[1] == "access-2"


def test_a_pair_does_not_show_its_tokens() -> None:
    shown = f"{_pair(1)} {_pair(1)!r} {[_pair(1)]}"
    assert "access-1" not in shown
    assert "refresh-1" not in shown
    assert "2026" in shown
