"""The whole examination: the machine, the keys, the outside, the portal, in this order."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.cli.checkup import Finding, good, keyring, machine, office, outside, portal, readiness, rights, wrong
from bot.cli.console import countersign, words
from bot.cli.installation import activation_module
from bot.cli.journal import faults_of
from bot.clock import SystemClock
from bot.settings import Settings
from signing.errors import ActivationUnavailable, SigningError
from storage.database import database_path


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Yield every finding, the machine first."""
    yield good("Settings", "understood")
    is_set_up = database_path(settings.database_url).exists()
    for finding in machine.findings(settings):
        yield finding
    yield await machine.isolation(settings)
    yield await office.finding(settings)
    if is_set_up:
        async for finding in _company(settings):
            yield finding
        for finding in readiness.findings(settings):
            yield finding
    async for finding in outside.findings(settings):
        yield finding
    if is_set_up:
        async for finding in portal.findings(settings):
            yield finding


async def _company(settings: Settings) -> AsyncIterator[Finding]:
    async for finding in _keyring(settings):
        yield finding
    async for finding in rights.findings(settings):
        yield finding


async def _keyring(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with activation_module(settings) as module:
            stores = (await module.status())["stores"]
            for store in stores:
                yield keyring.store_finding(store)
            for finding in keyring.key_findings(await module.keys(), now=SystemClock().now()):
                yield finding
            yield keyring.ledger_finding(await module.verify_ledger())
            if all(store["state"] == "ready" for store in stores):  # the journal's own key lies in the token
                yield keyring.journal_finding(settings, faults=len(await faults_of(settings, module)))
    except ActivationUnavailable:
        yield wrong("Activation module", "it does not start; what it says stands above", mend=countersign("init"))
    except SigningError as error:
        yield wrong("Activation module", words(error), mend=countersign("init"))
