"""Where applications show pages of their own: tabs of a deal, types of fields, the menu; and how they are opened."""

from __future__ import annotations

import html
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from playground.bitrix24.accounts import Accounts
from playground.bitrix24.office import Office
from playground.bitrix24.refusal import Refusal

APP_ID = 7
"""The application's number in the portal (`app.info`)."""
KNOWN = {
    "CRM_DEAL_DETAIL_TAB", "CRM_DEAL_DETAIL_TOOLBAR", "CRM_DEAL_DETAIL_ACTIVITY", "CRM_DEAL_LIST_MENU",
    "IM_CONTEXT_MENU", "IM_TEXTAREA", "IM_SIDEBAR",
}  # fmt: skip


class Placements:
    """Handlers by place; `own_page` is what the menu opens."""

    def __init__(self, *, accounts: Accounts, office: Office, application_token: str) -> None:
        self._accounts = accounts
        self._office = office
        self._application_token = application_token
        self.bound: list[tuple[str, str, str]] = []
        """(placement, handler, title)."""
        self.types: dict[str, str] = {}
        """USER_TYPE_ID → handler."""
        self.own_page = ""
        self.methods: Mapping[str, Callable[[Mapping[str, Any], int, str], Any]] = {
            "app.info": self._info,
            "placement.bind": self._administrators(self._bind),
            "placement.unbind": self._administrators(self._unbind),
            "placement.get": self._administrators(self._get),
            "userfieldtype.add": self._administrators(self._add_type),
            "userfieldtype.list": self._administrators(self._list_types),
            "userfieldtype.delete": self._administrators(self._delete_type),
        }

    def form(
        self, placement: str, options: Mapping[str, Any] | None, *, user: int, token: str = ""
    ) -> tuple[str, dict[str, str]]:
        """Return the address and the fields that the portal makes the user's browser post (reference 1.5).

        `token` is somebody else's or an old one, for forgeries.
        """
        issued = self._accounts.issue(user)
        domain = self._accounts.portal_url.partition("://")[2]
        asked = {"DOMAIN": domain, "PROTOCOL": "0", "LANG": "en", "APP_SID": secrets.token_hex(16)}
        fields = {
            "AUTH_ID": token or str(issued["access_token"]), "AUTH_EXPIRES": "3600",
            "REFRESH_ID": str(issued["refresh_token"]), "SERVER_ENDPOINT": "", "member_id": self._accounts.member_id,
            "APPLICATION_TOKEN": self._application_token, "APPLICATION_SCOPE": self._accounts.scope, "status": "L",
            "PLACEMENT": placement,
            "PLACEMENT_OPTIONS": json.dumps({**options, "URI": ""}) if options is not None else "undefined",
        }  # fmt: skip
        return f"{self._handler(placement)}?{urlencode(asked)}", fields

    def page(self, placement: str, options: Mapping[str, Any] | None, *, user: int) -> str:
        """Return the page inside the frame: a form that posts itself; a quiet one where no application is bound."""
        if not self._handler(placement):
            return '<!doctype html><html lang="en"><meta charset="utf-8"><title>Empty</title></html>'
        address, fields = self.form(placement, options, user=user)
        rows = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in fields.items()
        )
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Opening</title>'
            f'<form id="f" method="post" action="{html.escape(address)}">{rows}</form>'
            '<script>document.getElementById("f").submit()</script></html>'
        )

    def _handler(self, placement: str) -> str:
        if placement == "DEFAULT":
            return self.own_page
        if placement == "USERFIELD_TYPE":
            return next(iter(self.types.values()), "")
        return next((handler for place, handler, _ in self.bound if place == placement), "")

    def _administrators(
        self, method: Callable[[Mapping[str, Any]], Any]
    ) -> Callable[[Mapping[str, Any], int, str], Any]:
        def asked(params: Mapping[str, Any], user: int, _token: str) -> Any:
            if "placement" not in self._accounts.scope.split(","):
                raise Refusal("insufficient_scope", "The request requires higher privileges", status=403)
            if not self._office.users[user].is_admin:
                raise Refusal("ACCESS_DENIED", "Access denied.", status=403)
            return method(params)

        return asked

    def _info(self, _params: Mapping[str, Any], _user: int, _token: str) -> dict[str, Any]:
        return {
            "ID": APP_ID, "CODE": self._accounts.client_id, "VERSION": 1, "STATUS": "L", "INSTALLED": True,
            "PAYMENT_EXPIRED": "N", "DAYS": None, "LANGUAGE_ID": "en", "LICENSE": "en_basic",
        }  # fmt: skip

    def _bind(self, params: Mapping[str, Any]) -> bool:
        place, handler = str(params.get("PLACEMENT", "")), str(params.get("HANDLER", ""))
        if place not in KNOWN:
            raise Refusal("ERROR_PLACEMENT_NOT_FOUND", "Placement not found", status=200)
        if not handler.startswith(("http://", "https://")):
            raise Refusal("ERROR_UNSUPPORTED_PROTOCOL", "Unsupported handler protocol", status=200)
        if any((bound, to) == (place, handler) for bound, to, _ in self.bound):
            raise Refusal("ERROR_CORE", "Unable to set placement handler: Handler already binded", status=400)
        self.bound.append((place, handler, str(params.get("TITLE", ""))))
        return True

    def _unbind(self, params: Mapping[str, Any]) -> dict[str, int]:
        place, handler = str(params.get("PLACEMENT", "")), params.get("HANDLER")
        kept = [one for one in self.bound if one[0] != place or (handler and one[1] != handler)]
        count, self.bound = len(self.bound) - len(kept), kept
        return {"count": count}

    def _get(self, _params: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            {"placement": place, "handler": handler, "title": title, "description": "", "userId": 0}
            for place, handler, title in self.bound
        ]

    def _add_type(self, params: Mapping[str, Any]) -> bool:
        name, handler = str(params.get("USER_TYPE_ID", "")), str(params.get("HANDLER", ""))
        if not (name.isascii() and name.isalnum() and name.islower()) or not handler:
            raise Refusal("ERROR_ARGUMENT", "Argument 'USER_TYPE_ID' is null or empty", status=400)
        if name in self.types or handler in self.types.values():
            raise Refusal("ERROR_CORE", "Unable to set user type handler: Handler already binded", status=400)
        self.types[name] = handler
        return True

    def _list_types(self, _params: Mapping[str, Any]) -> list[dict[str, str]]:
        return [
            {"USER_TYPE_ID": name, "HANDLER": handler, "TITLE": name, "DESCRIPTION": ""}
            for name, handler in self.types.items()
        ]

    def _delete_type(self, params: Mapping[str, Any]) -> bool:
        return self.types.pop(str(params.get("USER_TYPE_ID", "")), None) is not None
