"""Whose word a command is: the console's own, or an administrator's who proves it with a code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from bot.cli.console import countersign, say
from bot.cli.finding import find
from bot.cli.installation import Installation
from bot.phrases.proposals import difference, headline
from signing.membership import CONSOLE
from signing.people import Person, PersonId
from signing.proposal import Proposal, ProposalState

As = Annotated[
    str, typer.Option("--as", metavar="ADMINISTRATOR", help="In whose name; the code of that person is asked for.")
]


async def widen(
    here: Installation, kind: str, subject: str, change: Mapping[str, Any], *, in_name_of: str = ""
) -> Proposal:
    """Ask for a change that widens rights, in an administrator's name when one is given.

    While the company is being set up it is made at once, and no code is asked for.
    """
    by, code = CONSOLE, ""
    if in_name_of:
        person = await find(here, in_name_of)
        by = person.id
        await here.founding.settle()
        code = ask_code(person) if await here.founding.ended_at() is not None else ""
    return await here.proposals.propose(kind, subject, change, by=by, code=code)


def ask_code(person: Person) -> str:
    """Ask for a code of somebody's authenticator."""
    return str(typer.prompt(f"Code of {person.name}'s authenticator")).strip()


def is_made(proposal: Proposal) -> bool:
    """Return whether the change is made; say what it waits for when it is not."""
    if proposal.state is ProposalState.APPLIED:
        return True
    say(f"Proposal {proposal.id}: {headline('en', proposal)}")
    for line in difference("en", proposal):
        say(f"  {line}")
    if proposal.effective_at is not None:
        say(f"Nobody else can approve it, so it takes effect at {proposal.effective_at:%Y-%m-%d %H:%M} UTC unless an")
        say(f"administrator or a signer objects; all of them are told. Stop it: {stopping(proposal)}")
        return False
    missing = "another administrator" if proposal.voices else "two administrators (none was named with --as)"
    say(f"It waits for {missing}, until {proposal.expires_at:%Y-%m-%d %H:%M} UTC: in Telegram, or here")
    say(f"  {countersign(f'proposals approve {proposal.id} --as ADMINISTRATOR')}")
    return False


def stopping(proposal: Proposal) -> str:
    """Return the command that stops a proposal."""
    return countersign(f"proposals object {proposal.id}")


async def names_of(here: Installation) -> Mapping[PersonId, str]:
    """Return everybody's name, the console's included."""
    async with here.store.read() as tx:
        return {CONSOLE: "console", **{person.id: person.name for person in await tx.people.all()}}
