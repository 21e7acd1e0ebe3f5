"""`countersign init`: data folder, sealing key, software token, database, journal; asks nothing, repeats harmlessly."""

from __future__ import annotations

import asyncio
import secrets
from typing import Annotated

import typer

from bot.cli import soft_token
from bot.cli.console import Failed, countersign, say, spoken, step
from bot.clock import SystemClock
from bot.secret_file import write_secret
from bot.settings import PREFIX, Settings, read_settings
from signing.audit import Event, Tag
from signing.membership import CONSOLE

SEALING_KEY_BYTES = 32


@spoken
async def init(quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all goes well.")] = False) -> None:
    """Set up an installation from the settings. What exists is kept."""
    settings = read_settings()
    await set_up(settings, quiet=quiet)
    if not quiet:
        say(f"Ready in {settings.data_dir}. See: {countersign('doctor')}")


async def set_up(settings: Settings, *, quiet: bool = False) -> None:
    """Make what is missing. Raises `Failed` when a token of another make was not given its PIN."""
    with step("Data folder and sealing keys", quiet=quiet):
        for folder in (settings.data_dir, settings.activation_store_file.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (settings.sealing_key_file, settings.activation_sealing_key_file):
            if not path.exists():
                write_secret(path, secrets.token_hex(SEALING_KEY_BYTES))
    with step("Token", quiet=quiet):
        await asyncio.to_thread(_token, settings)
    with step("Database and journal", quiet=quiet):
        await _database(settings)


def _token(settings: Settings) -> None:
    if soft_token.is_soft(settings):
        if not soft_token.exists(settings):
            soft_token.make(settings)
    elif not settings.pkcs11_pin_file.exists():
        raise Failed(
            f"Put the PIN of your token into {settings.pkcs11_pin_file} (mode 0600), or set {PREFIX}PKCS11_PIN_FILE."
        )


async def _database(settings: Settings) -> None:
    # SQLAlchemy takes half a second, which every other command saves.
    from storage.database import Database
    from storage.migrations import upgrade
    from storage.store import SqlStore

    clock = SystemClock()
    await asyncio.to_thread(upgrade, settings.database_url)
    async with (
        await Database.open(settings.database_url, exclusive=False) as database,
        SqlStore(database, clock).begin() as tx,
    ):
        if not await tx.journal.rows(limit=1):
            await tx.journal.add(Event(tag=Tag.JOURNAL_OPENED, at=clock.now(), actor=CONSOLE, subject="journal"))
