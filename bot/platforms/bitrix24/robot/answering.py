"""The process gets its answer once: what became of the document, after the deal holds the signed file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

import structlog

from bot.phrases import reason, say
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import PLATFORM, Core
from bot.platforms.bitrix24.deal import DealFile
from bot.platforms.bitrix24.delivery import DONE
from bot.platforms.bitrix24.errors import Absent, Bitrix24Error, Refused, UnknownOutcome
from bot.platforms.bitrix24.intake import FILES
from bot.platforms.bitrix24.robot.runs import WAITING, Answer, Run, Runs
from bot.platforms.bitrix24.robot.wishes import stops_on_reject
from bot.platforms.bitrix24.timeline import Timeline
from signing.approval.progress import names_of_deciders, progress_of
from signing.audit import Tag
from signing.automatic import CODED, standing_of, why_not
from signing.moves import SYSTEM, note
from signing.notices import Notice, tell
from signing.ports import Job, Transaction
from signing.request import RequestId, SigningRequest, State, written
from signing.signed_files import SignedFile, files_of, is_beside

log = structlog.get_logger(__name__)

ANSWER_JOB = "bitrix24-run-answer"
"""Tell a process what became of its document; subject is the run."""
SPENT = "ACCESS_DENIED"
"""How the portal calls an event token that is forged, used, or of a process that has gone on."""


class Answers:
    """Decides what a process is answered, and brings it there."""

    def __init__(self, *, core: Core, portal: Portal, timeline: Timeline, runs: Runs) -> None:
        self._core = core
        self._portal = portal
        self._timeline = timeline
        self._runs = runs

    async def follow(self, request: RequestId) -> None:
        """Decide the answer of every process that waits for a request, once the request has come to its end."""
        async with self._core.store.read() as tx:
            runs = await self._runs.waiting_for(tx, request)
            answer = await self._answer_of(tx, await tx.requests.get(request)) if runs else None
        if answer is not None:
            for run in runs:
                await self.decide(run, answer)

    async def follow_all(self) -> None:
        """Follow whatever a process waits for: a delivery that was given up tells nobody."""
        async with self._core.store.read() as tx:
            names = [name for name, _ in await tx.notes.all(space=WAITING, prefix="")]
        for request in dict.fromkeys(name.partition(":")[0] for name in names):
            await self.follow(RequestId(request))

    async def decide(self, run: Run, answer: Answer) -> None:
        """Keep the answer and promise to bring it; the first one counts."""
        async with self._core.store.begin() as tx:
            found = await self._runs.get(tx, run.id)
            if found is not None and found.answer is None and not found.end:
                await self._runs.save(tx, replace(found, answer=answer))
                await tx.jobs.add(Job(kind=ANSWER_JOB, subject=run.id, facts={"run": run.id}))

    async def answer(self, job: Job) -> None:
        """Job: send the answer. A token counts once, so a repeat after a lost answer is refused and harms nothing."""
        async with self._core.store.begin() as tx:
            run = await self._runs.get(tx, str(job.facts["run"]))
            if run is None or run.end or run.answer is None:
                return
            await self._runs.save(tx, replace(run, is_tried=True))
        if run.answer.status == "rejected" and stops_on_reject(run.asked):
            await self._stop(run, run.answer)
            return
        try:
            await self._portal.write(
                "bizproc.event.send", event_token=run.asked.event_token, return_values=self._values(run.answer),
                log_message=self._log_line(run.answer),
            )  # fmt: skip
        except UnknownOutcome:
            raise
        except Bitrix24Error as failure:
            if not (isinstance(failure, Refused) and failure.code.upper() == SPENT):
                await self._keep(run)  # nothing was executed
                raise
            await self._spent(run, run.answer)
        else:
            await self.end(run, "answered")

    async def end(self, run: Run, how: str) -> None:
        """Close a run."""
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            await self._runs.save(tx, replace(run, end=how))
            if run.answer is not None:
                await note(
                    tx, Tag.PORTAL_PROCESS_ANSWERED, subject=run.request or f"deal:{run.asked.deal}", actor=SYSTEM,
                    now=now, process=run.asked.workflow, status=run.answer.status, end=how,
                )  # fmt: skip

    async def _stop(self, run: Run, answer: Answer) -> None:
        """End the process instead of answering it; a repeat after a lost answer finds it gone."""
        workflow = run.asked.workflow
        running = await self._portal.read("bizproc.workflow.instances", select=["ID"], filter={"ID": workflow})
        if any(row.get("ID") == workflow for row in running):
            await self._portal.write("bizproc.workflow.terminate", ID=workflow, STATUS=self._log_line(answer))
        await self.end(run, "stopped")

    async def _spent(self, run: Run, answer: Answer) -> None:
        """The token is worth nothing any more: by our own answer that was thought lost, or the process has gone on."""
        gives_up_at = run.asked.gives_up_at
        is_over = gives_up_at is not None and gives_up_at <= self._core.clock.now()
        if run.is_tried and not is_over:
            await self.end(run, "answered")
            return
        if answer.status == "signed" and run.request is not None:
            await self._tell_late(run.request)
        log.info("bitrix24_process_gone_on", run=run.id, status=answer.status)
        await self.end(run, "late")

    async def _tell_late(self, request: RequestId) -> None:
        """The deal has the signed file all the same; its people learn that the process does not know of it."""
        async with self._core.store.read() as tx:
            found = await tx.requests.get(request)
            signer = ", ".join(await names_of_deciders(tx, found))
        try:
            await self._timeline.process_gone_on(found, signer)
        except Absent:
            log.info("bitrix24_deal_gone", request=request)
        async with self._core.store.begin() as tx:
            gone_on = "process_gone_on"
            await tell(tx, found.requester, Notice.DELIVERY_FAILED, request=request, reason=gone_on)

    async def _keep(self, run: Run) -> None:
        async with self._core.store.begin() as tx:
            await self._runs.save(tx, run)

    async def _answer_of(self, tx: Transaction, request: SigningRequest) -> Answer | None:
        """Return what a process is answered about a request, None while there is nothing to say."""
        answer, progress = await self._outcome(tx, request), await progress_of(tx, request)
        return replace(answer, route=progress.name) if answer and progress else answer

    async def _outcome(self, tx: Transaction, request: SigningRequest) -> Answer | None:
        """Return what became of a request, None while nothing did; a signed file must have come to the deal first."""
        status = request.state.value
        if not request.is_final:
            return None
        signers = ", ".join(await names_of_deciders(tx, request))
        values: dict[str, Any] = {
            "signer": signers, "number": written(request.id),
            "automatic": "Y" if standing_of(request) == "sealed" else "N",
            "not_automatic": (await why_not(tx, request.id, now=self._core.clock.now())).removeprefix(CODED),
        }  # fmt: skip
        if standing_of(request) == "not-sealed":
            return Answer(status="error", reason=reason(self._core.language, request.reason), values=values)
        if request.state is not State.SIGNED:
            return Answer(status=status, reason=reason(self._core.language, request.reason), values=values)
        delivery = await tx.deliveries.get(request.id, f"{PLATFORM}:{request.reply_to.chat_id}")
        if delivery.state not in DONE:
            return None
        (signature,) = await tx.signatures.newest_of(request.id)
        values |= {
            "signed_at": signature.signed_at.astimezone(UTC).isoformat(timespec="seconds"),
            **_names(files_of(request, signature)),
            "verification_url": f"{self._core.public_url}/v/{request.id}",
        }
        if delivery.receipt.get("replaced") or delivery.receipt.get("beside"):
            return Answer(status=status, values=values | await self._file_of(tx, request))
        why = str(delivery.receipt.get("reason", "deal_changed" if delivery.state == "delivered" else "unfinished"))
        return Answer(status=status, reason=reason(self._core.language, why), values=values)

    async def _file_of(self, tx: Transaction, request: SigningRequest) -> dict[str, int]:
        """Return the numbers that what was signed has in the deal; the newest ones count."""
        place = DealFile.read(request.reply_to.chat_id)
        if is_beside(request):
            ours = [
                name
                for name, body in await tx.notes.all(space=FILES, prefix=f"deal:{place.deal}:")
                if body["is"] == "signed" and body.get("request") == request.id
            ]
            found = {"signature_file_id": max(DealFile.read(name).file for name in ours)} if ours else {}
            return {"signed_file_id": place.file, **found}
        notes = await tx.notes.all(space=FILES, prefix=f"deal:{place.deal}:{place.field}:")
        mine = [name for name, body in notes if body["is"] == "signed" and body.get("request") == request.id]
        return {"signed_file_id": max(DealFile.read(name).file for name in mine)} if mine else {}

    def _values(self, answer: Answer) -> dict[str, Any]:
        return {"status": answer.status, "reason": answer.reason, **answer.values}

    def _log_line(self, answer: Answer) -> str:
        facts = {"signer": answer.values.get("signer", ""), "reason": answer.reason, "route": answer.route}
        status = "sealed" if answer.values.get("automatic") == "Y" else answer.status
        return say(self._core.language, f"robot-log-{status}{'-along' if answer.route else ''}", **facts)


def _names(files: Sequence[SignedFile]) -> dict[str, str]:
    """The document, and its signature where that is a file of its own."""
    return dict(zip(("signed_file", "signature_file"), (file.name for file in files), strict=False))
