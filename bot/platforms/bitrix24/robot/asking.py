"""A process asked for a signature: it is proved by REST, then its document becomes a request like any other."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.phrases import error as error_in_words
from bot.phrases import say
from bot.platforms.bitrix24.application import NotBelieved
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import PLATFORM, Core, DealPolicy
from bot.platforms.bitrix24.deal import Deal, DealFile, Deals
from bot.platforms.bitrix24.errors import Absent, Denied, DownloadRefused, Refused
from bot.platforms.bitrix24.events import note_refusal
from bot.platforms.bitrix24.files import TOO_LARGE
from bot.platforms.bitrix24.intake import FILES
from bot.platforms.bitrix24.robot.answering import SPENT, Answers
from bot.platforms.bitrix24.robot.runs import Answer, Run, Runs
from bot.platforms.bitrix24.robot.ways import check_documents, check_same, check_signer, person_of, signer_of
from bot.platforms.bitrix24.robot.wishes import Unfit, Wishes, read_wishes, route_of
from bot.platforms.bitrix24.turns import Turns
from signing.acceptance import wish
from signing.approval.telling import follow
from signing.document import Document
from signing.errors import NotAllowed, RouteRefused, SigningError
from signing.errors import Refused as DocumentRefused
from signing.intake.reception import Received
from signing.people import Person
from signing.ports import Job, Transaction
from signing.request import ReplyTo, RequestId, SigningRequest, State


class Asking:
    """Handler of the job that begins a run."""

    def __init__(
        self,
        *,
        core: Core,
        portal: Portal,
        deals: Deals,
        policy: DealPolicy,
        runs: Runs,
        answers: Answers,
        turns: Turns,
    ) -> None:
        self._core = core
        self._portal = portal
        self._deals = deals
        self._policy = policy
        self._runs = runs
        self._answers = answers
        self._turns = turns

    async def begin(self, job: Job) -> None:
        """Prove the process, make the request, and let the process wait for it; a repeat finds what is made already."""
        async with self._core.store.read() as tx:
            run = await self._runs.get(tx, str(job.facts["run"]))
        if run is None or run.end or run.answer is not None or run.request is not None:
            return
        async with self._turns.of(run.asked.deal):
            try:
                request = await self._ask(run, starter=await self._prove(run))
            except NotBelieved as refusal:
                await self._refuse(run, refusal.why)
            except Unfit as unfit:
                words = say(self._core.language, f"robot-error-{unfit.reason}", **unfit.facts)
                await self._answers.decide(run, Answer(status="error", reason=words))
            except (DocumentRefused, NotAllowed, RouteRefused) as failure:
                await self._answers.decide(run, Answer(status="error", reason=self._words(failure)))
            else:
                await self._wait(run, request)

    async def _prove(self, run: Run) -> int:
        """Return who started the process; raise `NotBelieved` when it is none, or not one of this deal.

        Our own call follows a renamed portal, so its address before and after that call counts. The last proof is the
        token itself: the portal takes a line for the process's log from its holder only.
        """
        before = self._portal.url
        rows = await self._portal.read(
            "bizproc.workflow.instances", select=["ID", "STARTED_BY", "DOCUMENT_ID", "ENTITY", "MODULE_ID"],
            filter={"ID": run.asked.workflow},
        )  # fmt: skip
        if run.asked.domain not in {urlsplit(url).netloc for url in (before, self._portal.url)}:
            raise NotBelieved("other_portal")
        row = next((row for row in rows if row.get("ID") == run.asked.workflow), None)
        if row is None:
            raise NotBelieved("unknown_process")
        if row.get("DOCUMENT_ID") != f"DEAL_{run.asked.deal}" or row.get("ENTITY") != "CCrmDocumentDeal":
            raise NotBelieved("other_document")
        route = route_of(run.asked)
        said = say(self._core.language, "robot-log-received-along" if route else "robot-log-received", route=route)
        try:
            await self._portal.write("bizproc.activity.log", event_token=run.asked.event_token, log_message=said)
        except Refused as refusal:
            if refusal.code.upper() != SPENT:
                raise
            raise NotBelieved("dead_token") from None
        return int(row.get("STARTED_BY") or 0)

    async def _ask(self, run: Run, *, starter: int) -> SigningRequest:
        known = [template.name for template in self._core.policy.routes.templates]
        wishes = read_wishes(run.asked, fields=self._policy.all_fields, routes=known)
        try:
            deal = await self._deals.get(run.asked.deal)
        except Absent:
            raise Unfit("deal-gone") from None
        except Denied as refusal:
            if refusal.code.upper() != "ACCESS_DENIED":
                raise
            raise Unfit("deal-closed") from None
        file = await self._file(deal, wishes.field)
        async with self._core.store.read() as tx:
            requester = await person_of(tx, starter, who="starter")
            signer = await signer_of(tx, deal, wishes)
            made = await self._made(tx, run, file, requester, signer, along=wishes.route)
            if made is None and signer is not None:
                await check_signer(tx, requester, signer, policy=self._core.policy)
            if made is not None and made.state is State.DRAFT:
                await check_documents(
                    tx,
                    requester,
                    made.documents,
                    wishes,
                    form=made.format,
                    amount=deal.amount,
                    policy=self._core.policy,
                )
        request = made or await self._draft(run, deal, file, requester, wishes)
        async with self._core.store.begin() as tx:  # so that the deal's own intake asks nobody for this file
            body = {"is": "asked", "sha256": request.documents[0].sha256, "request": request.id}
            await tx.notes.put(space=FILES, name=file.place, body=body)
            await follow(tx, await tx.requests.get(request.id), deal.amount, policy=self._core.policy)
        return await self._go_on(request, requester, signer, wishes)

    async def _go_on(
        self, request: SigningRequest, requester: Person, signer: Person | None, wishes: Wishes
    ) -> SigningRequest:
        """Ask whom the process names; pages that we made wait for the requester's eyes, and no mandate covers them."""
        if wishes.claim is not None:
            request = await self._core.automatic.ask(
                request.id, by=requester.id, claim=wishes.claim, otherwise=signer.id if signer else None,
                deadline=wishes.until, form=wishes.form,
            )  # fmt: skip
        along, workflow = wishes.route, self._core.workflow
        if request.state is not State.DRAFT or not (signer or along):
            return request
        if request.awaits_acceptance:
            to = signer.id if signer else None
            async with self._core.store.begin() as tx:
                await wish(tx, request.id, to=to, along=along, deadline=wishes.until, form=wishes.form)
            return request
        if signer is None:
            return await workflow.circulate(request.id, by=requester.id, along=str(along), deadline=wishes.until)
        return await workflow.submit(request.id, by=requester.id, to=signer.id, deadline=wishes.until, form=wishes.form)

    async def _file(self, deal: Deal, field: str) -> DealFile:
        """Return the file to be signed: the only one, or the only one that does not carry our signature yet."""
        files = [file for file in deal.all_files() if file.field == field]
        if not files:
            raise Unfit("no-file", field=field)
        if len(files) > 1:
            async with self._core.store.read() as tx:
                files = [file for file in files if not await self._is_signed(tx, file)]
        if len(files) != 1:
            raise Unfit("several-files", field=field)
        return files[0]

    async def _is_signed(self, tx: Transaction, file: DealFile) -> bool:
        seen = await tx.notes.get(space=FILES, name=file.place, now=self._core.clock.now())
        return seen is not None and seen["is"] == "signed"

    async def _made(
        self, tx: Transaction, run: Run, file: DealFile, requester: Person, signer: Person | None, *, along: str | None
    ) -> SigningRequest | None:
        """Return the request that an earlier try has made, or the one that the same file waits for already."""
        for request in await tx.requests.made_by(requester.id, limit=50):
            if request.reply_to.message_id == run.id:
                return request
        seen = await tx.notes.get(space=FILES, name=file.place, now=self._core.clock.now())
        if seen is None or not seen.get("request"):
            return None
        live = await tx.requests.get(RequestId(seen["request"]))
        if live.is_final or (live.state is State.DRAFT and live.requester != requester.id):
            return None
        if live.state is not State.DRAFT:
            await check_same(tx, live, signer=signer, along=along)
        return live

    async def _draft(self, run: Run, deal: Deal, file: DealFile, requester: Person, wishes: Wishes) -> SigningRequest:
        documents, form = await self._documents(deal, file), wishes.form or self._policy.form
        async with self._core.store.read() as tx:
            await check_documents(
                tx, requester, documents, wishes, form=form, amount=deal.amount, policy=self._core.policy
            )
        origin = ReplyTo(platform=PLATFORM, chat_id=file.place, message_id=run.id, keeps_file=True)
        said = (say(self._core.language, "deal-named", title=deal.title), wishes.comment)
        comment = "\n".join(text for text in said if text)
        return await self._core.workflow.draft(
            documents, by=requester.id, reply_to=origin, comment=comment, form=form, amount=deal.amount
        )

    async def _documents(self, deal: Deal, file: DealFile) -> tuple[Document, ...]:
        target, limit = self._core.documents.spool(), self._core.max_document_bytes
        try:
            found = await self._deals.download(deal, file, target, limit_bytes=limit)
        except DownloadRefused as refusal:
            if refusal.code != TOO_LARGE:
                raise  # a page instead of the file, such as a portal in maintenance shows
            raise DocumentRefused("too-large", limit_mb=limit >> 20, name=f"№ {file.file}") from None
        received = Received(name=found.name, sha256=await self._core.documents.adopt(target))
        return await self._core.reception.receive([received])

    async def _wait(self, run: Run, request: SigningRequest) -> None:
        async with self._core.store.begin() as tx:
            await self._runs.wait(tx, run, request.id)
        await self._answers.follow(request.id)  # it may be over already

    async def _refuse(self, run: Run, why: str) -> None:
        """It was no process of the portal's, or none that waits: nobody is asked, nothing is answered."""
        await self._answers.end(run, "refused")
        await note_refusal(self._core.store, why, now=self._core.clock.now())

    def _words(self, failure: SigningError) -> str:
        return error_in_words(self._core.language, failure)
