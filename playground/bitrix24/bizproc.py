"""Business processes: applications offer actions, a process comes to one, posts to it and waits for its answer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playground.bitrix24.accounts import Accounts
from playground.bitrix24.crm import Listed
from playground.bitrix24.events import Events, Form
from playground.bitrix24.office import Deal, Office
from playground.bitrix24.refusal import Refusal

SCOPE = "bizproc"
_TYPES = {"bool", "date", "datetime", "double", "file", "int", "select", "string", "text", "user"}
_DEAL = ("crm", "CCrmDocumentDeal", "DEAL")


@dataclass(kw_only=True)
class Process:
    """One running process: its template has our action, then a branch on `status == signed`."""

    id: str
    code: str
    deal: int
    started_by: int
    started_at: datetime
    properties: dict[str, Any]
    timeout_s: int
    event_token: str = ""
    state: str = "waits"
    """`waits`, `answered`, `timed out` or `stopped`."""
    values: dict[str, Any] = field(default_factory=dict)
    """What the action returned; empty after a timeout."""
    branch: str = ""
    """Which way the template went on: `signed` or `not signed`."""
    log: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether it waits for its action."""
        return self.state == "waits"


class Bizproc:
    """Actions by code, processes by id; methods by name, each gets (params, user, access token)."""

    def __init__(self, *, office: Office, accounts: Accounts, events: Events) -> None:
        self.robots: dict[str, dict[str, Any]] = {}
        self.processes: dict[str, Process] = {}
        self._office = office
        self._accounts = accounts
        self._events = events
        self._key = secrets.token_bytes(32)
        self._numbers = itertools.count(10_001)
        self.methods: Mapping[str, Callable[[Mapping[str, Any], int, str], Any]] = {
            name: self._guarded(method)
            for name, method in {
                "bizproc.robot.add": self._add, "bizproc.robot.update": self._update,
                "bizproc.robot.list": self._list, "bizproc.robot.delete": self._delete,
                "bizproc.workflow.instances": self._instances, "bizproc.activity.log": self._log,
                "bizproc.event.send": self._send, "bizproc.workflow.terminate": self._terminate,
            }.items()
        }  # fmt: skip

    def start(self, deal: Deal, *, by: int, code: str, properties: Mapping[str, Any], timeout_s: int = 0) -> Process:
        """Somebody (0: the portal itself) starts a process that comes to the action `code`; nobody answers yet."""
        robot = self.robots[code]
        process = Process(
            id=f"{secrets.token_hex(7)}.{secrets.randbelow(10**8):08d}", code=code, deal=deal.id, started_by=by,
            started_at=datetime.now(UTC), properties=dict(properties), timeout_s=timeout_s,
        )  # fmt: skip
        process.event_token = self._signed(f"{process.id}|A{next(self._numbers)}_79843_85254_57332")
        self.processes[process.id] = process
        if timeout_s:
            asyncio.get_running_loop().call_later(timeout_s, self.time_out, process)
        self._events.send(str(robot["HANDLER"]), self.form(process))
        return process

    def form(self, process: Process) -> Form:
        """Return what the portal posts to the action's address."""
        robot = self.robots[process.code]
        auth = self._events.form("", {}, user=int(robot.get("AUTH_USER_ID") or 1))["auth"]
        return {
            "workflow_id": process.id, "code": process.code, "document_id": [*_DEAL[:2], f"DEAL_{process.deal}"],
            "document_type": list(_DEAL), "event_token": process.event_token, "properties": process.properties,
            "use_subscription": robot.get("USE_SUBSCRIPTION", "Y"), "timeout_duration": process.timeout_s,
            "ts": int(time.time()), "auth": auth,
        }  # fmt: skip

    def time_out(self, process: Process) -> None:
        """The process has waited long enough and goes on without values."""
        if process.waits:
            self._note(process, "The application did not answer in time.")
            self._go_on(process, "timed out", {})

    def forged_token(self, process: str) -> str:
        """Return a token that looks right and that the portal never gave."""
        return f"{process}|A40364_79843_85254_57332|{secrets.token_hex(16)}.{secrets.token_hex(32)}"

    def _add(self, params: Mapping[str, Any], user: int, _token: str) -> bool:
        self._check_administrator(user)
        code = str(params.get("CODE", ""))
        if code in self.robots:
            raise Refusal("ERROR_ACTIVITY_ALREADY_INSTALLED", "Activity or Robot already installed!")
        if not re.fullmatch(r"[A-Za-z0-9._-]+", code):
            raise Refusal("ERROR_ACTIVITY_VALIDATION_FAILURE", "Wrong activity code!")
        _check(params)
        self.robots[code] = {name: value for name, value in params.items() if name != "CODE"}
        return True

    def _update(self, params: Mapping[str, Any], user: int, _token: str) -> bool:
        self._check_administrator(user)
        fields, found = params.get("FIELDS") or {}, self.robots.get(str(params.get("CODE", "")))
        if found is None:
            raise Refusal("ERROR_ACTIVITY_NOT_FOUND", "Activity or Robot not found!")
        _check({**found, **fields})
        found.update(fields)
        return True

    def _list(self, _params: Mapping[str, Any], user: int, _token: str) -> list[str]:
        self._check_administrator(user)
        return list(self.robots)

    def _delete(self, params: Mapping[str, Any], user: int, _token: str) -> bool:
        self._check_administrator(user)
        if self.robots.pop(str(params.get("CODE", "")), None) is None:
            raise Refusal("ERROR_ACTIVITY_NOT_FOUND", "Activity or Robot not found!")
        return True

    def _instances(self, params: Mapping[str, Any], user: int, _token: str) -> Listed:
        """Only what runs now; every value is text, and whoever asks for nothing gets three columns."""
        self._check_administrator(user)
        asked = {name.upper(): value for name, value in params.items()}
        wanted = (asked.get("FILTER") or {}).get("ID")
        columns = asked.get("SELECT") or ["ID", "MODIFIED", "OWNED_UNTIL"]
        running = [p for p in self.processes.values() if p.waits and wanted in (None, p.id)]
        return Listed({name: _row(process).get(name) for name in columns} for process in running)

    def _log(self, params: Mapping[str, Any], _user: int, _token: str) -> bool:
        process = self._holder(params)
        self._note(process, _text(params, "log_message") or "")
        return True

    def _send(self, params: Mapping[str, Any], _user: int, _token: str) -> bool:
        """The answer: counts once, and only what the action said that it returns is taken."""
        process = self._holder(params)
        given = params.get("return_values") or params.get("RETURN_VALUES") or {}
        known = self.robots[process.code].get("RETURN_PROPERTIES") or {}
        self._note(process, _text(params, "log_message") or "Received response from the application.")
        self._go_on(process, "answered", {name: value for name, value in dict(given).items() if name in known})
        return True

    def _terminate(self, params: Mapping[str, Any], user: int, _token: str) -> bool:
        self._check_administrator(user)
        number = _text(params, "ID")
        if not number:
            raise Refusal("ERROR_WRONG_WORKFLOW_ID", "Empty workflow instance ID")
        found = self.processes.get(number)
        if found is not None and found.waits:
            found.state = "stopped"
            self._note(found, _text(params, "STATUS") or "Terminated")
        return True

    def _go_on(self, process: Process, state: str, values: dict[str, Any]) -> None:
        process.state, process.values = state, values
        process.branch = "signed" if values.get("status") == "signed" else "not signed"
        deal = self._office.deals.get(process.deal)
        if deal is not None and process.branch == "signed":
            deal.stage = "UC_SIGNED"
            self._office.touch(deal, by=deal.updated_by)

    def _holder(self, params: Mapping[str, Any]) -> Process:
        """Return the process that a token answers for: sealed by the portal, not used, and still waited for."""
        token = _text(params, "event_token") or ""
        found = self.processes.get(token.partition("|")[0])
        body, _, seal = token.rpartition(".")
        is_ours = hmac.compare_digest(self._seal(body).encode(), seal.encode())
        if found is None or not is_ours or not found.waits or found.event_token != token:
            raise Refusal("ACCESS_DENIED", "Access denied!", status=403)
        return found

    def _signed(self, activity: str) -> str:
        body = f"{activity}|{secrets.token_hex(16)}"
        return f"{body}.{self._seal(body)}"

    def _seal(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), hashlib.sha256).hexdigest()

    def _note(self, process: Process, text: str) -> None:
        process.log.append((datetime.now(UTC), text))

    def _check_administrator(self, user: int) -> None:
        if not self._office.users[user].is_admin:
            raise Refusal("ACCESS_DENIED", "Access denied!", status=403)

    def _guarded(
        self, method: Callable[[Mapping[str, Any], int, str], Any]
    ) -> Callable[[Mapping[str, Any], int, str], Any]:
        def call(params: Mapping[str, Any], user: int, token: str) -> Any:
            if SCOPE not in self._accounts.scope.split(","):
                said = "The request requires higher privileges than provided by the access token"
                raise Refusal("insufficient_scope", said, status=403)
            return method(params, user, token)

        return call


