"""Files of CRM fields: fetched from the portal only, to the disk, with a limit; a login page is no file."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from bot.platforms.bitrix24.answers import failure_to_send
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import DownloadRefused, UnknownOutcome
from signing.document import Sha256, clean_name

TOO_LARGE = "TOO_LARGE"
_CHUNK_BYTES = 1 << 16
_NOT_FILES = ("text/html", "application/json")
_LATER = frozenset({401, 408, 425, 429})
"""And every 5xx: a link whose token grew old (401) is read anew from the deal, the rest passes."""


@dataclass(frozen=True, kw_only=True)
class DownloadedFile:
    """A file that was fetched whole."""

    name: str
    """From `Content-Disposition` (the value of a field has no name), cleaned for display."""
    size_bytes: int
    sha256: Sha256


async def download(portal: Portal, value: Mapping[str, Any], target: Path, *, limit_bytes: int) -> DownloadedFile:
    """Fetch the file of a field's value (`{"id", "urlMachine"}`) into `target`.

    Raises `DownloadRefused` for what is not a file, is larger than `limit_bytes` or lies on another host, and
    `UnknownOutcome` when it did not arrive whole; then nothing is left in `target`. The link holds a token: it is used
    at once and told nowhere.
    """
    url = _of_the_portal(portal, str(value.get("urlMachine") or ""))
    headers = {
        "User-Agent": "Mozilla/5.0 (compatible; Countersign/1)", "Accept": "*/*", "Accept-Language": "en",
        "Referer": f"{portal.url}/",
    }  # fmt: skip
    async with await portal.fetch(url, headers) as answer:
        _refuse_pages(answer)
        try:
            size, sha256 = await _write(answer, target, limit_bytes)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise failure_to_send("download", error) from None
    named = answer.content_disposition
    name = clean_name((named.filename if named else None) or f"file-{value.get('id')}")
    return DownloadedFile(name=name, size_bytes=size, sha256=sha256)


def _of_the_portal(portal: Portal, link: str) -> URL:
    """Return the address of a link; the token in it goes to the portal only, and never unencrypted to an https one."""
    try:
        home = URL(portal.url)
        url = home.join(URL(link))
        if url.origin() == home.origin() and url.user is None:
            return url
    except ValueError:
        pass
    raise DownloadRefused(method="download", code="FOREIGN_HOST")


def _refuse_pages(answer: aiohttp.ClientResponse) -> None:
    if answer.status in _LATER or answer.status >= 500:
        raise UnknownOutcome(method="download", status=answer.status)
    if answer.status != 200 or answer.content_type in _NOT_FILES:
        raise DownloadRefused(method="download", code="NOT_A_FILE", status=answer.status)


async def _write(answer: aiohttp.ClientResponse, target: Path, limit_bytes: int) -> tuple[int, Sha256]:
    size, digest = 0, hashlib.sha256()
    try:
        with await asyncio.to_thread(target.open, "wb") as file:
            async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
                size += len(chunk)
                if size > limit_bytes:
                    raise DownloadRefused(method="download", code=TOO_LARGE)
                digest.update(chunk)
                await asyncio.to_thread(file.write, chunk)
    except BaseException:
        await asyncio.to_thread(target.unlink, missing_ok=True)
        raise
    return size, Sha256(digest.hexdigest())
