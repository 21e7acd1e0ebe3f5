"""A signed document goes to a client: by a link that ends, or by e-mail; only when its requester says so."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from signing.audit import Tag
from signing.document import Sha256
from signing.errors import LockedPerson, NotAllowed, NotAllowedNow, NotFound, NotYourTurn
from signing.membership import CONSOLE
from signing.moves import note
from signing.notices import Kind, refresh
from signing.people import PersonId
from signing.ports import Clock, Delivery, Job, Store, Transaction
from signing.request import RequestId, SigningRequest, State

LINKS = "share"
"""Notes by `request:link`."""
TOKENS = "share-token"
"""Notes by the digest of a token: which link it opens. The token itself is kept nowhere."""
MAIL = "email:"
"""Beginning of the channel of a delivery to a client."""
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
"""As browsers check an e-mail field (HTML, 4.10.5.1.5), with a dot in the domain."""


@dataclass(frozen=True, kw_only=True)
class SharedLink:
    """A link to the signed files of one request; its token was shown once."""

    id: str
    """Short, for people: the token cannot be made of it."""
    request: RequestId
    by: PersonId
    token_sha256: Sha256
    made_at: datetime
    expires_at: datetime
    most: int
    """So many downloads are allowed."""
    downloads: int = 0
    revoked_at: datetime | None = None

    def end(self, now: datetime) -> str:
        """Return why the link does not work any more (`link_revoked`, `link_expired`, `link_used_up`), else nothing."""
        if self.revoked_at is not None:
            return "link_revoked"
        if now >= self.expires_at:
            return "link_expired"
        return "link_used_up" if self.downloads >= self.most else ""


@dataclass(frozen=True, kw_only=True)
class SharePolicy:
    """What may be sent to clients here."""

    links: bool
    """Is there a page that a client can reach?"""
    mails: bool
    """Is there a mail server?"""
    days: int = 14
    downloads: int = 20


class Sharing:
    """Links and letters to clients; every one is asked by a person and journalled."""

    def __init__(self, *, store: Store, clock: Clock, policy: SharePolicy) -> None:
        self._store = store
        self._clock = clock
        self.policy = policy

    async def share(
        self, request: RequestId, *, by: PersonId, days: int | None = None, downloads: int | None = None,
        link: str | None = None,
    ) -> tuple[SharedLink, str]:  # fmt: skip
        """Make a link; return it with its token (128 bit), which is told this once.

        A repeat with the same `link` gives that link another token: the one before opens nothing any more.
        Raises `NotYourTurn`, `NotAllowedNow` before it is signed, `NotAllowed` (`no_links`, `link_revoked`).
        """
        if not self.policy.links:
            raise NotAllowed(reason="no_links")
        token, now = secrets.token_urlsafe(16), self._clock.now()
        made = SharedLink(
            id=link or new_link_id(), request=request, by=by, token_sha256=digest(token), made_at=now,
            expires_at=now + timedelta(days=days or self.policy.days), most=downloads or self.policy.downloads,
        )  # fmt: skip
        async with self._store.begin() as tx:
            found = await _signed(tx, request, by=by)
            if (before := await _link(tx, f"{request}:{made.id}", now=now)) is not None:
                if before.revoked_at is not None:  # taken back while the first try was under way
                    raise NotAllowed(reason="link_revoked")
                await tx.notes.drop(space=TOKENS, prefix=before.token_sha256)
            await _keep(tx, made)
            await tx.notes.put(space=TOKENS, name=made.token_sha256, body={"link": f"{request}:{made.id}"})
            await note(
                tx, Tag.SHARE_MADE, subject=request, actor=by, now=now, link=made.id,
                until=made.expires_at.isoformat(), most=made.most,
            )  # fmt: skip
            await _tell(tx, found, f"link:{made.id}")
        return made, token

    async def revoke(self, request: RequestId, *, by: PersonId, link: str | None = None) -> int:
        """End a link, or every link of the request; return how many worked until now."""
        now, ended = self._clock.now(), 0
        async with self._store.begin() as tx:
            found = await _signed(tx, request, by=by)
            for one in await links_of(tx, request):
                if link in (None, one.id) and not one.end(now):
                    await _keep(tx, replace(one, revoked_at=now))
                    await note(tx, Tag.SHARE_REVOKED, subject=request, actor=by, now=now, link=one.id)
                    await _tell(tx, found, f"link:{one.id}")
                    ended += 1
        return ended

    async def find(self, token: str) -> SharedLink:
        """Return the link of a token; raise `NotFound`, or `NotAllowed` whose reason says why it has ended."""
        async with self._store.read() as tx:
            return await self._working(tx, token)

    async def take(self, token: str) -> SharedLink:
        """Count one download, as `find`; of two who want the last one, one gets it."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            link = await self._working(tx, token)
            counted = replace(link, downloads=link.downloads + 1)
            await _keep(tx, counted)
            await note(tx, Tag.SHARE_DOWNLOADED, subject=link.request, actor="client", now=now, link=link.id)
            await refresh(tx, link.request, (await tx.requests.get(link.request)).requester)
        return counted

    async def mail(self, request: RequestId, address: str, *, by: PersonId) -> str:
        """Promise the signed files to an e-mail address; return the address as it was understood.

        One that could not be reached is tried again; raises `NotAllowed` (`no_mail`, `not_an_address`,
        `sent_already`), `NotYourTurn`, and `NotAllowedNow` before it is signed.
        """
        wanted, now = read_address(address), self._clock.now()
        if not self.policy.mails:
            raise NotAllowed(reason="no_mail")
        channel = f"{MAIL}{wanted}"
        async with self._store.begin() as tx:
            found = await _signed(tx, request, by=by)
            before = {one.channel: one.state for one in await tx.deliveries.of(request)}
            if before.get(channel, "failed") != "failed":
                raise NotAllowed(reason="sent_already")
            await tx.deliveries.promise(Delivery(request=request, channel=channel, state="promised"))
            await tx.deliveries.move(request, channel, to="promised", receipt={})
            await note(tx, Tag.SHARE_MAILED, subject=request, actor=by, now=now, address=wanted)
            facts = {"request": request, "channel": channel}
            await tx.jobs.add(Job(kind=Kind.DELIVER, subject=f"{request}|{channel}", facts=facts))
            await refresh(tx, request, found.requester)
        return wanted

    async def mailed(self, tx: Transaction, request: SigningRequest, channel: str) -> None:
        """The letter is out, or will never be: everybody who sees the request sees that."""
        await _tell(tx, request, channel)

    async def _working(self, tx: Transaction, token: str) -> SharedLink:
        now = self._clock.now()
        known = await tx.notes.get(space=TOKENS, name=digest(token), now=now)
        link = await _link(tx, str(known["link"]), now=now) if known else None
        if link is None:
            raise NotFound(what="link")
        if why := link.end(now):
            raise NotAllowed(reason=why)
        return link


