"""docs/routes.md tells the truth: its policy file is sound, and `explain` says of it what the page says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.policy import spelled
from signing.amount import Amount
from signing.approval.policy_file import check_people, read
from signing.people import Person, PersonId

PAGE = (Path(__file__).parent.parent / "docs" / "routes.md").read_text(encoding="utf-8")
NAMES = {"Anna Petrova": "", "Petr Petrov": "", "Olga Babić": "", "Ivan Marković": "", "Lidia Law": "Lawyer",
         "Ivana Direct": "Director"}  # fmt: skip
PEOPLE = tuple(
    Person(id=PersonId(name), name=name, title=title, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    for name, title in NAMES.items()
)


def block(kind: str) -> str:
    """Return the first block of that kind on the page."""
    found = re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_policy_file_of_the_page_is_sound() -> None:
    found = read(block("toml"))
    assert (found.faults, check_people(found, block("toml"), PEOPLE)) == ((), ())


def test_the_page_says_what_the_command_says() -> None:
    book = read(block("toml")).book
    fitting = book.fitting(PEOPLE[0], ["Contract 17.pdf"], amount=Amount(hundredths=25_000_00, currency=book.currency))
    told = re.search(r"```\n\$ [^\n]+\n(.*?)```", PAGE, re.DOTALL)
    assert told is not None
    assert spelled(fitting, PEOPLE, currency=book.currency, is_asked=True) == told.group(1).splitlines()
