"""`countersign doctor`: what is wrong here, and the command that mends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict

import typer
from rich.text import Text

from bot.cli.checkup import Finding, State, good, keyring, machine, outside, wrong
from bot.cli.console import Json, countersign, err, out, show_json, spoken, words
from bot.cli.installation import activation_module
from bot.cli.journal import faults_of
from bot.clock import SystemClock
from bot.settings import Settings, read_settings
from signing.errors import SigningError

MARKS = {State.GOOD: ("✓", "green"), State.WARNING: ("!", "yellow"), State.WRONG: ("✗", "red")}


@spoken
async def doctor(as_json: Json = False) -> None:
    """Check everything that must work. Exit code 1 when something is wrong, 0 when there are warnings only."""
    settings = read_settings()
    found: list[Finding] = []
    with err.status("Looking …"):
        async for finding in examine(settings):
            found.append(finding)
            if not as_json:
                out.print(_line(finding))
    if as_json:
        show_json([asdict(finding) for finding in found])
    else:
        count = Counter(finding.state for finding in found)
        out.print(f"\n{count[State.WRONG]} wrong, {count[State.WARNING]} to know, {count[State.GOOD]} good")
    if any(finding.state is State.WRONG for finding in found):
        raise typer.Exit(1)


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Yield every finding, the machine first."""
    yield good("Settings", "understood")
    is_set_up = settings.data_dir.is_dir()
    for finding in machine.findings(settings):
        yield finding
    yield await machine.isolation(settings)
    if is_set_up:
        async for finding in _keyring(settings):
            yield finding
    async for finding in outside.findings(settings):
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
    except SigningError as error:
        yield wrong("Activation module", words(error), mend=countersign("init"))


def _line(finding: Finding) -> Text:
    mark, colour = MARKS[finding.state]
    line = Text.assemble((f"{mark} ", colour), (f"{finding.about:<18} ", "bold"), finding.says)
    return line.append(f"\n{'':21}→ {finding.mend}", style=colour) if finding.mend else line
