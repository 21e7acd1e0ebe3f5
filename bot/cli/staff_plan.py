"""What a staff list would change: compared with our people, shown line by line, then done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.cli.installation import Installation
from bot.cli.staff_file import Fault, StaffLine
from signing.membership import CONSOLE
from signing.people import Person, Role
from signing.rights import PRIVILEGED
from signing.staff import StaffEntry

NEW, SAME, CHANGED = "add", "as it is", "change"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one line would do."""

    line: StaffLine
    what: str
    person: Person | None
    """None: a new one."""
    entry: StaffEntry | None
    differences: tuple[tuple[str, str, str], ...] = ()
    """(field, old, new)."""
    roles: frozenset[Role] = frozenset()
    """To be given besides."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """Our people as the file can find them."""

    people: Sequence[Person]
    entries: Mapping[str, StaffEntry]

    def by(self, column: str, value: str) -> Person | None:
        """Return who has this e-mail address or number."""
        found = (e.person for e in self.entries.values() if value and getattr(e, column).casefold() == value.casefold())
        wanted = next(found, None)
        return next((person for person in self.people if person.id == wanted), None)

    def namesake(self, name: str) -> list[Person]:
        """Return the people of that name whom no staff list names yet."""
        return [one for one in self.people if one.name.casefold() == name.casefold() and one.id not in self.entries]


async def known(here: Installation) -> Known:
    """Return our people."""
    async with here.store.read() as tx:
        return Known(people=await tx.people.all(), entries={entry.person: entry for entry in await tx.staff.all()})


def plan(lines: Sequence[StaffLine], ours: Known) -> tuple[list[Step], list[Fault]]:
    """Return what each line would do, and the lines that contradict what we know."""
    steps: list[Step] = []
    faults: list[Fault] = []
    for line in lines:
        found, fault = _find(line, ours)
        if fault is not None:
            faults.append(fault)
        else:
            steps.append(_step(line, found, ours.entries.get(found.id) if found else None))
    return steps, faults


async def make(here: Installation, step: Step, *, source: str, give: Callable[..., Awaitable[None]]) -> None:
    """Do one step; `give` gives roles, or proposes them. A repeat finds nothing left to do."""
    line, person = step.line, step.person
    if person is None:
        person = await here.membership.add(
            name=line.name,
            title=line.title,
            roles=(),
            by=CONSOLE,
            note_of_identity=line.identity or f"staff list {source}",
        )
    changed = replace(
        person, name=line.name, title=line.title or person.title, language=line.language or person.language,
        timezone=line.zone or person.timezone, identity_note=line.identity or person.identity_note,
    )  # fmt: skip
    if changed != person:
        await here.membership.change(changed, by=CONSOLE)
    old = step.entry or StaffEntry(person=person.id)
    entry = StaffEntry(
        person=person.id, email=line.email or old.email, number=line.number or old.number,
        department=line.department or old.department,
    )  # fmt: skip
    if entry != step.entry:
        async with here.store.begin() as tx:
            await tx.staff.put(entry)
    await give(here, changed, sorted(step.roles))


def _find(line: StaffLine, ours: Known) -> tuple[Person | None, Fault | None]:
    by_number, by_email = ours.by("number", line.number), ours.by("email", line.email)
    if by_number and by_email and by_number.id != by_email.id:
        says = f"the number is {by_number.name}'s and the e-mail address is {by_email.name}'s"
        return None, Fault(line=line.line, says=says, mend="correct one of the two")
    if found := by_number or by_email:
        return found, None
    namesakes = ours.namesake(line.name)
    if len(namesakes) > 1:
        ids = ", ".join(person.id for person in namesakes)
        mend = "give each an e-mail address first, or a fuller name"
        return None, Fault(line=line.line, says=f"several of our people have this name: {ids}", mend=mend)
    return (namesakes[0] if namesakes else None), None


def _step(line: StaffLine, person: Person | None, entry: StaffEntry | None) -> Step:
    roles = frozenset(line.roles & PRIVILEGED)
    if person is None:
        return Step(line=line, what=NEW, person=None, entry=None, roles=roles)
    facts: dict[str, tuple[Any, str]] = {
        "name": (person.name, line.name), "title": (person.title, line.title),
        "department": (entry.department if entry else "", line.department),
        "e-mail": (entry.email if entry else "", line.email), "number": (entry.number if entry else "", line.number),
        "language": (person.language, line.language), "zone": (person.timezone, line.zone),
        "identity": (person.identity_note, line.identity),
    }  # fmt: skip
    differences = tuple((name, old or "–", new) for name, (old, new) in facts.items() if new and new != (old or ""))
    more = roles - person.roles
    what = CHANGED if differences or more else SAME
    return Step(line=line, what=what, person=person, entry=entry, differences=differences, roles=more)
