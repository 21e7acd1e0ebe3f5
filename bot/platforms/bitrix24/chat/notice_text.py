"""Notices in a reader's words, as BB code."""

from __future__ import annotations

from typing import Any

from bot.phrases import reason, say, standing
from bot.platforms.bitrix24.chat.core import Reader
from bot.platforms.bitrix24.timeline import plain
from signing.people import PersonId
from signing.ports import Transaction
from signing.request import RequestId, written

PEOPLE = ("signer", "deputy", "requester", "by")
"""Facts that name a person by id."""
NOBODY = ("system", "console", "")


async def notice(tx: Transaction, reader: Reader, facts: dict[str, Any]) -> str:
    """Return one notice: ids become names, reason codes become words."""
    told: dict[str, Any] = {
        "name": "",
        "number": "",
        "reason": "",
        "text": "",
        **standing.told(reader.language, facts["facts"]),
    }
    for key in PEOPLE:
        told[key] = await _name(tx, told.get(key), reader)
    told |= {"reason": plain(reason(reader.language, str(told["reason"]))), "text": plain(str(told["text"]))}
    told |= {fact: plain(str(told.get(fact, ""))) for fact in ("account", "about", "ground")}
    if facts["request"]:
        request = await tx.requests.get(RequestId(facts["request"]))
        told |= {"name": plain(request.documents[0].name), "number": written(request.id)}
    return say(reader.language, f"notice-{facts['notice']}", **told)


async def _name(tx: Transaction, person: object, reader: Reader) -> str:
    if not isinstance(person, str) or person in NOBODY:
        return say(reader.language, "somebody")
    return plain((await tx.people.get(PersonId(person))).name)
