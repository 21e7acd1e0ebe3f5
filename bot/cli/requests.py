"""`countersign requests`: one request with everything that happened to it, and its signed files sent once more."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bot.cli.console import Failed, Json, say, show, show_json, spoken
from bot.cli.installation import installation
from signing.document import fingerprint
from signing.membership import CONSOLE
from signing.people import PersonId
from signing.ports import Transaction
from signing.redelivery import Redelivery
from signing.request import RequestId, SigningRequest, read_number, written

app = typer.Typer(help="Signing requests.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The number on the stamp, such as 7K3M-9QXA-2F4B.")]


@app.command("list")
@spoken
async def list_unfinished(as_json: Json = False) -> None:
    """Show what is not finished yet."""
    async with installation() as here, here.store.read() as tx:
        names = {person.id: person.name for person in await tx.people.all()}
        found = await tx.requests.unfinished()
    show([_summary(request, names) for request in found], as_json=as_json, empty="Nothing is waiting.")


@app.command("show")
@spoken
async def show_request(
    number: Number,
    as_json: Json = False,
) -> None:
    """Show one request and everything that happened to it."""
    wanted = _wanted(number)
    async with installation() as here, here.store.read() as tx:
        body = await _everything(tx, wanted)
    if as_json:
        show_json(body)
        return
    for name, value in body.items():
        if isinstance(value, list):
            say(f"\n{name.capitalize()}")
            show(value, as_json=False, empty="none")
        else:
            say(f"{name.capitalize():12}{value if value is not None else '–'}")


@app.command()
@spoken
async def resend(number: Number) -> None:
    """Send the signed files to whoever asked, once more, where that person is reached today."""
    wanted = _wanted(number)
    async with installation() as here:
        redelivery = Redelivery(store=here.store, clock=here.clock)
        channels = await redelivery.resend(wanted, by=CONSOLE)
    say(f"The signed files of {written(wanted)} go to {', '.join(channels)} as soon as the bot runs.")


def _wanted(number: str) -> RequestId:
    wanted = read_number(number)
    if wanted is None:
        raise Failed(f"{number} is not the number of a request: it has twelve letters and digits.")
    return wanted


def _summary(request: SigningRequest, names: dict[PersonId, str]) -> dict[str, Any]:
    return {
        "number": written(request.id),
        "state": request.state.value,
        "from": _name(names, request.requester),
        "signer": _name(names, request.signer),
        "documents": [document.name for document in request.documents],
        "until": request.deadline,
    }


def _name(names: dict[PersonId, str], person: str | None) -> str | None:
    return None if person is None else names.get(PersonId(person), person)


async def _everything(tx: Transaction, wanted: RequestId) -> dict[str, Any]:
    request = await tx.requests.get(wanted)
    names = {person.id: person.name for person in await tx.people.all()}
    return {
        **_summary(request, names),
        "comment": request.comment,
        "reason": request.reason,
        "documents": [
            {"name": d.name, "pages": d.pages, "bytes": d.size_bytes, "fingerprint": fingerprint(d.sha256)}
            for d in request.documents
        ],
        "signatures": [
            {"document": s.document, "signer": _name(names, s.signer), "at": s.signed_at, "level": s.level,
             "fingerprint": fingerprint(s.signed_sha256)}
            for s in await tx.signatures.of(wanted)
        ],
        "deliveries": [{"channel": d.channel, "state": d.state} for d in await tx.deliveries.of(wanted)],
        "history": [
            {"at": event.at, "what": event.tag.value, "who": _name(names, event.actor), "facts": event.facts}
            for event in await tx.journal.of(wanted)
        ],
    }  # fmt: skip
