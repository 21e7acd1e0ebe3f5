"""One comment of a request in its deal's timeline, brought up to date in place, as a card is in a chat."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakValueDictionary

from bot.phrases import error as error_in_words
from bot.phrases import moment, reason, say
from bot.phrases.standing import signed_by
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import Core
from bot.platforms.bitrix24.deal import DealFile
from bot.platforms.bitrix24.errors import Absent
from signing.activation.mandate import PREFIX
from signing.approval.progress import names_of_deciders, progress_of
from signing.automatic import standing_of
from signing.document import fingerprint
from signing.errors import SigningError
from signing.ports import Signature
from signing.request import RequestId, SigningRequest, State, written
from signing.signed_files import SignedFile, all_files_of, files_of, kind_of

COMMENTS = "bitrix24-comment"
"""Notes by request or file: the id of the comment about it."""


class Timeline:
    """Comments of the application's user."""

    def __init__(self, *, core: Core, portal: Portal) -> None:
        self._core = core
        self._portal = portal
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def show(self, request: RequestId) -> None:
        """Say how a request stands; the signed file is shown by its delivery, which no older state may overtake."""
        async with self._turn(request):
            async with self._core.store.read() as tx:
                found = await tx.requests.get(request)
            if found.state is not State.SIGNED:
                await self._show(found)

    async def _show(self, request: SigningRequest) -> None:
        async with self._core.store.read() as tx:
            signer, progress = ", ".join(await names_of_deciders(tx, request)), await progress_of(tx, request)
        now, zone, language = self._core.clock.now(), self._core.timezone, self._core.language
        at = moment(language, request.finished_at or request.deadline, now=now, zone=zone)
        head = say(
            language, f"timeline-{standing_of(request)}", document=plain(request.documents[0].name),
            signer=plain(signer), moment=at, reason=plain(reason(language, request.reason)),
            route=plain(progress.name if progress else ""),
        )  # fmt: skip
        place = DealFile.read(request.reply_to.chat_id)
        await self._put(place.deal, request.id, f"{head}\n{self._number(request)}", mark=written(request.id))

    async def show_signed(self, request: SigningRequest, signature: Signature, *, aside: str) -> None:
        """Say who signed, with the file itself, its fingerprint and where to check it.

        `aside` is the reason why it does not lie in the deal's field, empty when it does.
        """
        async with self._core.store.read() as tx:
            signer = await signed_by(tx, request, signature.signer, language=self._core.language)
        document, language = request.documents[signature.document], self._core.language
        level, made = say(language, f"level-{kind_of(request.format, signature.level)}"), files_of(request, signature)
        told = [
            say(
                language,
                f"timeline-{standing_of(request)}",
                document=plain(document.name),
                signer=plain(signer),
                level=level,
                mandate=signature.signer.removeprefix(PREFIX),
            ),
            say(language, f"timeline-{aside.replace('_', '-')}") if aside else "",
            say(language, "fingerprint", value=fingerprint(made[0].sha256)),
            self._number(request),
            f"{self._core.public_url}/v/{request.id}",
        ]
        files = await self._attached(made)
        place = DealFile.read(request.reply_to.chat_id)
        text = "\n".join(line for line in told if line)
        async with self._turn(request.id):
            await self._put(place.deal, request.id, text, mark=written(request.id), files=files)

    async def show_filed(
        self, request: SigningRequest, signatures: Sequence[Signature], *, deal: int, is_in_field: bool
    ) -> None:
        """Say in the deal that its person chose from a chat who signed what, with the files themselves."""
        async with self._core.store.read() as tx:
            signer = await signed_by(tx, request, signatures[0].signer, language=self._core.language)
            requester = (await tx.people.get(request.requester)).name
        documents, language = [request.documents[s.document] for s in signatures], self._core.language
        level = say(language, f"level-{kind_of(request.format, signatures[0].level)}")
        names = plain(", ".join(document.name for document in documents))
        told = [
            say(language, "timeline-filed", documents=names, signer=plain(signer), level=level),
            say(language, "timeline-filed-by", requester=plain(requester)),
            "" if is_in_field else say(language, "timeline-filed-aside"),
            *(say(language, "fingerprint", value=fingerprint(files_of(request, s)[0].sha256)) for s in signatures),
            self._number(request),
            f"{self._core.public_url}/v/{request.id}",
        ]
        files = await self._attached(all_files_of(request, signatures))
        text = "\n".join(line for line in told if line)
        async with self._turn(request.id):
            await self._put(deal, f"{request.id}:{deal}", text, mark=written(request.id), files=files)

    async def put(self, request: SigningRequest, about: str, text: str, *, mark: str) -> None:
        """Write another comment about a request, such as what was sent out, or change it; found again by `mark`."""
        async with self._turn(request.id):
            await self._put(DealFile.read(request.reply_to.chat_id).deal, about, text, mark=mark)

    async def refuse(self, file: DealFile, name: str, failure: SigningError) -> None:
        """Say why a document cannot be signed, and what mends it."""
        words = error_in_words(self._core.language, failure)
        text = say(self._core.language, "timeline-refused", document=plain(name), why=plain(words))
        await self._put(file.deal, file.place, text, mark=text)

    async def nobody(self, file: DealFile, name: str) -> None:
        """Say that whoever put the document there cannot be asked who shall sign."""
        text = say(self._core.language, "timeline-nobody", document=plain(name))
        await self._put(file.deal, file.place, text, mark=text)

    async def process_gone_on(self, request: SigningRequest, signer: str) -> None:
        """Say that a business process did not wait for the signature: it took its other branch."""
        document = plain(request.documents[0].name)
        text = say(self._core.language, "timeline-process-gone-on", document=document, signer=plain(signer))
        await self._put(DealFile.read(request.reply_to.chat_id).deal, f"{request.id}:process", text, mark=text)

    async def _attached(self, files: Sequence[SignedFile]) -> list[list[str]]:
        bodies = [await self._core.documents.get(file.sha256) for file in files]
        return [[file.name, base64.b64encode(body).decode()] for file, body in zip(files, bodies, strict=True)]

    def _turn(self, request: RequestId) -> asyncio.Lock:
        """One writer a comment: the state and the delivery are promised by jobs of two kinds."""
        return self._turns.setdefault(request, asyncio.Lock())

    def _number(self, request: SigningRequest) -> str:
        return say(self._core.language, "number", number=written(request.id))

    async def _put(self, deal: int, about: str, text: str, *, mark: str, files: list[list[str]] | None = None) -> None:
        """Write the comment about `about`, or change the one there is; a repeat finds the comment by its `mark`."""
        fields: dict[str, Any] = {"COMMENT": text, **({"FILES": files} if files else {})}
        known = await self._known(about)
        if known is not None and await self._change(known, fields):
            return
        made = await self._find(deal, mark)
        if made is None:
            made = int(
                await self._portal.write(
                    "crm.timeline.comment.add", fields={"ENTITY_ID": deal, "ENTITY_TYPE": "deal", **fields}
                )
            )
        async with self._core.store.begin() as tx:
            await tx.notes.put(space=COMMENTS, name=about, body={"comment": made})

    async def _known(self, about: str) -> int | None:
        async with self._core.store.read() as tx:
            note = await tx.notes.get(space=COMMENTS, name=about, now=self._core.clock.now())
        return None if note is None else int(note["comment"])

    async def _change(self, comment: int, fields: Mapping[str, Any]) -> bool:
        """Change a comment; False when somebody deleted it. To repeat a change does no harm."""
        try:
            await self._portal.write("crm.timeline.comment.update", id=comment, fields=dict(fields))
        except Absent:
            return False
        return True

    async def _find(self, deal: int, mark: str) -> int | None:
        """Return the comment that an earlier try has left, whose answer was lost."""
        there = self._portal.pages(
            "crm.timeline.comment.list", "", filter={"ENTITY_ID": deal, "ENTITY_TYPE": "deal"},
            select=["ID", "COMMENT"], order={"ID": "DESC"},
        )  # fmt: skip
        async for comment in there:
            if mark in str(comment.get("COMMENT", "")):
                return int(comment["ID"])
        return None


def plain(text: str) -> str:
    """Return text whose brackets the portal does not read as BB code: people choose names and reasons."""
    return text.replace("[", "［").replace("]", "］")
