"""Canaries through the log: no secret comes out, whoever wrote the line."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import log

TOKEN = "7012345678:AAHk3nV0yZ_canary_canary_canary_0001"
PIN = "90817263"
SEED = "otpauth://totp/Company:Ivan?secret=CANARYCANARYCANARYCANARYCANARY23"
EVENT = "664fa13bbbb410.99176768|A40364_79843_85254_57332|canarySALT.canaryHMAC"
INVITE = "https://sign.example.com/enrol/canaryCANARY-canary_01"


@pytest.fixture(autouse=True)
def _plain_logging_afterwards() -> Iterator[None]:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("json", [True, False])
def test_no_canary_comes_out(capsys: pytest.CaptureFixture[str], json: bool) -> None:
    log.configure(level="debug", secrets=[PIN], json=json)
    structlog.get_logger("bot").warning("something", url=f"https://api/file/bot{TOKEN}/a.pdf", pin=PIN, uri=SEED)
    logging.getLogger("aiohttp.client").error("failed: %s %s", INVITE, TOKEN)
    logging.getLogger("aiohttp.client").error("posted event_token=%s&ts=1", EVENT)
    try:
        raise ValueError(f"https://api.example/bot{TOKEN}/getMe {PIN}")
    except ValueError:
        structlog.get_logger("bot").exception("went_wrong")
        logging.getLogger("aiogram").exception("went wrong")
    said = capsys.readouterr().err
    assert said.count(log.HIDDEN) >= 7
    for canary in (TOKEN, TOKEN.partition(":")[2], PIN, "CANARYCANARY", "canaryCANARY", "canarySALT"):
        assert canary not in said
    assert "something" in said
