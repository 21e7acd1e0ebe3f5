"""`countersign mandates`: what the company seal signs by itself: grant with an administrator's code, show, revoke."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot import phrases
from bot.cli.acting import is_made, widen
from bot.cli.console import Failed, Json, countersign, err, say, show, show_json, spoken, words
from bot.cli.finding import find
from bot.cli.installation import Installation, installation
from bot.cli.journal import every_row
from signing import changes
from signing.activation.mandate import PREFIX, Mandate, Standing, new_mandate_id
from signing.activation.record import LIFETIME
from signing.audit import Tag
from signing.document import Sha256
from signing.errors import WrongCode
from signing.membership import CONSOLE
from signing.moves import note as journal
from signing.notices import Notice, tell_administrators
from signing.people import Person
from signing.ports import KeyFacts
from signing.request import written

app = typer.Typer(help="Standing mandates: what the company seal signs automatically.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(metavar="MANDATE", help="Its number, as `list` shows it.")]


@app.command()
@spoken
async def grant(
    document_type: Annotated[str, typer.Option("--type", help="Type of document, as the process names it: leave.")],
    count: Annotated[int, typer.Option(min=1, help="How many documents.")],
    until: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The last day; a year at most.")],
    key: Annotated[str, typer.Option(help="Label of the company seal.")],
    value: Annotated[
        str, typer.Option(help="The largest value of one document; without it none may have a value.")
    ] = "",
    total: Annotated[str, typer.Option(help="The largest value of all documents together.")] = "",
    currency: Annotated[str, typer.Option(help="Of the values: EUR.")] = "",
    by: Annotated[
        str, typer.Option(metavar="PERSON", help="The administrator who grants it; the only one by default.")
    ] = "",
    remark: Annotated[str, typer.Option("--note", help="What it is for; everybody sees it.")] = "",
) -> None:
    """Let the company seal sign documents of one type without a person; it takes an administrator's code."""
    async with installation(with_module=True) as here:
        if bool(value or total) != bool(currency):
            raise Failed("A value has a currency: give --value or --total together with --currency, such as EUR.")
        granter = await _granter(here, by)
        seal = await _seal(here, key)
        now = here.clock.now()
        mandate = Mandate(
            id=new_mandate_id(), granted_by=granter.id, key=seal.label,
            certificate_sha256=seal.certificate_sha256 or Sha256(""), type=document_type, count=count,
            largest=amount(value), total=amount(total), currency=currency.upper(),
            until=end_of(until, zone=here.settings.company_timezone), note=remark, shown_at=now,
            expires_at=now + LIFETIME,
        )  # fmt: skip
        Mandate.from_json(mandate.to_json())  # makes sense, before anybody is asked
        _show(mandate, day=until, granter=granter, seal=seal)
        if not await _is_agreed(here, mandate):
            return
        await _confirm(here, mandate, day=until, granter=granter, seal=seal)
    say(f"Granted: mandate {mandate.id}. End it at any time: {countersign(f'mandates revoke {mandate.id}')}")


@app.command("list")
@spoken
async def list_mandates(as_json: Json = False) -> None:
    """Show every mandate and what is left of it."""
    async with installation(with_module=True) as here:
        standings, names = await here.activation.mandates(), await _names(here)
        rows = [_row(standing, names, now=here.clock.now()) for standing in standings]
    show(rows, as_json=as_json, empty=f"No mandates. Next: {countersign('mandates grant --help')}")


@app.command("show")
@spoken
async def show_mandate(number: Number, as_json: Json = False) -> None:
    """Show one mandate and every document that was sealed under it."""
    async with installation(with_module=True) as here:
        standing, names = await _standing(here, number), await _names(here)
        facts = _row(standing, names, now=here.clock.now()) | {"certificate": standing.mandate.certificate_sha256}
        uses = [
            {"request": written(row.event.subject), "at": row.event.at, "value": _money(row.event.facts["value"],
             row.event.facts["currency"])}
            async for row in every_row(here.store)
            if row.event.tag is Tag.REQUEST_SEALED and row.event.actor == standing.mandate.signer
        ]  # fmt: skip
    if as_json:
        show_json(facts | {"uses": uses})
        return
    for name, said in facts.items():
        say(f"{name.replace('_', ' '):13}{said if said is not None else '–'}")
    show(uses, as_json=False, empty="Nothing was sealed under it yet.")


