"""What is said of those who are away and of those who stand in for them; the same in every chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.phrases import say
from bot.phrases.days import day
from signing.approval.progress import names_of_deciders
from signing.people import PersonId
from signing.ports import Transaction
from signing.presence import Absence
from signing.request import SigningRequest, State

Names = Callable[[PersonId | None], str]
"""How people are called."""


def stands_in(language: str, principal: str, ground: str) -> str:
    """Return for whom somebody acts and on what ground, as it stands in the stamp and in the signature."""
    key = "away-for-on" if ground else "away-for"
    return say(language, key, person=principal, ground=ground)


def absence_line(language: str, absence: Absence, *, names: Names, today: date) -> str:
    """Return that somebody is away, until when, and who signs instead."""
    key = "away-line" if absence.deputy else "away-line-nobody"
    until = day(language, absence.last_day, today=today)
    return say(language, key, person=names(absence.person), day=until, deputy=names(absence.deputy))


def for_requester(
    language: str, request: SigningRequest, *, absences: Mapping[PersonId, Absence], names: Names, today: date
) -> str:
    """Return why somebody else is asked than the requester chose; empty when it is the same person."""
    if not request.links:
        absence = absences.get(request.signer) if request.signer else None
        return absence_line(language, absence, names=names, today=today) if absence else ""
    absent = next((link.person for link in request.links if link.is_absence), None)
    absence = absences.get(absent) if absent else None
    if absence is None:
        return say(language, "handed-over", person=names(request.delegated_from))
    until = day(language, absence.last_day, today=today)
    return say(language, "away-line", person=names(absent), day=until, deputy=names(request.signer))


def for_signer(language: str, request: SigningRequest, *, names: Names) -> str:
    """Return for whom the signer acts; empty when for oneself."""
    if request.delegated_from is None:
        return ""
    key = "away-you-sign-for-on" if request.ground else "away-you-sign-for"
    return say(language, key, person=names(request.delegated_from), ground=request.ground)


def acted_for(language: str, request: SigningRequest, *, names: Names) -> str:
    """Return, of a request that was decided, for whom the signer acted; empty when for oneself."""
    principal = request.delegated_from
    is_decided = request.state in (State.SIGNED, State.REJECTED)
    return stands_in(language, names(principal), request.ground) if principal and is_decided else ""


async def signed_by(tx: Transaction, request: SigningRequest, signer: PersonId, *, language: str) -> str:
    """Return who signed and for whom: “Olga Babić, for Ivan Marković, power of attorney 12/2026”."""
    if request.signer is None:  # along a route: everybody who has signed
        return ", ".join(await names_of_deciders(tx, request))
    name = (await tx.people.get(signer)).name
    if request.delegated_from is None:
        return name
    principal = (await tx.people.get(request.delegated_from)).name
    return f"{name}, {stands_in(language, principal, request.ground)}"


def told(language: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a notice with days in words and the ground as a sentence of its own."""
    said = dict(facts)
    for key in ("first_day", "last_day"):
        if said.get(key):
            said[key] = day(language, str(said[key]))
    if said.get("ground"):
        said["ground"] = " " + say(language, "away-ground", ground=said["ground"])
    return said
