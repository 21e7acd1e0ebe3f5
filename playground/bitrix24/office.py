"""What a portal holds: employees, deals with files in their fields, and the comments of their timelines."""

from __future__ import annotations

import base64
import binascii
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playground.bitrix24.refusal import Refusal

COMPANY = 1
"""The department that has all others below it."""


@dataclass(kw_only=True)
class Department:
    """A department; the company itself has none above it."""

    id: int
    name: str
    parent: int = 0
    head: int = 0


@dataclass(kw_only=True)
class User:
    """An employee."""

    id: int
    name: str
    last_name: str
    position: str = ""
    is_admin: bool = False
    is_active: bool = True
    departments: list[int] = field(default_factory=lambda: [COMPANY])


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file of the CRM (`b_file`); its number is nobody else's and never comes back."""

    id: int
    name: str
    body: bytes


@dataclass(kw_only=True)
class Deal:
    """A deal."""

    id: int
    title: str
    assigned_by: int
    updated_by: int
    updated_at: datetime
    company: int = 0
    stage: str = "NEW"
    opportunity: float = 0
    """What it is worth; 0 until somebody says it."""
    currency: str = "EUR"
    files: dict[str, list[int]] = field(default_factory=dict)
    """File numbers by field."""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A company that deals are made with."""

    id: int
    title: str


@dataclass(kw_only=True)
class Comment:
    """A comment in a deal's timeline."""

    id: int
    deal: int
    author: int
    text: str
    created_at: datetime
    files: list[StoredFile] = field(default_factory=list)


STAGES = {
    "NEW": "New", "PREPARATION": "In work", "UC_SIGNED": "Signed", "WON": "Won", "LOSE": "Lost",
    "C2:NEW": "New", "C2:UC_SIGNED": "Signed", "C2:WON": "Won",
}  # fmt: skip
"""Stages by id; those of the second pipeline carry its number."""


