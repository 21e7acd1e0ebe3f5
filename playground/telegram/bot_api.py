"""The bot's side over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from aiohttp import BodyPartReader, web

from playground.telegram import asking, editing, sending
from playground.telegram.call import Call, Method
from playground.telegram.faults import Fault, FaultKind, Faults
from playground.telegram.files import UPLOAD_LIMIT_BYTES, Upload
from playground.telegram.keyboard import is_loopback
from playground.telegram.limits import Limits
from playground.telegram.refusal import Json, Refused, bad_request, conflict
from playground.telegram.request_log import RequestLog
from playground.telegram.schema import bot_api
from playground.telegram.updates import Updates
from playground.telegram.webhook import Hook, Webhook
from playground.telegram.world import World

METHODS: dict[str, Method] = sending.METHODS | editing.METHODS | asking.METHODS
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class BotApi:
    """Telegram as the bot meets it. `second` is how long a second of webhook back-off takes."""

    def __init__(
        self,
        *,
        world: World,
        updates: Updates,
        faults: Faults,
        log: RequestLog,
        limits: Limits | None,
        second: float,
    ) -> None:
        self._world = world
        self._updates = updates
        self._faults = faults
        self._log = log
        self._limits = limits
        self._second = second
        self._webhook: Webhook | None = None
        self._schema = bot_api()
        self._names = {name.lower(): name for name in self._schema.methods()}

    def routes(self) -> list[web.RouteDef]:
        """Return the routes for the web application."""
        return [
            web.route("*", "/bot{token}/{method}", self._request),
            web.get("/file/bot{token}/{path:.+}", self._download),
        ]

    async def close(self) -> None:
        """Stop deliveries and waiting pollers."""
        self._updates.close()
        if self._webhook is not None:
            await self._webhook.close()

    async def _request(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self._world.bot.token:
            return _json(Refused(401, "Unauthorized").body(), 401)
        method = self._names.get(request.match_info["method"].lower())
        if method is None:
            return _json(Refused(404, "Not Found").body(), 404)
        try:
            raw, uploads = await _read(request)
        except Refused as refusal:
            return _json(refusal.body(), refusal.code)
        return await self._answer(request, method, raw, uploads)

    async def _answer(
        self, request: web.Request, method: str, raw: Json, uploads: Mapping[str, Upload]
    ) -> web.StreamResponse:
        fault = self._faults.of_request(method, _number(raw.get("chat_id")))
        result: object = None
        status, reason = 200, ""
        try:
            await _misbehave_before(fault)
            result = await self.call(method, raw, uploads)
            body: Json = {"ok": True, "result": result}
        except Refused as refusal:
            status, reason, body = refusal.code, refusal.reason, refusal.body()
        named = fault.kind.value if fault else ""
        self._log.add(method, raw, status=status, reason=reason, fault=named, result=result)
        if fault and fault.kind in {FaultKind.DROP_RESPONSE, FaultKind.TIMEOUT} and request.transport:
            request.transport.abort()
        return _json(body, status)

    async def call(self, method: str, raw: Json, uploads: Mapping[str, Upload]) -> object:
        """Judge and carry out one request; returns its `result`. Raises `Refused`."""
        params = self._schema.read(method, raw)
        if method == "getUpdates":
            return await self._get_updates(params)
        if method in {"setWebhook", "deleteWebhook"}:
            return await self._set_webhook(params)
        if method == "getWebhookInfo":
            return self._webhook_info()
        if self._limits:
            self._limits.spend(method, _number(params.get("chat_id")))
        if method not in METHODS:
            raise bad_request(f"the playground does not offer {method}")
        return METHODS[method](Call(self._world, method, params, uploads))

    async def _get_updates(self, params: Json) -> list[Json]:
        if self._webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        if "allowed_updates" in params:
            self._updates.allowed = params["allowed_updates"]
        offset, limit, timeout_s = params.get("offset", 0), params.get("limit", 100), params.get("timeout", 0)
        return await self._updates.poll(offset=offset, limit=limit, timeout_s=timeout_s)

    async def _set_webhook(self, params: Json) -> bool:
        url, secret = params.get("url", ""), params.get("secret_token", "")
        _check_hook(url, secret)
        if self._webhook is not None:
            await self._webhook.close()
        self._webhook = self._updates.on_push = None
        if params.get("drop_pending_updates"):
            self._updates.drop()
        self._updates.allowed = params.get("allowed_updates", self._updates.allowed)
        if url:
            self._start_webhook(Hook(url, secret, params.get("max_connections", 40)))
        return True

    def _start_webhook(self, hook: Hook) -> None:
        clock, second = self._world.clock, self._second
        webhook = Webhook(hook=hook, updates=self._updates, call=self._carry_out, clock=clock, second=second)
        self._webhook, self._updates.on_push = webhook, webhook.push
        for queue in self._updates.queues():
            webhook.push(queue)

    async def _carry_out(self, method: str, wish: Json) -> None:
        """Do what the answer of a webhook asks for; the bot never learns how that ended."""
        name = self._names.get(method.lower())
        if name is None:
            return
        result: object = None
        status, reason = 200, ""
        try:
            result = await self.call(name, wish, {})
        except Refused as refusal:
            status, reason = refusal.code, refusal.reason
        self._log.add(name, wish, status=status, reason=reason, fault="", result=result)

    def _webhook_info(self) -> Json:
        info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": self._updates.count()}
        if self._webhook is None:
            return info
        info |= {"url": self._webhook.hook.url, "max_connections": self._webhook.hook.max_connections}
        if self._updates.allowed:
            info["allowed_updates"] = self._updates.allowed
        if self._webhook.last_error:
            at, why = self._webhook.last_error
            info |= {"last_error_date": int(at.timestamp()), "last_error_message": why}
        return info

    async def _download(self, request: web.Request) -> web.StreamResponse:
        kept = self._world.files.by_path(request.match_info["path"])
        if request.match_info["token"] != self._world.bot.token or kept is None:
            return _json(Refused(404, "Not Found").body(), 404)
        return web.Response(body=kept.content, content_type="application/octet-stream")


def _check_hook(url: str, secret: str) -> None:
    if url and not url.startswith("https://") and not is_loopback(url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


async def _misbehave_before(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.kind is FaultKind.TOO_MANY_REQUESTS:
        reason = f"Too Many Requests: retry after {fault.seconds}"
        raise Refused(429, reason, retry_after=fault.seconds)
    if fault.kind is FaultKind.SERVER_ERROR:
        raise Refused(fault.code, "Bad Gateway" if fault.code == 502 else "Internal Server Error")
    if fault.kind is FaultKind.TIMEOUT:
        await asyncio.sleep(fault.seconds)
        raise Refused(504, "Gateway Timeout")


async def _read(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    """Return the fields and the file parts of a request, whatever its encoding."""
    fields: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json() if request.body_exists else {}
        return fields | body, {}
    if not request.content_type.startswith("multipart/"):
        return fields | dict(await request.post()), {}
    uploads: dict[str, Upload] = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        assert part.name
        if part.filename is None:
            fields[part.name] = (await part.read(decode=True)).decode()
        else:
            uploads[part.name] = Upload(part.filename, await _read_file(part))
    # A file under a name that is no attach:// target is itself the field.
    attached = {value.removeprefix("attach://") for value in fields.values() if value.startswith("attach://")}
    return fields | {k: v for k, v in uploads.items() if k in DIRECT_FILE_FIELDS and k not in attached}, uploads


DIRECT_FILE_FIELDS = frozenset({"document", "photo", "thumbnail", "certificate"})


async def _read_file(part: BodyPartReader) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(1 << 20):
        content += chunk
        if len(content) > UPLOAD_LIMIT_BYTES:
            raise Refused(413, "Request Entity Too Large")
    return bytes(content)


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).lstrip("-").isdecimal() else None


def _json(body: Json, status: int) -> web.Response:
    return web.json_response(body, status=status)
