"""What stands in which chat: one note a card, with the mode that its person tapped it into."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from signing.notices import Kind
from signing.people import PersonId
from signing.ports import Job, Transaction
from signing.request import RequestId, SigningRequest

SPACE = "card"
MESSAGES = "message"
"""Notes by `chat:message`: which card a message is."""
LIST_JOB = "list"
PROPOSAL_JOB = "proposal-card"
_PROPOSAL = "proposal:"
AWAY_JOB = "away"
"""Bring the card of /away up to date; subject is the person."""
HISTORY_JOB = "history"
_LIST, _AWAY, _HISTORY = "list:", "away:", "history:"
_OF_PERSON = {_LIST: LIST_JOB, _AWAY: AWAY_JOB, _HISTORY: HISTORY_JOB}
"""Cards that are about a person, not about one request: beginning of the name → kind of the job."""


@dataclass(frozen=True, kw_only=True)
class Mode:
    """Which face of a card its person has in front of him or her."""

    name: str = ""
    argument: str = ""
    fault: str = ""
    """What went wrong with the last try, in the person's words."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A card as it was last shown, and what is wanted since."""

    chat: int = 0
    message: int | None = None
    is_photo: bool = False
    rendering: int = 0
    """Counts the keyboards; a button knows which one it belongs to."""
    face: str = ""
    wanted: int = 0
    """Counts the presses; `shown` follows when the card answers them."""
    shown: int = 0
    mode: Mode = field(default_factory=Mode)
    is_opened: bool = False
    """The signer took it out of the list, or it was shown before there was one."""

    @classmethod
    def read(cls, body: dict[str, Any] | None) -> Shown:
        """Rebuild a card from its note; a card that was never shown from None."""
        return cls(**{**body, "mode": Mode(**body["mode"])}) if body else cls()


def name_of(request: RequestId, person: PersonId) -> str:
    """Return the name of the card of one request for one person."""
    return f"{request}:{person}"


def file_of(request: RequestId, person: PersonId) -> str:
    """Return the name of the message that brought a requester the signed file."""
    return f"{request}:{person}:file"


def list_of(person: PersonId) -> str:
    """Return the name of a signer's list card."""
    return f"{_LIST}{person}"


def proposal_of(proposal: str, person: PersonId) -> str:
    """Return the name of the card of one proposal for one person."""
    return f"{_PROPOSAL}{proposal}:{person}"


def proposal_in(name: str) -> str | None:
    """Return which proposal a card is about; None for a card of something else."""
    return name.split(":")[1] if name.startswith(_PROPOSAL) else None


def history_of(person: PersonId) -> str:
    """Return the name of a person's history card."""
    return f"{_HISTORY}{person}"


def away_of(person: PersonId) -> str:
    """Return the name of the card of /away."""
    return f"{_AWAY}{person}"


def digest_of(person: PersonId) -> str:
    """Return the name of the morning's list."""
    return f"digest:{person}"


def standing(request: SigningRequest) -> str:
    """Return what a button relies on: it is void as soon as this is another."""
    return f"{request.state.value}:{request.signer or ''}"


async def load(tx: Transaction, name: str, *, now: datetime) -> Shown:
    """Return the card as it was last shown."""
    return Shown.read(await tx.notes.get(space=SPACE, name=name, now=now))


async def keep(tx: Transaction, name: str, card: Shown) -> None:
    """Remember the card, and which message it is."""
    await tx.notes.put(space=SPACE, name=name, body=asdict(card))
    if card.message is not None:
        await tx.notes.put(space=MESSAGES, name=f"{card.chat}:{card.message}", body={"card": name})


async def want(tx: Transaction, name: str, *, now: datetime, mode: Mode | None = None, is_opened: bool = False) -> None:
    """Ask for a fresh rendering of a card, in another mode when one is given."""
    card = await load(tx, name, now=now)
    changed = replace(
        card, wanted=card.wanted + 1, mode=mode if mode is not None else card.mode,
        is_opened=card.is_opened or is_opened,
    )  # fmt: skip
    await tx.notes.put(space=SPACE, name=name, body=asdict(changed))
    await promise(tx, name)


async def promise(tx: Transaction, name: str) -> None:
    """Promise the job that renders this card; messages that are no cards have none."""
    if (proposal := proposal_in(name)) is not None:
        facts = {"proposal": proposal, "person": name.rpartition(":")[2]}
        await tx.jobs.add(Job(kind=PROPOSAL_JOB, subject=name, facts=facts))
        return
    for beginning, kind in _OF_PERSON.items():
        if name.startswith(beginning):
            person = name.removeprefix(beginning)
            await tx.jobs.add(Job(kind=kind, subject=person, facts={"person": person}))
            return
    request, person, *_ = (*name.split(":"), "")
    if person and request not in ("notice", "origin", "digest"):
        facts = {"request": request, "person": person}
        await tx.jobs.add(Job(kind=Kind.CARD, subject=f"{request}:{person}", facts=facts))