async def links_of(tx: Transaction, request: RequestId) -> tuple[SharedLink, ...]:
    """Return the links of a request, the oldest first."""
    found = [_read(body) for _, body in await tx.notes.all(space=LINKS, prefix=f"{request}:")]
    return tuple(sorted(found, key=lambda link: link.made_at))


async def letters_of(tx: Transaction, request: RequestId) -> tuple[Delivery, ...]:
    """Return the letters to clients; the address is what follows `email:`."""
    return tuple(one for one in await tx.deliveries.of(request) if one.channel.startswith(MAIL))


def read_address(text: str) -> str:
    """Return an e-mail address that somebody wrote; raise `NotAllowed(reason="not_an_address")`."""
    address = text.strip()
    if not ADDRESS.fullmatch(address):
        raise NotAllowed(reason="not_an_address")
    return address


def new_link_id() -> str:
    """Return a short name of a link."""
    return secrets.token_hex(3).upper()


def digest(token: str) -> Sha256:
    """Return what is stored instead of a token."""
    return Sha256(hashlib.sha256(token.encode()).hexdigest())


async def _signed(tx: Transaction, request: RequestId, *, by: PersonId) -> SigningRequest:
    """Return the request when it is signed and `by` may send it out: its requester, or an administrator."""
    found = await tx.requests.get(request)
    if by != CONSOLE:
        person = await tx.people.get(by)
        if by != found.requester and not person.is_administrator:
            raise NotYourTurn(reason="not_the_requester")
        if person.locked_at is not None:
            raise LockedPerson
    if found.state is not State.SIGNED:
        raise NotAllowedNow(state=found.state.value, wanted="share")
    return found


async def _tell(tx: Transaction, request: SigningRequest, what: str) -> None:
    """Promise a fresh card of the requester, and a word where the document lies."""
    await refresh(tx, request.id, request.requester)
    if request.reply_to.keeps_file:
        facts = {"request": request.id, "what": what}
        await tx.jobs.add(Job(kind=Kind.SENT_OUT, subject=f"{request.id}|{what}", facts=facts))


async def _link(tx: Transaction, name: str, *, now: datetime) -> SharedLink | None:
    body = await tx.notes.get(space=LINKS, name=name, now=now)
    return _read(body) if body else None


async def _keep(tx: Transaction, link: SharedLink) -> None:
    moments = {"made_at", "expires_at", "revoked_at"}
    body = {name: value.isoformat() if name in moments and value else value for name, value in asdict(link).items()}
    await tx.notes.put(space=LINKS, name=f"{link.request}:{link.id}", body=body)


def _read(body: dict[str, Any]) -> SharedLink:
    moments = ("made_at", "expires_at", "revoked_at")
    return SharedLink(**body | {name: datetime.fromisoformat(body[name]) for name in moments if body[name]})
