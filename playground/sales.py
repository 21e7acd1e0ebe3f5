"""Settles the company in its portal as an administrator would: application, field, people."""

from __future__ import annotations

from pathlib import Path

import aiohttp

from bot.cli.installation import Installation, installation
from bot.platforms.bitrix24.departments import departments, placed
from bot.platforms.bitrix24.events import INSTALL_PATH
from bot.platforms.bitrix24.fields import set_up
from bot.platforms.bitrix24.people import accept, employees, propose
from bot.platforms.bitrix24.platform import Connection
from bot.portal import deal_policy_of, portal_connection
from bot.secret_file import read_secret, write_secret
from bot.settings import Settings
from playground.bitrix24.desk import BESIDE
from playground.bitrix24.office import COMPANY
from playground.bitrix24_portal import CLIENT_ID, CLIENT_SECRET, Bitrix24Portal
from playground.cast import ANNA, CAST, IVAN, VERA
from signing.membership import CONSOLE
from storage.sealed import Sealer

DEAL = "Delivery, Podgorica"


def environment(portal: Bitrix24Portal, folder: Path) -> dict[str, str]:
    """Return the settings under which the unchanged bot finds the portal."""
    secret = folder.absolute() / "secrets" / "bitrix24-client-secret"
    if not secret.exists():
        write_secret(secret, CLIENT_SECRET)
    return {
        "COUNTERSIGN_BITRIX24_URL": portal.url,
        "COUNTERSIGN_BITRIX24_OAUTH_URL": portal.oauth_url,
        "COUNTERSIGN_BITRIX24_CLIENT_ID": CLIENT_ID,
        "COUNTERSIGN_BITRIX24_SIGNATURE_FIELD": BESIDE,
        "COUNTERSIGN_BITRIX24_STAGE_SIGNED": "UC_SIGNED",
        "COUNTERSIGN_BITRIX24_STAGE_REJECTED": "LOSE",
        # Nobody waits two minutes to see what happens when an event is lost.
        "COUNTERSIGN_BITRIX24_SWEEP_SECONDS": "10",
        "COUNTERSIGN_BITRIX24_CHAT": "on",
        "COUNTERSIGN_BITRIX24_CHAT_SECONDS": "2",
        "COUNTERSIGN_BITRIX24_CHAT_IDLE_SECONDS": "2",
    }


async def settle(settings: Settings, portal: Bitrix24Portal, *, bot_url: str) -> None:
    """Install the application in a portal that has just started, and open a deal there.

    The portal forgets everything when it ends, so this is done at every start; numbers of people stay the same.
    """
    for actor in sorted(CAST, key=lambda actor: actor is not VERA):
        first, last = actor.name.split(" ", 1)
        portal.office.hire(first, last, position=actor.title, is_admin=actor is VERA)
    portal.office.departments[COMPANY].head = _number(portal, VERA.name)
    anna = _number(portal, ANNA.name)
    portal.office.users[anna].departments = [portal.office.found("Sales").id]
    sealer = Sealer(bytes.fromhex(read_secret(settings.sealing_key_file)))
    async with (
        installation(settings) as here,
        portal_connection(settings, store=here.store, sealer=sealer, clock=here.clock) as connection,
    ):
        assert connection is not None, "the environment names the portal"
        await _install(connection, portal, bot_url=bot_url)
        policy = deal_policy_of(settings)
        await set_up(
            connection.portal, policy.all_fields, beside=policy.beside_field, public_url=str(settings.public_url)
        )  # fmt: skip
        await _bring_in(here, connection)
    portal.desk.seller = _number(portal, ANNA.name)
    portal.desk.signer = _number(portal, IVAN.name)
    deal = portal.office.open_deal(DEAL, by=portal.desk.seller)
    portal.messenger.open_line(deal=deal.id, operator=portal.desk.seller)


async def _install(connection: Connection, portal: Bitrix24Portal, *, bot_url: str) -> None:
    await connection.installation.open_window(by=CONSOLE)
    status, said = await portal.install(f"{bot_url}{INSTALL_PATH}", by=_number(portal, VERA.name))
    if status != 200:
        raise aiohttp.ClientError(f"the application could not be installed: {said}")


async def _bring_in(here: Installation, connection: Connection) -> None:
    found, structure = await employees(connection.portal), await departments(connection.portal)
    for proposal in await propose(here.store, placed(found, structure or {})):
        if not proposal.is_bound:
            await accept(here.membership, proposal, by=CONSOLE)


def _number(portal: Bitrix24Portal, name: str) -> int:
    return next(user.id for user in portal.office.users.values() if f"{user.name} {user.last_name}" == name)
