"""What designers of processes find in their list of actions; compared with what the portal knows, and mended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from bot.phrases import LANGUAGES, say
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.installation import SPACE
from signing.ports import Clock, Store

CODE = "countersign_sign_document"
"""Known to the processes that use the action: never changed."""
ROBOT_PATH = "/bitrix24/robot"
DOCUMENT_TYPE = ("crm", "CCrmDocumentDeal", "DEAL")
OFFERED = "robot"
"""Note in the installation's space: the digest of what the portal was told last; its own list has the codes only."""

PROPERTIES = ("field", "signer", "route", "comment", "deadline_hours", "on_reject", "form", "document_type", "value")
"""What a designer may fill in."""
ON_REJECT = ("continue", "stop")
"""A refusal lets the process go on with the status `rejected`, or stops it."""
FORMS = ("pades", "cades")
"""Names of `signing.formats.FORMATS`: a signature inside the document, or beside it as a file of its own."""
_RETURNED = {
    "status": "string", "reason": "string", "signer": "string", "signed_at": "string", "signed_file_id": "int",
    "signed_file": "string", "signature_file_id": "int", "signature_file": "string", "number": "string",
    "verification_url": "string", "automatic": "string", "not_automatic": "string",
}  # fmt: skip


def definition(
    *, public_url: str, user: int, fields: Sequence[str], routes: Sequence[str], language: str
) -> dict[str, Any]:
    """Return the action as `bizproc.robot.add` takes it, without its code; `user` is whose rights it has.

    The choices of a list have one language, the company's. A list without choices is refused by the portal, so a
    company without routes is not offered any.
    """
    ways = {"route": _property("route", "select", Options={route: route for route in routes})} if routes else {}
    choices = {choice: say(language, f"robot-on-reject-{choice}") for choice in ON_REJECT}
    return {
        "HANDLER": f"{public_url}{ROBOT_PATH}", "AUTH_USER_ID": user, "USE_SUBSCRIPTION": "Y",
        "NAME": _said("robot-name"), "DESCRIPTION": _said("robot-description"),
        "DOCUMENT_TYPE": list(DOCUMENT_TYPE), "FILTER": {"INCLUDE": [list(DOCUMENT_TYPE[:2])]},
        "PROPERTIES": {
            "field": _property("field", "select", required=True, Options={f: f for f in fields}, Default=fields[0]),
            "signer": _property("signer", "user"),
            **ways,
            "comment": _property("comment", "text"),
            "deadline_hours": _property("deadline-hours", "int"),
            "on_reject": _property("on-reject", "select", Options=choices, Default=ON_REJECT[0]),
            "form": _property("form", "select", Options={form: say(language, f"robot-form-{form}") for form in FORMS}),
            "document_type": _property("document-type", "string"),
            "value": _property("value", "string"),
        },
        "RETURN_PROPERTIES": {name: _returned(name, kind) for name, kind in _RETURNED.items()},
    }  # fmt: skip


async def is_offered(portal: Portal) -> bool:
    """Tell whether the portal knows the action; raise `Denied` when the application lacks the permission."""
    return CODE in {str(code) for code in await portal.read("bizproc.robot.list")}


async def mend(portal: Portal, wanted: dict[str, Any], *, store: Store, clock: Clock) -> bool:
    """Offer the action, or tell what changed in it; return whether anything had to be done.

    Repeats are harmless: what was told is remembered only afterwards.
    """
    digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
    async with store.read() as tx:
        told = await tx.notes.get(space=SPACE, name=OFFERED, now=clock.now())
    there = await is_offered(portal)
    if there and told is not None and told["sha256"] == digest:
        return False
    if there:
        await portal.write("bizproc.robot.update", CODE=CODE, FIELDS=wanted)
    else:
        await portal.write("bizproc.robot.add", CODE=CODE, **wanted)
    async with store.begin() as tx:
        await tx.notes.put(space=SPACE, name=OFFERED, body={"sha256": digest})
    return True


def _property(name: str, kind: str, *, required: bool = False, **more: Any) -> dict[str, Any]:
    return {
        "Name": _said(f"robot-{name}"), "Description": _said(f"robot-{name}-help"), "Type": kind,
        "Required": "Y" if required else "N", "Multiple": "N", **more,
    }  # fmt: skip


def _returned(name: str, kind: str) -> dict[str, Any]:
    return {"Name": _said(f"robot-returns-{name.replace('_', '-')}"), "Type": kind, "Multiple": "N"}


def _said(phrase: str) -> dict[str, str]:
    return {language: say(language, phrase) for language in LANGUAGES}
