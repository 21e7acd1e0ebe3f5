"""Rows for the page's panel of what the outside world sees: files that went through chats, requests of the bot."""

from __future__ import annotations

import hashlib

from playground.telegram.people import Posted
from playground.telegram.refusal import Json
from playground.telegram.request_log import LoggedRequest
from playground.telegram.world import World


def file_rows(world: World) -> list[Json]:
    """Return one row for each document in any chat, oldest first."""
    found = [
        (posted, chat.members[0])
        for chat in world.chats.values()
        for posted in chat.posted.values()
        if "document" in posted.message
    ]
    return [_file_row(world, posted, viewer) for posted, viewer in sorted(found, key=lambda pair: pair[0].at)]


def _file_row(world: World, posted: Posted, viewer: int) -> Json:
    document, chat = posted.message["document"], posted.message["chat"]["id"]
    digest = hashlib.sha256(world.files.by_id(document["file_id"]).content).hexdigest()
    is_signed = posted.message["from"]["is_bot"]
    return {
        "at": posted.at.isoformat(),
        "title": document["file_name"],
        "detail": f"{posted.message['from']['first_name']} · {document['file_size']:,} bytes · SHA-256 {digest[:16]}…",
        "url": f"/world/people/{viewer}/chats/{chat}/messages/{posted.id}/file",
        "state": "good" if is_signed else "",
    }


def request_rows(requests: list[LoggedRequest]) -> list[Json]:
    """Return one row for each request of the bot, oldest first."""
    return [
        {
            "at": request.at,
            "title": request.method,
            "detail": request.reason or f"chat {request.chat_id}" * bool(request.chat_id),
            "state": "bad" if request.status != 200 else "",
        }
        for request in requests
    ]
