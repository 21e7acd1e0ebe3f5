"""What the people do on the first start, as people do it: press Start, open the enrolment page, type two codes."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pyotp

from playground.cast import Actor
from playground.telegram.person import TelegramPerson


class Authenticators:
    """The authenticator apps on the phones: seeds by Telegram id, kept by the phones, not by the bot."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._accounts: dict[str, tuple[str, int]] = json.loads(file.read_text()) if file.exists() else {}

    def add(self, person: int, uri: str, *, spent_step: int) -> None:
        """Scan an `otpauth://` address; codes up to `spent_step` are used."""
        self._accounts[str(person)] = (uri, spent_step)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self._accounts, file)

    def has(self, person: int) -> bool:
        """Return whether this phone has an account in its authenticator."""
        return str(person) in self._accounts

    def of(self, person: int) -> tuple[str, int]:
        """Return the address that was scanned and the last used step."""
        uri, spent_step = self._accounts[str(person)]
        return uri, spent_step


async def join(actor: Actor, secret: str | None, *, telegram_url: str) -> None:
    """Press the invite link (`t.me/<bot>?start=…`)."""
    async with TelegramPerson(telegram_url, actor.phone.id) as person:
        if secret is not None:
            await person.start(secret)
            await person.wait_for(lambda message: message["from"]["is_bot"])


async def enrol(actor: Actor, authenticators: Authenticators, *, telegram_url: str) -> None:
    """Open the enrolment page, scan its QR, type the codes of the last and the current half minute.

    The bot sends the page's address to a signer who joins; who has lost it asks with /factor.
    """
    async with TelegramPerson(telegram_url, actor.phone.id) as person:
        if not any(message["from"]["is_bot"] for message in await person.messages()):
            await person.send_text("/factor")
        message = await person.wait_for(lambda message: enrolment_link(message) is not None)
    link = enrolment_link(message)
    assert link is not None
    uri, spent_step = await enrol_on_page(link)
    authenticators.add(actor.phone.id, uri, spent_step=spent_step)


async def enrol_on_page(link: str, *, ago: int = 0) -> tuple[str, int]:
    """Fill in the enrolment page as a browser would; return the scanned `otpauth://` address and the last used step.

    With `ago=1` the codes of the half minutes before are typed, as by somebody slow: the present one stays fresh.
    """
    async with aiohttp.ClientSession() as browser:
        async with browser.get(link) as answer:
            url, fields = _form(str(answer.url), await answer.text())
        begun = await browser.post(url, data=fields)
        page = await begun.text()
        found = re.search(r"otpauth://[^\"'<\s]+", page)
        if found is None:
            raise RuntimeError("the enrolment page shows no otpauth address")
        uri = unescape(found.group())
        totp = pyotp.parse_uri(uri)
        assert isinstance(totp, pyotp.TOTP)
        now = int(datetime.now(UTC).timestamp()) - 30 * ago
        codes = {"first": totp.at(now - 30), "second": totp.at(now), "timezone": local_zone()}
        url, fields = _form(str(begun.url), page)
        async with browser.post(url, data={**fields, **codes}) as finished:
            if finished.status != 200:
                raise RuntimeError(f"the enrolment page answered {finished.status}")
    return uri, now // 30


def local_zone() -> str:
    """Return this machine's IANA time zone, as its browser would tell it."""
    zone = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    return zone if "/" in zone else "UTC"


def enrolment_link(message: dict[str, object]) -> str | None:
    """Return the enrolment page's address that a message carries, in its text or on a button."""
    found = re.search(r"https?://[^\s\"'\\]+/enrol/[A-Za-z0-9_-]+", json.dumps(message))
    return found.group() if found else None


def code(uri: str) -> str:
    """Return the code that an authenticator shows now."""
    return pyotp.TOTP(parse_qs(urlsplit(uri).query)["secret"][0]).now()


def _form(url: str, page: str) -> tuple[str, dict[str, str]]:
    """Return where the page's first form goes and its hidden fields."""
    form = re.search(r"<form[^>]*>", page)
    if form is None:
        raise RuntimeError("the page has no form")
    action = re.search(r'action="([^"]*)"', form.group())
    target = unescape(action.group(1)) if action and action.group(1) else urlsplit(url).path
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    base = urlsplit(url)
    return f"{base.scheme}://{base.netloc}{target}", {name: unescape(value) for name, value in hidden}
