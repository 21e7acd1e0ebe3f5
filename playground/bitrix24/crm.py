"""The methods of the portal that we use: deals, timelines, fields, employees; shapes as in the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from playground.bitrix24.listing import listed
from playground.bitrix24.office import STAGES, Comment, Deal, Department, Office, User, files_of
from playground.bitrix24.refusal import Refusal

PAGE = 50
DEAL_TYPE, COMPANY_TYPE = 2, 4


class Listed(list[Any]):
    """The result of a list method: the router adds `total` and `next`."""


class Crm:
    """Methods by name; each gets (params, user, access token)."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.url = ""
        self.methods: Mapping[str, Callable[[Mapping[str, Any], int, str], Any]] = {
            "profile": self._profile,
            "user.get": self._users,
            "department.get": self._departments,
            "crm.item.get": self._item,
            "crm.item.list": self._items,
            "crm.item.update": self._update,
            "crm.status.list": self._statuses,
            "crm.deal.userfield.list": self._fields,
            "crm.deal.userfield.add": self._add_field,
            "crm.timeline.comment.add": self._comment,
            "crm.timeline.comment.update": self._change_comment,
            "crm.timeline.comment.list": self._comments,
        }

    def _profile(self, _params: Mapping[str, Any], user: int, _token: str) -> dict[str, Any]:
        found = self._office.users[user]
        return {"ID": str(user), "ADMIN": found.is_admin, "NAME": found.name, "LAST_NAME": found.last_name}

    def _users(self, params: Mapping[str, Any], _user: int, _token: str) -> Listed:
        wanted = params.get("FILTER") or {}
        active = [user for user in self._office.users.values() if user.is_active or "ACTIVE" not in wanted]
        return Listed(_user_row(user) for user in active)

    def _departments(self, _params: Mapping[str, Any], _user: int, _token: str) -> Listed:
        return Listed(_department_row(department) for department in self._office.departments.values())

    def _item(self, params: Mapping[str, Any], user: int, token: str) -> dict[str, Any]:
        return {"item": self._row(self._deal(params, user), token)}

    def _items(self, params: Mapping[str, Any], user: int, token: str) -> dict[str, Listed]:
        if int(params.get("entityTypeId") or 0) == COMPANY_TYPE:
            rows = [{"id": one.id, "title": one.title} for one in self._office.customers.values()]
        else:
            seen = [deal for deal in self._office.deals.values() if (user, deal.id) not in self._office.barred]
            rows = [self._row(deal, token) for deal in seen]
        return {"items": Listed(listed(rows, params))}

    def _update(self, params: Mapping[str, Any], user: int, token: str) -> dict[str, Any]:
        deal, fields = self._deal(params, user), params.get("fields") or {}
        for name, value in fields.items():
            if name in self._office.fields:
                self._office.put(deal, name, value, by=user)
        if "stageId" in fields:
            self._office.set_stage(deal, str(fields["stageId"]), by=user)
        return {"item": self._row(deal, token)}

    def _deal(self, params: Mapping[str, Any], user: int) -> Deal:
        if int(params.get("entityTypeId") or 0) != DEAL_TYPE:
            raise Refusal("ENTITY_TYPE_NOT_SUPPORTED")
        if params.get("useOriginalUfNames") != "Y":
            raise Refusal(
                "PLAYGROUND", "names of custom fields differ from portal to portal: ask for the original ones"
            )
        return self._office.deal(int(params.get("id") or 0), user=user)

    def _row(self, deal: Deal, token: str) -> dict[str, Any]:
        files = {name: self._value(deal, name, token) for name in self._office.fields}
        return {
            "id": deal.id, "title": deal.title, "stageId": deal.stage, "categoryId": 2 if ":" in deal.stage else 0,
            "assignedById": deal.assigned_by, "updatedBy": deal.updated_by, "opportunity": deal.opportunity,
            "currencyId": deal.currency,
            "companyId": deal.company or None, "updatedTime": deal.updated_at.isoformat(), **files,
        }  # fmt: skip

    def _value(self, deal: Deal, name: str, token: str) -> Any:
        values = [self._file_value(deal, name, number, token) for number in deal.files.get(name, [])]
        return values if self._office.fields[name] else values[0] if values else None

    def _file_value(self, deal: Deal, name: str, number: int, token: str) -> dict[str, Any]:
        """No name, no size, no digest: only a number and two links (reference 5.3)."""
        inner = quote(f"crm|{deal.id}|{name}|{number}", safe="")
        browsers = f"{self.url}/bitrix/services/main/ajax.php?action=crm.controller.item.getFile&id={number}"
        return {
            "id": number, "url": browsers,
            "urlMachine": f"{self.url}/rest/crm.controller.item.getFile.json?auth={token}&token={inner}",
        }  # fmt: skip

    def _statuses(self, _params: Mapping[str, Any], _user: int, _token: str) -> Listed:
        rows = enumerate(STAGES.items(), 1)
        return Listed(
            {"ID": str(place), "ENTITY_ID": "DEAL_STAGE_2" if ":" in stage else "DEAL_STAGE", "STATUS_ID": stage,
             "NAME": name, "SORT": str(place * 10)}
            for place, (stage, name) in rows
        )  # fmt: skip

    def _fields(self, _params: Mapping[str, Any], _user: int, _token: str) -> Listed:
        rows = [(name, "file", is_multiple) for name, is_multiple in self._office.fields.items()]
        rows += [(name, kind, False) for name, kind in self._office.buttons.items()]
        return Listed(
            {"ID": str(place), "ENTITY_ID": "CRM_DEAL", "FIELD_NAME": name, "USER_TYPE_ID": kind,
             "MULTIPLE": "Y" if is_multiple else "N"}
            for place, (name, kind, is_multiple) in enumerate(rows, 1)
        )  # fmt: skip

    def _add_field(self, params: Mapping[str, Any], user: int, _token: str) -> int:
        fields = params.get("fields") or {}
        name, kind = f"UF_CRM_{fields.get('FIELD_NAME', '')}", str(fields.get("USER_TYPE_ID", ""))
        if not self._office.users[user].is_admin:
            raise Refusal("ACCESS_DENIED", "Access denied.")
        is_known = kind == "file" or kind.startswith("rest_")
        if not is_known or name in self._office.fields or name in self._office.buttons or len(name) > 50:
            raise Refusal("ERROR_CORE", "The field could not be made")
        if kind == "file":
            self._office.fields[name] = fields.get("MULTIPLE") == "Y"
        else:
            self._office.buttons[name] = kind
        return len(self._office.fields) + len(self._office.buttons)

    def _comment(self, params: Mapping[str, Any], user: int, _token: str) -> int:
        fields = params.get("fields") or {}
        if fields.get("ENTITY_TYPE") != "deal" or int(fields.get("ENTITY_ID") or 0) not in self._office.deals:
            raise Refusal("OWNER_NOT_FOUND", "Owner not found")
        made = self._office.comment(int(fields["ENTITY_ID"]), author=user, text=str(fields.get("COMMENT", "")))
        made.files = files_of(fields.get("FILES"), self._office.attached)
        return made.id

    def _change_comment(self, params: Mapping[str, Any], user: int, _token: str) -> bool:
        found, fields = self._office.comments.get(int(params.get("id") or 0)), params.get("fields") or {}
        if found is None or found.deal not in self._office.deals:
            raise Refusal("NOT_FOUND", "Not found")
        if found.author != user:
            raise Refusal("ACCESS_DENIED", "Access denied.")
        found.text = str(fields.get("COMMENT", found.text))
        if "FILES" in fields:  # the old ones are dropped (reference 5.4)
            found.files = files_of(fields["FILES"], self._office.attached)
        return True

    def _comments(self, params: Mapping[str, Any], user: int, _token: str) -> Listed:
        wanted = params.get("filter") or {}
        self._office.deal(int(wanted.get("ENTITY_ID") or 0), user=user)
        found = [c for c in self._office.comments.values() if c.deal == int(wanted["ENTITY_ID"])]
        return Listed(_comment_row(comment) for comment in reversed(found))


def _user_row(user: User) -> dict[str, Any]:
    return {
        "ID": str(user.id), "ACTIVE": user.is_active, "NAME": user.name, "LAST_NAME": user.last_name,
        "WORK_POSITION": user.position, "USER_TYPE": "employee", "UF_DEPARTMENT": user.departments,
    }  # fmt: skip


def _department_row(department: Department) -> dict[str, Any]:
    """Numbers are text, except the place in the order; what a department has not is missing (reference 8)."""
    above = {"PARENT": str(department.parent)} if department.parent else {}
    head = {"UF_HEAD": str(department.head)} if department.head else {}
    return {"ID": str(department.id), "NAME": department.name, "SORT": 500, **above, **head}


def _comment_row(comment: Comment) -> dict[str, Any]:
    return {
        "ID": str(comment.id), "ENTITY_ID": comment.deal, "ENTITY_TYPE": "deal", "COMMENT": comment.text,
        "AUTHOR_ID": str(comment.author), "CREATED": comment.created_at.isoformat(),
    }  # fmt: skip
