"""What signer and requester asked and answered about a request, told by the journal."""

from __future__ import annotations

from collections.abc import Mapping

from bot import phrases
from signing.audit import Event, Tag
from signing.people import Person, PersonId
from signing.ports import Transaction
from signing.request import SigningRequest, State

_WORDS = {Tag.REQUEST_QUESTIONED: "question", Tag.REQUEST_ANSWERED: "answer"}
"""Which fact of an event holds the words."""


async def talk_about(tx: Transaction, request: SigningRequest) -> tuple[Event, ...]:
    """Return questions and answers while they matter, oldest first."""
    if request.state not in (State.WAITING, State.FROZEN):
        return ()
    return tuple(event for event in await tx.journal.of(request.id) if event.tag in _WORDS)


def told(talk: tuple[Event, ...], people: Mapping[PersonId, Person], *, language: str) -> list[str]:
    """Return each as a sentence."""
    said = []
    for event in talk:
        person = people.get(PersonId(event.actor))
        name = person.name if person else ""
        said.append(phrases.say(language, f"page-talk-{_WORDS[event.tag]}", person=name, text=words_of(event)))
    return said


def words_of(event: Event) -> str:
    """Return the words of a question or an answer; other events have none."""
    return str(event.facts[_WORDS[event.tag]]) if event.tag in _WORDS else ""


def is_asked(talk: tuple[Event, ...]) -> bool:
    """Tell whether a question waits for its answer."""
    return bool(talk) and talk[-1].tag is Tag.REQUEST_QUESTIONED
