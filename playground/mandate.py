"""Vera grants a standing mandate, as she would at the server: a business process can then have a leave sealed."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyotp

from playground.cast import SEAL, VERA

if TYPE_CHECKING:
    from playground.newcomers import Authenticators
    from playground.telegram_server import TelegramServer

TYPE, COUNT, DAYS = "leave", 20, 90
STEP_S = 30


async def grant(world: TelegramServer, authenticators: Authenticators) -> None:
    """Grant one when none is in force; Vera's phone shows her next code only half a minute after the last one."""
    listed = await _countersign("mandates", "list", "--json")
    if any(row["state"] == "in force" for row in json.loads(listed or "[]")):
        return
    uri, spent = authenticators.of(VERA.phone.id)
    await asyncio.sleep(max(0.0, (spent + 1) * STEP_S - time.time() + 0.1))
    totp = pyotp.parse_uri(uri)
    assert isinstance(totp, pyotp.TOTP)
    step = int(time.time()) // STEP_S
    until = (datetime.now(UTC) + timedelta(days=DAYS)).date().isoformat()
    await _countersign(
        "mandates", "grant", "--type", TYPE, "--count", str(COUNT), "--until", until, "--key", SEAL, "--by", VERA.name,
        "--note", "leaves of the playground", typed=f"{totp.at(step * STEP_S)}\n",
    )  # fmt: skip
    authenticators.add(VERA.phone.id, uri, spent_step=step)
    world.authenticators.add(VERA.phone.id, uri, spent_step=step)


async def _countersign(*arguments: str, typed: str = "") -> str:
    """Run the command line beside the bot; what it answered, empty when it could not."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    said, _ = await process.communicate(typed.encode())
    return said.decode() if process.returncode == 0 else ""
