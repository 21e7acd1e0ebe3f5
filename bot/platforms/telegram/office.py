"""The commands of those who run the company: /people, /invite, /resend, /proposals; each asks for its right first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from aiogram.methods import SendMessage

from bot.phrases import say
from bot.platforms.telegram import shown
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.core import PLATFORM, Core, Reader
from bot.platforms.telegram.shown import Shown
from signing.errors import NotAllowed, NotFound
from signing.people import Person
from signing.ports import Job
from signing.request import read_number
from signing.rights import Right, check, may
from signing.standing import Standing, members

INVITE_JOB = "invite-letter"
"""The letter that `bot/platforms/email/invitations.py` writes."""
LISTED = 20


class OfficeCommands:
    """Adds to the commands everybody has."""

    def __init__(self, *, core: Core, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing
        self.known: Mapping[str, Callable[[Reader, str], Awaitable[None]]] = {
            "people": self._people, "invite": self._invite, "resend": self._resend, "proposals": self._proposals,
        }  # fmt: skip

    async def _people(self, reader: Reader, _argument: str) -> None:
        """How far everybody has come, for whoever invites and whoever audits."""
        if not may(reader.person, Right.INVITE):
            check(reader.person, Right.READ_ALL)
        async with self._core.store.read() as tx:
            everybody = await members(tx, now=self._core.clock.now())
        counts = Counter(member.standing for member in everybody)
        language = reader.language
        told = [say(language, "people-head", number=len(everybody))]
        told += [say(language, f"people-{standing.value}", number=counts[standing]) for standing in Standing]
        missing = [one for one in everybody if one.standing in (Standing.NOT_INVITED, Standing.INVITED)]
        if missing:
            told += ["", say(language, "people-missing"), *(one.person.name for one in missing[:LISTED])]
        if len(missing) > LISTED:
            told.append(say(language, "documents-more", number=len(missing) - LISTED))
        await self._say(reader, "\n".join(told))

    async def _invite(self, reader: Reader, argument: str) -> None:
        """Send somebody the letter; the link itself is shown to nobody."""
        check(reader.person, Right.INVITE)
        person = await self.named(argument)
        async with self._core.store.begin() as tx:
            if any(account.platform == PLATFORM for account in await tx.people.accounts_of(person.id)):
                raise NotAllowed(reason="bound_already", person=person.name)
            address = (await tx.staff.get(person.id)).email
            if not address or not self._core.has_mail:
                raise NotAllowed(reason="no_address", person=person.name)
            facts = {"person": person.id, "by": reader.person.id}
            await tx.jobs.add(Job(kind=INVITE_JOB, subject=person.id, facts=facts))
        await self._say(reader, say(reader.language, "invite-sent", name=person.name))

    async def _resend(self, reader: Reader, argument: str) -> None:
        """Bring the signed files of a request to everybody again."""
        check(reader.person, Right.RESEND)
        request = read_number(argument)
        if request is None:
            raise NotFound(what="request")
        channels = await self._core.redelivery.resend(request, by=reader.person.id)
        await self._say(reader, say(reader.language, "resent", number=len(channels)))

    async def _proposals(self, reader: Reader, _argument: str) -> None:
        """Show what waits for a second administrator anew, at the end of the chat."""
        if not may(reader.person, Right.READ_ALL):
            check(reader.person, Right.OBJECT)
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            waiting = await tx.proposals.waiting()
            if not may(reader.person, Right.READ_ALL):
                waiting = tuple(one for one in waiting if one.effective_at is not None)
            for one in waiting:
                name = shown.proposal_of(one.id, reader.person.id)
                old = await shown.load(tx, name, now=now)
                await shown.keep(tx, name, Shown(rendering=old.rendering + 2, wanted=old.wanted + 1))
                await shown.promise(tx, name)
        if not waiting:
            await self._say(reader, say(reader.language, "proposals-empty"))

    async def named(self, name: str) -> Person:
        """Return the one person whose name contains `name`; several or none is no answer."""
        async with self._core.store.read() as tx:
            found = [one for one in await tx.people.all() if name and name.casefold() in one.name.casefold()]
        exact = [person for person in found if person.name.casefold() == name.casefold()]
        chosen = exact if len(exact) == 1 else found
        if len(chosen) != 1:
            raise NotFound(what="person", reason="several" if chosen else "nobody")
        return chosen[0]

    async def _say(self, reader: Reader, text: str) -> None:
        await self._outgoing.send(SendMessage(chat_id=reader.chat, text=text))
