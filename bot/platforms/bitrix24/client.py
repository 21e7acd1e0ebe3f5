"""One portal's REST: calls with our token at the portal's pace, repeated only when nothing happened there.

Our own, because no asynchronous package renews tokens, keeps the limits and leaves writes of unknown outcome alone
(reference 12).
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol

import aiohttp
from yarl import URL

from bot.platforms.bitrix24.answers import MOVED, failure_to_send, mapping, number, read_answer, read_json
from bot.platforms.bitrix24.batch import Call, bodies, commands
from bot.platforms.bitrix24.bucket import LeakyBucket
from bot.platforms.bitrix24.errors import (
    AccessLost,
    Bitrix24Error,
    Denied,
    NotExecuted,
    Parked,
    Refused,
    UnknownOutcome,
)
from bot.platforms.bitrix24.tokens import Tokens

log = logging.getLogger(__name__)  # the command line, which logs nothing, comes here, too

HEADERS = {"User-Agent": "Countersign/1", "Accept": "application/json"}
PAUSES_S = (1.0, 2.0, 4.0, 8.0)
"""Before each further try; then the caller's own queue goes on for days."""
TOO_MANY = (429, 503)
EXPIRED = frozenset({"expired_token"})
PAGES_AT_ONCE = 10
"""A call may take a minute (reference 2.1), and so may a batch of them."""
LONGEST_REST = timedelta(hours=1)
"""Of a method; the portal counts the last ten minutes."""


class Whereabouts(Protocol):
    """Knows where the portal lives."""

    async def known(self) -> str:
        """Return the newest address."""

    async def follow(self, location: str, *, left: str, access_token: str) -> str:
        """Return the proved new address after `left` has sent us to `location`; raise `Denied`."""


