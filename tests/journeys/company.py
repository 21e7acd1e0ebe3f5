"""A whole company on loopback for journeys: Telegram, PKI, and the bot as its own real process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pyotp

from playground import company as founding
from playground.newcomers import enrol_on_page, enrolment_link
from playground.pki import LoopbackPki
from playground.telegram.people import Person as Phone
from playground.telegram.person import TelegramPerson
from playground.telegram_server import DEFAULT_TOKEN, TelegramServer, serve

R = TypeVar("R")

READY_S = 180.0
STEP_S = 30
FIRST_ID = 800_000_001


@dataclass(kw_only=True)
class Colleague:
    """A person of the company: a phone, and perhaps an authenticator."""

    phone: Phone
    url: str
    key: str | None = None
    uri: str = ""
    spent_step: int = 0

    @property
    def name(self) -> str:
        return self.phone.name

    def telegram(self) -> TelegramPerson:
        """Return the person's phone."""
        return TelegramPerson(self.url, self.phone.id)

    async def code(self) -> str:
        """Return a code that was not used yet, waiting for the next half minute when it must."""
        await self.unspent()
        self.spent_step = int(time.time()) // STEP_S
        return self.code_of(self.spent_step)

    async def unspent(self) -> None:
        """Wait until there is a code that was not used yet."""
        await asyncio.sleep(max(0.0, (self.spent_step + 1) * STEP_S - time.time() + 0.05))

    def code_of(self, step: int) -> str:
        """Return the code of a time step."""
        totp = pyotp.parse_uri(self.uri)
        assert isinstance(totp, pyotp.TOTP)
        return totp.at(step * STEP_S)


