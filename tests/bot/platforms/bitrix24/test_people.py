"""Who works in the company: names, departments and heads as the portal has them."""

from __future__ import annotations

import pytest

from bot.platforms.bitrix24.departments import Department, departments, placed
from bot.platforms.bitrix24.errors import Denied
from bot.platforms.bitrix24.people import Employee, employees
from playground.bitrix24.faults import FaultKind
from playground.bitrix24.office import COMPANY
from tests.bot.platforms.bitrix24.conftest import Desk


async def _placed(desk: Desk) -> dict[str, Employee]:
    structure = await departments(desk.portal)
    assert structure is not None
    return {employee.name: employee for employee in placed(await employees(desk.portal), structure)}


async def test_everybody_has_departments_and_a_head(desk: Desk) -> None:
    office = desk.far.office
    office.departments[COMPANY].head = 1
    oleg = office.hire("Oleg", "Babić", position="Head of sales")
    sales = office.found("Sales", head=oleg.id)
    office.users[2].departments = [sales.id, COMPANY]
    found = await _placed(desk)
    assert (found["Anna Petrova"].departments, found["Anna Petrova"].head) == (("Sales", "Company"), "Oleg Babić")
    assert (found["Oleg Babić"].departments, found["Oleg Babić"].head) == (("Sales",), "Vera Sokolova")
    assert found["Vera Sokolova"].head == "", "nobody is above"
    assert found["Anna Petrova"].whereabouts == "employee 2 of the company's portal, Sales, Company; head: Oleg Babić"


async def test_a_department_without_a_head_has_that_of_the_next_one_above(desk: Desk) -> None:
    office = desk.far.office
    office.departments[COMPANY].head = 1
    team = office.found("Team", parent=office.found("Sales").id)
    office.users[2].departments = [team.id]
    assert (await _placed(desk))["Anna Petrova"].head == "Vera Sokolova"
    gone = office.hire("Gone", "Away")
    gone.is_active, team.head = False, gone.id
    assert (await _placed(desk))["Anna Petrova"].head == "Vera Sokolova", "who does not work there heads nothing"


async def test_without_the_permission_people_are_found_all_the_same(desk: Desk) -> None:
    desk.far.accounts.scope = "crm,user_basic"
    assert await departments(desk.portal) is None
    found = placed(await employees(desk.portal), {})
    assert [(one.name, one.departments, one.head) for one in found] == [
        ("Vera Sokolova", (), ""), ("Anna Petrova", (), ""),
    ]  # fmt: skip
    assert found[1].whereabouts == "employee 2 of the company's portal"


async def test_another_refusal_is_told(desk: Desk) -> None:
    desk.far.faults.add(FaultKind.DENIED, method="department.get")
    with pytest.raises(Denied):
        await departments(desk.portal)


async def test_a_company_of_many_departments_is_read_to_its_end(desk: Desk) -> None:
    for number in range(130):
        desk.far.office.found(f"Department {number}")
    structure = await departments(desk.portal)
    assert structure is not None
    assert len(structure) == 131


@pytest.mark.parametrize("where", [False, None, [], "", ["x"]])
async def test_who_has_no_department_is_somebody_too(desk: Desk, where: object) -> None:
    desk.far.office.users[2].departments = where  # type: ignore[assignment]  # what real portals answer
    assert (await _placed(desk))["Anna Petrova"].departments == ()


def test_a_structure_that_goes_in_a_circle_ends() -> None:
    circle = {1: Department(name="A", parent=2, head=7), 2: Department(name="B", parent=1, head=7)}
    employee = Employee(user_id=7, name="Round", title="", department_ids=(1,))
    assert placed([employee], circle)[0].head == ""
