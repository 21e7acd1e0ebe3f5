"""The portal's bell: notices to employees; a later one with the same TAG takes the place of the earlier one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from playground.bitrix24.office import Office
from playground.bitrix24.refusal import Refusal


@dataclass(frozen=True, kw_only=True)
class Notification:
    """What stands under somebody's bell."""

    id: int
    user: int
    text: str
    tag: str
    at: datetime


class Notifications:
    """Methods by name (reference 4.8); each gets (params, user, access token)."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._numbers = itertools.count(1)
        self.standing: dict[int, Notification] = {}
        self.rung = 0
        """How often a bell rang; what was replaced or deleted counts, too."""
        self.methods: Mapping[str, Callable[[Mapping[str, Any], int, str], Any]] = {
            "im.notify.system.add": self._add,
            "im.notify.delete": self._delete,
        }

    def of(self, user: int) -> list[Notification]:
        """Return what stands under somebody's bell, oldest first."""
        return [one for one in self.standing.values() if one.user == user]

    def _add(self, params: Mapping[str, Any], _user: int, _token: str) -> int | bool:
        user, text = int(params.get("USER_ID") or 0), str(params.get("MESSAGE") or "")
        if not user:
            raise Refusal("USER_ID_EMPTY", "User ID can't be empty")
        if not text:
            raise Refusal("MESSAGE_EMPTY", "Message can't be empty")
        found = self._office.users.get(user)
        if found is None or not found.is_active:
            return False
        tag = str(params.get("TAG") or "")
        if tag:
            self._drop(tag)
        made = Notification(id=next(self._numbers), user=user, text=text, tag=tag, at=datetime.now(UTC))
        self.standing[made.id] = made
        self.rung += 1
        return made.id

    def _delete(self, params: Mapping[str, Any], _user: int, _token: str) -> bool:
        if params.get("ID"):
            return self.standing.pop(int(params["ID"]), None) is not None
        return self._drop(str(params.get("TAG") or ""))

    def _drop(self, tag: str) -> bool:
        """A TAG is one for the whole application: whoever tags two people alike takes the first one's notice away."""
        gone = [number for number, one in self.standing.items() if tag and one.tag == tag]
        for number in gone:
            del self.standing[number]
        return bool(gone)