class Loop:
    """An event loop in a thread, for the servers that must live longer than one test."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        """Run in the thread's loop and wait for the result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def close(self) -> None:
        """End the thread."""
        self.run(asyncio.sleep(0.25))  # aiohttp closes connections a moment after it says so
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@dataclass(kw_only=True)
class Company:
    """The outside world and the folder of one installation; `start` and `kill` are for the bot's process."""

    folder: Path
    telegram: TelegramServer
    url: str
    pki: LoopbackPki
    environment: dict[str, str]
    loop: Loop
    employees: list[Colleague] = field(default_factory=list)
    signers: list[Colleague] = field(default_factory=list)
    routed: list[Colleague] = field(default_factory=list)
    """The people of the routes (`routes.py`)."""
    administrator: Colleague | None = None
    enrolment: str = ""
    """Where the administrator sets up an authenticator."""
    enrolled: list[Colleague] = field(default_factory=list)
    """Every signer, also those whom journeys have taken."""
    process: subprocess.Popen[bytes] | None = None
    module: str = "bot"
    """What `python -m` runs; a crash test has an entry point of its own."""
    verb: str = "run"

    @property
    def log(self) -> Path:
        """What the bot's processes said."""
        return self.folder / "bot.log"

    @property
    def pages(self) -> str:
        """Where the bot's pages are."""
        return f"http://127.0.0.1:{self.environment['COUNTERSIGN_LISTEN_PORT']}"

    def start(self, *, wait: bool = True, **settings: str) -> None:
        """Start the bot as anybody would: `python -m bot run`."""
        environment = {**os.environ, **self.environment, **settings}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, self.verb],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            self.loop.run(self._ready())

    def stop(self) -> None:
        """End the bot politely."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def kill(self) -> None:
        """kill -9 of the bot; its children die with it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    async def _ready(self) -> None:
        deadline = time.monotonic() + READY_S
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < deadline:
                assert self.process is not None
                if self.process.poll() is not None:
                    raise RuntimeError(f"the bot ended: {self.log.read_text()[-3000:]}")
                try:
                    async with session.get(f"{self.pages}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)
        raise TimeoutError(f"the bot is not ready: {self.log.read_text()[-3000:]}")

    def signer(self) -> Colleague:
        """Return a signer whom no journey has used yet: codes work once, so everybody brings their own ones."""
        return self.signers.pop(0)

    def employee(self) -> Colleague:
        """Return a requester whose chat no journey has used yet."""
        return self.employees.pop()

    def countersign(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command line beside the bot; `typed` is what it reads."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments], env={**os.environ, **self.environment}, capture_output=True,
            input=typed, text=True, timeout=120, check=False,
        )  # fmt: skip

    def rows(self, tag: str = "") -> list[dict[str, Any]]:
        """Return the journal as the command line exports it."""
        exported = self.countersign("journal", "export")
        assert exported.returncode == 0, exported.stderr
        rows: list[dict[str, Any]] = [json.loads(line) for line in exported.stdout.splitlines() if line.strip()]
        return [row for row in rows if not tag or row["tag"] == tag]


def free_port() -> int:
    """Return a port that nobody uses now."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def company(
    folder: Path, *, signers: int, employees: int, entry: tuple[str, str] = ("bot", "run"), **settings: str
) -> Iterator[Company]:
    """Found a company with so many people, start its bot, let everybody join and enrol; end it all at the end."""
    loop = Loop()
    phones = [Phone(FIRST_ID + place, f"Person{place:02d}", "Test") for place in range(signers + employees + 1)]
    telegram = TelegramServer(people=phones)
    served, pki_served = serve(telegram.app()), None
    made: Company | None = None
    try:
        url = loop.run(served.__aenter__())
        pki = LoopbackPki(folder / "pki", company="Journeys Ltd")
        pki_served = serve(pki.app())
        pki.base_url = loop.run(pki_served.__aenter__())
        port = free_port()
        environment = founding.environment(
            folder=folder, base_url=url, pki=pki, token=DEFAULT_TOKEN, port=port, company="Journeys Ltd"
        )
        environment |= {"COUNTERSIGN_PUBLIC_URL": f"http://127.0.0.1:{port}", **settings}
        made = Company(folder=folder, telegram=telegram, url=url, pki=pki, environment=environment, loop=loop)
        made.module, made.verb = entry
        _found(made, phones, signers=signers)
        made.start()
        loop.run(_join(made))
        yield made
    finally:
        if made is not None:
            made.stop()
        if pki_served is not None:
            loop.run(pki_served.__aexit__(None, None, None))
        loop.run(served.__aexit__(None, None, None))
        loop.close()


def _found(made: Company, phones: list[Phone], *, signers: int) -> None:
    """Add people and keys in a process of its own, with the settings of this company."""
    crew = [{"id": phone.id, "name": phone.name, "signs": place < signers} for place, phone in enumerate(phones)]
    crew[-1]["administers"] = True
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.found", json.dumps({"pki": str(made.folder / "pki"), "crew": crew})],
        env={**os.environ, **made.environment}, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-3000:])
    secrets: dict[str, str] = json.loads(done.stdout)
    for place, phone in enumerate(phones):
        colleague = Colleague(phone=phone, url=made.url, key=f"key-{phone.id}" if place < signers else None)
        (made.signers if place < signers else made.employees).append(colleague)
        colleague.uri = secrets[str(phone.id)]  # the invite, until there is a seed
    made.administrator = made.employees.pop()
    made.enrolment = f"{made.pages}/enrol/{secrets['enrol']}"
    made.enrolled = list(made.signers)


async def _join(made: Company) -> None:
    assert made.administrator is not None
    everybody = [*made.employees, made.administrator, *made.signers]
    for at in range(0, len(everybody), 8):
        await asyncio.gather(*(_join_one(colleague) for colleague in everybody[at : at + 8]))
    made.administrator.uri, made.administrator.spent_step = await enrol_on_page(made.enrolment)


async def _join_one(colleague: Colleague) -> None:
    async with colleague.telegram() as phone:
        await phone.start(colleague.uri)
        await phone.wait_for(lambda message: message["from"]["is_bot"])
        if colleague.key is None:
            return
        message = await phone.wait_for(lambda message: enrolment_link(message) is not None)
    link = enrolment_link(message)
    assert link is not None
    colleague.uri, colleague.spent_step = await enrol_on_page(link)
