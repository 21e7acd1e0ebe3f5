"""`countersign requests`: a search; one request with its history; its signed files sent again, or to a client."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from bot.cli.console import Failed, Json, countersign, out, say, show, show_json, spoken
from bot.cli.installation import installation
from bot.evidence.looking import search_of
from signing.amount import facts_of
from signing.document import fingerprint
from signing.history import History
from signing.membership import CONSOLE
from signing.people import PersonId
from signing.redelivery import Redelivery
from signing.request import RequestId, SigningRequest, read_number, written
from signing.sharing import links_of
from storage.store import SqlTransaction

app = typer.Typer(help="Signing requests.", no_args_is_help=True)

SEARCHED = 20
"""Requests on a page of a search."""

Number = Annotated[str, typer.Argument(help="The number on the stamp, such as 7K3M-9QXA-2F4B.")]


@app.command("list")
@spoken
async def list_unfinished(as_json: Json = False) -> None:
    """Show what is not finished yet."""
    async with installation() as here, here.store.read() as tx:
        names = {person.id: person.name for person in await tx.people.all()}
        found = await tx.requests.unfinished()
    show([_summary(request, names) for request in found], as_json=as_json, empty="Nothing is waiting.")


@app.command()
@spoken
async def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="Part of a document's name, a person, a number, first digits of a fingerprint, a day, a "
            "month, a span (2026-10..2026-11-05) or a state. All must fit."
        ),
    ] = None,
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1,
    as_json: Json = False,
) -> None:
    """Find requests, finished ones too, newest first."""
    text = " ".join(words or ())
    async with installation() as here:
        wanted = search_of(text, zone=here.settings.company_timezone)
        history = History(store=here.store, clock=here.clock)
        found = await history.look(wanted, by=CONSOLE, page=page - 1, size=SEARCHED, words=text)
        async with here.store.read() as tx:
            names = {person.id: person.name for person in await tx.people.all()}
    show([_found(request, names) for request in found.requests], as_json=as_json, empty="Nothing fits.")
    if not as_json and found.total > len(found.requests):
        say(f"Page {found.number + 1} of {found.last + 1}, {found.total} requests. Others: --page N")


@app.command("show")
@spoken
async def show_request(
    number: Number,
    as_json: Json = False,
) -> None:
    """Show one request and everything that happened to it."""
    async with installation() as here, here.store.read() as tx:
        body = await _everything(tx, _read(number), now=here.clock.now())
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
    wanted = _read(number)
    async with installation() as here:
        redelivery = Redelivery(store=here.store, clock=here.clock)
        channels = await redelivery.resend(wanted, by=CONSOLE)
    say(f"The signed files of {written(wanted)} go to {', '.join(channels)} as soon as the bot runs.")


@app.command()
@spoken
async def share(
    number: Number,
    days: Annotated[int | None, typer.Option(min=1, max=365, help="So long the link works.")] = None,
    downloads: Annotated[int | None, typer.Option(min=1, max=1000, help="So often the file may be downloaded.")] = None,
    email: Annotated[str, typer.Option(help="Send the file to this address instead of making a link.")] = "",
    as_json: Json = False,
) -> None:
    """Send a signed document to a client: a link that ends, or an e-mail."""
    # The mail platform costs a moment that other commands save.
    from bot.clients import sharing_of

    if email and (days or downloads):
        raise Failed("--days and --downloads are of a link; an e-mail brings the file itself.")
    async with installation() as here:
        sharing, request = sharing_of(here.settings, store=here.store, clock=here.clock), _read(number)
        if email:
            address = await sharing.mail(request, email, by=CONSOLE)
            said: dict[str, Any] = {"address": address, "state": "promised"}
        else:
            made, token = await sharing.share(request, by=CONSOLE, days=days, downloads=downloads)
            url = f"{here.settings.public_url}/s/{token}"
            said = {"link": made.id, "url": url, "until": made.expires_at, "downloads": made.most}
    if as_json:
        show_json(said)
    elif email:
        say(f"It goes out to {address} as soon as the bot runs. See: {countersign(f'requests show {number}')}")
    else:
        say(f"Link {made.id} works until {made.expires_at:%Y-%m-%d %H:%M} UTC, for {made.most} downloads. It is shown")
        say("this once; whoever has it can download the file:")
        out.out(url, highlight=False)
        say(f"Take it back: {countersign(f'requests revoke {number} {made.id}')}")


@app.command()
@spoken
async def revoke(
    number: Number, link: Annotated[str | None, typer.Argument(help="Name of the link; without it every link.")] = None
) -> None:
    """End a link to a signed document, or every link of a request."""
    from bot.clients import sharing_of

    async with installation() as here:
        sharing = sharing_of(here.settings, store=here.store, clock=here.clock)
        ended = await sharing.revoke(_read(number), by=CONSOLE, link=link.upper() if link else None)
    say(f"Ended: {ended}." if ended else "No such link works any more; nothing was changed.")


def _read(number: str) -> RequestId:
    found = read_number(number)
    if found is None:
        raise Failed(f"{number} is not the number of a request: it has twelve letters and digits.")
    return found


def _summary(request: SigningRequest, names: dict[PersonId, str]) -> dict[str, Any]:
    return {
        "number": written(request.id),
        "state": request.state.value,
        "from": _name(names, request.requester),
        "signer": _name(names, request.signer),
        "part_of": written(request.part.of) if request.part else None,
        "for": _for_whom(request, names),
        "documents": [document.name for document in request.documents],
        "until": request.deadline,
    }


def _found(request: SigningRequest, names: dict[PersonId, str]) -> dict[str, Any]:
    return {**_summary(request, names), "begun": request.created_at, "finished": request.finished_at}


def _for_whom(request: SigningRequest, names: dict[PersonId, str]) -> str | None:
    """Return for whom a deputy acts, and on what ground."""
    name = _name(names, request.delegated_from)
    return f"{name}, {request.ground}" if name and request.ground else name


def _name(names: dict[PersonId, str], person: str | None) -> str | None:
    return None if person is None else names.get(PersonId(person), person)


async def _everything(tx: SqlTransaction, wanted: RequestId, *, now: datetime) -> dict[str, Any]:
    request = await tx.requests.get(wanted)
    names = {person.id: person.name for person in await tx.people.all()}
    return {
        **_summary(request, names),
        **facts_of(request.amount),
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
        "asked": [
            {"who": _name(names, part.signer), "to": "sign" if part.needs_key else "approve", "state": part.state.value,
             "number": written(part.id)}
            for part in await tx.circulations.parts_of(wanted)
        ],
        "deliveries": [{"channel": d.channel, "state": d.state} for d in await tx.deliveries.of(wanted)],
        "links": [
            {"link": one.id, "by": _name(names, one.by), "until": one.expires_at,
             "downloads": f"{one.downloads} of {one.most}", "state": one.end(now).removeprefix("link_") or "open"}
            for one in await links_of(tx, wanted)
        ],
        "promised": [
            {"what": job.kind, "due": job.due, "state": f"given up: {error}" if error else "waiting"}
            for job, error in (*((job, "") for job in await tx.jobs.waiting()), *await tx.jobs.failed())
            if job.facts.get("request") == wanted
        ],
        "history": [
            {"at": event.at, "what": event.tag.value, "who": _name(names, event.actor), "facts": event.facts}
            for event in await tx.journal.of(wanted)
        ],
    }  # fmt: skip
