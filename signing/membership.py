"""How people join: invite, bind one account, enrol the second factor, recover, lock at once, unlock."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from signing import moves
from signing.audit import Tag
from signing.document import Sha256
from signing.errors import NotAllowed, NotFound
from signing.founding import founded_at
from signing.moves import freeze, note
from signing.notices import Notice, tell, tell_administrators
from signing.people import Account, Person, PersonId, Role
from signing.ports import Activation, Clock, Enrolment, Store, Transaction
from signing.rights import PRIVILEGED, Right, check

INVITE_LIFE = timedelta(days=7)
"""How long an unopened link waits for a person on vacation."""
JOIN_LIFE = timedelta(hours=1)
"""From the page of a letter's link to Start in the chat."""
PAGE_LIFE = timedelta(minutes=15)
"""From opening the enrolment page to the second code."""
CONSOLE = moves.CONSOLE


class Membership:
    """People, their accounts and their second factors."""

    def __init__(self, *, store: Store, activation: Activation, clock: Clock) -> None:
        self._store = store
        self._activation = activation
        self._clock = clock

    async def add(
        self,
        *,
        name: str,
        roles: Iterable[Role],
        note_of_identity: str,
        by: PersonId,
        title: str = "",
        second_channel: str = "",
    ) -> Person:
        """Add a person; `note_of_identity` says how it was proved who this is."""
        now = self._clock.now()
        person = Person(
            id=PersonId(secrets.token_hex(6)), name=name.strip(), title=title.strip(),
            roles=frozenset(roles) | {Role.REQUESTER}, identity_note=note_of_identity.strip(),
            second_channel=second_channel.strip(), created_at=now,
        )  # fmt: skip
        async with self._store.begin() as tx:
            await tx.people.add(person)
            roles_now = sorted(role.value for role in person.roles)
            await note(tx, Tag.PERSON_ADDED, subject=person.id, actor=by, now=now, name=person.name, roles=roles_now)
        return person

    async def change(self, person: Person, *, by: PersonId) -> None:
        """Store changed facts of a person (language, time zone, deputies, title)."""
        async with self._store.begin() as tx:
            await tx.people.save(person)
            deputies = list(person.deputies)
            await note(
                tx, Tag.PERSON_CHANGED, subject=person.id, actor=by, now=self._clock.now(),
                language=person.language, timezone=person.timezone, deputies=deputies,
            )  # fmt: skip

    async def invite(
        self, person: PersonId, *, by: PersonId, purpose: str = "bind", life: timedelta = INVITE_LIFE
    ) -> str:
        """Return a fresh single-use secret (128 bit); only its hash is kept. `purpose`: `bind`, `enrol`, `join`."""
        secret, now = secrets.token_urlsafe(16), self._clock.now()
        async with self._store.begin() as tx:
            await tx.people.get(person)
            await tx.people.invite(secret_sha256=digest(secret), purpose=purpose, person=person, expires_at=now + life)
            await note(tx, Tag.PERSON_INVITED, subject=person, actor=by, now=now, purpose=purpose)
        return secret

    async def recognise(self, person: PersonId, account: Account, *, by: PersonId, named: str = "") -> None:
        """Bind an account that `by` answers for, such as one read from the company's own directory.

        Of one that a person binds to oneself the administrators are told; `named` says whose it is over there.

        Raises `NotAllowed(reason="bound")` when the account or the person is bound on that platform already.
        """
        async with self._store.begin() as tx:
            await tx.people.get(person)
            if not await tx.people.bind(replace(account, person=person)):
                raise NotAllowed(reason="bound")
            who = f"{account.platform}:{account.account_id}"
            await note(tx, Tag.PERSON_BOUND, subject=person, actor=by, now=self._clock.now(), account=who)
            if by == person:
                await tell_administrators(tx, Notice.ACCOUNT_BOUND, signer=person, account=named or who)

    async def bind(self, secret: str, account: Account) -> Person:
        """Bind a platform account to the person of the link; `account.person` is ignored.

        Raises `NotFound(what="invite")` for a used, old or unknown link and `NotAllowed(reason="bound")` when the
        account or the person is bound already.
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.people.invited(secret_sha256=digest(secret), purpose="bind", now=now)
            if found is None:
                raise NotFound(what="invite")
            if not await tx.people.bind(replace(account, person=found)):
                raise NotAllowed(reason="bound")
            await tx.people.spend_invite(secret_sha256=digest(secret), now=now)
            who = f"{account.platform}:{account.account_id}"
            await note(tx, Tag.PERSON_BOUND, subject=found, actor=found, now=now, account=who)
            person = await tx.people.get(found)
            if person.roles & PRIVILEGED and await founded_at(tx) is not None:
                # Whoever holds a link becomes that person: those who know the person hear of it.
                await tell_administrators(tx, Notice.ACCOUNT_BOUND, signer=found, account=who)
            return person

    async def page_owner(self, secret: str) -> Person:
        """Return whose enrolment link this is, without starting its clock; raise `NotFound(what="invite")`."""
        return await self._invited(secret)

    async def open_enrolment(self, secret: str) -> tuple[Person, Enrolment]:
        """The person opened the page: start the fifteen minutes and a new seed (shown this once)."""
        person = await self._invited(secret)
        if await self._activation.enrolled(person.id):
            raise NotAllowed(reason="enrolled")
        now = self._clock.now()
        async with self._store.begin() as tx:
            await tx.people.open_invite(secret_sha256=digest(secret), until=now + PAGE_LIFE)
            await note(tx, Tag.FACTOR_BEGUN, subject=person.id, actor=person.id, now=now)
        return person, await self._activation.enrol(person.id, account=person.name)

    async def finish_enrolment(
        self, secret: str, *, first: str, second: str, timezone: str | None
    ) -> tuple[Person, tuple[str, ...]]:
        """Two consecutive codes finish it; return the ten recovery codes. Raises `WrongCode`, `NotFound`."""
        person = await self._invited(secret)
        codes = await self._activation.finish_enrolment(person.id, first, second)
        now = self._clock.now()
        async with self._store.begin() as tx:
            await tx.people.spend_invite(secret_sha256=digest(secret), now=now)
            person = replace(await tx.people.get(person.id), enrolled_at=now)
            person = replace(person, timezone=person.timezone or timezone)
            await tx.people.save(person)
            await note(tx, Tag.FACTOR_ENROLLED, subject=person.id, actor=person.id, now=now)
            await tell(tx, person.id, Notice.ENROLLED)
        return person, codes

    async def recover(self, secret: str, recovery_code: str) -> None:
        """Spend a recovery code on an enrolment page: the old factor ends, a new enrolment may begin."""
        person = await self._invited(secret)
        await self._activation.recover(person.id, recovery_code)
        now = self._clock.now()
        async with self._store.begin() as tx:
            await tx.people.save(replace(await tx.people.get(person.id), enrolled_at=None))
            await note(tx, Tag.FACTOR_RECOVERED, subject=person.id, actor=person.id, now=now)
            await tell_administrators(tx, Notice.RECOVERED, signer=person.id)

    async def take_role(self, person: PersonId, role: Role, *, by: PersonId) -> Person:
        """Take a role away at once: one administrator restricts. What waits for somebody who signs no more stops.

        Raises `NotAllowed` (`last_administrator`, `plain_role`, `no_right`).
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            if by != CONSOLE:
                check(await tx.people.get(by), Right.PROPOSE)
            found = await tx.people.get(person)
            if role is Role.REQUESTER:
                raise NotAllowed(reason="plain_role")
            if role not in found.roles:
                return found
            if role is Role.ADMINISTRATOR:
                await _check_not_last(tx, person)
            less = replace(found, roles=found.roles - {role})
            await tx.people.save(less)
            await note(tx, Tag.PERSON_LOST_ROLE, subject=person, actor=by, now=now, role=role.value)
            if role is Role.SIGNER:
                for request in await tx.requests.waiting_for(person):
                    await freeze(tx, request, reason="not_a_signer", actor=by, now=now)
            await tell(tx, person, Notice.ROLE_TAKEN, text=role.value, by=by)
        return less

    async def join(self, secret: str) -> tuple[Person, str]:
        """The person opened the letter's link and went on: spend it, return the secret that binds an account.

        Raises `NotFound(what="invite")` for a link that is used, old or unknown.
        """
        person = await self.joiner(secret)
        bind, now = secrets.token_urlsafe(16), self._clock.now()
        async with self._store.begin() as tx:
            if not await tx.people.spend_invite(secret_sha256=digest(secret), now=now):
                raise NotFound(what="invite")
            await tx.people.invite(
                secret_sha256=digest(bind), purpose="bind", person=person.id, expires_at=now + JOIN_LIFE
            )
            await note(tx, Tag.PERSON_INVITED, subject=person.id, actor=person.id, now=now, purpose="bind")
        return person, bind

    async def joiner(self, secret: str) -> Person:
        """Return whose letter this link is from, without spending it; raise `NotFound(what="invite")`."""
        return await self._invited(secret, purpose="join")

    async def lock(self, person: PersonId, *, by: PersonId, why: str = "") -> None:
        """Lock a person in an instant: first the key's door, then the bot. Anybody may lock oneself."""
        await self._check_may_lock(person, by)
        await self._activation.lock(person)
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.people.get(person)
            if found.locked_at is None:
                await tx.people.save(replace(found, locked_at=now))
            await note(tx, Tag.PERSON_LOCKED, subject=person, actor=by, now=now, why=why)
            for request in await tx.requests.waiting_for(person):
                await freeze(tx, request, reason="locked", actor=by, now=now)
            await tell(tx, person, Notice.LOCKED, signer=person, by=by)
            await tell_administrators(tx, Notice.LOCKED, signer=person, by=by)

    async def unlock(self, person: PersonId, *, by: PersonId) -> None:
        """Lift a lock; an administrator other than the person, or the console."""
        if by != CONSOLE:
            async with self._store.read() as tx:
                if by == person:
                    raise NotAllowed(reason="not_an_administrator")
                check(await tx.people.get(by), Right.UNLOCK)
        await self._activation.unlock(person)
        now = self._clock.now()
        async with self._store.begin() as tx:
            await tx.people.save(replace(await tx.people.get(person), locked_at=None))
            await note(tx, Tag.PERSON_UNLOCKED, subject=person, actor=by, now=now)
            await tell(tx, person, Notice.UNLOCKED, signer=person, by=by)
            await tell_administrators(tx, Notice.UNLOCKED, signer=person, by=by)

    async def _check_may_lock(self, person: PersonId, by: PersonId) -> None:
        if by in (person, CONSOLE):
            return
        async with self._store.read() as tx:
            check(await tx.people.get(by), Right.LOCK)

    async def _invited(self, secret: str, *, purpose: str = "enrol") -> Person:
        async with self._store.read() as tx:
            found = await tx.people.invited(secret_sha256=digest(secret), purpose=purpose, now=self._clock.now())
            if found is None:
                raise NotFound(what="invite")
            return await tx.people.get(found)


async def _check_not_last(tx: Transaction, person: PersonId) -> None:
    others = [one for one in await tx.people.all() if Role.ADMINISTRATOR in one.roles and one.id != person]
    if not others:
        raise NotAllowed(reason="last_administrator")


def digest(secret: str) -> Sha256:
    """Return what is stored instead of a link's secret."""
    return Sha256(hashlib.sha256(secret.encode()).hexdigest())
