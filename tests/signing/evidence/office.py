"""A small office with a real module, a real database and a company CA: one request is signed, its evidence is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from bot.evidence.words import EvidenceWords
from playground.pki import LoopbackPki
from signing.approval.policy import ApprovalPolicy
from signing.document import Document
from signing.evidence.examination import Trust, examine
from signing.evidence.making import EvidenceMaker, Rules
from signing.evidence.report import Report
from signing.formats.stamp import StampPlace
from signing.membership import CONSOLE
from signing.people import Person, PersonId, Role
from signing.ports import Signature
from signing.request import ReplyTo, RequestId, SigningRequest, State
from signing.signature import Look, SignaturePipeline
from signing.timestamp import HttpTimestampAuthority
from signing.workflow import SigningWorkflow
from storage.audit_log import publish_head
from storage.database import Database
from storage.documents import DiskDocuments
from storage.migrations import upgrade
from storage.store import SqlStore
from tests.assets.raw_pdf import document, stream, written
from tests.conftest import HandClock, SoftToken
from tests.signing.activation.bench import Bench

P = ParamSpec("P")
R = TypeVar("R")

ANNA, IVAN, VERA, OLGA = (PersonId(name) for name in ("anna", "ivan", "vera", "olga"))
PEOPLE = {
    ANNA: ("Анна Петрова", "", {Role.REQUESTER}),
    IVAN: ("Ivan Marković", "Director", {Role.SIGNER}),
    VERA: ("Vera Sokolova", "", {Role.AUDITOR}),
    OLGA: ("Olga Babić", "", {Role.REQUESTER}),
}


class InThread:
    """Fills `Workers` without walls: a thread of this process runs the same work."""

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run it."""
        return await asyncio.to_thread(work, *args, **kwargs)


def a_pdf(word: str) -> bytes:
    """Return a small PDF."""
    return written(document(content=stream(f"BT /F1 24 Tf 72 720 Td ({word}) Tj ET".encode())))


@dataclass(kw_only=True)
class Office:
    """See the module's docstring."""

    folder: Path
    clock: HandClock
    bench: Bench
    pki: LoopbackPki
    store: SqlStore
    database: Database
    documents: DiskDocuments
    workflow: SigningWorkflow
    maker: EvidenceMaker
    policy: ApprovalPolicy = field(default_factory=ApprovalPolicy)

    async def asked(
        self, *, by: PersonId = ANNA, words: Sequence[str] = ("Contract",), form: str = "pades"
    ) -> SigningRequest:
        """Return a request that waits for Ivan."""
        draft = await self.draft(by=by, words=words, form=form)
        self.clock.move(seconds=20)
        return await self.workflow.submit(draft.id, by=by, to=IVAN)

    async def draft(
        self, *, by: PersonId = ANNA, words: Sequence[str] = ("Contract",), form: str = "pades"
    ) -> SigningRequest:
        """Return documents that wait for the choice of a signer."""
        papers = []
        for place, word in enumerate(words):
            sha256 = await self.documents.put(body := a_pdf(word))
            original = await self.documents.put(f"{word} as it came".encode()) if place else None
            papers.append(
                Document(
                    position=place, name=f"Договор {word}.pdf", sha256=sha256, size_bytes=len(body), pages=1,
                    original_sha256=original, warnings=("links",),
                )
            )  # fmt: skip
        where = ReplyTo(platform="telegram", chat_id="1001")
        comment = "Please before Friday"
        return await self.workflow.draft(papers, by=by, reply_to=where, comment=comment, form=form)

    async def sign(self, *requests: SigningRequest) -> None:
        """Let Ivan sign them with one code."""
        self.clock.move(seconds=60)
        record = await self.workflow.approve([request.id for request in requests], by=IVAN)
        code = self.bench.next_code(IVAN)
        for request in await self.workflow.confirm(record.nonce, by=IVAN, code=code):
            await self.workflow.sign(request, nonce=record.nonce)

    async def state(self, request: RequestId) -> State:
        """Return where a request stands."""
        async with self.store.read() as tx:
            return (await tx.requests.get(request)).state

    async def signatures(self, request: RequestId) -> tuple[Signature, ...]:
        """Return a request's signatures."""
        async with self.store.read() as tx:
            return await tx.signatures.of(request)

    async def evidence(self, request: RequestId, *, by: str = CONSOLE, language: str = "en") -> Path:
        """Return the evidence file of a request."""
        target = self.folder / f"{request}-{by}-{language}.zip"
        target.unlink(missing_ok=True)
        await self.maker.make(request, by=by, target=target, words=EvidenceWords(language))
        return target

    @property
    def trust(self) -> Trust:
        """What an auditor of this company brings along."""
        return Trust(roots=self.pki.roots_der)


