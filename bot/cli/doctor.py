"""`countersign doctor`: what is wrong here, and the command that mends it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import typer
from rich.text import Text

from bot.cli.checkup import Finding, State
from bot.cli.console import Json, err, out, show_json, spoken
from bot.settings import read_settings

MARKS = {State.GOOD: ("✓", "green"), State.WARNING: ("!", "yellow"), State.WRONG: ("✗", "red")}


@spoken
async def doctor(as_json: Json = False) -> None:
    """Check everything that must work. Exit code 1 when something is wrong, 0 when there are warnings only."""
    # What is looked at drags half of the product in: only this command pays for it.
    from bot.cli.checkup.examination import examine

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


def _line(finding: Finding) -> Text:
    mark, colour = MARKS[finding.state]
    line = Text.assemble((f"{mark} ", colour), (f"{finding.about:<19} ", "bold"), finding.says)
    return line.append(f"\n{'':22}→ {finding.mend}", style=colour) if finding.mend else line
