"""Downloads: the whole file, from the portal only, with the name that the value does not have."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.bitrix24.deal import DealFile, Deals
from bot.platforms.bitrix24.errors import DownloadRefused, UnknownOutcome
from bot.platforms.bitrix24.files import download
from playground.bitrix24_portal import FIELD
from tests.bot.platforms.bitrix24.conftest import Desk

BODY = b"%PDF-1.7 a contract" * 9000


async def _value(desk: Desk, name: str = "Договор 17/44.pdf") -> dict[str, Any]:
    deal = desk.far.office.open_deal("Deal", by=2)
    number = desk.far.put(deal, name, BODY, by=2)
    found = await Deals(desk.portal, [FIELD]).get(deal.id)
    value = found.value_of(DealFile(deal=deal.id, field=FIELD, file=number))
    assert value is not None
    return dict(value)


async def test_a_file_arrives_whole_with_its_name(desk: Desk, tmp_path: Path) -> None:
    got = await download(desk.portal, await _value(desk), tmp_path / "x", limit_bytes=1 << 20)
    assert (tmp_path / "x").read_bytes() == BODY
    assert (got.name, got.size_bytes) == ("Договор 17 44.pdf", len(BODY))
    assert got.sha256 == hashlib.sha256(BODY).hexdigest()


async def test_a_relative_link_belongs_to_the_portal(desk: Desk, tmp_path: Path) -> None:
    value = await _value(desk)
    value["urlMachine"] = value["urlMachine"].removeprefix(desk.far.url)
    assert (await download(desk.portal, value, tmp_path / "x", limit_bytes=1 << 20)).size_bytes == len(BODY)


async def test_another_host_is_never_asked(desk: Desk, tmp_path: Path) -> None:
    value = await _value(desk)
    for url in ("http://127.0.0.1:1/rest/x", "https://evil.example/x", "//evil.example/x"):
        with pytest.raises(DownloadRefused, match="FOREIGN_HOST"):
            await download(desk.portal, value | {"urlMachine": url}, tmp_path / "x", limit_bytes=1 << 20)


async def test_a_login_page_is_no_file(desk: Desk, tmp_path: Path) -> None:
    value = await _value(desk)
    with pytest.raises(DownloadRefused, match="NOT_A_FILE"):
        await download(desk.portal, value | {"urlMachine": value["url"]}, tmp_path / "x", limit_bytes=1 << 20)


async def test_a_file_that_is_too_large_is_not_read_to_its_end(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(DownloadRefused, match="TOO_LARGE"):
        await download(desk.portal, await _value(desk), tmp_path / "x", limit_bytes=70_000)
    assert not (tmp_path / "x").exists(), "nothing is left behind"


async def test_a_portal_that_is_too_busy_is_asked_later(desk: Desk, tmp_path: Path) -> None:
    value = await _value(desk)
    desk.far.rest.is_limited = True
    desk.far.rest._level = 1e6  # the bucket is full
    with pytest.raises(UnknownOutcome):
        await download(desk.portal, value, tmp_path / "x", limit_bytes=1 << 20)
    assert desk.pauses == []
    desk.far.rest._level = 0.0
    await desk.portal.read("profile")
    assert sum(desk.pauses) == pytest.approx(1.0), "everybody waits a little"
