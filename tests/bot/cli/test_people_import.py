"""A staff list becomes our people: as spreadsheets save it, shown first, every bad line named, repeated harmlessly."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import staff_file
from signing.people import Role
from tests.bot.cli.conftest import Said, Terminal

HEAD = "name;title;roles;department;email;number;language;zone;identity\n"
RUSSIAN = "ФИО;Должность;Роли;Отдел;Почта;Табельный номер;Язык;Часовой пояс;Личность\n"
ANNA = "Анна Петрова;Менеджер;;Продажи;Anna@Example.com;17;ru;Europe/Moscow;\n"


def staff(text: str, encoding: str = "utf-8") -> staff_file.StaffFile:
    return staff_file.read(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_every_encoding_of_a_spreadsheet_is_read(encoding: str) -> None:
    found = staff(RUSSIAN + ANNA, encoding)
    assert found.faults == []
    (anna,) = found.lines
    assert (anna.name, anna.email, anna.number, anna.zone) == (
        "Анна Петрова",
        "anna@example.com",
        "17",
        "Europe/Moscow",
    )


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_delimiter_is_recognised_and_columns_may_stand_anywhere(delimiter: str) -> None:
    head, line = (
        ("number", "roles", "full name", "unknown", "identity"),
        ("9", "Signer/auditor", "Ivan  Marković", "x", "seen"),
    )
    (ivan,) = staff(f"{delimiter.join(head)}\r\n{delimiter.join(line)}\r\n").lines
    assert (ivan.name, ivan.roles, ivan.number) == ("Ivan Marković", frozenset({Role.SIGNER, Role.AUDITOR}), "9")


BAD = [
    (";;;;a@example.com;;;;", "the name is missing"),
    ("Ivan;;;;;;;;", "neither e-mail nor number"),
    ("Ivan;;;;ivan at example;;;;", "is no e-mail address"),
    ("Ivan;;boss;;i@example.com;;;;seen", "unknown role: boss"),
    ("Ivan;;signer;;i@example.com;;;;", "how the identity was proved"),
    ("Ivan;;;;i@example.com;;fr;;", "is not spoken"),
    ("Ivan;;;;i@example.com;;;Europe/Nowhere;", "is no time zone"),
    (f"{'I' * 201};;;;i@example.com;;;;", "longer than"),
]


@pytest.mark.parametrize(("line", "says"), BAD, ids=[says for _, says in BAD])
def test_a_bad_line_is_named_with_what_mends_it(line: str, says: str) -> None:
    (fault,) = staff(HEAD + ANNA + line + "\n").faults
    assert fault.line == 3
    assert says in fault.says
    assert fault.mend


def test_an_address_that_stands_twice_is_named_with_the_other_line() -> None:
    (fault,) = staff(HEAD + ANNA + "\n" + ANNA.replace("17", "18")).faults
    assert (fault.line, "stands in line 2" in fault.says) == (4, True)


@pytest.mark.parametrize("body", [b"", b"\x00\x01PK", b"just words\nand more\n", HEAD.encode(), b'name;email\n"Ivan;'])
def test_what_is_no_staff_list_changes_nothing(body: bytes) -> None:
    assert staff_file.read(body).lines == []


@pytest.fixture
def company(terminal: Terminal) -> Terminal:
    """An installation."""
    return terminal


def imported(terminal: Terminal, folder: Path, text: str, *more: str) -> Said:
    file = folder / "staff.csv"
    file.write_bytes(text.encode("cp1251"))
    return terminal("people", "import", str(file), *more)


def test_a_list_is_shown_then_made_and_a_repeat_changes_nothing(company: Terminal, tmp_path: Path) -> None:
    lines = RUSSIAN + "".join(f"Сотрудник {n:02};;;Отдел {n % 4};s{n:02}@example.com;{n};ru;;\n" for n in range(80))
    shown = imported(company, tmp_path, lines)
    assert shown.code == 0, shown.err
    assert "Nothing was changed yet" in shown.out
    assert company("people", "list", "--json").json() == []
    assert imported(company, tmp_path, lines, "--apply").code == 0
    rows = company("people", "list", "--json").json()
    assert len(rows) == 80
    assert {row["state"] for row in rows} == {"not-invited"}
    assert "80 not invited" in company("people", "list").out
    again = imported(company, tmp_path, lines, "--apply")
    assert "80 as it is" in again.out
    assert len(company("people", "list", "--json").json()) == 80


def test_a_changed_line_is_a_difference_and_roles_are_given_while_the_company_is_set_up(
    company: Terminal, tmp_path: Path
) -> None:
    assert company("people", "add", "Ольга Бабич", "--identity", "seen").code == 0
    line = "Ольга Бабич;Директор;подписант;Дирекция;olga@example.com;;ru;;паспорт\n"
    shown = imported(company, tmp_path, RUSSIAN + line)
    assert "title: – → Директор" in shown.out
    assert "role: signer" in shown.out
    assert imported(company, tmp_path, RUSSIAN + line, "--apply").code == 0
    found = [row for row in company("people", "list", "--json").json() if row["name"] == "Ольга Бабич"]
    assert [(row["title"], row["email"], row["roles"]) for row in found] == [
        ("Директор", "olga@example.com", ["requester", "signer"])
    ], "the one who was there already is meant"


def test_with_one_bad_line_nothing_is_changed(company: Terminal, tmp_path: Path) -> None:
    before = company("people", "list", "--json").json()
    said = imported(company, tmp_path, RUSSIAN + "Пётр;;;;petr@example.com;;;;\nНикто;;;;;;;;\n", "--apply")
    assert said.code == 1
    assert "line 3: neither e-mail nor number" in said.err
    assert company("people", "list", "--json").json() == before
