"""A person of ours logs in to the portal from a chat, so that we may look there with that person's own rights.

The link carries a secret that is bound to the person, counts once and lasts ten minutes; whose token came back is
asked of the authorization server. Somebody else who follows the link gives nothing away: a linked person gets only
their own account, and an unlinked one is named on a page that whoever logged in must agree to.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import structlog
from aiohttp import web

from bot.phrases import language_of
from bot.platforms.bitrix24 import login_page
from bot.platforms.bitrix24.answers import mapping, number
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import PLATFORM, Core
from bot.platforms.bitrix24.errors import Bitrix24Error
from bot.platforms.bitrix24.installation import Installation, Sealing
from bot.platforms.bitrix24.oauth import OAuthHost
from bot.platforms.bitrix24.people import account_of, full_name
from bot.platforms.bitrix24.person_tokens import PersonTokens
from bot.platforms.bitrix24.tokens import TokenPair
from signing.audit import Tag
from signing.errors import NotAllowed
from signing.moves import note
from signing.notices import refresh
from signing.people import Person, PersonId
from signing.request import RequestId

log = structlog.get_logger(__name__)

PATH = "/bitrix24/authorized"
"""Where the portal may send a browser back: it goes to the handler's path of the local application."""
STATES = "bitrix24-login"
"""Notes by digest of the secret: who may come back with it, and what is to be shown anew then."""
PENDING = "bitrix24-pending"
"""Notes by digest of a form's secret: the sealed pair of somebody who must agree first."""
LIFE = timedelta(minutes=10)
MAX_FORM_BYTES = 2048
MAX_NAME = 100


