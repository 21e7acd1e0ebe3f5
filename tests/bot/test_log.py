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
SHARE = "https://sign.example.com/s/canaryCANARY-canary_02/0"
PORTAL = "https://example.bitrix24.com/rest/user.get?auth=canaryAUTH0123456789&x=1"
PROXIED = "http://user:canaryPASS@proxy.example.com:3128"
KEY = "-----BEGIN PRIVATE KEY-----\ncanaryKEYcanaryKEY\n-----END PRIVATE KEY-----"
NAME = "Canary merger with Acme.pdf"
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
    for canary in (SHARE, PORTAL, PROXIED, KEY):
        logging.getLogger("aiohttp.client").error("asked %s", canary)
    logging.getLogger("aiohttp.client").error("sent Authorization: Bearer canaryBEARER0123")
    logging.getLogger("aiohttp.client").error("opened '%s' and Canary.docx", NAME)
    structlog.get_logger("bot").error("unreadable", file=NAME)
    structlog.get_logger("bot").error("recovered with cana-ryre-cvry and went on")
    logging.getLogger("aiohttp.client").error("posted event_token=%s&ts=1", EVENT)
    try:
        raise ValueError(f"https://api.example/bot{TOKEN}/getMe {PIN}")
    except ValueError:
        structlog.get_logger("bot").exception("went_wrong")
        logging.getLogger("aiogram").exception("went wrong")
    said = capsys.readouterr().err
    assert said.count(log.HIDDEN) >= 7
    secrets = ("CANARYCANARY", "canaryCANARY", "canarySALT", "canaryAUTH", "canaryPASS", "canaryKEY", "canaryBEARER")
    for canary in (TOKEN, TOKEN.partition(":")[2], PIN, *secrets, "Canary merger", "Acme", "Canary.docx", "cana-"):
        assert canary not in said
    assert "something" in said
