"""What went out to a client, told in the deal's timeline: that there is a link, never the link itself."""

from __future__ import annotations

from bot.phrases import moment, say
from bot.platforms.bitrix24.core import Core
from bot.platforms.bitrix24.timeline import Timeline, plain
from signing.errors import NotFound
from signing.people import PersonId
from signing.ports import Job, Transaction
from signing.request import RequestId, SigningRequest
from signing.sharing import MAIL, SharedLink, links_of


class SentOut:
    """One comment a link or letter, brought up to date when a link is taken back."""

    def __init__(self, *, core: Core, timeline: Timeline) -> None:
        self._core = core
        self._timeline = timeline

    async def show(self, job: Job) -> None:
        """Job: say how the link or the letter stands now; repeats change the same comment."""
        what = str(job.facts["what"])
        async with self._core.store.read() as tx:
            request = await tx.requests.get(RequestId(job.facts["request"]))
            document = plain(", ".join(one.name for one in request.documents))
            if what.startswith(MAIL):
                address = what.removeprefix(MAIL)
                text = mark = say(self._core.language, "sent-mail", document=document, address=address)
            else:
                text, mark = await self._link(tx, request, document, what.removeprefix("link:"))
        await self._timeline.put(request, f"{request.id}|{what}", text, mark=mark)

    async def _link(self, tx: Transaction, request: SigningRequest, document: str, name: str) -> tuple[str, str]:
        """Return what is said of a link, and by what its comment is known: the link's name is nobody else's."""
        link = next(one for one in await links_of(tx, request.id) if one.id == name)
        now, language = self._core.clock.now(), self._core.language
        if why := link.end(now):
            ended = say(language, f"client-ended-{why.replace('_', '-')}")
            return say(language, "sent-link-ended", document=document, link=link.id, why=ended), link.id
        until = moment(language, link.expires_at, now=now, zone=self._core.timezone)
        by = plain(await self._name(tx, link))
        facts = {"document": document, "person": by, "link": link.id, "moment": until, "downloads": link.most}
        return say(language, "sent-link", **facts), link.id

    async def _name(self, tx: Transaction, link: SharedLink) -> str:
        try:
            return (await tx.people.get(PersonId(link.by))).name
        except NotFound:
            return say(self._core.language, "sent-somebody")
