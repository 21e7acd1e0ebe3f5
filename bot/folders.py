"""Where documents lie that somebody may want signed, such as a deal: what the intranet page asks of a platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from signing.people import PersonId
from signing.request import RequestId


@dataclass(frozen=True, kw_only=True)
class Filed:
    """One file in a folder."""

    place: str
    """Its one name, as in `ReplyTo.chat_id` of the request about it."""
    name: str
    """As far as it is known: some platforms tell it only with the bytes."""
    request: RequestId | None = None
    """The newest request about it."""
    is_signed: bool = False
    """It is the file that we put there."""


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A place as it stands now."""

    title: str
    files: tuple[Filed, ...]


class Folders(Protocol):
    """Folders of one kind, by the platform's own names for them."""

    async def open(self, folder: str) -> Folder:
        """Return what lies there; raise `NotFound(what="folder")` when it is gone, `FilingUnavailable` for a while."""

    async def draft(self, folder: str, place: str, *, by: PersonId) -> RequestId:
        """Return the request of this person about a file, making it when there is none that is under way.

        Raises `Refused` for a file that cannot be signed, `NotFound`, and `NotYourTurn` when somebody else's request
        about it is under way.
        """


class NoFolders:
    """Where no platform has any."""

    async def open(self, folder: str) -> Folder:
        """Nothing lies anywhere."""
        return Folder(title="", files=())

    async def draft(self, folder: str, place: str, *, by: PersonId) -> RequestId:
        """There is nothing to ask about."""
        raise LookupError(place)
