"""`./dev run` without a Telegram token: a company, its Telegram and its PKI on this machine, and the unchanged bot."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from playground.cast import CAST
from playground.telegram_server import DEFAULT_TOKEN, TelegramServer, serve

if TYPE_CHECKING:
    from playground.newcomers import Authenticators

PORT = int(os.environ.get("PLAYGROUND_PORT", "8090"))
"""The one address to open. The bot's own pages are served there too; behind it they have the next port, the PKI the
one after, then the portal and its authorization server."""
FOLDER = Path(os.environ.get("PLAYGROUND_FOLDER", "var/playground"))
COMPANY = "Playground Ltd"
POLICY = Path(__file__).with_name("policy.toml").absolute()
"""A route to try: two signers, one after the other."""
READY_S = 120.0
STOP_S = 50.0
PKI, FOUND, BOT, PEOPLE = "Company CA and time-stamp authority", "Company, token and keys", "The bot", "The people"


async def main() -> None:
    """Show the page at once, then found what is missing, start the bot, and stay until Ctrl-C."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    world = TelegramServer(
        people=[actor.phone for actor in CAST], roles={actor.phone.id: actor.role for actor in CAST},
        signers=[actor.phone.id for actor in CAST if actor.key],
        outside={"journal": f"http://127.0.0.1:{PORT + 2}/journal"}, upstream=f"http://127.0.0.1:{PORT + 1}",
        portal=f"http://127.0.0.1:{PORT + 3}", folder=FOLDER / "telegram",
    )  # fmt: skip
    for step in (PKI, FOUND, BOT, PEOPLE):
        world.progress(step, done=False)
    async with serve(world.app(), port=PORT) as address:
        sys.stdout.write(
            f"\n    Open {address}    Telegram and Bitrix24 are simulated, the token is software. Ctrl-C ends it.\n\n"
        )
        sys.stdout.flush()
        await _play(world, address=address, port=PORT, stop=stop)


async def _play(world: TelegramServer, *, address: str, port: int, stop: asyncio.Event) -> None:
    """Bring everything up step by step, then wait until somebody stops it or the bot ends."""
    # Imported after the page answers: the product's packages take seconds.
    from playground import company, mandate, sales
    from playground.bitrix24_portal import Bitrix24Portal
    from playground.newcomers import Authenticators
    from playground.panel import JournalPanel
    from playground.pki import LoopbackPki

    async with AsyncExitStack() as stack:
        pki = await asyncio.to_thread(LoopbackPki, FOLDER / "pki", company=COMPANY)
        panel = JournalPanel()
        stack.push_async_callback(panel.close)
        outside = pki.app()
        outside.add_routes(panel.routes())
        pki.base_url = await stack.enter_async_context(serve(outside, port=port + 2))
        world.progress(PKI, done=True)
        portal = Bitrix24Portal(first=int(time.time()))
        await stack.enter_async_context(portal.serving(port=port + 3, oauth_port=port + 4))
        os.environ.update(sales.environment(portal, FOLDER))
        os.environ.update(
            company.environment(
                folder=FOLDER, base_url=address, pki=pki, token=DEFAULT_TOKEN, port=port + 1,
                company=COMPANY,
            ),
            COUNTERSIGN_POLICY_FILE=str(POLICY),
        )  # fmt: skip
        settings = company.settings()
        secrets = await company.found(settings, pki)
        world.progress(FOUND, done=True)
        bot = await stack.enter_async_context(_bot())
        ended = asyncio.create_task(bot.wait())
        await _ready(f"http://127.0.0.1:{port + 1}/readyz", ended)
        world.progress(BOT, done=True)
        await panel.open(settings.database_url)
        await sales.settle(settings, portal, bot_url=f"http://127.0.0.1:{port + 1}")
        phones = Authenticators(FOLDER / "authenticators.json")
        await _people(world, secrets, phones, address=address)
        world.progress(PEOPLE, done=True)
        stopping, granting = asyncio.create_task(stop.wait()), asyncio.create_task(mandate.grant(world, phones))
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stopping, granting):
            task.cancel()


@asynccontextmanager
async def _bot() -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the unchanged bot as anybody would; end it at the end."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run")
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_S)
            except TimeoutError:
                process.kill()


async def _ready(url: str, ended: asyncio.Task[int]) -> None:
    """Wait until the bot says that it is ready; raise `SystemExit` when it ends instead."""
    async with asyncio.timeout(READY_S), aiohttp.ClientSession() as session:
        while not ended.done():
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.wait({ended}, timeout=0.2)
    raise SystemExit("The bot ended before it was ready; its log is above.")


async def _people(
    world: TelegramServer, secrets: dict[int, str], authenticators: Authenticators, *, address: str
) -> None:
    """Let everybody join, and the signers enrol, as people do; on later starts their phones remember."""
    from playground.newcomers import enrol, join

    # Else a code used just before a restart would look fresh after it.
    world.authenticators.on_use = lambda person, used: authenticators.add(person, used.uri, spent_step=used.spent_step)
    for actor in CAST:
        await join(actor, secrets.get(actor.phone.id), telegram_url=address)
        if actor.key and not authenticators.has(actor.phone.id):
            await enrol(actor, authenticators, telegram_url=address)
        if authenticators.has(actor.phone.id):
            uri, spent = authenticators.of(actor.phone.id)
            world.authenticators.add(actor.phone.id, uri, spent_step=spent)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SystemExit(
            f"Port {PORT} or one of the next four is taken; perhaps another playground still runs. Mend: end it, or "
            f"take other ports: PLAYGROUND_PORT={PORT + 100} ./dev run"
        ) from None
