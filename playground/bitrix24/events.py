"""What the portal tells: forms posted once, later, in no promised order, and never again."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Any

import aiohttp

from playground.bitrix24.accounts import Accounts
from playground.bitrix24.faults import EventFault, Faults
from playground.bitrix24.php import build_query
from playground.bitrix24.refusal import Refusal

Form = dict[str, Any]


class Events:
    """Handlers by event, and the queue server that posts to them."""

    def __init__(self, *, accounts: Accounts, faults: Faults) -> None:
        self._accounts = accounts
        self._faults = faults
        self.application_token = secrets.token_hex(16)
        self.oauth_url = ""
        self.bound: list[tuple[str, str]] = []
        """(event, handler)."""
        self.told: list[tuple[str, int]] = []
        """(event or action, status of the answer), 0 for none."""
        self._held: list[tuple[str, Form]] = []
        self._posting: set[asyncio.Task[None]] = set()

    def bind(self, params: Mapping[str, Any], *_: Any) -> bool:
        """`event.bind`."""
        event, handler = str(params.get("event", "")).upper(), str(params.get("handler", ""))
        if (event, handler) in self.bound:
            raise Refusal("ERROR_CORE", "Unable to set event handler: Handler already binded")
        self.bound.append((event, handler))
        return True

    def unbind(self, params: Mapping[str, Any], *_: Any) -> dict[str, int]:
        """`event.unbind`."""
        wanted = (str(params.get("event", "")).upper(), str(params.get("handler", "")))
        count = self.bound.count(wanted)
        self.bound = [one for one in self.bound if one != wanted]
        return {"count": count}

    def get(self, *_: Any) -> list[dict[str, Any]]:
        """`event.get`."""
        return [{"event": event, "handler": handler, "auth_type": "0", "offline": 0} for event, handler in self.bound]

    def happened(self, event: str, deal: int, user: int) -> None:
        """Tell everybody who asked, soon."""
        self.tell(self.form(event, {"FIELDS": {"ID": deal}}, user=user))

    def tell(self, form: Form) -> None:
        """Send a form to everybody who asked for its event."""
        event = form["event"]
        for bound, handler in self.bound:
            if bound == event:
                self.send(handler, form)

    def form(self, event: str, data: Form, *, user: int) -> Form:
        """Return an event as the portal writes it; a change by a robot (user 0) brings no tokens."""
        auth: Form = {
            "domain": self._accounts.portal_url.partition("://")[2], "member_id": self._accounts.member_id,
            "server_endpoint": f"{self.oauth_url}/rest/", "client_endpoint": f"{self._accounts.portal_url}/rest/",
            "status": "L", "application_token": self.application_token,
        }  # fmt: skip
        if user:
            issued = self._accounts.issue(user)
            auth |= {name: issued[name] for name in ("access_token", "expires_in", "scope", "user_id")}
        return {"event": event, "event_handler_id": 201, "data": data, "ts": int(time.time()), "auth": auth}

    async def post(self, handler: str, form: Form) -> tuple[int, str]:
        """Post one form and return status and text; status 0 when nobody answered."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
                session.post(handler, data=build_query(form), headers=headers) as answer,
            ):
                return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            return 0, ""

    async def close(self) -> None:
        """Post what is under way, then stop."""
        await asyncio.gather(*self._posting, return_exceptions=True)

    def send(self, handler: str, form: Form) -> None:
        """Let the queue server post a form, once and never again, with the faults of its day."""
        fault = self._faults.hits_event()
        if fault is EventFault.REORDER:
            self._held.append((handler, form))
            return
        if fault is not EventFault.DROP:
            self._start(handler, form)
        if fault is EventFault.DUPLICATE:
            self._start(handler, form)
        while self._held and fault is None:
            self._start(*self._held.pop(0))

    def _start(self, handler: str, form: Form) -> None:
        posting = asyncio.get_running_loop().create_task(self._post(handler, form))
        self._posting.add(posting)
        posting.add_done_callback(self._posting.discard)

    async def _post(self, handler: str, form: Form) -> None:
        status, _ = await self.post(handler, form)
        self.told.append((str(form.get("event") or form["code"]), status))
