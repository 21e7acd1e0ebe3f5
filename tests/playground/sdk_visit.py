"""Visits a portal with the vendor's own SDK and prints what it saw; runs by itself, beside the project's packages."""

from __future__ import annotations

import base64
import json
import socket
import sys
from collections.abc import Callable
from typing import Any

# Of a folder of its own (`./dev test` fills it): mypy does not see it.
from b24pysdk import errors
from b24pysdk.api.requesters import BitrixOAuthRequester
from b24pysdk.credentials import BitrixApp, BitrixToken

FOUND = socket.getaddrinfo


def visit(asked: dict[str, Any]) -> dict[str, Any]:
    """Do what an application does in its first minute; `asked` names the portal, a pair of tokens, a deal."""
    BitrixOAuthRequester._OAUTH_TOKEN_URL = f"{asked['oauth_url']}/oauth/token/"  # its own host is a constant
    BitrixOAuthRequester._APP_INFO_URL = f"{asked['oauth_url']}/rest/app.info/"  # as above
    app = BitrixApp(client_id=asked["client_id"], client_secret=asked["client_secret"])
    token = BitrixToken(
        domain=asked["domain"], auth_token=asked["access_token"], refresh_token=asked["refresh_token"], bitrix_app=app
    )  # fmt: skip
    call, deal = token.call_method, asked["deal"]
    original = {"entityTypeId": 2, "useOriginalUfNames": "Y"}
    filed = {asked["field"]: ["Offer.pdf", base64.b64encode(b"%PDF-offer").decode()]}
    item = call("crm.item.update", {**original, "id": deal, "fields": filed})["result"]["item"]
    me, gone = ("user.get", {"ID": asked["user_id"]}), ("crm.item.get", {**original, "id": 9_999_999})
    batch = token.call_batch({"me": me, "gone": gone})
    seen = {
        "user": call(*me)["result"][0]["ID"],
        "scope": call("scope", {})["result"],
        "file": sorted(item[asked["field"]]),
        "all": len(token.call_list("crm.item.list", {**original, "select": ["id"]})["result"]),
        "comment": call("crm.timeline.comment.add", {"fields": _comment(deal)})["result"],
        "batch": {"result": sorted(batch["result"]["result"]), "error": sorted(batch["result"]["result_error"])},
        "unknown": _refusal(lambda: call("crm.item.nonsense", {})),
        "absent": _refusal(lambda: call(*gone)),
        "application": token.get_app_info().result.install.client_endpoint,
    }
    tell(seen)
    sys.stdin.readline()  # meanwhile the portal is renamed
    tell({"user": call(*me)["result"][0]["ID"], "domain": token.domain})
    sys.stdin.readline()  # meanwhile the token expires
    return {"user": call(*me)["result"][0]["ID"], "renewed": token.auth_token != asked["access_token"]}


def tell(seen: dict[str, Any]) -> None:
    """One line for the test that started this."""
    sys.stdout.write(f"{json.dumps(seen)}\n")
    sys.stdout.flush()


def _comment(deal: int) -> dict[str, Any]:
    return {"ENTITY_ID": deal, "ENTITY_TYPE": "deal", "COMMENT": "seen"}


def _refusal(act: Callable[[], Any]) -> str:
    try:
        act()
    except errors.BitrixAPIError as refusal:
        return f"{type(refusal).__name__} {refusal.error}"
    return "none"


def _leads_to(port: int) -> Callable[..., Any]:
    """Every name of the cloud is the portal: the SDK forgets the port when a portal was renamed."""

    def found(host: Any, asked_port: Any, *more: Any, **named: Any) -> Any:
        is_cloud = isinstance(host, str) and host.endswith(".bitrix24.com")
        return FOUND("127.0.0.1", port if is_cloud else asked_port, *more, **named)

    return found


if __name__ == "__main__":
    ASKED = json.loads(sys.stdin.readline())
    setattr(socket, "getaddrinfo", _leads_to(ASKED["port"]))  # noqa: B010  # not of the type that mypy wants
    tell(visit(ASKED))
