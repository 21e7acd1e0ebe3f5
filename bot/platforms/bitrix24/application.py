"""The life of the local application: installed, updated and removed, each proved before anything is believed.

What is posted to us proves nothing by itself (reference 1.5). Tokens are vouched for by the authorization server, their
user is an administrator, and a removal is believed when the portal does not know us any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from yarl import URL

from bot.platforms.bitrix24.answers import number
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import AccessLost, Bitrix24Error, Refused
from bot.platforms.bitrix24.installation import Installation, Installed
from bot.platforms.bitrix24.oauth import Introspection, OAuthHost
from bot.platforms.bitrix24.tokens import TokenPair
from signing.ports import Clock, Job, Store

log = structlog.get_logger(__name__)

INSTALLED, UPDATED, REMOVED = "ONAPPINSTALL", "ONAPPUPDATE", "ONAPPUNINSTALL"
REMOVAL_JOB = "bitrix24-removal"
"""Look whether the portal still knows us; its subject is the portal."""
UPDATE_JOB = "bitrix24-update"
"""Prove an update for which somebody was away when it was posted."""
LOOKS_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=70))
"""Tokens may outlive the application for a while, an hour at most."""
_UNCLEAR = frozenset({"payment_required", "invalid_client", "wrong_client"})
"""An unpaid plan, or a client secret of ours that is wrong: not known there now, but perhaps not removed."""
_TOLD = ("access_token", "refresh_token", "expires_in", "application_token", "member_id", "domain")
MAX_TOKEN = 1024


class NotBelieved(Exception):
    """A post that does not prove to come from our portal's administrator; `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ApplicationLife:
    """Proves what is said about the application and keeps what is proved."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        installation: Installation,
        oauth: OAuthHost,
        portal: Portal,
        on_changed: Callable[[], None],
    ) -> None:
        """`on_changed` is called when the portal may have forgotten our handlers."""
        self._store = store
        self._clock = clock
        self._installation = installation
        self._oauth = oauth
        self._portal = portal
        self._on_changed = on_changed

    async def install(self, form: Mapping[str, Any]) -> Installed:
        """Keep a proved installation while the window is open. Raises `NotBelieved`.

        Checked in the order of cost: the window, the portal, the authorization server's word, the user's rights.
        """
        if form.get("event") != INSTALLED or not isinstance(form.get("auth"), dict):
            raise NotBelieved("not_an_installation")
        if not await self._installation.is_window_open():
            raise NotBelieved("window_closed")
        auth = _tokens(form["auth"])
        found = await self._vouched(auth)
        await self._need_administrator(auth)
        installed = _installed(auth, found)
        lives = timedelta(seconds=number(auth.get("expires_in")))
        pair = TokenPair(
            access=str(auth["access_token"]), refresh=str(auth.get("refresh_token", "")),
            expires_at=self._clock.now() + lives,
        )  # fmt: skip
        if not await self._installation.install(installed, pair):
            raise NotBelieved("window_closed")
        log.info("bitrix24_installed", user=installed.user_id)
        self._on_changed()
        return installed

    async def update(self, form: Mapping[str, Any]) -> None:
        """Take an update, or keep it while somebody who must vouch for it is away. Raises `NotBelieved`."""
        installed = await self._installation.installed()
        if installed is None or not isinstance(form.get("auth"), dict):
            raise NotBelieved("not_installed")
        auth = _tokens(form["auth"])
        if auth.get("member_id") != installed.member_id:  # before anybody is asked, and before anything is kept
            raise NotBelieved("not_proved")
        try:
            await self._take_update(auth)
        except Bitrix24Error as failure:
            log.warning("bitrix24_update_waits", error=type(failure).__name__)
            if not await self._installation.keep_update(auth, Job(kind=UPDATE_JOB, subject="portal", facts={})):
                raise NotBelieved("not_proved") from None

    async def catch_up(self, job: Job) -> None:
        """Job: prove the updates that had to wait; one that still cannot be proved holds up no other."""
        away: Bitrix24Error | None = None
        for name, auth in (await self._installation.kept_updates()).items():
            try:
                await self._take_update(auth)
            except NotBelieved as refusal:
                log.warning("bitrix24_update_refused", why=refusal.why)
            except Bitrix24Error as failure:
                away = failure
                continue
            await self._installation.forget_update(name)
        if away is not None:
            raise away

    async def _take_update(self, auth: Mapping[str, Any]) -> None:
        """Keep the new secrets of an application that was updated; no window is needed. Raises `NotBelieved`.

        (1) the authorization server vouches for the access token: our portal, our application, an administrator.
        (2) it belongs to the user we act as, or the post knows the application token that we know.
        (3) a refresh token is tried before ours is given up for it: it must lead on to the same user.
        """
        before = await self._installation.installed()
        if before is None:
            raise NotBelieved("not_installed")
        found = await self._vouched(auth)  # (1)
        if found.member_id != before.member_id:
            raise NotBelieved("not_proved")
        after = _installed(auth, found)
        if found.user_id != before.user_id and not before.is_from_portal(after.application_token):  # (2)
            raise NotBelieved("another_user")
        await self._need_administrator(auth)
        pair = await self._next_pair(auth, found)  # (3)
        if not await self._installation.update(before, after, pair):
            raise NotBelieved("not_installed")
        log.info("bitrix24_updated", user=found.user_id, tokens=pair is not None)
        self._on_changed()

    async def promise_look(self) -> None:
        """Somebody says that the application was removed: promise to look whether the portal still knows us."""
        async with self._store.begin() as tx:
            await tx.jobs.add(Job(kind=REMOVAL_JOB, subject="portal", facts={"looks": 0}))

    async def look(self, job: Job) -> None:
        """Job: give the installation up if the portal does not know us; while it does, the post was a lie or early."""
        installed = await self._installation.installed()
        if installed is None:
            return
        try:
            await self._portal.read("profile")
        except AccessLost as lost:
            if lost.code.lower() in _UNCLEAR:
                await self._look_again(int(job.facts["looks"]))
            elif await self._installation.give_up(installed):
                log.error("bitrix24_removed", says=lost.code)
        else:
            await self._look_again(int(job.facts["looks"]))

    async def bury(self, job: Job) -> None:
        """For days nobody said yes or no: the installation stays as it is, doctor tells how the portal answers."""
        log.error("bitrix24_not_proved", kind=job.kind)

    async def _look_again(self, looks: int) -> None:
        if looks == len(LOOKS_AFTER):
            log.warning("bitrix24_removal_denied")
            return
        async with self._store.begin() as tx:
            due = self._clock.now() + LOOKS_AFTER[looks]
            await tx.jobs.add(Job(kind=REMOVAL_JOB, subject="portal", facts={"looks": looks + 1}, due=due))

    async def _vouched(self, auth: Mapping[str, Any]) -> Introspection:
        """Return what the authorization server says of the posted token: our application in our portal."""
        if auth.get("domain") != URL(await self._portal.home()).authority:
            raise NotBelieved("other_portal")
        found = await self._introspected(str(auth.get("access_token", "")))
        is_same_portal = found.member_id == auth.get("member_id") and found.domain == auth["domain"]
        if found.client_id != self._oauth.client_id or not is_same_portal:
            raise NotBelieved("not_proved")
        return found

    async def _introspected(self, access: str) -> Introspection:
        try:
            return await self._oauth.introspect(access)
        except (AccessLost, Refused):
            raise NotBelieved("not_proved") from None

    async def _need_administrator(self, auth: Mapping[str, Any]) -> None:
        """The portal is asked with that very token."""
        if not await self._portal.is_administrator(str(auth["access_token"])):
            raise NotBelieved("not_an_administrator")

    async def _next_pair(self, auth: Mapping[str, Any], found: Introspection) -> TokenPair | None:
        """Return tokens that were proved to last, None where only an access token came: then ours go on."""
        refresh = auth.get("refresh_token")
        if not isinstance(refresh, str) or not refresh:
            return None
        try:
            pair = await self._oauth.refresh(refresh)
        except (AccessLost, Refused):
            raise NotBelieved("not_proved") from None
        if await self._introspected(pair.access) != found:
            raise NotBelieved("not_proved")
        return pair


def _tokens(auth: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what counts of a post's `auth`; nothing of the portal's is longer, and nothing else is asked or kept."""
    told = {name: auth[name] for name in _TOLD if name in auth}
    if not all(isinstance(value, str) and len(value) <= MAX_TOKEN for value in told.values()):
        raise NotBelieved("not_proved")
    return told


def _installed(auth: Mapping[str, Any], found: Introspection) -> Installed:
    token = auth.get("application_token")
    if not isinstance(token, str) or not token:
        raise NotBelieved("not_proved")
    return Installed(member_id=found.member_id, user_id=found.user_id, application_token=token)
