"""Which person a word on the command line means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from bot.cli.console import Failed, countersign
from bot.cli.installation import Installation
from signing.activation.mandate import is_mandate
from signing.people import Person, PersonId

Who = Annotated[str, typer.Argument(metavar="PERSON", help="Id, or a part of the name that only one person has.")]


async def find(here: Installation, text: str) -> Person:
    """Return the one person whom `text` means; raise `Failed` with the candidates."""
    async with here.store.read() as tx:
        people = [person for person in await tx.people.all() if not is_mandate(person.id)]
    if exact := [person for person in people if person.id == text]:
        return exact[0]
    matches = [person for person in people if text.casefold() in person.name.casefold()]
    if len(matches) != 1:
        names = ", ".join(f"{person.name} ({person.id})" for person in matches) or "nobody"
        raise Failed(f"“{text}” means {names}. See: {countersign('people list')}")
    return matches[0]


async def find_all(here: Installation, texts: Sequence[str]) -> tuple[PersonId, ...]:
    """Return the ids of several people, as `find`."""
    return tuple([(await find(here, text)).id for text in texts])
