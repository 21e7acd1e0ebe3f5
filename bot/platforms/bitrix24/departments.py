"""The company's structure in the portal: in which department somebody works, and who heads it (`department.get`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.platforms.bitrix24.answers import number
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import Denied
from bot.platforms.bitrix24.people import Employee

SCOPE = "department"
"""The permission that the application needs for it."""
_MISSING = "insufficient_scope"


@dataclass(frozen=True, kw_only=True)
class Department:
    """A department as the portal has it."""

    name: str
    parent: int
    """0 for the company itself."""
    head: int
    """The head's user id, 0 where there is none."""


async def departments(portal: Portal) -> Mapping[int, Department] | None:
    """Return the departments by number, None when the application has no permission to read them."""
    found: dict[int, Department] = {}
    try:
        async for row in portal.pages("department.get", ""):
            parent, head = number(row.get("PARENT")), number(row.get("UF_HEAD"))
            found[number(row.get("ID"))] = Department(name=str(row.get("NAME") or ""), parent=parent, head=head)
    except Denied as denied:
        if denied.code.lower() != _MISSING:
            raise
        return None
    return found


def placed(employees: Sequence[Employee], structure: Mapping[int, Department]) -> list[Employee]:
    """Return the employees with their departments, and with the head whom each reports to.

    The head of a department reports to the next one above; a head who is not among the employees counts as none.
    """
    names = {employee.user_id: employee.name for employee in employees}
    return [
        replace(
            employee,
            departments=tuple(structure[place].name for place in employee.department_ids if place in structure),
            head=next((names[head] for head in _heads(employee, structure) if head in names), ""),
        )
        for employee in employees
    ]


def _heads(employee: Employee, structure: Mapping[int, Department]) -> Iterator[int]:
    """Yield the heads above somebody, the nearest first; a structure that goes in a circle ends where it began."""
    for department in employee.department_ids:
        place, seen = department, set[int]()
        while place in structure and place not in seen:
            seen.add(place)
            if structure[place].head not in (0, employee.user_id):
                yield structure[place].head
            place = structure[place].parent
