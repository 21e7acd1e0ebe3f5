"""The portal's employees, and who of them is already one of our people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.platforms.bitrix24.answers import number
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import PLATFORM
from signing.membership import Membership
from signing.people import Account, Person, PersonId, Role
from signing.ports import Store


@dataclass(frozen=True, kw_only=True)
class Employee:
    """An active employee of the portal (`user.get`)."""

    user_id: int
    name: str
    title: str
    department_ids: tuple[int, ...] = ()
    departments: tuple[str, ...] = ()
    """Their names; empty while the structure is not known."""
    head: str = ""
    """Who heads the department, or the next one above for a head."""

    @property
    def whereabouts(self) -> str:
        """Who this is in the company, for the note about a new person's identity."""
        where = f", {', '.join(self.departments)}" if self.departments else ""
        return f"employee {self.user_id} of the company's portal{where}{f'; head: {self.head}' if self.head else ''}"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What an import would do about one employee."""

    employee: Employee
    person: PersonId | None
    """Whom the account would be, or is, bound to; None: somebody new."""
    is_bound: bool = False
    namesakes: int = 0
    """How many of our people have this very name; more than one is for the administrator to decide."""


async def employees(portal: Portal) -> list[Employee]:
    """Return everybody who works in the company: no bots, guests or dismissed people."""
    wanted = {"ACTIVE": True, "USER_TYPE": "employee"}
    found = portal.pages("user.get", "", FILTER=wanted, sort="ID", order="ASC")
    return [_employee(user) async for user in found]


async def propose(store: Store, found: list[Employee]) -> list[Proposal]:
    """Return what to do about each: a person with the same name and no account is taken for the same."""
    async with store.read() as tx:
        people = await tx.people.all()
        bound = {e.user_id: await tx.people.account(PLATFORM, str(e.user_id)) for e in found}
        taken = {p.id for p in people for a in await tx.people.accounts_of(p.id) if a.platform == PLATFORM}
    return [_proposal(employee, bound[employee.user_id], people, taken) for employee in found]


async def accept(membership: Membership, proposal: Proposal, *, by: PersonId) -> PersonId:
    """Bind the employee's account, adding the person first when there is none; the portal proves who it is."""
    employee, person = proposal.employee, proposal.person
    if person is None:
        added = await membership.add(
            name=employee.name, roles=(Role.REQUESTER,), title=employee.title, by=by,
            note_of_identity=employee.whereabouts,
        )  # fmt: skip
        person = added.id
    await membership.recognise(person, account_of(employee.user_id, person), by=by)
    return person


def account_of(user_id: int, person: PersonId) -> Account:
    """Return the account of an employee; the private chat with somebody has that person's own number."""
    return Account(platform=PLATFORM, account_id=str(user_id), chat_id=str(user_id), person=person)


def full_name(user: Mapping[str, Any]) -> str:
    """Return how an employee is called (`user.get`, `profile`)."""
    parts = (str(user.get("NAME") or ""), str(user.get("LAST_NAME") or ""))
    name = " ".join(part.strip() for part in parts if part.strip())
    return name or str(user.get("EMAIL") or user["ID"])


def _proposal(
    employee: Employee, account: Account | None, people: tuple[Person, ...], taken: set[PersonId]
) -> Proposal:
    if account is not None:
        return Proposal(employee=employee, person=account.person, is_bound=True)
    same = [p.id for p in people if p.name.casefold() == employee.name.casefold() and p.id not in taken]
    return Proposal(employee=employee, person=same[0] if len(same) == 1 else None, namesakes=len(same))


def _employee(user: Mapping[str, Any]) -> Employee:
    title = str(user.get("WORK_POSITION") or "")
    places = user.get("UF_DEPARTMENT")  # numbers or text; false or missing for nobody's
    return Employee(
        user_id=int(user["ID"]), name=full_name(user), title=title,
        department_ids=tuple(number(place) for place in places) if isinstance(places, list) else (),
    )  # fmt: skip
