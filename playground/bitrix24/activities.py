"""Configurable activities of deals: made and changed by the application that owns them, pressed by people."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playground.bitrix24.accounts import Accounts
from playground.bitrix24.activity_layout import checked
from playground.bitrix24.crm import DEAL_TYPE, Listed
from playground.bitrix24.events import Events
from playground.bitrix24.listing import listed
from playground.bitrix24.office import Office
from playground.bitrix24.refusal import Refusal

PRESSED = "ONCRMTIMELINEITEMACTION"
_YES, _NO = (True, "Y", "1", 1, "true"), (False, "N", "0", 0, "false", None, "")


@dataclass(kw_only=True)
class Activity:
    """An activity in a deal."""

    id: int
    deal: int
    client_id: str
    """The application that made it, and that alone may change it."""
    responsible: int
    layout: dict[str, Any] = field(default_factory=dict)
    is_completed: bool = False
    deadline: datetime | None = None
    originator: str | None = None
    origin: str | None = None
    is_locked: bool = False
    """Somebody pressed a button with the animation `loader`: locked until the application updates it."""
    locked_button: str = ""
    """The same with the animation `disable`: only that button is."""

    @property
    def buttons(self) -> Mapping[str, Any]:
        """What can be pressed."""
        found = self.layout.get("footer", {}).get("buttons") or {}
        return found if isinstance(found, dict) else {}

    @property
    def title(self) -> str:
        """What stands on top."""
        return str(self.layout["header"]["title"])


class Activities:
    """Methods by name; each gets (params, user, access token)."""

    def __init__(self, *, office: Office, accounts: Accounts, events: Events, first: int) -> None:
        self._office = office
        self._accounts = accounts
        self._events = events
        self._numbers = itertools.count(first)
        self.standing: dict[int, Activity] = {}
        self.methods: Mapping[str, Callable[[Mapping[str, Any], int, str], Any]] = {
            "crm.activity.configurable.add": self._add,
            "crm.activity.configurable.update": self._update,
            "crm.activity.configurable.get": self._get,
            "crm.activity.list": self._list,
        }

    def of(self, deal: int) -> list[Activity]:
        """Return the activities of a deal, oldest first."""
        return [one for one in self.standing.values() if one.deal == deal]

    def press(self, number: int, button: str, *, by: int) -> bool:
        """Somebody presses a button; False where there is none or a press is being worked on."""
        found = self.standing[number]
        pressed = found.buttons.get(button)
        if pressed is None or found.is_locked or found.locked_button == button:
            return False
        action = pressed["action"]
        found.is_locked = action.get("animationType") == "loader"
        found.locked_button = button if action.get("animationType") == "disable" else ""
        if found.client_id == self._accounts.client_id:
            self._events.tell(self.event(found, action, by=by))
        return True

    def event(self, found: Activity, action: Mapping[str, Any], *, by: int) -> dict[str, Any]:
        """Return what the application that owns the activity is told; its own parameters come as text."""
        own = {name: str(value) for name, value in (action.get("actionParams") or {}).items()}
        context = {
            "id": action["id"], "entityTypeId": DEAL_TYPE, "entityId": found.deal, "activityId": found.id,
            "userId": by,
        }  # fmt: skip
        return self._events.form(PRESSED, {**own, **context}, user=by)

    def delete(self, number: int) -> None:
        """Somebody deletes an activity by hand."""
        del self.standing[number]

    def _add(self, params: Mapping[str, Any], user: int, token: str) -> dict[str, Any]:
        if int(params.get("ownerTypeId") or 0) != DEAL_TYPE:
            raise Refusal("NOT_FOUND", "Not found.")
        deal = self._office.deal(int(params.get("ownerId") or 0), user=user)
        made = Activity(
            id=next(self._numbers), deal=deal.id, client_id=self._accounts.grant(token).client_id, responsible=user
        )
        self._write(made, params)
        self.standing[made.id] = made
        return {"activity": {"id": made.id}}

    def _update(self, params: Mapping[str, Any], user: int, token: str) -> dict[str, Any]:
        found = self._found(params, user)
        if found.client_id != self._accounts.grant(token).client_id:
            raise Refusal("ERROR_WRONG_APPLICATION", "The activity can be changed by its own application only")
        self._write(found, params)
        found.is_locked, found.locked_button = False, ""
        return {"activity": {"id": found.id}}

    def _get(self, params: Mapping[str, Any], user: int, _token: str) -> dict[str, Any]:
        found = self._found(params, user)
        fields = {
            "typeId": "CONFIGURABLE", "completed": found.is_completed, "pingOffsets": [], "badgeCode": "",
            "deadline": found.deadline.isoformat() if found.deadline else None, "isIncomingChannel": False,
            "responsibleId": found.responsible, "originatorId": found.originator, "originId": found.origin,
        }  # fmt: skip
        there = {"ownerTypeId": DEAL_TYPE, "ownerId": found.deal, "fields": fields, "layout": found.layout}
        return {"activity": {"id": found.id, **there}}

    def _list(self, params: Mapping[str, Any], user: int, _token: str) -> Listed:
        """The old kind of list: names in capitals, every value is text, unknown names in a filter are overlooked."""
        seen = [one for one in self.standing.values() if (user, one.deal) not in self._office.barred]
        rows = [_row(one) for one in seen if one.deal in self._office.deals]
        wanted = {name: value for name, value in (params.get("filter") or {}).items() if name.lstrip("=!<>%@") in ROW}
        return Listed(listed(rows, {"filter": wanted, "order": params.get("order") or {"ID": "ASC"}}))

    def _found(self, params: Mapping[str, Any], user: int) -> Activity:
        found = self.standing.get(int(params.get("id") or 0))
        if found is None or found.deal not in self._office.deals:
            raise Refusal("NOT_FOUND", "Not found.")
        self._office.deal(found.deal, user=user)
        return found

    def _write(self, found: Activity, params: Mapping[str, Any]) -> None:
        """Nothing is written where something is wrong; fields that are not named stay."""
        fields, layout = params.get("fields"), checked(params.get("layout"))
        if not isinstance(fields, dict):
            raise Refusal("100", "Could not find value for parameter {fields}")
        if fields.get("typeId", "CONFIGURABLE") != "CONFIGURABLE" or fields.keys() - FIELDS:
            raise Refusal("WRONG_FIELD_VALUE", "Wrong field value")
        responsible = int(fields.get("responsibleId") or found.responsible)
        user = self._office.users.get(responsible)
        if user is None or not user.is_active:
            raise Refusal("WRONG_FIELD_VALUE", "Wrong value of the field responsibleId")
        if fields.get("completed") not in (*_YES, *_NO):
            raise Refusal("WRONG_FIELD_VALUE", "Wrong value of the field completed")
        found.deadline = _moment(fields["deadline"]) if "deadline" in fields else found.deadline
        found.layout, found.responsible, found.is_completed = layout, responsible, fields.get("completed") in _YES
        found.originator = fields.get("originatorId", found.originator)
        found.origin = fields.get("originId", found.origin)


FIELDS = {
    "typeId", "completed", "deadline", "pingOffsets", "isIncomingChannel", "responsibleId", "badgeCode",
    "originatorId", "originId",
}  # fmt: skip
ROW = {
    "ID", "OWNER_ID", "OWNER_TYPE_ID", "PROVIDER_ID", "PROVIDER_TYPE_ID", "SUBJECT", "COMPLETED", "RESPONSIBLE_ID",
    "ORIGINATOR_ID", "ORIGIN_ID",
}  # fmt: skip
"""What a row of the list has."""


def _row(found: Activity) -> dict[str, Any]:
    return {
        "ID": str(found.id), "OWNER_ID": str(found.deal), "OWNER_TYPE_ID": str(DEAL_TYPE),
        "PROVIDER_ID": "CONFIGURABLE_REST_APP", "PROVIDER_TYPE_ID": "CONFIGURABLE", "SUBJECT": found.title,
        "COMPLETED": "Y" if found.is_completed else "N", "RESPONSIBLE_ID": str(found.responsible),
        "ORIGINATOR_ID": found.originator, "ORIGIN_ID": found.origin,
    }  # fmt: skip


def _moment(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        raise Refusal("WRONG_FIELD_VALUE", "Wrong value of the field deadline") from None
