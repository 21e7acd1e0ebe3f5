"""`countersign policy`: is the policy file sound, and who must say yes to what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot import route_words
from bot.cli.acting import As, is_made, widen
from bot.cli.console import Failed, Json, countersign, say, show_json, spoken
from bot.cli.finding import find
from bot.cli.installation import Installation, installation
from bot.phrases.amounts import read_amount
from bot.policy import sound_text, text_of, told
from bot.settings import PREFIX
from signing.agreed_policy import digest_of_text
from signing.amount import Amount
from signing.approval import routes, templates
from signing.approval.policy_file import check_people, read
from signing.approval.routes import Route
from signing.approval.templates import RouteBook, Template
from signing.changes import POLICY
from signing.people import Person

app = typer.Typer(help="Routes: who must say yes, in which order.", no_args_is_help=True)

File = Annotated[Path | None, typer.Argument(help="The policy file; without it the one of the settings.")]


@app.command()
@spoken
async def check(file: File = None, as_json: Json = False) -> None:
    """Tell everything that is wrong with the policy file, each with its line and what mends it."""
    async with installation() as here:
        path, people = _path(here, file), await _people(here)
    text = text_of(path)
    found = read(text)
    faults = sorted((*found.faults, *check_people(found, text, people)), key=lambda fault: fault.line)
    if as_json:
        show_json([{"line": fault.line, "says": told(path, fault)} for fault in faults])
    for fault in faults if not as_json else ():
        say(told(path, fault))
    if faults:
        raise Failed(f"{path.name} cannot be used as it is: {_counted(len(faults), 'fault')}.")
    if not as_json:
        amounts = f", amounts in {found.book.currency}" if found.book.currency else ""
        say(f"{path.name} is sound: {_counted(len(found.book.templates), 'route')}{amounts}. What it means: "
            f"{countersign('policy explain')}")  # fmt: skip


@app.command()
@spoken
async def explain(
    file: File = None,
    document: Annotated[list[str] | None, typer.Option(help="A file name; may be given several times.")] = None,
    requester: Annotated[str, typer.Option(help="Who asks: id, or a part of the name that only one has.")] = "",
    department: Annotated[list[str] | None, typer.Option(help="Instead of the requester.")] = None,
    amount: Annotated[str, typer.Option(help="In the policy's currency, such as 25000.")] = "",
    as_json: Json = False,
) -> None:
    """Say in plain words who must say yes; without any option, of every route."""
    async with installation() as here:
        path, people = _path(here, file), await _people(here)
        asking = await find(here, requester) if requester else None
    found = read(text_of(path))
    if found.faults:
        raise Failed(f"{path.name} has faults. See: {countersign('policy check')}")
    departments = found.book.departments_of(asking) if asking else frozenset(department or ())
    is_asked = bool(document or requester or department or amount)
    fitting = _fitting(found.book, departments, document, amount) if is_asked else found.book.templates
    if as_json:
        show_json([_row(template, people) for template in fitting])
        return
    for line in spelled(fitting, people, currency=found.book.currency, is_asked=is_asked):
        say(line)


@app.command()
@spoken
async def propose(in_name_of: As = "") -> None:
    """Ask that the policy file, as it is now, counts from the next start: two administrators decide that."""
    async with installation(with_module=bool(in_name_of)) as here:
        text = sound_text(here.settings.policy_file)
        proposal = await widen(here, POLICY, digest_of_text(text), {"text": text}, in_name_of=in_name_of)
    if is_made(proposal):
        say("Agreed. It counts from the next start of the bot.")


def _fitting(
    book: RouteBook, departments: frozenset[str], documents: list[str] | None, amount: str
) -> tuple[Template, ...]:
    told = Amount(hundredths=read_amount(amount, currency=book.currency), currency=book.currency) if amount else None
    return book.fitting_in(departments, documents or [""], amount=told)


def spelled(fitting: tuple[Template, ...], people: tuple[Person, ...], *, currency: str, is_asked: bool) -> list[str]:
    """Return what `explain` prints of these routes; `is_asked`: for one request, so that it says what may be chosen."""
    lines = [line for template in fitting for line in _spelled(template, people, currency)]
    return [*lines, _choice(fitting)] if is_asked else lines


def _spelled(template: Template, people: tuple[Person, ...], currency: str) -> list[str]:
    route = templates.resolved(template.route, people)
    names: dict[Any, str] = {person.id: person.name for person in people}
    steps = [f"{place}. {sentence}" for place, sentence in enumerate(_sentences(route, names), 1)]
    body = [*_conditions(template, currency), *steps, *_endings(route, names)]
    return [f"{template.name}{' (required)' if template.required else ''}", *(f"  {line}" for line in body), ""]


def _conditions(template: Template, currency: str) -> list[str]:
    bounds = {"from": template.amount_from, "below": template.amount_below}
    told = [f"{word} {bound:,}" for word, bound in bounds.items() if bound is not None]
    amounts = f"{' and '.join(told)} {currency}".replace(",", " ").rstrip() if told else ""
    conditions = {
        "Files": ", ".join(template.documents),
        "Departments": ", ".join(template.departments),
        "Amounts": amounts,
    }
    return [f"{name}: {value}" for name, value in conditions.items() if value]


def _sentences(route: Route, names: dict[Any, str]) -> list[str]:
    return [f"{sentence[0].upper()}{sentence[1:]}." for sentence in route_words.plain("en", route, names.__getitem__)]


def _endings(route: Route, names: dict[Any, str]) -> list[str]:
    vetoes = [names[one.person] for one in routes.seats(route) if one.veto]
    ends = [f"A refusal of {' or '.join(vetoes)} ends it at once."] if vetoes else []
    return [*ends, "It ends as refused as soon as it cannot be satisfied any more."]


def _choice(fitting: tuple[Template, ...]) -> str:
    if not fitting:
        return "No route is for this: it goes to one signer whom the requester chooses."
    if not fitting[0].required:
        return "The requester chooses among these and any one signer."
    return "It goes along this route and to nobody else." if len(fitting) == 1 else "The requester chooses among these."


def _row(template: Template, people: tuple[Person, ...]) -> dict[str, Any]:
    names: dict[Any, str] = {person.id: person.name for person in people}
    route = templates.resolved(template.route, people)
    return {"name": template.name, "required": template.required, "steps": _sentences(route, names)}


def _path(here: Installation, file: Path | None) -> Path:
    path = file or here.settings.policy_file
    if path is None:
        raise Failed(f"There is no policy file. Name one here, or in {PREFIX}POLICY_FILE.")
    return path


async def _people(here: Installation) -> tuple[Person, ...]:
    async with here.store.read() as tx:
        return await tx.people.all()


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
