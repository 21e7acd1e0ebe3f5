"""The activities on the page of a deal, with their buttons, for whoever sits there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.bitrix24.activities import Activities, Activity
from playground.bitrix24.office import Office


class ActivityDesk:
    """Shows and presses."""

    def __init__(self, office: Office, activities: Activities) -> None:
        self._office = office
        self._activities = activities

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [
            web.get("/desk/deals/{deal:\\d+}/activities", self._all),
            web.post("/desk/activities/{activity:\\d+}/{button:[a-z]+}", self._press),
        ]

    async def _all(self, request: web.Request) -> web.Response:
        found = self._activities.of(int(request.match_info["deal"]))
        return web.json_response([self._shown(one) for one in reversed(found)])

    async def _press(self, request: web.Request) -> web.Response:
        number, by = int(request.match_info["activity"]), int(request.query["user"])
        if number not in self._activities.standing or by not in self._office.users:
            raise web.HTTPNotFound
        self._activities.press(number, request.match_info["button"], by=by)
        return web.json_response({})

    def _shown(self, found: Activity) -> Mapping[str, Any]:
        user = self._office.users[found.responsible]
        buttons = [{"id": name, "title": one["title"], "type": one["type"]} for name, one in found.buttons.items()]
        return {
            "id": found.id, "title": found.title, "tags": list((found.layout["header"].get("tags") or {}).values()),
            "responsible": f"{user.name} {user.last_name}", "is_completed": found.is_completed,
            "deadline": found.deadline.isoformat() if found.deadline else None,
            "blocks": list(found.layout["body"]["blocks"].values()), "buttons": buttons,
            "is_locked": found.is_locked, "locked_button": found.locked_button,
        }  # fmt: skip
