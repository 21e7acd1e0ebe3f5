"""A living office without a chat: the bot's own parts, real workers, and the real module with a clock told by hand."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp

from bot.activation_config import READY
from bot.activation_settings import activation_config
from bot.cli.installation import Installation
from bot.parts import Parts, build
from bot.settings import Settings
from playground import company
from playground.pki import LoopbackPki
from signing.activation.record import ActivationRecord
from signing.confirmation.totp import STEP_S, step_at
from signing.intake.reception import Received
from signing.membership import CONSOLE
from signing.people import Account, Person, Role
from signing.request import ReplyTo, SigningRequest
from tests.bot.cli.conftest import ROOT, Terminal
from tests.conftest import HandClock
from tests.journeys.story import a_pdf


@dataclass(kw_only=True)
class Office:
    """Anna asks, Ivan signs, Vera administers."""

    parts: Parts
    clock: HandClock
    told: Path
    anna: Person
    ivan: Person
    seed: str

    def move(self, **by: float) -> None:
        """Let time go by for the bot and for the module."""
        self.told.write_text(self.clock.move(**by).isoformat())

    def code(self) -> str:
        """Return what Ivan's authenticator shows."""
        return pyotp.TOTP(self.seed).generate_otp(step_at(self.clock.now()))

    async def asked(self, name: str) -> SigningRequest:
        """Anna asks Ivan to sign a document of that name."""
        sha256 = await self.parts.documents.put(a_pdf(name))
        documents = await self.parts.reception.receive([Received(name=f"{name}.pdf", sha256=sha256)])
        where = ReplyTo(platform="telegram", chat_id="1001")
        draft = await self.parts.workflow.draft(documents, by=self.anna.id, reply_to=where)
        return await self.parts.workflow.submit(draft.id, by=self.anna.id, to=self.ivan.id)

    async def tapped(self, request: SigningRequest) -> ActivationRecord:
        """Ivan taps Sign: the second step stands open."""
        return await self.parts.workflow.approve([request.id], by=self.ivan.id)

    async def signed(self, request: SigningRequest) -> Path:
        """Ivan signs with his next code; return the signed file."""
        self.move(seconds=STEP_S)
        record = await self.tapped(request)
        await self.parts.workflow.confirm(record.nonce, by=self.ivan.id, code=self.code())
        await self.parts.workflow.sign(request.id, nonce=record.nonce)
        async with self.parts.store.read() as tx:
            (signature,) = await tx.signatures.of(request.id)
        return self.parts.documents.path(signature.signed_sha256)

    async def now(self, request: SigningRequest) -> SigningRequest:
        """Return the request as it is stored now."""
        async with self.parts.store.read() as tx:
            return await tx.requests.get(request.id)


def settings_of(terminal: Terminal) -> Settings:
    """Return the settings of the installation at this terminal."""
    roots = terminal.data_dir / "trusted-roots.pem"
    return Settings(data_dir=terminal.data_dir, accept_weak_isolation=True, trusted_roots_file=roots)


@contextmanager
def module(settings: Settings, clock: HandClock, told: Path, *, point: str = "never") -> Iterator[None]:
    """Run the activation module as a process of its own whose clock stands in the file `told`."""
    told.write_text(clock.now().isoformat())
    config = activation_config(settings)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bot.told_module", str(told), point, "--config", "-"], cwd=ROOT,
        env={"SOFTHSM2_CONF": str(settings.softhsm_conf)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(config.to_json().encode())
        process.stdin.close()
        try:
            assert process.stdout.readline() == READY
            yield
        finally:
            process.terminate()


@asynccontextmanager
async def alive(
    terminal: Terminal, clock: HandClock, told: Path, *, pki: LoopbackPki | None = None
) -> AsyncIterator[Parts]:
    """Run an installation until the end of the block; with `pki` it trusts that company's root from now on."""
    settings = settings_of(terminal)
    if pki is not None:
        shutil.copyfile(pki.roots_pem, settings.trusted_roots_file)
    with module(settings, clock, told):
        async with build(settings, clock=clock) as parts:
            await parts.workers.start()
            yield parts


async def founded(parts: Parts, clock: HandClock, told: Path, pki: LoopbackPki) -> Office:
    """Return an office with its people, a certified key and an authenticator."""
    roles = {"Anna": (), "Ivan": (Role.SIGNER,), "Vera": (Role.ADMINISTRATOR,)}
    anna, ivan, _ = [
        await parts.membership.add(name=name, roles=held, note_of_identity="passport", by=CONSOLE)
        for name, held in roles.items()
    ]
    for person, number in ((anna, "1001"), (ivan, "1002")):
        account = Account(platform="telegram", account_id=number, chat_id=number, person=person.id)
        await parts.membership.bind(await parts.membership.invite(person.id, by=CONSOLE), account)
    here = Installation(
        settings=parts.settings, clock=clock, database=parts.database, store=parts.store, activation=parts.activation,
        membership=parts.membership, proposals=parts.proposals, founding=parts.founding,
    )  # fmt: skip
    await company.certify(here, pki, "ivan", subject="Ivan", algorithm="P-256", owners=[ivan])
    office = Office(parts=parts, clock=clock, told=told, anna=anna, ivan=ivan, seed="")
    link = await parts.membership.invite(ivan.id, by=CONSOLE, purpose="enrol")
    _, enrolment = await parts.membership.open_enrolment(link)
    office.seed = enrolment.secret
    first = office.code()
    office.move(seconds=STEP_S)
    await parts.membership.finish_enrolment(link, first=first, second=office.code(), timezone=None)
    return office


def machine_clock() -> HandClock:
    """Return a hand clock that shows the machine's time: the command line lives by that."""
    return HandClock(datetime.now(UTC) - timedelta(minutes=2))