class Office:
    """The data of one portal; whoever changes a deal, `on_change(event, deal, user)` hears of it.

    Numbers begin at `first`: a portal that forgets everything must not give a number again that people remember.
    """

    def __init__(self, *, on_change: Callable[[str, int, int], None], first: int) -> None:
        self.users: dict[int, User] = {}
        self.departments = {COMPANY: Department(id=COMPANY, name="Company")}
        self.deals: dict[int, Deal] = {}
        self.files: dict[int, StoredFile] = {}
        self.comments: dict[int, Comment] = {}
        self.customers: dict[int, Customer] = {}
        self.fields: dict[str, bool] = {}
        """Name of a file field of deals → is it multiple?"""
        self.buttons: dict[str, str] = {}
        """Name of a field of an application's type → that type."""
        self.barred: set[tuple[int, int]] = set()
        """(user, deal) that the user may not see."""
        self.closed_stages: set[str] = set()
        """Stages that a deal may not enter before a mandatory field is filled."""
        self._on_change = on_change
        # Numbers of different kinds overlap on purpose: whoever mixes them up is caught.
        self._numbers = {kind: itertools.count(first) for kind in ("deal", "file", "comment", "drive", "company")}
        self._numbers["user"] = itertools.count(1)

    def hire(self, name: str, last_name: str, *, position: str = "", is_admin: bool = False) -> User:
        """Add an employee."""
        user = User(
            id=next(self._numbers["user"]), name=name, last_name=last_name, position=position, is_admin=is_admin
        )
        self.users[user.id] = user
        return user

    def customer(self, title: str) -> Customer:
        """Add a company."""
        made = Customer(id=next(self._numbers["company"]), title=title)
        self.customers[made.id] = made
        return made

    def found(self, name: str, *, head: int = 0, parent: int = COMPANY) -> Department:
        """Add a department; a head belongs to it."""
        made = Department(id=max(self.departments) + 1, name=name, parent=parent, head=head)
        self.departments[made.id] = made
        if head:
            self.users[head].departments = [made.id]
        return made

    def open_deal(self, title: str, *, by: int, stage: str = "NEW", company: int = 0) -> Deal:
        """Add a deal."""
        deal = Deal(
            id=next(self._numbers["deal"]), title=title, assigned_by=by, updated_by=by, updated_at=datetime.now(UTC),
            stage=stage, company=company,
        )  # fmt: skip
        self.deals[deal.id] = deal
        self._on_change("ONCRMDEALADD", deal.id, by)
        return deal

    def deal(self, number: int, *, user: int) -> Deal:
        """Return a deal that the user may see."""
        if number not in self.deals:
            raise Refusal("NOT_FOUND", "Not found")
        if (user, number) in self.barred:
            raise Refusal("ACCESS_DENIED", "Access denied.")
        return self.deals[number]

    def put(self, deal: Deal, name: str, value: object, *, by: int) -> None:
        """Write a file field as `crm.item.update` does (reference 5.3): what is not listed is deleted silently."""
        before = deal.files.get(name, [])
        kept = self._written(value, before, is_multiple=self.fields[name])
        for gone in set(before) - set(kept):
            del self.files[gone]
        if kept != before:
            deal.files[name] = kept
            self.touch(deal, by=by)

    def person_puts(self, deal: Deal, field: str, *, name: str, body: bytes, by: int) -> int:
        """Somebody puts a file into a field in the browser, in a multiple one beside the others; return its number."""
        stored, before = self.keep(name, body), deal.files.get(field, [])
        if not self.fields[field]:
            for gone in before:
                del self.files[gone]
            before = []
        deal.files[field] = [*before, stored.id]
        self.touch(deal, by=by)
        return stored.id

    def touch(self, deal: Deal, *, by: int) -> None:
        """Somebody changed the deal."""
        deal.updated_by, deal.updated_at = by, datetime.now(UTC)
        self._on_change("ONCRMDEALUPDATE", deal.id, by)

    def price(self, deal: Deal, opportunity: float, currency: str = "EUR", *, by: int) -> None:
        """Somebody says what the deal is worth."""
        deal.opportunity, deal.currency = opportunity, currency
        self.touch(deal, by=by)

    def set_stage(self, deal: Deal, stage: str, *, by: int) -> None:
        """Move a deal to a stage of its own pipeline."""
        if stage not in STAGES or pipeline_of(stage) != pipeline_of(deal.stage):
            raise Refusal("CRM_FIELD_ERROR_VALUE_NOT_VALID", "Invalid value of the field “Stage”")
        if stage in self.closed_stages:
            raise Refusal("CRM_FIELD_ERROR_REQUIRED", "The field “Amount” is mandatory")
        if stage != deal.stage:
            deal.stage = stage
            self.touch(deal, by=by)

    def delete(self, deal: Deal, *, by: int) -> None:
        """Delete a deal and its files."""
        del self.deals[deal.id]
        for number in itertools.chain(*deal.files.values()):
            del self.files[number]
        self._on_change("ONCRMDEALDELETE", deal.id, by)

    def comment(self, deal: int, *, author: int, text: str) -> Comment:
        """Add a comment."""
        made = Comment(
            id=next(self._numbers["comment"]), deal=deal, author=author, text=text, created_at=datetime.now(UTC)
        )
        self.comments[made.id] = made
        return made

    def keep(self, name: str, body: bytes) -> StoredFile:
        """Store a file of the CRM."""
        stored = StoredFile(id=next(self._numbers["file"]), name=name, body=body)
        self.files[stored.id] = stored
        return stored

    def attached(self, name: str, body: bytes) -> StoredFile:
        """Return a file of a comment: it lies on the Drive, with a number of its own kind."""
        return StoredFile(id=next(self._numbers["drive"]), name=name, body=body)

    def _written(self, value: object, before: list[int], *, is_multiple: bool) -> list[int]:
        if not is_multiple:
            return self._single(value, before)
        if not isinstance(value, list):
            raise Refusal("100", "Invalid value {%s} to match with parameter {fields}. Should be value of type array.")
        kept = [number for one in value for number in self._single(one, before)]
        return list(dict.fromkeys(kept))

    def _single(self, value: object, before: list[int]) -> list[int]:
        match value:
            case "" | None | []:
                return []
            case {"id": number}:
                # Another number than the field's own resets the field.
                return [int(str(number))] if int(str(number)) in before else []
            case [str(name), str(encoded)]:
                return [self.keep(name, _decoded(encoded)).id]
        raise Refusal("CRM_FIELD_ERROR_VALUE_NOT_VALID", "Invalid value of a file field")


def pipeline_of(stage: str) -> str:
    """Return the pipeline of a stage; stages of the first one carry no number."""
    return stage.partition(":")[0] if ":" in stage else ""


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise Refusal("CRM_FIELD_ERROR_VALUE_NOT_VALID", "Invalid file content") from None


def files_of(pairs: Any, keep: Callable[[str, bytes], StoredFile]) -> list[StoredFile]:
    """Return the files of a list `[[name, base64], …]`."""
    return [keep(str(name), _decoded(str(encoded))) for name, encoded in pairs or ()]
