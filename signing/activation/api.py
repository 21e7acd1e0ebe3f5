"""The module's side of its Unix socket: one route a verb, and who may call it."""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from signing.activation import wire
from signing.activation.mandate import Mandate
from signing.activation.module import ActivationModule
from signing.activation.record import ActivationRecord
from signing.errors import ActivationUnavailable, NotAllowed, SigningError, to_wire
from signing.people import PersonId
from signing.ports import Hole

Verb = Callable[[ActivationModule, dict[str, Any]], Awaitable[Any]]

_MODULE = web.AppKey("module", ActivationModule)
_log = logging.getLogger(__name__)


async def _confirm(module: ActivationModule, body: dict[str, Any]) -> None:
    await module.confirm(ActivationRecord.from_json(body["record"]), str(body["code"]))


async def _keys(module: ActivationModule, body: dict[str, Any]) -> list[dict[str, Any]]:
    return [wire.from_key(key) for key in await module.keys(body["person"])]


async def _enrol(module: ActivationModule, body: dict[str, Any]) -> dict[str, str]:
    return wire.from_enrolment(await module.enrol(PersonId(body["person"]), account=body["account"]))


async def _sign_head(module: ActivationModule, body: dict[str, Any]) -> str:
    return wire.text(await module.sign_head(wire.octets(body["head"])))


async def _journal_public_key(module: ActivationModule, _: dict[str, Any]) -> str:
    return wire.text(await module.journal_public_key())


async def _verify_ledger(module: ActivationModule, body: dict[str, Any]) -> dict[str, Any]:
    return wire.from_report(await module.verify_ledger(at=frozenset(body.get("at", ()))))


async def _extract_ledger(module: ActivationModule, body: dict[str, Any]) -> dict[str, Any]:
    return wire.from_extract(await module.extract_ledger(requests=body["requests"], nonces=body["nonces"]))


async def _generate(module: ActivationModule, body: dict[str, Any]) -> dict[str, Any]:
    return wire.from_key(await module.ceremony.generate(body.pop("label"), **body))


async def _request_certificate(module: ActivationModule, body: dict[str, Any]) -> str:
    return wire.text(await module.ceremony.request_certificate(body["label"], subject=body["subject"]))


async def _import_certificate(module: ActivationModule, body: dict[str, Any]) -> dict[str, Any]:
    chain = [wire.octets(der) for der in body["chain_der"]]
    return wire.from_key(await module.ceremony.import_certificate(body["label"], chain))


async def _assign_owner(module: ActivationModule, body: dict[str, Any]) -> dict[str, Any]:
    return wire.from_key(await module.ceremony.assign_owner(body["label"], PersonId(body["person"])))


async def _grant_mandate(module: ActivationModule, body: dict[str, Any]) -> None:
    await module.mandates.grant(Mandate.from_json(body["mandate"]), str(body["code"]))


async def _use_mandate(module: ActivationModule, body: dict[str, Any]) -> dict[str, Any]:
    return wire.from_standing(await module.mandates.use(ActivationRecord.from_json(body["record"])))


async def _standings(module: ActivationModule, _: dict[str, Any]) -> list[dict[str, Any]]:
    return [wire.from_standing(standing) for standing in await module.mandates.standings()]


VERBS: dict[str, Verb] = {
    "confirm": _confirm,
    "confirmed": lambda module, body: module.confirmed(body["nonce"]),
    "keys": _keys,
    "enrol": _enrol,
    "prove": lambda module, body: module.prove(PersonId(body["person"]), str(body["code"]), matter=str(body["matter"])),
    "finish_enrolment": lambda module, body: module.finish_enrolment(body["person"], body["first"], body["second"]),
    "recover": lambda module, body: module.recover(body["person"], body["recovery_code"]),
    "enrolled": lambda module, body: module.enrolled(body["person"]),
    "lock": lambda module, body: module.lock(body["person"]),
    "unlock": lambda module, body: module.unlock(body["person"]),
    "sign_head": _sign_head,
    "journal_public_key": _journal_public_key,
    "status": lambda module, _: module.status(),
    "verify_ledger": _verify_ledger,
    "extract_ledger": _extract_ledger,
    "mandates": _standings,
    "use_mandate": _use_mandate,
    "revoke_mandate": lambda module, body: module.mandates.revoke(str(body["mandate"])),
}
"""What the bot may call."""

CEREMONY: dict[str, Verb] = {
    "generate_key": _generate,
    "request_certificate": _request_certificate,
    "import_certificate": _import_certificate,
    "assign_owner": _assign_owner,
    "grant_mandate": _grant_mandate,
    "reset_factor": lambda module, body: module.factors.reset(body["person"]),
}
"""What only a console may call (invariant 2): in production another user than the bot's."""


def application(module: ActivationModule, *, users: frozenset[int], ceremony_users: frozenset[int]) -> web.Application:
    """Return the module as a web application; `users` and `ceremony_users` are uids that may connect."""
    app = web.Application(middlewares=[_answer_errors], client_max_size=1 << 20)
    app[_MODULE] = module
    app.router.add_post("/sign/{nonce}/{entry}", _allowed_to(users | ceremony_users, _sign))
    for name, verb in VERBS.items():
        app.router.add_post(f"/{name}", _allowed_to(users | ceremony_users, _plain(verb)))
    for name, verb in CEREMONY.items():
        app.router.add_post(f"/ceremony/{name}", _allowed_to(ceremony_users, _plain(verb)))
    return app


def peer_uid(request: web.Request) -> int | None:
    """Return who is at the other end of the Unix socket, as the kernel says (`SO_PEERCRED`)."""
    connection = request.transport.get_extra_info("socket") if request.transport else None
    if connection is None or connection.family != socket.AF_UNIX:
        return None
    size = struct.calcsize("3i")
    _pid, uid, _gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(uid)


Route = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _allowed_to(users: frozenset[int], route: Route) -> Route:
    async def checked(request: web.Request) -> web.StreamResponse:
        if peer_uid(request) not in users:
            raise NotAllowed(reason="peer")
        return await route(request)

    return checked


def _plain(verb: Verb) -> Route:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response({"answer": await verb(request.app[_MODULE], await request.json())})

    return answer


async def _sign(request: web.Request) -> web.StreamResponse:
    chunks = request.content.iter_chunked(wire.CHUNK_BYTES)
    hole = Hole(start=int(request.query["start"]), end=int(request.query["end"]))
    nonce, entry = request.match_info["nonce"], int(request.match_info["entry"])
    try:
        made = await request.app[_MODULE].sign_chunks(nonce, entry, chunks, hole)
    finally:
        async for _ in chunks:
            pass  # a client that is still sending cannot hear an early answer
    return web.json_response({"answer": wire.from_made(made)})


@web.middleware
async def _answer_errors(request: web.Request, handler: Route) -> web.StreamResponse:
    try:
        return await handler(request)
    except SigningError as error:
        return web.json_response(to_wire(error), status=wire.REFUSED)
    except web.HTTPException:
        raise
    except Exception as error:
        # The type alone: the text of a foreign error may hold what nobody must read.
        _log.error("%s failed: %s", request.path.split("/")[1], type(error).__name__)
        return web.json_response(to_wire(ActivationUnavailable()), status=500)
