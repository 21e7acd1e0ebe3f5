"""When memory runs out the kernel takes workers before the bot; what ends badly is counted for the monitor."""

from __future__ import annotations

from pathlib import Path

from bot.workers import WorkerPool


def badness(pid: int | str) -> str:
    return Path(f"/proc/{pid}/oom_score_adj").read_text().strip()


def children_of(pid: int) -> list[int]:
    told = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for text in told for child in text.split()]


async def test_workers_are_the_first_to_go() -> None:
    pool = WorkerPool(size=1, accept_weak_isolation=True, preload=())
    try:
        await pool.start()
        assert pool._nursery is not None
        mother = pool._nursery.pid
        family = [mother, *children_of(mother)]
        assert {badness(pid) for pid in family} == {"800"}
        assert badness("self") != "800"
        assert pool.starts == 1
        pool._nursery.kill()
        await pool._nursery.wait()
        await pool._ensure_nursery()
        assert pool.starts == 2
    finally:
        await pool.close()