class Portal:
    """Calls with the application's token. Nothing that is logged or raised holds a token."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        tokens: Tokens,
        bucket: LeakyBucket,
        *,
        address: Whereabouts | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Without `address` a portal that has moved is not followed."""
        self._session = session
        self.url = url
        self._address = address
        self._is_located = False
        self._tokens = tokens
        self._bucket = bucket
        self._sleep = sleep
        self._parked: dict[str, datetime] = {}

    async def home(self) -> str:
        """Return where the portal lives; that it moved in an earlier life of this process is taken up at first."""
        if self._address is not None and not self._is_located:
            self.url = await self._address.known()
            self._is_located = True
        return self.url

    async def read(self, method: str, **params: Any) -> Any:
        """Return the result of a call that changes nothing; it may be repeated freely."""
        return (await self._answer(method, params, again=(NotExecuted, UnknownOutcome)))["result"]

    async def write(self, method: str, **params: Any) -> Any:
        """Return the result of a call that changes something; repeated only when it certainly was not executed.

        Raises `UnknownOutcome` when the answer was lost: the caller reads what is there before trying again.
        """
        return (await self._answer(method, params, again=(NotExecuted,)))["result"]

    async def pages(self, method: str, key: str, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Yield every row of a list; `key` names the rows inside the result, "" where the result is the list.

        A page has fifty; the first tells how many there are, and the others come together.
        """
        ahead = range(1)
        while starts := ahead:
            pages = await self._pages_at(method, params, starts)
            for start, page in zip(starts, pages, strict=True):
                for row in _rows(page, key):
                    yield row
                following = _next(method, page, after=start)
                if following is None:
                    return
                end = max(number(page.get("total")), following + 1)
                ahead = range(following, end, following - start)[:PAGES_AT_ONCE]

    async def batch(self, calls: Sequence[Call]) -> list[dict[str, Any] | Bitrix24Error]:
        """Make up to fifty calls that change nothing in one; each has its own outcome, an answer or an error."""
        for call in calls:
            self._refuse_parked(call.method)
        asked = {"halt": 0, "cmd": commands(calls)}
        answer = await self._answer("batch", asked, again=(NotExecuted, UnknownOutcome))
        return [
            self._outcome(call, body) for call, body in zip(calls, bodies(len(calls), answer["result"]), strict=True)
        ]

    async def _pages_at(self, method: str, params: Mapping[str, Any], starts: range) -> list[dict[str, Any]]:
        """Return the pages that start there; what a batch did not bring is asked for alone."""
        calls = [Call(method=method, params={**params, "start": start}) for start in starts]
        outcomes: list[dict[str, Any] | Bitrix24Error] = [UnknownOutcome(method=method)] * len(calls)
        if len(calls) > 1 and all(call.is_plain for call in calls):
            outcomes = await self.batch(calls)
        return [
            await self._answer(method, dict(call.params), again=(NotExecuted, UnknownOutcome))
            if isinstance(outcome, Bitrix24Error)
            else outcome
            for call, outcome in zip(calls, outcomes, strict=True)
        ]

    def _outcome(self, call: Call, body: dict[str, Any] | None) -> dict[str, Any] | Bitrix24Error:
        try:
            return self._read(call.method, 200, body, "")
        except Bitrix24Error as error:
            return error

    def acting(self, tokens: Tokens) -> Portal:
        """Return the same portal, called with somebody else's rights but at the one pace that it grants us."""
        portal = Portal(self._session, self.url, tokens, self._bucket, address=self._address, sleep=self._sleep)
        portal._parked = self._parked  # a method rests for the whole application, whoever calls
        return portal

    async def is_administrator(self, access_token: str) -> bool:
        """Tell whether somebody else's token belongs to an administrator of this portal (`profile`)."""
        answer = await self._once("profile", {}, access_token)
        return mapping(answer["result"]).get("ADMIN") is True

    async def read_as(self, access_token: str, method: str, **params: Any) -> Any:
        """Return what somebody else sees with their own token; repeated like any reading, the token is not renewed."""
        again = (NotExecuted, UnknownOutcome)
        return (await self._answer(method, params, again=again, token=access_token))["result"]

    async def fetch(self, url: URL, headers: dict[str, str]) -> aiohttp.ClientResponse:
        """Open a download; the caller reads and closes it. The address holds a token: it must not be told anywhere."""
        await self._bucket.enter()
        try:
            answer = await self._session.get(url, headers=headers, allow_redirects=False)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise failure_to_send("download", error) from None
        if answer.status in TOO_MANY:
            self._bucket.pause(PAUSES_S[0])
        return answer

    async def _answer(
        self, method: str, params: dict[str, Any], *, again: tuple[type[Bitrix24Error], ...], token: str = ""
    ) -> dict[str, Any]:
        self._refuse_parked(method)
        call = partial(self._once, token=token) if token else self._renewed
        for pause_s in PAUSES_S:
            try:
                return await call(method, params)
            except again as error:
                if isinstance(error, Parked):
                    raise
                waiting_s = pause_s * random.uniform(1.0, 1.5)  # noqa: S311  # only spreads the tries
                if isinstance(error, NotExecuted) and error.status:
                    self._bucket.pause(waiting_s)
                else:
                    await self._sleep(waiting_s)
        return await call(method, params)

    async def _renewed(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Call, and once more with a fresh token when the portal says that it is old."""
        token = await self._tokens.access()
        try:
            return await self._once(method, params, token)
        except (Refused, AccessLost) as error:
            if error.code.lower() not in EXPIRED:
                raise
        return await self._once(method, params, await self._renew(method, token))

    async def _renew(self, method: str, stale: str) -> str:
        """Return a fresh token; whatever became of the refresh, the call itself was refused and did nothing."""
        try:
            return await self._tokens.renew(stale)
        except UnknownOutcome as error:
            raise NotExecuted(method=method, code=f"NOT_RENEWED: {error.code or error.status}") from None

    async def _once(self, method: str, params: dict[str, Any], token: str) -> dict[str, Any]:
        await self.home()
        await self._bucket.enter()
        status, body, location = await self._post(method, params, token)
        if status in MOVED:  # nothing was executed there
            await self._follow(method, location, token)
            await self._bucket.enter()
            status, body, location = await self._post(method, params, token)
        if status in MOVED:
            raise Denied(method=method, code="PORTAL_MOVED", status=status)
        return self._read(method, status, body, token)

    async def _follow(self, method: str, location: str, token: str) -> None:
        """Go where a renamed portal sends us (reference 1.4), if it is proved ours; the token goes nowhere else."""
        if self._address is None:
            raise Denied(method=method, code="PORTAL_MOVED", status=302)
        self.url = await self._address.follow(location, left=self.url, access_token=token)

    async def _post(self, method: str, params: dict[str, Any], token: str) -> tuple[int, dict[str, Any] | None, str]:
        """Return status, body and where it sends us. The token goes in the body: addresses end up in logs."""
        try:
            asking = self._session.post(
                f"{self.url}/rest/{method}", json={**params, "auth": token}, headers=HEADERS, allow_redirects=False
            )
            async with asking as answer:
                return answer.status, read_json(await answer.read()), answer.headers.get("Location", "")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise failure_to_send(method, error) from None

    def _read(self, method: str, status: int, body: dict[str, Any] | None, token: str) -> dict[str, Any]:
        """Return the answer; an error may stand in it with any status, 200 included (reference 2.1)."""
        try:
            read_answer(method, status, body, secrets=(token,))
        except Bitrix24Error as error:
            log.info("%s answered %d %s: %s", method, status, error.code, error.description)
            if error.code.upper() == "OPERATION_TIME_LIMIT":
                raise self._park(method, mapping(body)) from None
            raise
        if body is None or "result" not in body:
            raise UnknownOutcome(method=method, status=status)
        return body

    def _park(self, method: str, body: Mapping[str, Any]) -> Parked:
        now = datetime.now(UTC)
        told_s = number(mapping(body.get("time")).get("operating_reset_at")) - now.timestamp()
        rest = timedelta(seconds=told_s) if 0 < told_s < LONGEST_REST.total_seconds() else timedelta(minutes=1)
        self._parked[method] = now + rest
        return Parked(method=method, until=self._parked[method])

    def _refuse_parked(self, method: str) -> None:
        until = self._parked.get(method)
        if until is not None and datetime.now(UTC) < until:
            raise Parked(method=method, until=until)


def _rows(answer: Mapping[str, Any], key: str) -> tuple[dict[str, Any], ...]:
    """Return the rows of a page; an empty map comes as a list, and what is no row is none."""
    result = answer["result"]
    found = mapping(result).get(key) if key else result
    return tuple(row for row in found if isinstance(row, dict)) if isinstance(found, list) else ()


def _next(method: str, answer: Mapping[str, Any], *, after: int) -> int | None:
    """Return where the next page starts, None after the last; a list that does not go on has no end."""
    if answer.get("next") is None:
        return None
    start = number(answer["next"])
    if start <= after:
        raise UnknownOutcome(method=method, code="LIST_WITHOUT_END")
    return start
