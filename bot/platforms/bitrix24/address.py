"""Where the portal lives: at the address of the settings, or where it moved when it was renamed (reference 1.4)."""

from __future__ import annotations

import asyncio
import logging

from yarl import URL

from bot.platforms.bitrix24.errors import AccessLost, Denied, NotExecuted, UnknownOutcome
from bot.platforms.bitrix24.installation import SPACE, Installation
from bot.platforms.bitrix24.oauth import OAuthHost
from signing.audit import Tag
from signing.moves import note
from signing.ports import Clock, Store

log = logging.getLogger(__name__)

NOTE = "address"
_CLOUD = "bitrix24."


class Address:
    """Follows a renamed portal, once the authorization server vouches that it is still ours."""

    def __init__(
        self, *, configured: str, store: Store, clock: Clock, installation: Installation, oauth: OAuthHost
    ) -> None:
        self._configured = configured
        self._store = store
        self._clock = clock
        self._installation = installation
        self._oauth = oauth
        self._following = asyncio.Lock()

    async def known(self) -> str:
        """Return the newest address; one that was learned under other settings is forgotten."""
        async with self._store.read() as tx:
            found = await tx.notes.get(space=SPACE, name=NOTE, now=self._clock.now())
        return str(found["now"]) if found and found["configured"] == self._configured else self._configured

    async def follow(self, location: str, *, left: str, access_token: str) -> str:
        """Return the new address, durably known, after `left` has sent us to `location`.

        Raises `Denied` for an address that is not proved to be our portal's; the token was not shown to it.
        """
        async with self._following:
            known = await self.known()
            if known != left:  # another call or process has followed already
                return known
            new = _origin(location, configured=self._configured)
            if new == URL(left).origin():  # it sends us in a circle
                raise _refused()
            await self._prove(new, access_token)
            await self._keep(str(new))
        log.warning("the portal moved to %s", new)
        return str(new)

    async def _prove(self, new: URL, access_token: str) -> None:
        installed = await self._installation.installed()
        if installed is None:
            raise _refused()
        try:
            found = await self._oauth.introspect(access_token)
        except AccessLost:
            raise _refused() from None
        except UnknownOutcome as error:
            raise NotExecuted(method=error.method, code=error.code, status=error.status) from None
        is_ours = found.member_id == installed.member_id and found.client_id == self._oauth.client_id
        if not is_ours or found.domain not in (new.host, new.authority):
            raise _refused()

    async def _keep(self, new: str) -> None:
        now, body = self._clock.now(), {"configured": self._configured, "now": new}
        async with self._store.begin() as tx:
            await tx.notes.put(space=SPACE, name=NOTE, body=body)
            await note(tx, Tag.PORTAL_MOVED, subject="bitrix24", actor="bitrix24", now=now, to=new)


def _origin(location: str, *, configured: str) -> URL:
    """Return the host that a redirect names, if it can be ours: the configured one, or a namesake in the same cloud."""
    try:
        there, home = URL(location), URL(configured)
        new = there.origin()
    except ValueError:
        raise _refused() from None
    if there.user is not None or there.password is not None:
        raise _refused()
    is_namesake = new.scheme == "https" and new.port == home.port and _cloud(new) == _cloud(home) != ""
    if new != home.origin() and not is_namesake:
        raise _refused()
    return new


def _cloud(url: URL) -> str:
    """Return the vendor's domain under which a portal has its name, such as `bitrix24.com`; "" for a portal's own."""
    name, _, domain = (url.host or "").partition(".")
    return domain if name and domain.startswith(_CLOUD) else ""


def _refused() -> Denied:
    return Denied(code="PORTAL_MOVED", status=302)
