"""The policy file: what it says, every fault with its line, and the digest that stands in every record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from signing.amount import Amount
from signing.approval import routes, templates
from signing.approval.policy import ApprovalPolicy
from signing.approval.policy_file import PolicyFile, check_people, read
from signing.approval.routes import AllOf, AtLeast, InOrder, One
from signing.approval.templates import RouteBook
from signing.errors import NotFound, RouteRefused
from signing.people import Person, PersonId
from signing.request import Act

WHOLE = """\
[departments]
sales = ["Anna Petrova"]

[[route]]
name = "Contracts from 10 000"
documents = ["*contract*", "*договор*"]
departments = ["sales"]
amount_from = 10_000
required = true

[[route.step]]
approves = ["Lawyer"]

[[route.step]]
signs = ["Olga Babić", "Ivan Marković", "p-3"]
need = 2
veto = ["Olga Babić"]

[[route]]
name = "Small things"
amount_below = 10_000

[[route.step]]
of = [
  { signs = ["Ivan Marković"] },
  { approves = ["Lawyer"] },
]
"""


def person(number: int, name: str, title: str = "") -> Person:
    return Person(id=PersonId(f"p-{number}"), name=name, title=title, created_at=datetime(2026, 1, 1, tzinfo=UTC))


ANNA, OLGA, PETR = person(1, "Anna Petrova"), person(2, "Olga Babić"), person(3, "Petr Petrov")
IVAN, LAWYER = person(4, "Ivan Marković"), person(5, "Lidia Law", "Lawyer")
PEOPLE = (ANNA, OLGA, PETR, IVAN, LAWYER)


def faults(found: PolicyFile) -> list[tuple[int, str]]:
    return [(fault.line, str(fault.error.facts["reason"])) for fault in found.faults]


def test_a_file_says_who_must_say_yes() -> None:
    found = read(WHOLE)
    assert found.faults == ()
    large, small = found.book.templates
    assert large.required
    assert large.route == InOrder(
        of=(
            One(person="Lawyer", act=Act.APPROVES),
            AtLeast(
                need=2,
                of=(
                    One(person="Olga Babić", act=Act.SIGNS, veto=True),
                    One(person="Ivan Marković", act=Act.SIGNS),
                    One(person="p-3", act=Act.SIGNS),
                ),
            ),
        )
    )
    assert isinstance(small.route, AllOf)
    assert check_people(found, WHOLE, PEOPLE) == ()
    resolved = templates.resolved(large.route, PEOPLE)
    assert [one.person for one in routes.seats(resolved)] == ["p-5", "p-2", "p-4", "p-3"]


@pytest.mark.parametrize(
    ("requester", "names", "amount", "offered"),
    [
        (ANNA, ["Contract 17.pdf"], None, ["Contracts from 10 000"]),
        (ANNA, ["ДОГОВОР поставки.pdf"], 10_000_00, ["Contracts from 10 000"]),
        (ANNA, ["Contract 17.pdf"], 9_999_99, ["Small things"]),
        (PETR, ["Contract 17.pdf"], None, ["Small things"]),
        (ANNA, ["Photo.pdf"], None, ["Small things"]),
        (ANNA, ["Photo.pdf", "a contract.pdf"], None, ["Contracts from 10 000"]),
    ],
)
def test_a_route_is_for_documents_departments_and_amounts(
    requester: Person, names: list[str], amount: int | None, offered: list[str]
) -> None:
    book = read(WHOLE).book
    told = None if amount is None else Amount(hundredths=amount, currency="")
    assert [template.name for template in book.fitting(requester, names, amount=told)] == offered


def test_an_amount_in_another_currency_than_the_files_decides_nothing() -> None:
    book = read(f'currency = "EUR"\n{WHOLE}').book
    assert book.currency == "EUR"
    small = [Amount(hundredths=5_00, currency=currency) for currency in ("EUR", "USD", "")]
    offered = [book.fitting(ANNA, ["Contract 17.pdf"], amount=amount) for amount in small]
    assert [template.name for (template,) in offered] == ["Small things", *["Contracts from 10 000"] * 2]
    assert [book.counted(amount) for amount in small] == [small[0], None, None]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "Small things"', "name = ", [(20, "syntax")]),
        ('name = "Small things"', "", [(19, "no_name")]),
        ('name = "Small things"', 'name = "Contracts from 10 000"', [(20, "name_twice")]),
        ("required = true", "requird = true", [(9, "unknown_key")]),
        ("required = true", 'required = "yes"', [(9, "type")]),
        ("amount_from = 10_000", "amount_from = true", [(8, "type")]),
        ("amount_from = 10_000", "amount_from = 5\namount_below = 5", [(8, "amounts")]),
        ('departments = ["sales"]', 'departments = ["sails"]', [(7, "unknown_department")]),
        ('["Anna Petrova"]', '"Anna Petrova"', [(2, "type"), (7, "unknown_department")]),
        ("need = 2", "need = 4", [(14, "need")]),
        ("need = 2", 'need = "both"', [(14, "type")]),
        ('veto = ["Olga Babić"]', 'veto = ["Anna Petrova"]', [(14, "veto")]),
        ('approves = ["Lawyer"]\n\n', "approves = []\n\n", [(11, "empty")]),
        ('approves = ["Lawyer"]\n\n', 'approves = ["Lawyer"]\nsigns = ["Lawyer"]\n\n', [(11, "both")]),
        ('approves = ["Lawyer"]\n\n', "\n\n", [(11, "unknown_rule")]),
        ('  { signs = ["Ivan Marković"] },\n', "", [(19, "nobody_signs")]),
        ('  { signs = ["Ivan Marković"] },\n  { approves = ["Lawyer"] },\n', "", [(23, "empty")]),
        ('approves = ["Lawyer"]\n\n', 'signs = ["Ivan Marković"]\n\n', [(4, "twice")]),
        ("[departments]", "[department]", [(1, "unknown_key"), (7, "unknown_department")]),
        ("[departments]", 'currency = "eur"\n[departments]', [(1, "currency")]),
        ("[departments]", "currency = 978\n[departments]", [(1, "currency")]),
    ],
)
def test_every_fault_is_found_on_its_line(old: str, new: str, expected: list[tuple[int, str]]) -> None:
    assert old in WHOLE
    assert faults(read(WHOLE.replace(old, new, 1))) == expected


def test_a_file_without_any_route_says_so() -> None:
    assert faults(read("")) == [(1, "no_routes")]
    assert faults(read('[[route]]\nname = "Nobody"\n')) == [(1, "empty")]


def test_names_that_fit_nobody_or_several_are_found() -> None:
    found = read(WHOLE)
    missing = check_people(found, WHOLE, PEOPLE[1:4])
    assert [(fault.line, fault.error.facts["person"]) for fault in missing] == [
        (12, "Lawyer"), (26, "Lawyer"), (2, "Anna Petrova"),
    ]  # fmt: skip
    second = person(6, "Lana Law", "lawyer")
    assert {fault.error.facts["reason"] for fault in check_people(found, WHOLE, (*PEOPLE, second))} == {"several"}
    with pytest.raises(RouteRefused, match="several"):
        templates.resolved(found.book.templates[0].route, (*PEOPLE, second))


def test_two_names_of_one_person_do_not_count_twice() -> None:
    twice = WHOLE.replace('"p-3"', '"p-4"')
    found = read(twice)
    assert found.faults == ()
    assert [(fault.line, fault.error.facts["reason"]) for fault in check_people(found, twice, PEOPLE)] == [(4, "twice")]


def test_the_rules_of_the_file_are_in_the_policys_digest() -> None:
    seen = {ApprovalPolicy().sha256()}
    for old, new in (("need = 2", "need = 1"), ("need = 2", 'need = "any"'), ("required = true", "required = false"),
                     ('sales = ["Anna', 'sales = ["Inna'), ("", ""), ("", 'currency = "EUR"\n')):  # fmt: skip
        seen.add(ApprovalPolicy(routes=read(WHOLE.replace(old, new, 1)).book).sha256())
    assert len(seen) == 7
    assert ApprovalPolicy(routes=read(WHOLE).book).sha256() == ApprovalPolicy(routes=read(WHOLE).book).sha256()


def test_a_route_that_the_policy_does_not_have() -> None:
    with pytest.raises(NotFound):
        RouteBook().template("Contracts")