def _check(robot: Mapping[str, Any]) -> None:
    """Refuse an action that the real portal would."""
    handler = str(robot.get("HANDLER", ""))
    if not re.match(r"https?://", handler):
        raise Refusal("ERROR_UNSUPPORTED_PROTOCOL", "Unsupported event handler protocol")
    properties = {**(robot.get("PROPERTIES") or {}), **(robot.get("RETURN_PROPERTIES") or {})}
    for name, one in properties.items():
        if not re.fullmatch(r"[A-Za-z0-9_]+", name) or one.get("Type") not in _TYPES or not one.get("Name"):
            raise Refusal("ERROR_ACTIVITY_VALIDATION_FAILURE", f"Wrong property {name}!")
        if one["Type"] == "select" and not one.get("Options"):
            raise Refusal("ERROR_ACTIVITY_VALIDATION_FAILURE", f"Property {name} has no options!")


def _text(params: Mapping[str, Any], name: str) -> str | None:
    value = params.get(name, params.get(name.upper()))
    return None if value is None else str(value)


def _row(process: Process) -> dict[str, Any]:
    at = process.started_at.isoformat(timespec="seconds")
    return {
        "ID": process.id, "MODIFIED": at, "OWNED_UNTIL": None, "MODULE_ID": "crm", "ENTITY": "CCrmDocumentDeal",
        "DOCUMENT_ID": f"DEAL_{process.deal}", "STARTED": at, "STARTED_BY": str(process.started_by), "TEMPLATE_ID": "1",
    }  # fmt: skip
