"""The loopback portal as an independent client sees it: the vendor's own SDK for Python."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from yarl import URL

from playground.bitrix24_portal import CLIENT_ID, CLIENT_SECRET, FIELD, Bitrix24Portal
from tests.bot.platforms.bitrix24.cloud import certified

SDK = Path(sys.prefix) / "b24pysdk"
"""Where `./dev test` installs it, with older packages than ours."""
VISIT = Path(__file__).with_name("sdk_visit.py")
DEALS = 60
"""More than one page of a list."""


async def test_the_vendors_sdk_works_with_the_loopback_portal(tmp_path: Path) -> None:
    assert SDK.is_dir(), "./dev test installs it"
    server, _ = certified(tmp_path)
    portal = Bitrix24Portal()
    portal.rest.leak_per_s, portal.rest.threshold = 1000.0, 1000
    async with portal.serving(name="old.bitrix24.com", tls=server):
        vera = portal.office.hire("Vera", "Sokolova", is_admin=True)
        portal.office.fields |= {FIELD: False}
        deals = [portal.office.open_deal(f"Delivery {number}", by=vera.id) for number in range(DEALS)]
        pair = portal.accounts.issue(vera.id)
        asked = {
            "domain": "old.bitrix24.com", "port": URL(portal.url).port, "oauth_url": portal.oauth_url,
            "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "deal": deals[0].id, "field": FIELD, **pair,
        }  # fmt: skip
        visitor = await asyncio.create_subprocess_exec(
            sys.executable, str(VISIT), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": str(SDK), "REQUESTS_CA_BUNDLE": str(tmp_path / "cloud.pem")},
        )  # fmt: skip
        try:
            seen = await _say(visitor, json.dumps(asked))
            portal.rename("new.bitrix24.com")
            renamed = await _say(visitor, "")
            portal.accounts.expire()
            expired = await _say(visitor, "")
        finally:
            if visitor.returncode is None:
                visitor.kill()
            await visitor.wait()
    assert (seen["user"], seen["all"], seen["file"]) == (str(vera.id), DEALS, ["id", "url", "urlMachine"])
    assert set(seen["scope"]) >= {"crm", "placement", "bizproc"}
    assert seen["batch"] == {"result": ["me"], "error": ["gone"]}
    assert seen["unknown"] == "BitrixAPINotFound ERROR_METHOD_NOT_FOUND"
    assert seen["absent"] == "BitrixAPINotFound NOT_FOUND"
    assert seen["application"].startswith("https://old.bitrix24.com")
    assert portal.bodies(deals[0]) == [b"%PDF-offer"]
    assert [comment.text for comment in portal.comments(deals[0])] == ["seen"]
    assert renamed == {"user": str(vera.id), "domain": "new.bitrix24.com"}
    assert expired == {"user": str(vera.id), "renewed": True}


async def _say(visitor: asyncio.subprocess.Process, line: str) -> dict[str, Any]:
    assert visitor.stdin is not None
    assert visitor.stdout is not None
    visitor.stdin.write(f"{line}\n".encode())
    await visitor.stdin.drain()
    answer = await asyncio.wait_for(visitor.stdout.readline(), timeout=60)
    found: dict[str, Any] = json.loads(answer)
    return found