class LoginRefused(Exception):
    """Nothing was kept; `why` names the phrase `login-<why>`."""

    def __init__(self, why: str, person: Person | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.person = person


class Logins:
    """Hands out links and takes people back."""

    def __init__(
        self,
        *,
        core: Core,
        sealer: Sealing,
        installation: Installation,
        oauth: OAuthHost,
        tokens: PersonTokens,
        portal: Portal,
    ) -> None:
        self._core = core
        self._sealer = sealer
        self._installation = installation
        self._oauth = oauth
        self._tokens = tokens
        self._portal = portal

    def routes(self, *more: str) -> list[web.AbstractRouteDef]:
        """Return the routes: back from the portal, also to `more` paths, and the answer to our question."""
        return [*(web.get(path, self._back) for path in (PATH, *more)), web.post(PATH, self._agreed)]

    async def begin(self, person: PersonId, request: RequestId) -> str:
        """Return a link for one person; when it worked, that person's card of the request is shown anew."""
        state, now = secrets.token_urlsafe(32), self._core.clock.now()
        body = {"person": person, "request": request}
        async with self._core.store.begin() as tx:
            await tx.notes.put(space=STATES, name=_digest(state), body=body, expires_at=now + LIFE)
        asked = urlencode({"client_id": self._oauth.client_id, "state": state})
        return f"{await self._portal.home()}/oauth/authorize/?{asked}"

    async def _back(self, request: web.Request) -> web.Response:
        """The browser comes back with a code that lasts 30 s: exchange it at once."""
        given = request.query
        language = self._language(request)
        try:
            state = await self._taken(STATES, given.get("state", ""))
            person = await self._person(state)
            if given.get("domain", "") != await self._domain():
                raise LoginRefused("other-portal", person)
            pair, user = await self._proved(given.get("code", ""), person)
            if await self._is_linked(person, user):
                await self._keep(person.id, user, pair, RequestId(state["request"]))
                return login_page.said(language, "login-done")
            account = await self._name(pair, user, person)
            secret = await self._hold(person.id, user, pair, request=state["request"], account=account)
            return login_page.question(language, name=person.name, account=account, secret=secret, action=PATH)
        except LoginRefused as refusal:
            return await self._refuse(refusal, language)

    async def _agreed(self, request: web.Request) -> web.Response:
        """Whoever logged in agrees to be the person that the page names."""
        language = self._language(request)
        form = parse_qs((await request.content.read(MAX_FORM_BYTES)).decode("ascii", "replace"))
        try:
            secret = next(iter(form.get("secret", ())), "")
            held = await self._taken(PENDING, secret)
            opened = json.loads(self._sealer.open(bytes.fromhex(held["sealed"]), table="note", row=_row(secret)))
            person, user = await self._person(held), int(held["user"])
            if not await self._is_linked(person, user):
                account = account_of(user, person.id)
                await self._core.membership.recognise(person.id, account, by=person.id, named=held["account"])
            pair = TokenPair(access=opened["access"], refresh=opened["refresh"], expires_at=self._core.clock.now())
            await self._keep(person.id, user, pair, RequestId(held["request"]))
        except NotAllowed:  # linked otherwise while the page was open
            return await self._refuse(LoginRefused("other-user", person), language)
        except LoginRefused as refusal:
            return await self._refuse(refusal, language)
        return login_page.said(language, "login-done")

    async def _proved(self, code: str, person: Person) -> tuple[TokenPair, int]:
        """Return the pair, and whose it is by the word of the authorization server."""
        installed = await self._installation.installed()
        try:
            pair = await self._oauth.exchange(code)
            found = await self._oauth.introspect(pair.access)
        except Bitrix24Error as failure:
            log.warning("bitrix24_login_failed", error=type(failure).__name__)
            raise LoginRefused("failed", person) from None
        is_ours = found.client_id == self._oauth.client_id and found.domain == await self._domain()
        if installed is None or found.member_id != installed.member_id or not is_ours or not found.user_id:
            raise LoginRefused("failed", person)
        return pair, found.user_id

    async def _name(self, pair: TokenPair, user: int, person: Person) -> str:
        """Return how the portal calls whoever logged in: a colleague's browser must not pass for their own one."""
        try:
            profile = mapping(await self._portal.read_as(pair.access, "profile"))
        except Bitrix24Error as failure:
            log.warning("bitrix24_login_failed", error=type(failure).__name__)
            raise LoginRefused("failed", person) from None
        if number(profile.get("ID")) != user:
            raise LoginRefused("failed", person)
        return full_name(profile)[:MAX_NAME]

    async def _domain(self) -> str:
        return urlsplit(await self._portal.home()).netloc

    async def _is_linked(self, person: Person, user: int) -> bool:
        """Tell whether the account is the person's; raise when either belongs to somebody else."""
        async with self._core.store.read() as tx:
            account = await tx.people.account(PLATFORM, str(user))
            own = [a for a in await tx.people.accounts_of(person.id) if a.platform == PLATFORM]
        if account is not None and account.person == person.id:
            return True
        if account is not None or own:
            raise LoginRefused("other-user", person)
        return False

    async def _hold(self, person: PersonId, user: int, pair: TokenPair, *, request: str, account: str) -> str:
        secret, now = secrets.token_urlsafe(32), self._core.clock.now()
        plain = json.dumps({"access": pair.access, "refresh": pair.refresh}).encode()
        sealed = self._sealer.seal(plain, table="note", row=_row(secret)).hex()
        body = {"person": person, "user": user, "request": request, "account": account, "sealed": sealed}
        async with self._core.store.begin() as tx:
            await tx.notes.put(space=PENDING, name=_digest(secret), body=body, expires_at=now + LIFE)
        return secret

    async def _keep(self, person: PersonId, user: int, pair: TokenPair, request: RequestId) -> None:
        await self._tokens.keep(user, pair.access, pair.refresh)
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            await note(tx, Tag.PORTAL_LOGGED_IN, subject=person, actor=person, now=now, user=user)
            await refresh(tx, request, person)

    async def _taken(self, space: str, secret: str) -> dict[str, Any]:
        async with self._core.store.begin() as tx:
            taken = await tx.notes.take(space=space, name=_digest(secret), now=self._core.clock.now())
        if taken is None:
            raise LoginRefused("old")
        return taken

    async def _person(self, taken: dict[str, Any]) -> Person:
        async with self._core.store.read() as tx:
            return await tx.people.get(PersonId(taken["person"]))

    async def _refuse(self, refusal: LoginRefused, language: str) -> web.Response:
        """Say why; what concerns a person of ours is journalled (a stranger's guesses are not)."""
        person = refusal.person
        if person is not None:
            now, why = self._core.clock.now(), f"login_{refusal.why.replace('-', '_')}"
            async with self._core.store.begin() as tx:
                await note(tx, Tag.PORTAL_EVENT_REFUSED, subject=person.id, actor=person.id, now=now, why=why)
        name = person.name if person else ""
        return login_page.said(language, f"login-{refusal.why}", status=403 if person else 400, name=name)

    def _language(self, request: web.Request) -> str:
        wishes = [part.partition(";")[0].strip() for part in request.headers.get("Accept-Language", "").split(",")]
        return language_of(*wishes, self._core.language)


def _row(secret: str) -> str:
    return f"{PENDING}:{_digest(secret)}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
