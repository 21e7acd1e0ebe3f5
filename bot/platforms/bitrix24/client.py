"""One portal's REST: calls with our token at the portal's pace, repeated only when nothing happened there.

Our own, because no asynchronous package renews tokens, keeps the limits and leaves writes of unknown outcome alone
(reference 12).
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bot.platforms.bitrix24.bucket import LeakyBucket
from bot.platforms.bitrix24.errors import (
    AccessLost,
    Bitrix24Error,
    Denied,
    NotExecuted,
    Parked,
    Refused,
    UnknownOutcome,
    refusal,
)
from bot.platforms.bitrix24.tokens import Tokens

HEADERS = {"User-Agent": "Countersign/1", "Accept": "application/json"}
PAUSES_S = (1.0, 2.0, 4.0, 8.0)
"""Before each further try; then the caller's own queue goes on for days."""
EXPIRED = frozenset({"expired_token"})


class Portal:
    """Calls with the application's token. Nothing that is logged or raised holds a token."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        tokens: Tokens,
        bucket: LeakyBucket,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self.url = url
        self._tokens = tokens
        self._bucket = bucket
        self._sleep = sleep
        self._parked: dict[str, datetime] = {}

    async def read(self, method: str, **params: Any) -> Any:
        """Return the result of a call that changes nothing; it may be repeated freely."""
        return (await self._answer(method, params, again=(NotExecuted, UnknownOutcome)))["result"]

    async def write(self, method: str, **params: Any) -> Any:
        """Return the result of a call that changes something; repeated only when it certainly was not executed.

        Raises `UnknownOutcome` when the answer was lost: the caller reads what is there before trying again.
        """
        return (await self._answer(method, params, again=(NotExecuted,)))["result"]

    async def pages(self, method: str, key: str, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Yield every row of a list, fifty a call; `key` names the rows inside the result, "" where it is the list."""
        start: int | None = 0
        while start is not None:
            answer = await self._answer(method, {**params, "start": start}, again=(NotExecuted, UnknownOutcome))
            result = answer["result"]
            for row in (result.get(key) if key else result) or ():
                yield row
            start = int(answer["next"]) if answer.get("next") is not None else None

    def acting(self, tokens: Tokens) -> Portal:
        """Return the same portal, called with somebody else's rights but at the one pace that it grants us."""
        portal = Portal(self._session, self.url, tokens, self._bucket, sleep=self._sleep)
        portal._parked = self._parked  # a method rests for the whole application, whoever calls
        return portal

    async def is_administrator(self, access_token: str) -> bool:
        """Tell whether somebody else's token belongs to an administrator of this portal (`profile`)."""
        answer = await self._once("profile", {}, access_token)
        return answer["result"].get("ADMIN") is True

    async def fetch(self, url: str, headers: dict[str, str]) -> aiohttp.ClientResponse:
        """Open a download; the caller reads and closes it. The address holds a token: it must not be told anywhere."""
        await self._bucket.enter()
        try:
            return await self._session.get(url, headers=headers, allow_redirects=False)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnknownOutcome(method="download", code=type(error).__name__) from None

    async def _answer(
        self, method: str, params: dict[str, Any], *, again: tuple[type[Bitrix24Error], ...]
    ) -> dict[str, Any]:
        self._refuse_parked(method)
        for pause_s in PAUSES_S:
            try:
                return await self._renewed(method, params)
            except again as error:
                if isinstance(error, Parked):
                    raise
                waiting_s = pause_s * random.uniform(1.0, 1.5)  # noqa: S311  # only spreads the tries
                if isinstance(error, NotExecuted) and error.status:
                    self._bucket.pause(waiting_s)
                else:
                    await self._sleep(waiting_s)
        return await self._renewed(method, params)

    async def _renewed(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Call, and once more with a fresh token when the portal says that it is old."""
        token = await self._tokens.access()
        try:
            return await self._once(method, params, token)
        except (Refused, AccessLost) as error:
            if error.code.lower() not in EXPIRED:
                raise
        return await self._once(method, params, await self._tokens.renew(token))

    async def _once(self, method: str, params: dict[str, Any], token: str) -> dict[str, Any]:
        await self._bucket.enter()
        status, text = await self._post(method, params, token)
        if status == 302:
            # A renamed portal (reference 1.4): nothing was executed, and our token goes to no other host.
            raise Denied(method=method, code="PORTAL_MOVED", status=status)
        return self._read(method, status, text)

    async def _post(self, method: str, params: dict[str, Any], token: str) -> tuple[int, str]:
        """Return status and body. The token goes in the body: addresses end up in logs."""
        try:
            asking = self._session.post(
                f"{self.url}/rest/{method}", json={**params, "auth": token}, headers=HEADERS, allow_redirects=False
            )
            async with asking as answer:
                return answer.status, await answer.text()
        except aiohttp.ClientConnectorError as error:
            raise NotExecuted(method=method, code=type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnknownOutcome(method=method, code=type(error).__name__) from None

    def _read(self, method: str, status: int, text: str) -> dict[str, Any]:
        """Return the answer; an error may stand in it with any status, 200 included (reference 2.1)."""
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        if not isinstance(body, dict) or not ("result" in body or "error" in body):
            raise UnknownOutcome(method=method, status=status)
        if "error" in body:
            self._park(method, body)
            code = str(body["error"] or body.get("error_description") or "")
            raise refusal(method, code=code, status=status)
        return body

    def _park(self, method: str, body: dict[str, Any]) -> None:
        if str(body["error"]).upper() != "OPERATION_TIME_LIMIT":
            return
        reset_at = body.get("time", {}).get("operating_reset_at") or datetime.now(UTC).timestamp() + 60
        self._parked[method] = datetime.fromtimestamp(float(reset_at), UTC)
        raise Parked(method=method, until=self._parked[method])

    def _refuse_parked(self, method: str) -> None:
        until = self._parked.get(method)
        if until is not None and datetime.now(UTC) < until:
            raise Parked(method=method, until=until)
