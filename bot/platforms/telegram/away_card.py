"""The card of /away: which days, who signs meanwhile, on what ground; and of an absence that is written down."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aiogram.utils.formatting import Bold

from bot.phrases.days import day
from bot.platforms.telegram.buttons import Button
from bot.platforms.telegram.cards import GAP, Card, Sheet, fault, lines
from bot.platforms.telegram.core import Core, reader_of
from bot.platforms.telegram.shown import Mode, away_of, load
from signing.people import Person, PersonId
from signing.presence import Absence

FRIDAY = 4
DEPUTIES = 4
"""Shown to choose from."""
WRITE_GROUND, WHO, SURE = "away-ground", "away-who", "away-sure"
"""Faces, the names of `Mode`, whose argument is a `Plan`."""
WRITE_DAYS, OVER = "away-days", "away-over"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What somebody has tapped or written so far."""

    first: str
    last: str
    deputy: PersonId | None = None
    ground: str = ""

    def mode(self, name: str, *, fault: str = "") -> Mode:
        """Return the face of the card that goes on with this plan."""
        return Mode(name=name, argument=json.dumps(asdict(self)), fault=fault)

    @classmethod
    def read(cls, argument: str) -> Plan:
        """Rebuild it from the argument of a face."""
        return cls(**json.loads(argument))


@dataclass(frozen=True, kw_only=True)
class AwayView:
    """Everything the card may need."""

    sheet: Sheet
    absence: Absence | None
    deputies: tuple[Person, ...]
    waiting: int


async def gather(core: Core, person: PersonId) -> AwayView | None:
    """Gather one person's card; None when the person has no account here."""
    now = core.clock.now()
    async with core.store.read() as tx:
        reader = await reader_of(tx, person, core)
        if reader is None:
            return None
        people = {one.id: one for one in await tx.people.all()}
        mode = (await load(tx, away_of(person), now=now)).mode
        absence, waiting = await tx.absences.of(person), len(await tx.requests.waiting_for(person))
    known = [people[one] for one in reader.person.deputies if one in people]
    return AwayView(
        sheet=Sheet(reader=reader, people=people, policy=core.policy, now=now, mode=mode),
        deputies=tuple(one for one in known if one.may_sign), absence=absence, waiting=waiting,
    )  # fmt: skip


def render(view: AwayView) -> Card:
    """Return the card of what its person has tapped; without a plan, of the absence that is written down."""
    mode = view.sheet.mode
    if mode.name in (WHO, SURE, WRITE_GROUND) and mode.argument:
        plan = Plan.read(mode.argument)
        faces = {WHO: _who, SURE: _sure, WRITE_GROUND: _write_ground}
        return faces[mode.name](view, plan)
    if view.absence is not None and mode.name not in (WRITE_DAYS, "away-again"):
        return _written_down(view, view.absence)
    faces_without = {WRITE_DAYS: _write_days, OVER: _over}
    return faces_without.get(mode.name, _when)(view)


def offers(now: datetime, *, zone: str) -> tuple[date, ...]:
    """Return the last days to choose from: today, Friday, in one week, in two; each once."""
    today = now.astimezone(ZoneInfo(zone)).date()
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    return tuple(sorted({today, friday, today + timedelta(days=7), today + timedelta(days=14)}))


def _when(view: AwayView) -> Card:
    sheet = view.sheet
    offered = offers(sheet.now, zone=sheet.reader.zone)
    days = [
        sheet.button("away-until", last.isoformat(), label=sheet.say("button-away-until", day=_day(sheet, last)))
        for last in offered
    ]
    rows = [days[:2], days[2:], [sheet.button("away-other")]]
    return Card(text=lines(Bold(sheet.say("away-when")), fault(sheet)), rows=rows)


def _over(view: AwayView) -> Card:
    return Card(text=lines(view.sheet.say("away-not"), fault(view.sheet)))


def _write_days(view: AwayView) -> Card:
    sheet = view.sheet
    text = lines(Bold(sheet.say("away-when")), sheet.say("away-dates-write"), fault(sheet))
    return Card(text=text, rows=[[sheet.button("away-again")]])


def _who(view: AwayView, plan: Plan) -> Card:
    sheet = view.sheet
    people = [
        sheet.button("away-deputy", one.id, label=sheet.say("button-away-deputy", person=one.name)[:40])
        for one in view.deputies[:DEPUTIES]
    ]
    nobody = sheet.button("away-deputy", "", label=sheet.say("button-away-nobody"))
    ask = Bold(sheet.say("away-who")) if people else sheet.say("away-who-none")
    rows = [people[:2], people[2:], [nobody, sheet.button("away-again")]]
    return Card(text=lines(_days(sheet, plan), GAP, ask, fault(sheet)), rows=[row for row in rows if row])


def _sure(view: AwayView, plan: Plan) -> Card:
    sheet = view.sheet
    text = lines(
        Bold(_days(sheet, plan)),
        sheet.say("away-deputy", deputy=sheet.name(plan.deputy)) if plan.deputy else sheet.say("away-nobody"),
        sheet.say("away-ground", ground=plan.ground) if plan.ground else "",
        sheet.say("away-waiting", number=view.waiting) if plan.deputy and view.waiting else "", fault(sheet),
    )  # fmt: skip
    small = [*([sheet.button("away-ground")] if plan.deputy else []), sheet.button("away-again")]
    return Card(text=text, rows=[[sheet.button("away-sure", style="primary")], small])


def _write_ground(view: AwayView, plan: Plan) -> Card:
    sheet = view.sheet
    text = lines(Bold(_days(sheet, plan)), sheet.say("away-ground-write"), fault(sheet))
    return Card(text=text, rows=[[_back_to(sheet, plan)]])


def _back_to(sheet: Sheet, plan: Plan) -> Button:
    return sheet.button("away-deputy", plan.deputy or "", label=sheet.say("button-back"))


def _written_down(view: AwayView, absence: Absence) -> Card:
    sheet = view.sheet
    first, last = _day(sheet, absence.first_day), _day(sheet, absence.last_day)
    is_on = absence.is_on(sheet.now)
    head = sheet.say("away-is-on", last=last) if is_on else sheet.say("away-is-planned", first=first, last=last)
    text = lines(
        Bold(head),
        sheet.say("away-deputy", deputy=sheet.name(absence.deputy)) if absence.deputy else sheet.say("away-nobody"),
        sheet.say("away-ground", ground=absence.ground) if absence.ground else "", sheet.say("away-ends"), fault(sheet),
    )  # fmt: skip
    return Card(text=text, rows=[[sheet.button("away-back"), sheet.button("away-again")]])


def _days(sheet: Sheet, plan: Plan) -> str:
    return sheet.say("away-days", first=_day(sheet, plan.first), last=_day(sheet, plan.last))


def _day(sheet: Sheet, when: date | str) -> str:
    return day(sheet.reader.language, when, today=sheet.today)


def with_fault(mode: Mode, words: str) -> Mode:
    """Return the same face with what went wrong."""
    return replace(mode, fault=words)
