"""`countersign people`: add, list, invite, enrol at this terminal, deputies, lock, reset the second factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import segno
import typer

from bot.cli import telegram_api
from bot.cli.console import Failed, Json, countersign, out, say, show, show_json, spoken
from bot.cli.installation import Installation, installation
from signing.activation.mandate import is_mandate
from signing.approval.leaving import Leaving
from signing.audit import Tag
from signing.membership import CONSOLE
from signing.moves import note
from signing.notices import Notice, tell, tell_administrators
from signing.people import Person, PersonId, Role
from signing.ports import Enrolment
from signing.presence import Absence

app = typer.Typer(help="People, their Telegram accounts and their second factors.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(metavar="PERSON", help="Id, or a part of the name that only one person has.")]


@app.command()
@spoken
async def add(
    name: Annotated[str, typer.Argument(help="As it shall stand in the stamp.")],
    identity: Annotated[str, typer.Option(help="How you proved who this is, such as “passport seen, J. Doe”.")],
    role: Annotated[list[Role] | None, typer.Option(help="May be given several times.")] = None,
    title: Annotated[str, typer.Option(help="Position, such as “Director”.")] = "",
    second_channel: Annotated[
        str, typer.Option(help="Where news of the key go: email:ADDRESS, telegram:CHAT or bitrix24:USER.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Add a person."""
    async with installation() as here:
        person = await here.membership.add(
            name=name, roles=role or (), note_of_identity=identity, by=CONSOLE, title=title,
            second_channel=second_channel,
        )  # fmt: skip
    if as_json:
        show_json(row(person))
        return
    say(f"Added {person.name} as {person.id}.")
    say(f"Next: {countersign(f'people invite {person.id}')}")


@app.command("list")
@spoken
async def list_people(as_json: Json = False) -> None:
    """Show everybody."""
    async with installation() as here, here.store.read() as tx:
        away = {absence.person: absence for absence in await tx.absences.all()}
        rows = [
            row(person, accounts=await tx.people.accounts_of(person.id), absence=away.get(person.id))
            for person in await tx.people.all()
            if not is_mandate(person.id)
        ]
    show(rows, as_json=as_json, empty=f"Nobody yet. Next: {countersign('people add --help')}")


@app.command()
@spoken
async def invite(person: Who, as_json: Json = False) -> None:
    """Make a single-use link that binds a Telegram account to a person."""
    async with installation() as here:
        found = await find(here, person)
        username = (await telegram_api.call(here.settings, "getMe"))["username"]
        link = f"https://t.me/{username}?start={await here.membership.invite(found.id, by=CONSOLE)}"
    if as_json:
        show_json({"person": found.id, "link": link})
        return
    say(f"Send this link to {found.name}, and to nobody else; it works once, within seven days:")
    out.out(link, highlight=False)


@app.command()
@spoken
async def enrol(person: Who) -> None:
    """Enrol a signer's second factor at this terminal, where no page can be reached; the person sits here."""
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
    """Permit a deputy: may take this person's requests over and signs with the own key."""
    async with installation() as here:
        found, other = await find(here, person), await find(here, stand_in)
        others = tuple(one for one in found.deputies if one != other.id)
        deputies = others if remove else (*others, other.id)
        await here.membership.change(replace(found, deputies=deputies), by=CONSOLE)
        await Leaving(store=here.store, clock=here.clock).review(found.id)
    say(f"{other.name} may {'not ' if remove else ''}stand in for {found.name}{' any more' if remove else ''}.")


@app.command("reset-factor")
@spoken
async def reset_factor(person: Who) -> None:
    """Forget a lost authenticator when the recovery codes are lost too; a new enrolment may begin then."""
    async with installation(with_module=True) as here:
        found = await find(here, person)
        await here.activation.reset_factor(found.id)
        async with here.store.begin() as tx:
            await tx.people.save(replace(found, enrolled_at=None))
            await note(tx, Tag.FACTOR_RESET, subject=found.id, actor=CONSOLE, now=here.clock.now())
            await tell(tx, found.id, Notice.FACTOR_RESET, signer=found.id)
            await tell_administrators(tx, Notice.FACTOR_RESET, signer=found.id)
    say(f"{found.name} has no second factor any more. Next: {countersign(f'people enrol {found.id}')}")


async def find(here: Installation, text: str) -> Person:
    """Return the one person whom `text` means; raise `Failed` with the candidates."""
    async with here.store.read() as tx:
        people = [person for person in await tx.people.all() if not is_mandate(person.id)]
    if exact := [person for person in people if person.id == text]:
        return exact[0]
    matches = [person for person in people if text.casefold() in person.name.casefold()]
    if len(matches) != 1:
        names = ", ".join(f"{person.name} ({person.id})" for person in matches) or "nobody"
        raise Failed(f"“{text}” means {names}. See: {countersign('people list')}")
    return matches[0]


async def find_all(here: Installation, texts: Sequence[str]) -> tuple[PersonId, ...]:
    """Return the ids of several people, as `find`."""
    return tuple([(await find(here, text)).id for text in texts])


def row(person: Person, *, accounts: Sequence[Any] = (), absence: Absence | None = None) -> dict[str, Any]:
    """Return one person as a row of a table."""
    return {
        "id": person.id,
        "name": person.name,
        "title": person.title,
        "roles": sorted(role.value for role in person.roles),
        "accounts": [f"{account.platform}:{account.account_id}" for account in accounts],
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
