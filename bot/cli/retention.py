"""`countersign retention`: what the policy would erase, erase it now, and erase a person who asks for it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import retention
from bot.cli.console import Failed, Json, say, show, spoken
from bot.cli.finding import find
from bot.cli.installation import Installation, installation
from bot.retention import Outcome, Policy
from bot.settings import PREFIX
from signing.erasure import Erasure
from signing.membership import CONSOLE
from storage.documents import DiskDocuments

app = typer.Typer(help="How long what is kept, and what is erased.", no_args_is_help=True)
MANY = 1_000_000


@app.command("show")
@spoken
async def show_due(as_json: Json = False) -> None:
    """Show the policy and what it would erase now."""
    async with installation() as here:
        policy = Policy.of(here.settings)
        outcome = await retention.due(here.store, _documents(here), policy, now=here.clock.now())
    show(_rows(policy, outcome), as_json=as_json)


@app.command("apply")
@spoken
async def apply_now() -> None:
    """Erase now what the policy says; the bot does it by itself every six hours."""
    async with installation() as here:
        policy = Policy.of(here.settings)
        if policy.documents is None and policy.words is None:
            raise Failed(
                f"Everything is kept for ever. Mend: set {PREFIX}KEEP_DOCUMENTS_DAYS or {PREFIX}KEEP_WORDS_DAYS"
            )
        done = await retention.apply(here.store, _documents(here), policy, now=here.clock.now(), by=CONSOLE)
    say(f"Erased: {done.files} files of {done.requests} requests, and the words of {done.words}.")


@app.command()
@spoken
async def erase_person(
    who: Annotated[str, typer.Argument(help="Name, part of it, or id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget who somebody was: name, accounts, channels, factor, and the words of the person's requests.

    What the journal has told stays, and so do signatures: they are evidence.
    """
    async with installation(with_module=True) as here:
        person = await find(here, who)
        if not yes and not typer.confirm(f"Erase {person.name} for ever?", err=True):
            raise Failed("Nothing was erased")
        async with here.store.read() as tx:
            made = await tx.requests.made_by(person.id, limit=MANY)
        erasure = Erasure(store=here.store, activation=here.activation, clock=here.clock)
        final = tuple(request.id for request in made if request.is_final)
        nobody = await erasure.erase(person.id, by=CONSOLE, requests=final)
        await here.activation.reset_factor(person.id)
    say(f"Erased; the journal and old signatures know the person as {nobody.id}.")
    say(f"The words of {len(final)} requests are gone as well.")


def _documents(here: Installation) -> DiskDocuments:
    return DiskDocuments(here.settings.data_dir / "documents")


def _rows(policy: Policy, outcome: Outcome) -> list[dict[str, object]]:
    kept = [f"{age.days} days" if age else "for ever" for age in (policy.documents, policy.words)]
    return [
        {"what": "bytes of documents", "kept": kept[0], "due_requests": outcome.requests, "due_files": outcome.files},
        {"what": "names, comments, reasons", "kept": kept[1], "due_requests": outcome.words, "due_files": None},
    ]
