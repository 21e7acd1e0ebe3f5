"""A folder for one call: all that is written lies in it, and it is gone afterwards, however the call ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.workers import WorkerLimits, WorkerPool
from signing.errors import WorkerFailed
from storage.documents import DiskDocuments
from tests.bot import work_in_scratch as work


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(size=1, limits=WorkerLimits(wall_s=2), preload=())
    await pool.start()
    yield pool
    await pool.close()


async def test_a_worker_works_in_its_folder_and_leaves_nothing(pool: WorkerPool, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    assert await pool.run(work.fill, scratch) == ["a", "a/b", "a/b/text"]
    assert not scratch.exists()


@pytest.mark.parametrize(
    ("what", "arguments", "reason"),
    [
        (work.link, ("/etc/passwd",), "PermissionError"),
        (work.write_beside, (), "PermissionError"),
        (work.stay, (), "timeout"),
    ],
)
async def test_nothing_is_left_of_a_call_that_fails(
    pool: WorkerPool, tmp_path: Path, what: Callable[..., Any], arguments: tuple[str, ...], reason: str
) -> None:
    scratch = tmp_path / "scratch"
    with pytest.raises(WorkerFailed) as failure:
        await pool.run(what, scratch, *arguments)
    assert failure.value.facts["reason"] == reason
    assert _left(tmp_path) == []


def _left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_what_a_crash_left_is_tidied_away(tmp_path: Path) -> None:
    documents = DiskDocuments(tmp_path, min_free_bytes=0, min_free_share=0)
    left = documents.spool()
    (left / "profile").mkdir(parents=True)
    (left / "profile" / "text").write_text("x")
    assert documents.tidy(older_than_s=0, now_s=left.stat().st_mtime + 1) == 1
    assert not left.exists()
