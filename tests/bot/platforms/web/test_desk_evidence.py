"""The evidence file is fetched at the desk, by whom it concerns and by nobody else."""

from __future__ import annotations

from pathlib import Path

from bot.clock import SystemClock
from tests.bot.platforms.web.desk_site import DeskSite, desk_site, house, rendering
from tests.journeys.desk import DeskPage
from tests.signing.evidence.office import judged

__all__ = ["desk_site", "house", "rendering"]


async def fetch(page: DeskPage, request: str) -> tuple[int, str, bytes]:
    path = f"{page.base}/desk/requests/{request}/evidence"
    async with page.browser.get(path, headers=page.headers()) as answer:
        return answer.status, answer.headers.get("Content-Disposition", ""), await answer.read()


async def test_who_asked_fetches_it_and_somebody_else_does_not(desk_site: DeskSite, tmp_path: Path) -> None:
    asked = await desk_site.house.asked()
    status, named, body = await fetch(await desk_site.enter("Anna"), asked.id)
    assert (status, named.endswith(".zip")) == (200, True)
    file = tmp_path / "evidence.zip"
    file.write_bytes(body)
    report = await judged(file, now=SystemClock().now())  # the Fake module has no other clock
    assert report.faults == ()
    assert report.facts["request"]["id"] == asked.id
    status, _, said = await fetch(await desk_site.enter("Olga"), asked.id)
    assert status == 403
    assert b"An auditor can look at it" in said
