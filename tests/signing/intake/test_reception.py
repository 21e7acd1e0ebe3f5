"""The desk: a worker that was killed is asked again, a document that kills every worker is refused with words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from signing.errors import Refused, WorkerFailed
from signing.intake.gate import GateLimits
from signing.intake.reception import Received, Reception
from storage.documents import DiskDocuments
from tests.assets.raw_pdf import document, written


class MortalWorkers:
    """Runs the work here, after so many calls have failed for such a reason."""

    def __init__(self, *reasons: str) -> None:
        self._reasons = list(reasons)

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Fail as told, then do the work."""
        if self._reasons:
            raise WorkerFailed(reason=self._reasons.pop(0))
        return work(*args, **kwargs)


async def received(folder: Path, *reasons: str) -> int:
    documents = DiskDocuments(folder)
    desk = Reception(documents=documents, workers=MortalWorkers(*reasons), limits=GateLimits())
    sha256 = await documents.put(written(document()))
    return len(await desk.receive([Received(name="a.pdf", sha256=sha256)]))


async def test_a_worker_that_was_killed_is_asked_again(tmp_path: Path) -> None:
    assert await received(tmp_path, "crashed") == 1


@pytest.mark.parametrize("reasons", [("crashed", "crashed"), ("timeout",), ("memory",)])
async def test_a_document_that_ends_its_workers_is_refused(tmp_path: Path, reasons: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        await received(tmp_path, *reasons)
    assert (refused.value.code, refused.value.facts["name"]) == ("too-hard", "a.pdf")


async def test_a_fault_of_ours_is_not_blamed_on_the_document(tmp_path: Path) -> None:
    with pytest.raises(WorkerFailed):
        await received(tmp_path, "weak-isolation")
