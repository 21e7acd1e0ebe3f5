"""`countersign people`: add, give and take roles, enrol at this terminal, deputies, lock, reset the second factor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

import segno
import typer

from bot.cli.acting import As, is_made, widen
from bot.cli.console import Json, countersign, out, say, show_json, spoken
from bot.cli.finding import Who, find
from bot.cli.installation import Installation, installation
from signing import changes
from signing.approval.leaving import Leaving
from signing.membership import CONSOLE
from signing.people import Person, Role
from signing.ports import Enrolment
from signing.presence import Absence
from signing.rights import PRIVILEGED
from signing.staff import StaffEntry

app = typer.Typer(help="People, their roles, Telegram accounts and second factors.", no_args_is_help=True)


@app.command()
@spoken
async def add(
    name: Annotated[str, typer.Argument(help="As it shall stand in the stamp.")],
    identity: Annotated[str, typer.Option(help="How you proved who this is, such as “passport seen, J. Doe”.")],
    role: Annotated[list[Role] | None, typer.Option(help="May be given several times.")] = None,
    title: Annotated[str, typer.Option(help="Position, such as “Director”.")] = "",
    email: Annotated[str, typer.Option(help="Company address, for invitations.")] = "",
    second_channel: Annotated[
        str, typer.Option(help="Where news of the key go: email:ADDRESS, telegram:CHAT or bitrix24:USER.")
    ] = "",
    in_name_of: As = "",
    as_json: Json = False,
) -> None:
    """Add a person. Roles besides requester are proposals once two administrators are needed."""
    async with installation(with_module=bool(in_name_of)) as here:
        is_founded = await here.founding.ended_at() is not None
        roles = frozenset(role or ())
        person = await here.membership.add(
            name=name, roles=roles - PRIVILEGED if is_founded else roles, note_of_identity=identity, by=CONSOLE,
            title=title, second_channel=second_channel,
        )  # fmt: skip
        if email:
            async with here.store.begin() as tx:
                await tx.staff.put(StaffEntry(person=person.id, email=email.strip()))
        if is_founded:
            await give(here, person, sorted(roles & PRIVILEGED), in_name_of=in_name_of)
    if as_json:
        show_json(row(person))
        return
    say(f"Added {person.name} as {person.id}.")
    say(f"Next: {countersign(f'people invite {person.id}')}")


@app.command()
@spoken
async def roles(
    person: Who,
    add: Annotated[list[Role] | None, typer.Option("--add", help="Give a role: a second administrator agrees.")] = None,
    remove: Annotated[list[Role] | None, typer.Option("--remove", help="Take a role away, at once.")] = None,
    in_name_of: As = "",
) -> None:
    """Show, give and take roles: requester, signer, operator, auditor, administrator."""
    async with installation(with_module=bool(in_name_of)) as here:
        found = await find(here, person)
        for role in remove or ():
            found = await here.membership.take_role(found.id, role, by=CONSOLE)
        await give(here, found, add or (), in_name_of=in_name_of)
        async with here.store.read() as tx:
            found = await tx.people.get(found.id)
    say(f"{found.name}: {', '.join(sorted(role.value for role in found.roles))}")


@app.command()
@spoken
async def founded(in_name_of: As = "") -> None:
    """End the founding period: from now on two administrators widen rights. This cannot be taken back."""
    by = CONSOLE
    async with installation() as here:
        if in_name_of:
            by = (await find(here, in_name_of)).id
        await here.founding.end(by=by)
        since = await here.founding.ended_at()
    say(f"Since {since:%Y-%m-%d %H:%M} UTC two administrators widen rights; one restricts. See: docs/people.md")


@app.command()
@spoken
async def enrol(person: Who) -> None:
    """Enrol a second factor at this terminal, where no page can be reached; the person sits here."""
    async with installation(with_module=True) as here:
        found = await find(here, person)
        secret = await here.membership.invite(found.id, by=CONSOLE, purpose="enrol")
        _, enrolment = await here.membership.open_enrolment(secret)
        _draw(enrolment)
        first = typer.prompt("The code it shows now")
        second = typer.prompt("The next code (wait for it)")
        _, recovery = await here.membership.finish_enrolment(secret, first=first, second=second, timezone=None)
    say("Done. Ten recovery codes, each works once; keep them on paper:")
    out.out("  " + "\n  ".join(recovery), highlight=False)


@app.command()
@spoken
async def lock(person: Who, why: Annotated[str, typer.Option(help="For the journal.")] = "") -> None:
    """Lock a person at once: no code counts any more, what is under way is refused."""
    async with installation(with_module=True) as here:
        found = await find(here, person)
        await here.membership.lock(found.id, by=CONSOLE, why=why)
    say(f"{found.name} is locked. Undo: {countersign(f'people unlock {found.id}')}")


@app.command()
@spoken
async def unlock(person: Who) -> None:
    """Lift a lock, also the one after ten wrong codes."""
    async with installation(with_module=True) as here:
        found = await find(here, person)
        await here.membership.unlock(found.id, by=CONSOLE)
    say(f"{found.name} may sign again.")


@app.command()
@spoken
async def deputy(
    person: Who,
    stand_in: Annotated[str, typer.Argument(metavar="DEPUTY", help="Who may take requests over.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the permission back.")] = False,
) -> None:
    """Permit a deputy: may take this person's requests over and signs with their own key."""
    async with installation() as here:
        found, other = await find(here, person), await find(here, stand_in)
        others = tuple(one for one in found.deputies if one != other.id)
        deputies = others if remove else (*others, other.id)
        await here.membership.change(replace(found, deputies=deputies), by=CONSOLE)
        await Leaving(store=here.store, clock=here.clock).review(found.id)
    say(f"{other.name} may {'not ' if remove else ''}stand in for {found.name}{' any more' if remove else ''}.")


@app.command("reset-factor")
@spoken
async def reset_factor(person: Who, in_name_of: As = "") -> None:
    """Forget a lost authenticator when the recovery codes are lost too; a new enrolment may begin then."""
    async with installation(with_module=True) as here:
        found = await find(here, person)
        proposal = await widen(here, changes.FACTOR, found.id, {}, in_name_of=in_name_of)
    if is_made(proposal):
        say(f"{found.name} has no second factor any more. Next: {countersign(f'people enrol {found.id}')}")


async def give(here: Installation, person: Person, wanted: Iterable[Role], *, in_name_of: str) -> None:
    """Give roles, or propose each of them; what is given already is left alone."""
    for role in wanted:
        if role not in person.roles:
            is_made(await widen(here, changes.ROLE, person.id, {"role": Role(role).value}, in_name_of=in_name_of))


def row(person: Person, *, absence: Absence | None = None) -> dict[str, Any]:
    """Return the facts of a person alone, as `people list --json` begins each row."""
    return {
        "id": person.id,
        "name": person.name,
        "title": person.title,
        "roles": sorted(role.value for role in person.roles),
        "deputies": list(person.deputies),
        "away": f"{absence.first_day} to {absence.last_day}" if absence else None,
        "second_factor": person.enrolled_at,
        "locked": person.locked_at,
    }


def _draw(enrolment: Enrolment) -> None:
    say("Scan this with an authenticator app:")
    segno.make(enrolment.uri, error="m").terminal(compact=True)
    say("Or type this key into it:")
    out.out(" ".join(enrolment.secret[at : at + 4] for at in range(0, len(enrolment.secret), 4)), highlight=False)