@app.command()
@spoken
async def revoke(number: Number, why: Annotated[str, typer.Option(help="For the journal.")] = "") -> None:
    """End a mandate at once; nobody's code is needed for that."""
    async with installation(with_module=True) as here:
        standing = await _standing(here, number)
        mandate = standing.mandate
        await here.activation.revoke_mandate(mandate.id)
        if standing.revoked_at is None:
            async with here.store.begin() as tx:
                now = here.clock.now()
                await journal(tx, Tag.MANDATE_REVOKED, subject=mandate.signer, actor=CONSOLE, now=now, why=why)
                await tell_administrators(tx, Notice.MANDATE_REVOKED, signer=mandate.signer, mandate=mandate.id)
    say(f"Mandate {mandate.id} is revoked: nothing is sealed under it any more.")


def amount(text: str) -> int | None:
    """Return a value in hundredths; None for an empty one; raise `Failed`."""
    if not text:
        return None
    found = re.fullmatch(r"([0-9]{1,13})(?:[.,]([0-9]{1,2}))?", text, re.ASCII)
    if found is None:
        raise Failed(f"“{text}” is no value. Write it as 500 or 499.90")
    return int(found.group(1)) * 100 + int((found.group(2) or "").ljust(2, "0"))


def end_of(day: str, *, zone: str) -> datetime:
    """Return the end of a day in the company's time zone; raise `Failed`."""
    try:
        found = date.fromisoformat(day) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None
    except ValueError:
        found = None
    if found is None:
        raise Failed(f"“{day}” is no day. Write it as 2026-12-31")
    return datetime.combine(found + timedelta(days=1), time(), tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


async def _granter(here: Installation, by: str) -> Person:
    if by:
        granter = await find(here, by)
    else:
        async with here.store.read() as tx:
            administrators = [person for person in await tx.people.all() if person.is_administrator]
        if len(administrators) != 1:
            raise Failed("Who grants it? Add --by with the administrator's name.")
        granter = administrators[0]
    if not granter.is_administrator:
        raise Failed(f"{granter.name} is no administrator, or is locked. Only an administrator can grant a mandate.")
    if not await here.activation.enrolled(granter.id):
        mend = countersign(f"people enrol {granter.id}")
        raise Failed(f"{granter.name} has no second factor, so there is no code to grant it with. Mend: {mend}")
    return granter


async def _seal(here: Installation, label: str) -> KeyFacts:
    keys = {key.label: key for key in await here.activation.keys()}
    seals = ", ".join(key.label for key in keys.values() if key.is_seal) or "none"
    if label not in keys:
        raise Failed(f"There is no key “{label}”. Company seals: {seals}. See: {countersign('keys list')}")
    if not keys[label].is_seal:
        raise Failed(f"“{label}” is a person's own key; a mandate is for a company seal only. Company seals: {seals}")
    if keys[label].certificate_sha256 is None:
        raise Failed(f"“{label}” has no certificate yet. Mend: {countersign('keys import-certificate --help')}")
    return keys[label]


def _show(mandate: Mandate, *, day: str, granter: Person, seal: KeyFacts) -> None:
    """Say exactly what the code will grant."""
    largest, total = _money(mandate.largest, mandate.currency), _money(mandate.total, mandate.currency)
    kind = "TEST certificate, " if seal.is_test else ""
    say("The company seal will sign without a person:")
    for name, value in (
        ("Documents", f"of the type “{mandate.type}”, as the business process names it"),
        ("How many", f"{mandate.count}"),
        ("Value", "only documents that state none" if mandate.currency == "" else
         f"{f'at most {largest} each' if largest else 'any'}{f', {total} together' if total else ''}"),
        ("Until", f"the end of {day} ({mandate.until:%Y-%m-%d %H:%M} UTC)"),
        ("Seal", f"{seal.label}: {seal.subject} ({kind}{seal.certificate_sha256 or ''})"),
        ("Granted by", granter.name),
        ("Note", mandate.note or "–"),
        ("Digest", mandate.digest()),
    ):  # fmt: skip
        say(f"  {name:12}{value}")
    say("Type and value are what the process says; nobody reads them out of the document.")
    say("Every document is labelled as sealed automatically, never as signed by a person.")


async def _confirm(here: Installation, mandate: Mandate, *, day: str, granter: Person, seal: KeyFacts) -> None:
    code = typer.prompt(f"Code of {granter.name}'s authenticator")
    await _propose(here, mandate, seal=seal)
    while True:
        try:
            await here.activation.grant_mandate(mandate, code.strip())
        except WrongCode as error:
            err.print(words(error))
            code = typer.prompt("Code")
        else:
            break
    async with here.store.begin() as tx:
        now, digest = here.clock.now(), mandate.digest()
        await changes.use_agreement(tx, mandate.key, _terms(mandate), now=now)
        await journal(tx, Tag.MANDATE_GRANTED, subject=mandate.signer, actor=granter.id, now=now, digest=digest)
        await tell_administrators(
            tx, Notice.MANDATE_GRANTED, signer=mandate.signer, by=granter.id, mandate=mandate.id, count=mandate.count,
            type=mandate.type, until=day,
        )  # fmt: skip


async def _is_agreed(here: Installation, mandate: Mandate) -> bool:
    """Return whether it may be granted now; once the company is founded, a second administrator agrees first."""
    terms = _terms(mandate)
    async with here.store.read() as tx:
        is_agreed = await changes.is_agreed(tx, mandate.key, terms, now=here.clock.now())
    if is_agreed or await here.founding.ended_at() is None:
        return True
    proposal = await widen(here, changes.MANDATE, mandate.key, {"terms": terms}, in_name_of=mandate.granted_by)
    if not is_made(proposal):
        say("When it is approved, repeat this command within a day: the code grants it.")
        return False
    return True


def _terms(mandate: Mandate) -> dict[str, Any]:
    """Return what two administrators agree on, in words that a card can show."""
    return {
        "type": mandate.type, "count": mandate.count, "until": f"{mandate.until:%Y-%m-%d %H:%M} UTC",
        "largest": _money(mandate.largest, mandate.currency), "total": _money(mandate.total, mandate.currency),
    }  # fmt: skip


async def _propose(here: Installation, mandate: Mandate, *, seal: KeyFacts) -> None:
    """Journal what was shown, and give the mandate a name that stands where a signer's would: no role, no account."""
    now = here.clock.now()
    name = phrases.say(here.settings.language, "mandate-signer", holder=seal.holder)
    stand_in = Person(id=mandate.signer, name=name, roles=frozenset(), created_at=now, identity_note=mandate.note)
    facts: dict[str, Any] = {**mandate.to_json(), "digest": mandate.digest()}
    async with here.store.begin() as tx:
        await tx.people.add(stand_in)
        await journal(tx, Tag.MANDATE_PROPOSED, subject=mandate.signer, actor=CONSOLE, now=now, **facts)


async def _standing(here: Installation, number: str) -> Standing:
    wanted = number.strip().upper().removeprefix(PREFIX.upper())
    for standing in await here.activation.mandates():
        if standing.mandate.id == wanted:
            return standing
    raise Failed(f"There is no mandate “{number}”. See: {countersign('mandates list')}")


async def _names(here: Installation) -> dict[str, str]:
    async with here.store.read() as tx:
        return {person.id: person.name for person in await tx.people.all()}


def _row(standing: Standing, names: dict[str, str], *, now: datetime) -> dict[str, Any]:
    mandate, end = standing.mandate, standing.end(now)
    return {
        "mandate": mandate.id,
        "state": end.replace("_", " ") or "in force",
        "type": mandate.type,
        "left": f"{standing.left} of {mandate.count}",
        "value": _money(mandate.largest, mandate.currency),
        "total": _money(mandate.total, mandate.currency),
        "spent": _money(standing.spent, mandate.currency) if mandate.currency else None,
        "until": mandate.until,
        "seal": mandate.key,
        "granted_by": names.get(mandate.granted_by, mandate.granted_by),
        "note": mandate.note or None,
    }


def _money(hundredths: int | None, currency: str) -> str | None:
    return None if hundredths is None else f"{Decimal(hundredths) / 100:.2f} {currency}"
