"""What stands in which dialog: one note a card, with the mode that its person tapped it into."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.platforms.bitrix24.chat.core import PLATFORM
from signing.notices import Kind
from signing.people import PersonId
from signing.ports import Job, Transaction
from signing.request import RequestId, SigningRequest

SPACE = "bitrix24-card"
MESSAGES = "bitrix24-message"
"""Notes by message: which card it is."""
LIVE = "bitrix24-live"
"""Notes by card that can be pressed: while there is one, somebody may act at any moment."""
LIST = "list"
"""Stands where a card names its request: the card of everything that waits for one person."""
CARD_JOB = f"{Kind.CARD}@{PLATFORM}"


@dataclass(frozen=True, kw_only=True)
class Mode:
    """Which face of a card its person has in front of him or her."""

    name: str = ""
    argument: str = ""
    fault: str = ""
    """What went wrong with the last try, in the person's words."""
    said: str = ""
    """What the last press has done, in the person's words: the portal shows no toast."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A card as it was last shown, and what is wanted since."""

    message: int | None = None
    rendering: int = 0
    """Counts the keyboards; a button knows which one it belongs to."""
    face: str = ""
    wanted: int = 0
    """Counts the presses; `shown` follows when the card answers them."""
    shown: int = 0
    mode: Mode = field(default_factory=Mode)

    @classmethod
    def read(cls, body: dict[str, Any] | None) -> Shown:
        """Rebuild a card from its note; a card that was never shown from None."""
        return cls(**{**body, "mode": Mode(**body["mode"])}) if body else cls()


def name_of(request: RequestId, person: PersonId) -> str:
    """Return the name of the card of one request for one person."""
    return f"{request}:{person}"


def list_of(person: PersonId) -> str:
    """Return the name of a person's list card."""
    return f"{LIST}:{person}"


def standing(request: SigningRequest) -> str:
    """Return what a button relies on: it is void as soon as this is another."""
    return f"{request.state.value}:{request.signer or ''}"


async def load(tx: Transaction, name: str, *, now: datetime) -> Shown:
    """Return the card as it was last shown."""
    return Shown.read(await tx.notes.get(space=SPACE, name=name, now=now))


async def keep(tx: Transaction, name: str, card: Shown, *, live_until: datetime | None) -> None:
    """Remember the card, which message it is, and until when somebody may well press it (None: nobody will)."""
    await tx.notes.put(space=SPACE, name=name, body=asdict(card))
    if card.message is not None:
        await tx.notes.put(space=MESSAGES, name=str(card.message), body={"card": name})
    if live_until is None:
        await tx.notes.drop(space=LIVE, prefix=name)
    else:
        await tx.notes.put(space=LIVE, name=name, body={"until": live_until.isoformat()}, expires_at=live_until)


async def want(tx: Transaction, name: str, *, now: datetime, mode: Mode | None = None) -> None:
    """Ask for a fresh rendering of a card, in another mode when one is given."""
    card = await load(tx, name, now=now)
    changed = replace(card, wanted=card.wanted + 1, mode=mode if mode is not None else card.mode)
    await tx.notes.put(space=SPACE, name=name, body=asdict(changed))
    request, _, person = name.partition(":")
    await tx.jobs.add(Job(kind=CARD_JOB, subject=name, facts={"request": request, "person": person}))


async def is_anything_live(tx: Transaction, *, now: datetime) -> bool:
    """Tell whether somebody has a card in front of him or her that can be pressed."""
    live = await tx.notes.all(space=LIVE, prefix="")
    return any(datetime.fromisoformat(body["until"]) > now for _, body in live)
