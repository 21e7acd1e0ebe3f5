"""kill -9 while a crowd works: at named points and at any moment, of the bot, its group, the module, and workers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from playground.telegram.faults import Fault, FaultKind
from tests.journeys.company import READY_S, Company, company
from tests.journeys.crowd import Crowd
from tests.journeys.mortal import BOT_POINTS, MODULE_POINTS
from tests.journeys.oracle import Figures, Oracle

ORDER_S = 25.0
"""How long an order waits for its process to come by."""
DRAIN_S = 240.0
OPEN = 0.8
"""The share of the kills during which the crowd still begins something new."""
RANDOM = ("module", "bot", "worker", "module", "group", "start")
"""Which process dies at a moment of no meaning: … it and its children at once, the bot and again while it starts."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a campaign did and what the oracle counted."""

    kills: Counter[str]
    missed: tuple[str, ...]
    """Points that nobody passed in time, in the order they were wanted."""
    back_s: tuple[float, ...]
    """From the death of the bot to `/readyz`, for each."""
    module_back_s: tuple[float, ...]
    figures: Figures
    faults: str
    """What `countersign journal verify` has to say against journal and ledger; empty when both are whole."""
    drained: bool


def plan(count: int, *, seed: int) -> list[str]:
    """Return `count` kills: every named point, among as many at random; the rest of those at random comes last."""
    dice = random.Random(seed)
    named = [*BOT_POINTS, *MODULE_POINTS]
    wanted = (named * max(1, count // (2 * len(named))))[:count]
    rest = [RANDOM[place % len(RANDOM)] for place in range(count - len(wanted))]
    middle = len(rest) // 2
    mixed = [*wanted, *rest[:middle]]
    dice.shuffle(mixed)
    return [*mixed, *rest[middle:]]


@contextmanager
def mortal_company(folder: Path, *, signers: int, employees: int, **settings: str) -> Iterator[Company]:
    """A company whose bot and module die at named points; Telegram repeats many an update."""
    orders = folder / "orders"
    orders.mkdir()
    entry = ("tests.journeys.mortal", "bot")
    settings |= {"CRASH_ORDERS": str(orders)}
    with company(folder, signers=signers, employees=employees, entry=entry, **settings) as made:
        made.telegram.faults.add(Fault(kind=FaultKind.DUPLICATE_UPDATES, times=200))
        yield made


@dataclass(kw_only=True)
class Campaign:
    """Kills one after the other; each waits until the last one is overcome."""

    company: Company
    seed: int = 1
    kills: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    back_s: list[float] = field(default_factory=list)
    module_back_s: list[float] = field(default_factory=list)

    async def run(self, wanted: Sequence[str]) -> Outcome:
        """Kill as `wanted`, let the crowd finish, end the bot, and let the oracle count."""
        oracle = Oracle(self.company, orders=self._orders)
        crowd = Crowd(requesters=self.company.employees, signers=self.company.signers, states=oracle.states)
        working, dice = asyncio.create_task(crowd.work()), random.Random(self.seed)
        await asyncio.sleep(3)
        for place, kill in enumerate(wanted):
            if working.done():
                break
            crowd.is_closing = place >= len(wanted) * OPEN
            await self._one(kill, dice)
        crowd.is_closing = True
        drained = await self._drain(crowd, working)
        crowd.is_over = True
        await working
        verified = await asyncio.to_thread(self.company.countersign, "journal", "verify")
        await asyncio.to_thread(self.company.stop)
        return Outcome(
            kills=self.kills, missed=tuple(self.missed), back_s=tuple(self.back_s),
            module_back_s=tuple(self.module_back_s), figures=oracle.judge(crowd.errands), drained=drained,
            faults=verified.stdout + verified.stderr if verified.returncode else "",
        )  # fmt: skip

    @property
    def _orders(self) -> Path:
        return Path(self.company.environment["CRASH_ORDERS"])

    async def _one(self, kill: str, dice: random.Random) -> None:
        if kill in (*BOT_POINTS, *MODULE_POINTS) and not await self._order(kill):
            self.missed.append(kill)
            kill = "module"
        if kill in RANDOM:
            await asyncio.sleep(dice.uniform(0.2, 2))
            self._strike(kill)
        self.kills[kill] += 1
        if kill in MODULE_POINTS or kill == "module":
            await self._module_back()
        elif kill != "worker":
            await self._bot_back(dice.uniform(0.5, 5) if kill == "start" else None)

    async def _order(self, point: str) -> bool:
        """Leave an order and return whether a process died of it."""
        order = self._orders / point
        order.touch()
        end = time.monotonic() + ORDER_S
        while order.exists() and time.monotonic() < end:  # noqa: ASYNC110 - another process takes the file away
            await asyncio.sleep(0.05)
        with contextlib.suppress(FileNotFoundError):
            order.unlink()
            return False
        return True

    def _strike(self, kill: str) -> None:
        bot = self.company.process
        assert bot is not None
        if kill == "group":
            os.killpg(bot.pid, signal.SIGKILL)
        elif kill == "module":
            _kill(next(pid for pid, command in _children(bot.pid) if b"mortal\0module" in command))
        elif kill == "worker":
            _kill(max(pid for pid, command in _children(bot.pid) if b"mortal\0module" not in command))
        else:
            bot.send_signal(signal.SIGKILL)

    async def _bot_back(self, again_after_s: float | None) -> None:
        """Start the bot at once, as systemd would; `again_after_s` kills it once more while it starts."""
        assert self.company.process is not None
        await asyncio.to_thread(self.company.process.wait, 10)
        if again_after_s is not None:
            self.company.start(wait=False)
            await asyncio.sleep(again_after_s)
            self.company.process.send_signal(signal.SIGKILL)
            self.kills["bot"] += 1
            await asyncio.to_thread(self.company.process.wait, 10)
        began = time.monotonic()
        await asyncio.to_thread(self.company.start)
        self.back_s.append(time.monotonic() - began)

    async def _module_back(self) -> None:
        began = time.monotonic()
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < began + READY_S:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.company.pages}/readyz") as answer:
                        if answer.status == 200:
                            self.module_back_s.append(time.monotonic() - began)
                            return
                await asyncio.sleep(0.05)
        raise TimeoutError("the module does not come back")

    async def _drain(self, crowd: Crowd, working: asyncio.Task[None]) -> bool:
        end = time.monotonic() + DRAIN_S
        while time.monotonic() < end and not working.done():
            if not await asyncio.to_thread(crowd.unfinished):
                await asyncio.sleep(5)  # the last deliveries are on their way
                return True
            await asyncio.sleep(1)
        return False


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> Iterator[tuple[int, bytes]]:
    """Yield every descendant with its command line (proc(5))."""
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in thread.read_text().split():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                yield int(child), Path(f"/proc/{child}/cmdline").read_bytes()
                yield from _children(int(child))
