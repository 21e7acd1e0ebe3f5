"""`countersign people away`, `people back`: who is not there, from when to when, and who signs meanwhile."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli import people
from bot.cli.console import Failed, countersign, say, spoken
from bot.cli.finding import Who, find
from bot.cli.installation import Installation, installation
from bot.phrases.days import day
from signing.approval.leaving import Leaving
from signing.membership import CONSOLE
from signing.people import Person

app = people.app
"""These are commands about people, too."""


@app.command()
@spoken
async def away(
    person: Who,
    until: Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help="The last day away.")],
    since: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="The first; without it today.")] = "",
    deputy: Annotated[str, typer.Option(help="Who signs meanwhile, with their own key; permit it first.")] = "",
    ground: Annotated[str, typer.Option(help="As it shall stand in the stamp: “power of attorney 12/2026”.")] = "",
) -> None:
    """Write down that somebody is away; what waits and what comes goes to the deputy, and back at the end."""
    async with installation() as here:
        found = await find(here, person)
        stand_in = await find(here, deputy) if deputy else None
        if stand_in is not None and stand_in.id not in found.deputies:
            permit = countersign(f"people deputy {found.id} {stand_in.id}")
            raise Failed(f"{stand_in.name} may not stand in for {found.name} yet. Permit it: {permit}")
        absence = await _leaving(here).leave(
            found.id, by=CONSOLE, first=_day(since) if since else _today(here, found), last=_day(until),
            deputy=stand_in.id if stand_in else None, ground=ground,
        )  # fmt: skip
    who = f"{stand_in.name} signs meanwhile" if stand_in else "nobody signs meanwhile"
    say(f"{found.name} is away from {_said(absence.first_day)} to {_said(absence.last_day)}, {who}.")
    say(f"It ends by itself. Earlier: {countersign(f'people back {found.id}')}")


@app.command()
@spoken
async def back(person: Who) -> None:
    """End somebody's absence now; what is undecided comes back."""
    async with installation() as here:
        found = await find(here, person)
        returning = await _leaving(here).come_back(found.id, by=CONSOLE)
    say(f"{found.name} is back; requests that come back: {returning}.")


def _leaving(here: Installation) -> Leaving:
    return Leaving(store=here.store, clock=here.clock, timezone=here.settings.company_timezone)


def _today(here: Installation, person: Person) -> date:
    return here.clock.now().astimezone(ZoneInfo(person.timezone or here.settings.company_timezone)).date()


def _said(when: date) -> str:
    return f"{day('en', when)} {when.year}"


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        raise Failed(f"“{text}” is no day. Days are written as 2026-12-31.") from None