async def judged(file: Path, *, now: datetime, trust: Trust | None = None) -> Report:
    """Judge a file with nothing but it."""
    return await examine(file, workers=InThread(), trust=trust or Trust(), now=now)


async def opened(stack: AsyncExitStack, folder: Path, token: SoftToken, *, level: str = "B-T") -> Office:
    """Build the office; what must be closed is left to `stack`."""
    clock = HandClock()
    pki = LoopbackPki(folder / "pki", company="Office Ltd", now=clock.now)
    bench = Bench(folder=folder, token=token, clock=clock)
    module = bench.start()
    stack.push_async_callback(module.close)
    url = f"sqlite:///{folder / 'bot.sqlite3'}"
    await asyncio.to_thread(upgrade, url)
    database = await stack.enter_async_context(await Database.open(url))
    store, documents, workers = SqlStore(database, clock), DiskDocuments(folder / "documents"), InThread()

    async def post(_url: str, body: bytes, _kind: str) -> bytes:
        return pki.time_stamp(body)

    policy = ApprovalPolicy(level=level)
    pipeline = SignaturePipeline(
        store=store, documents=documents, activation=module, workers=workers, clock=clock,
        timestamp=HttpTimestampAuthority(["tsa"], roots_der=pki.roots_der, post=post),
        look=Look(
            place=StampPlace(), own_key="own key", seal="seal", reason="Request", roots=pki.roots_der,
            tsa_roots=pki.roots_der, automatic="automatic", automatic_reason="Automatic",
        ),
    )  # fmt: skip
    rules = Rules(
        policy=policy.to_json(), roots=pki.roots_der, tsa_roots=pki.roots_der
    )  # fmt: skip
    made = Office(
        folder=folder, clock=clock, bench=bench, pki=pki, store=store, database=database, documents=documents,
        policy=policy,
        workflow=SigningWorkflow(store=store, activation=module, pipeline=pipeline, clock=clock, policy=policy),
        maker=EvidenceMaker(
            store=store, documents=documents, activation=module, workers=workers, clock=clock, rules=rules,
            publish_head=partial(_publish, database, bench),
        ),
    )  # fmt: skip
    await _people(made)
    await made.maker.remember()
    return made


async def _publish(database: Database, bench: Bench) -> Any:
    return await publish_head(database, sign=bench.module.sign_head, copy=None, now=bench.clock.now())


async def _people(office: Office) -> None:
    async with office.store.begin() as tx:
        for person, (name, title, roles) in PEOPLE.items():
            await tx.people.add(
                Person(id=person, name=name, title=title, roles=frozenset(roles), created_at=office.clock.now())
            )
    await office.bench.enrol(IVAN)
    await office.bench.module.ceremony.generate("own", algorithm="P-256", owners=[IVAN], is_test=True)
    request = await office.bench.module.ceremony.request_certificate("own", subject={"common_name": "Ivan Marković"})
    await office.bench.module.ceremony.import_certificate("own", office.pki.issue(request, "Ivan Marković"))
