"""The company's portal: installed, reachable, and telling us what happens in deals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from bot.cli.bitrix24 import connected
from bot.cli.checkup import Finding, good, portal_chat, warning, wrong
from bot.cli.console import Failed, countersign
from bot.cli.installation import Installation, installation
from bot.platforms.bitrix24 import bindings
from bot.platforms.bitrix24.bell import may_ring
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import AccessLost, Bitrix24Error
from bot.platforms.bitrix24.fields import missing_fields
from bot.platforms.bitrix24.platform import Connection
from bot.platforms.bitrix24.robot.offer import is_offered
from bot.platforms.bitrix24.stages import unknown_stages
from bot.portal import deal_policy_of, stage_policy_of
from bot.settings import PREFIX, Settings

INSTALL = "bitrix24 install"


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Yield the findings about the portal, none where no portal is configured."""
    if settings.bitrix24_url is None:
        return
    async with installation(settings) as here:
        if settings.bitrix24_signer:
            yield await _signer(here, settings.bitrix24_signer)
        try:
            async with connected(here) as connection:
                async for finding in _connected(settings, connection):
                    yield finding
                if settings.bitrix24_chat:
                    yield await portal_chat.finding(here, connection.portal)
        except Failed as failure:
            says, _, mend = str(failure).partition(" Mend: ")
            yield wrong("Bitrix24", says, mend=mend)


async def _signer(here: Installation, wanted: str) -> Finding:
    """Return the finding about the one person who is asked for every deal's document."""
    async with here.store.read() as tx:
        found = next((person for person in await tx.people.all() if person.id == wanted), None)
    if found is None or not found.may_sign:
        says = f"{wanted} is nobody who may sign" if found is None else f"{found.name} may not sign"
        mend = f"{PREFIX}BITRIX24_SIGNER: an id of {countersign('people list')}"
        return wrong("Deals' signer", says, mend=mend)
    return good("Deals' signer", found.name)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the portal said of itself and of us."""

    name: str
    unbound: tuple[bindings.Missing, ...]
    has_widgets: bool
    has_bell: bool
    missing_fields: tuple[str, ...]
    unknown_stages: tuple[str, ...]


async def _connected(settings: Settings, connection: Connection) -> AsyncIterator[Finding]:
    removed_at = await connection.installation.removed_at()
    if removed_at is not None:
        says = f"the application was removed from the portal, seen {removed_at:%d %b %Y, %H:%M} UTC; requests are kept"
        yield wrong("Bitrix24", says, mend=countersign(INSTALL))
        return
    try:
        asked = await _ask(settings, connection.portal)
    except AccessLost:
        yield wrong("Bitrix24", f"{connection.portal.url} does not know us", mend=countersign(INSTALL))
        return
    except Bitrix24Error as error:
        says = f"{connection.portal.url}: {error.code or type(error).__name__}"
        yield wrong("Bitrix24", says, mend="check the portal and the network; nothing is lost meanwhile")
        return
    yield good("Bitrix24", f"{connection.portal.url} answers, we act there as {asked.name}")
    if connection.portal.url != settings.bitrix24_url:
        says = f"the portal was renamed: {settings.bitrix24_url} is followed to {connection.portal.url}"
        yield warning("Portal's address", says, mend=f"{PREFIX}BITRIX24_URL={connection.portal.url} in .env")
    for finding in (*_bound(asked), await _action(connection.portal), *_permitted(asked), *_deals(asked)):
        yield finding


async def _ask(settings: Settings, portal: Portal) -> _Asked:
    user = await portal.read("profile")
    return _Asked(
        name=f"{user.get('NAME', '')} {user.get('LAST_NAME', '')}".strip(),
        unbound=await bindings.missing(portal, public_url=str(settings.public_url)),
        has_widgets=await bindings.has_widgets(portal), has_bell=await may_ring(portal),
        missing_fields=await missing_fields(portal, deal_policy_of(settings).read_fields),
        unknown_stages=tuple(await unknown_stages(portal, stage_policy_of(settings).named)),
    )  # fmt: skip


def _bound(asked: _Asked) -> Iterator[Finding]:
    if asked.unbound:
        lacks = ", ".join(f"{one.kind} {one.name}" for one in asked.unbound)
        yield warning("Portal's bindings", f"missing: {lacks}", mend="start the bot: it binds them")
    else:
        yield good("Portal's bindings", "events and pages are bound")


def _permitted(asked: _Asked) -> Iterator[Finding]:
    """Say what the application may not do; deals are signed without it as well."""
    mend = f"tick “{{}}” on the application's card, {countersign(INSTALL)}, then Reinstall there"
    if not asked.has_widgets:
        says = "the application may not show pages in the portal"
        yield warning("Sign button", says, mend=mend.format("Embedding (placement)"))
    if not asked.has_bell:
        says = "not ours to ring: nobody is told there how a request stands, or that a key was used"
        yield warning("Portal's bell", says, mend=mend.format("Chat and notifications (im)"))


def _deals(asked: _Asked) -> Iterator[Finding]:
    if asked.unknown_stages:
        mend = f"compare {PREFIX}BITRIX24_STAGES, …_STAGE_SIGNED and …_STAGE_REJECTED with the pipelines"
        yield wrong("Deal's stages", f"no such stage: {', '.join(asked.unknown_stages)}", mend=mend)
    if asked.missing_fields:
        yield wrong("Deal's fields", f"missing: {', '.join(asked.missing_fields)}", mend=countersign("bitrix24 setup"))


async def _action(portal: Portal) -> Finding:
    """Return the finding about the action of business processes; deals are signed without it as well."""
    try:
        is_there = await is_offered(portal)
    except Bitrix24Error as error:
        if error.code.lower() != "insufficient_scope":
            return warning("Process action", f"the portal says {error.code or type(error).__name__}", mend="try later")
        mend = f"tick “Business processes” on the application's card, save it after {countersign(INSTALL)}"
        return warning("Process action", "the application lacks the permission bizproc", mend=mend)
    if not is_there:
        return warning("Process action", "not offered in the designer of processes", mend="start the bot: it offers it")
    return good("Process action", "offered in the designer of processes")
