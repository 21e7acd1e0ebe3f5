"""`countersign people list`: everybody, how far each has come, and which rule is in force."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer

from bot.cli.console import Json, countersign, say, show, spoken
from bot.cli.installation import installation
from bot.cli.people import row
from signing.presence import Absence
from signing.standing import Member, Standing, members

TOLD = {
    Standing.NOT_INVITED: "not invited",
    Standing.INVITED: "invited, not yet bound",
    Standing.BOUND: "bound",
    Standing.ENROLLED: "enrolled",
    Standing.LOCKED: "locked",
}


@spoken
async def list_people(
    state: Annotated[Standing | None, typer.Option(help="Only those who have come so far.")] = None,
    as_json: Json = False,
) -> None:
    """Show everybody, and how far each has come."""
    async with installation() as here:
        founded = await here.founding.ended_at()
        async with here.store.read() as tx:
            everybody = await members(tx, now=here.clock.now())
            away = {absence.person: absence for absence in await tx.absences.all()}
    chosen = [member for member in everybody if state in (None, member.standing)]
    rows = [_all(member, absence=away.get(member.person.id)) if as_json else _short(member) for member in chosen]
    empty = f"Nobody yet. Next: {countersign('people add --help')}" if not everybody else "Nobody has come so far."
    show(rows, as_json=as_json, empty=empty)
    if not as_json and everybody:
        counts = Counter(member.standing for member in everybody)
        told = ", ".join(f"{counts[standing]} {words}" for standing, words in TOLD.items())
        say(f"\n{len(everybody)} people: {told}")
        rule = f"two administrators widen rights, since {founded:%Y-%m-%d}" if founded else "founding period"
        say(f"Rule: {rule}" + ("" if founded else f" (ends by itself, or with {countersign('people founded')})"))


def _short(member: Member) -> dict[str, Any]:
    person = member.person
    return {
        "id": person.id,
        "name": person.name,
        "title": person.title,
        "department": member.staff.department,
        "roles": sorted(role.value for role in person.roles),
        "e-mail": member.staff.email,
        "state": TOLD[member.standing],
    }


def _all(member: Member, *, absence: Absence | None) -> dict[str, Any]:
    return {
        **row(member.person, absence=absence),
        "accounts": [f"{account.platform}:{account.account_id}" for account in member.accounts],
        "email": member.staff.email,
        "number": member.staff.number,
        "department": member.staff.department,
        "state": member.standing.value,
    }
