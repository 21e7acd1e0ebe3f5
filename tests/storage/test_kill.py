"""What was acknowledged survives kill -9 at any instant (invariant 5), counted from outside."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from storage.database import Database
from storage.inbox import LIMIT as FED_AT_ONCE
from storage.jobs import LIMIT as RUN_AT_ONCE
from storage.tables import inbox, job

KILLS = 12
ROOT = Path(__file__).parents[2]


async def a_bot(url: str, effects: Path, *first: int) -> Process:
    """Start the mortal bot."""
    program = [sys.executable, str(Path(__file__).with_name("mortal_bot.py")), url, str(effects), *map(str, first)]
    return await asyncio.create_subprocess_exec(*program, stdout=PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)})


async def live_and_die(bot: Process, *, after_s: float) -> list[int]:
    """Kill the bot some time after its first acknowledgement; return all that it acknowledged."""
    assert bot.stdout is not None
    lines = await bot.stdout.readline()
    await asyncio.sleep(after_s)
    bot.kill()
    lines += await bot.stdout.read()
    await bot.wait()
    return [int(line) for line in lines.splitlines(keepends=True) if line.endswith(b"\n")]


def done(effects: Path) -> list[str]:
    """Every effect so far, repeated ones too."""
    return effects.read_text().split() if effects.exists() else []


async def all_done(effects: Path, wanted: set[str]) -> None:
    """Wait until every wanted effect has come about."""
    async with asyncio.timeout(60):
        while True:
            if wanted <= set(done(effects)):
                return
            await asyncio.sleep(0.05)


async def test_nothing_acknowledged_is_lost_by_killing_the_process(url: str, tmp_path: Path) -> None:
    chance = random.Random(20261123)
    effects = tmp_path / "effects"
    acknowledged: list[int] = []
    for _ in range(KILLS):
        bot = await a_bot(url, effects, acknowledged[-1] + 1 if acknowledged else 0)
        acknowledged += await live_and_die(bot, after_s=chance.uniform(0, 0.2))
    last = await a_bot(url, effects)
    try:
        await all_done(effects, {str(number) for number in acknowledged})
    finally:
        last.kill()
        await last.wait()
    assert len(acknowledged) > KILLS
    # What a crash may repeat is no more than what was under way.
    repeated = len(done(effects)) - len(set(done(effects)))
    assert repeated <= (FED_AT_ONCE + RUN_AT_ONCE) * (KILLS + 1)
    async with await Database.open(url) as database, database.read() as connection:
        dead = inbox.select().where(inbox.c.state == "dead")
        assert (await connection.execute(dead)).all() == []
        assert (await connection.execute(job.select().where(job.c.failed_at.is_not(None)))).all() == []
