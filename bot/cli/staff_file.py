"""A staff list as spreadsheets save it: UTF-8, UTF-16 or cp1251; commas, semicolons or tabs; heads in two languages."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import available_timezones

from bot.phrases import LANGUAGES
from signing.people import Role
from signing.rights import PRIVILEGED

HEADS: dict[str, tuple[str, ...]] = {
    "name": ("name", "full name", "имя", "фио", "ф.и.о.", "сотрудник"),
    "title": ("title", "position", "должность"),
    "roles": ("roles", "role", "роли", "роль"),
    "department": ("department", "отдел", "подразделение"),
    "email": ("email", "e-mail", "mail", "почта", "эл. почта", "электронная почта"),
    "number": ("number", "personnel number", "табельный номер", "таб. номер", "номер"),
    "language": ("language", "язык"),
    "zone": ("zone", "time zone", "timezone", "часовой пояс", "пояс"),
    "identity": ("identity", "identity note", "личность", "как проверена личность"),
}
"""What each column may be called, in any case and order; other columns are left alone."""
ROLE_WORDS: dict[str, Role] = {
    **{role.value: role for role in Role},
    "отправитель": Role.REQUESTER, "подписант": Role.SIGNER, "оператор": Role.OPERATOR, "аудитор": Role.AUDITOR,
    "администратор": Role.ADMINISTRATOR,
}  # fmt: skip
EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,180}\.[^@\s,;<>]{2,}")
LONGEST = 200
"""Characters of a cell."""
MOST_LINES = 5000


@dataclass(frozen=True, kw_only=True)
class StaffLine:
    """One person of the file, understood."""

    line: int
    name: str
    title: str = ""
    roles: frozenset[Role] = frozenset()
    department: str = ""
    email: str = ""
    number: str = ""
    language: str = ""
    zone: str = ""
    identity: str = ""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One line that cannot be taken, and what to do about it."""

    line: int
    says: str
    mend: str


@dataclass
class StaffFile:
    """What a file holds."""

    lines: list[StaffLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(body: bytes) -> StaffFile:
    """Return what the file holds, every bad line named; never raises for its contents."""
    text = _decoded(body)
    if text is None:
        return _hopeless("it is no text", "save it as “CSV UTF-8” and try again")
    rows = list(_rows(text))
    columns = _columns(rows[0][1]) if rows else {}
    if "name" not in columns or not ({"email", "number"} & set(columns)):
        return _hopeless(
            "its first line does not name the columns",
            "begin with: name;title;roles;department;email;number;language;zone;identity",
        )
    if len(rows) > MOST_LINES:
        return _hopeless(f"it has more than {MOST_LINES} lines", "split it")
    found = StaffFile()
    for number, cells in rows[1:]:
        _take(found, number, cells, columns)
    found.faults += _twice(found.lines)
    bad = {fault.line for fault in found.faults}
    found.lines = [line for line in found.lines if line.line not in bad]
    return found


def _decoded(body: bytes) -> str | None:
    if b"\0" in body and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    # Excel writes UTF-16 with a mark, UTF-8 with or without one; what is no UTF-8 is the old Windows page.
    for encoding in ("utf-16",) if body.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1251"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of every line that says something; the delimiter is the one the first line uses most."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [_clean(cell) for cell in cells]
    except csv.Error:
        yield reader.line_num, []


def _clean(cell: str) -> str:
    return " ".join(cell.replace("\u00a0", " ").replace("\ufeff", "").split())


def _columns(heads: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        for name, words in HEADS.items():
            if head.casefold() in words:
                found.setdefault(name, place)
    return found


def _take(found: StaffFile, number: int, cells: list[str], columns: Mapping[str, int]) -> None:
    if len(cells) <= columns["name"]:
        found.faults.append(
            Fault(line=number, says="it is not a line of cells", mend="look for a stray quotation mark")
        )
        return
    said = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
    roles, unknown = _roles(said.get("roles", ""))
    faults = list(_faults(said, roles, unknown))
    found.faults += [Fault(line=number, says=says, mend=mend) for says, mend in faults]
    rest = {name: value for name, value in said.items() if name not in ("roles", "email", "language")}
    found.lines.append(
        StaffLine(
            line=number, roles=roles, email=said.get("email", "").casefold(),
            language=said.get("language", "").casefold()[:2], **rest,
        )
    )  # fmt: skip


def _roles(cell: str) -> tuple[frozenset[Role], list[str]]:
    words = [word.strip().casefold() for word in re.split(r"[,;/+]", cell) if word.strip()]
    return frozenset(ROLE_WORDS[word] for word in words if word in ROLE_WORDS), [
        word for word in words if word not in ROLE_WORDS
    ]


def _faults(said: Mapping[str, str], roles: frozenset[Role], unknown: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a line, and what mends it."""
    email = said.get("email", "")
    if not said["name"]:
        yield "the name is missing", "write it as it shall stand in the stamp"
    if any(len(value) > LONGEST for value in said.values()):
        yield f"a cell is longer than {LONGEST} characters", "shorten it"
    if not email and not said.get("number"):
        yield "neither e-mail nor number: the person could not be found again", "fill in one of them"
    if email and not EMAIL.fullmatch(email):
        yield f"“{email}” is no e-mail address", "one address, such as anna@example.com"
    if roles & PRIVILEGED and not said.get("identity"):
        yield "how the identity was proved is missing", "the column identity, such as “passport seen, J. Doe”"
    yield from _unknown(said, unknown)


def _unknown(said: Mapping[str, str], roles: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the words that mean nothing to us."""
    zone, language = said.get("zone", ""), said.get("language", "").casefold()[:2]
    if roles:
        yield f"unknown role: {', '.join(roles)}", f"known: {', '.join(role.value for role in Role)}"
    if language and language not in LANGUAGES:
        yield f"“{said['language']}” is not spoken", f"one of: {', '.join(LANGUAGES)}"
    if zone and zone not in available_timezones():
        yield f"“{zone}” is no time zone", "such as Europe/Podgorica"


def _twice(lines: list[StaffLine]) -> Iterator[Fault]:
    for column, named in (("email", "e-mail address"), ("number", "number")):
        first: dict[str, int] = {}
        for line in lines:
            value = getattr(line, column)
            if value and value in first:
                mend = "keep one of the two lines"
                yield Fault(line=line.line, says=f"the {named} stands in line {first[value]} too", mend=mend)
            first.setdefault(value, line.line)


def _hopeless(says: str, mend: str) -> StaffFile:
    return StaffFile(faults=[Fault(line=1, says=says, mend=mend)])
