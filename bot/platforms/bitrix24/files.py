"""Files of CRM fields: fetched from the portal only, to the disk, with a limit; a login page is no file."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import DownloadRefused, UnknownOutcome
from signing.document import Sha256, clean_name

TOO_LARGE = "TOO_LARGE"
_CHUNK_BYTES = 1 << 16
_NOT_FILES = ("text/html", "application/json")
_STATUS_LATER = (429, 502, 503, 504)


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
    `UnknownOutcome` when it did not arrive whole. The link holds a token: it is used at once and told nowhere.
    """
    url = urljoin(f"{portal.url}/", str(value.get("urlMachine") or ""))
    if urlsplit(url).netloc != urlsplit(portal.url).netloc:
        raise DownloadRefused(method="download", code="FOREIGN_HOST")
    headers = {
        "User-Agent": "Mozilla/5.0 (compatible; Countersign/1)", "Accept": "*/*", "Accept-Language": "en",
        "Referer": f"{portal.url}/",
    }  # fmt: skip
    async with await portal.fetch(url, headers) as answer:
        _refuse_pages(answer)
        try:
            size, sha256 = await _write(answer, target, limit_bytes)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnknownOutcome(method="download", code=type(error).__name__) from None
    named = answer.content_disposition
    name = clean_name((named.filename if named else None) or f"file-{value.get('id')}")
    return DownloadedFile(name=name, size_bytes=size, sha256=sha256)


def _refuse_pages(answer: aiohttp.ClientResponse) -> None:
    if answer.status in _STATUS_LATER:
        raise UnknownOutcome(method="download", status=answer.status)
    if answer.status != 200 or answer.content_type in _NOT_FILES:
        raise DownloadRefused(method="download", code="NOT_A_FILE", status=answer.status)


async def _write(answer: aiohttp.ClientResponse, target: Path, limit_bytes: int) -> tuple[int, Sha256]:
    size, digest = 0, hashlib.sha256()
    with await asyncio.to_thread(target.open, "wb") as file:
        async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
            size += len(chunk)
            if size > limit_bytes:
                raise DownloadRefused(method="download", code=TOO_LARGE)
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    return size, Sha256(digest.hexdigest())
