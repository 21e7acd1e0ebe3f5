"""Letters by which people join: the link is single-use, known by its hash only, and goes to the company address."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from bot.phrases import language_of, say
from bot.platforms.email.delivery import Smtp, letter, send
from signing.errors import DeliveryFailed
from signing.membership import INVITE_LIFE, Membership, digest
from signing.people import Person, PersonId
from signing.ports import Clock, Job, Store, Transaction

log = structlog.get_logger(__name__)

JOIN_JOB = "join-letter"
"""Somebody typed an address on our page; subject is its digest."""
INVITE_JOB = "invite-letter"
"""An operator invites somebody; subject is the person."""
SPACE = "join-letter"
ASKED_LIFE = timedelta(days=1)
"""Of a link that somebody asked for just now."""
PAUSE = timedelta(minutes=10)
"""Between two letters that somebody asks for on our page: a stranger shall not fill a colleague's mailbox."""


class Invitations:
    """Writes and sends them; what a letter opens is `bot/platforms/web/joining.py`."""

    def __init__(
        self, *, store: Store, membership: Membership, clock: Clock, smtp: Smtp, company: str, public_url: str | None,
        language: str, chat: str, chat_link: Callable[[str], Awaitable[str]],
    ) -> None:  # fmt: skip
        """`chat` is the platform people join, `chat_link` makes the link into it for a company without own pages."""
        self._store = store
        self._membership = membership
        self._clock = clock
        self._smtp = smtp
        self._company = company
        self._public_url = public_url
        self._language = language
        self._chat = chat
        self._chat_link = chat_link

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers by kind of job."""
        return {JOIN_JOB: self._asked, INVITE_JOB: self._invited}

    async def send(self, person: Person, address: str, *, by: PersonId, life: timedelta = INVITE_LIFE) -> None:
        """Send a fresh link; one that cannot be sent is void. Raises `DeliveryFailed`, `OSError`, `SMTPException`."""
        purpose = "join" if self._public_url else "bind"
        secret = await self._membership.invite(person.id, by=by, purpose=purpose, life=life)
        link = f"{self._public_url}/join/{secret}" if self._public_url else await self._chat_link(secret)
        try:
            await self._write(person, address, "join-letter", link=link)
        except Exception:
            async with self._store.begin() as tx:
                await tx.people.spend_invite(secret_sha256=digest(secret), now=self._clock.now())
            raise

    async def _asked(self, job: Job) -> None:
        """Answer whoever typed an address: nobody but its owner learns whether we know it."""
        now = self._clock.now()
        async with self._store.read() as tx:
            found = await tx.staff.at(job.facts["email"])
            person = await tx.people.get(found) if found else None
            is_bound = person is not None and await self._is_bound(tx, person.id)
            is_fresh = person is not None and await tx.notes.get(space=SPACE, name=person.id, now=now) is not None
        if person is None or person.locked_at is not None or is_fresh:
            return
        try:
            if is_bound:
                await self._write(person, job.facts["email"], "join-letter-known", link="")
            else:
                await self.send(person, job.facts["email"], by=person.id, life=ASKED_LIFE)
        except DeliveryFailed:
            log.warning("join_letter_refused", person=person.id)
        async with self._store.begin() as tx:
            await tx.notes.put(space=SPACE, name=person.id, body={}, expires_at=now + PAUSE)

    async def _invited(self, job: Job) -> None:
        async with self._store.read() as tx:
            person = await tx.people.get(PersonId(job.facts["person"]))
            address = (await tx.staff.get(person.id)).email
            is_bound = await self._is_bound(tx, person.id)
        if address and not is_bound and person.locked_at is None:
            try:
                await self.send(person, address, by=PersonId(job.facts["by"]))
            except DeliveryFailed:
                log.warning("invite_letter_refused", person=person.id)

    async def _is_bound(self, tx: Transaction, person: PersonId) -> bool:
        return any(account.platform == self._chat for account in await tx.people.accounts_of(person))

    async def _write(self, person: Person, address: str, key: str, *, link: str) -> None:
        language = language_of(person.language, self._language)
        facts = {"name": person.name, "company": self._company, "link": link}
        subject = say(language, "join-letter-subject", **facts)
        message = letter(self._smtp, address, subject=subject, text=say(language, key, **facts))
        await asyncio.to_thread(send, self._smtp, message)
