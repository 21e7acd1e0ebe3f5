"""The policy file that the settings name: read at the start, and refused with every fault and its line."""

from __future__ import annotations

from pathlib import Path

from bot import phrases
from bot.groundwork import PREFIX
from bot.settings import SettingsError
from signing.agreed_policy import agreed_text, in_force
from signing.approval.policy_file import Fault, read
from signing.approval.templates import RouteBook
from signing.ports import Clock, Store


async def book_in_force(path: Path | None, *, store: Store, clock: Clock) -> RouteBook:
    """Return the routes that count at a start: of the file, or those that were agreed on when the file is another.

    Raises `SettingsError` naming each fault of the file. Does not look whether the people are there:
    `countersign policy check` does.
    """
    return book_of_text(await in_force(store, sound_text(path), clock=clock))


async def agreed_book(path: Path | None, *, store: Store) -> RouteBook:
    """Return the routes in force now, without deciding anything."""
    async with store.read() as tx:
        agreed = await agreed_text(tx)
    return book_of_text(sound_text(path) if agreed is None else agreed)


def book_of_text(text: str) -> RouteBook:
    """Return the routes of a text without faults; none of the empty one."""
    return read(text).book if text else RouteBook()


def sound_text(path: Path | None) -> str:
    """Return what stands in the policy file, empty where there is none; raise `SettingsError` naming each fault."""
    if path is None:
        return ""
    text = text_of(path)
    if faults := read(text).faults:
        raise SettingsError([f"{PREFIX}POLICY_FILE: {told(path, fault)}" for fault in faults])
    return text


def text_of(path: Path) -> str:
    """Return what stands in the file; raise `SettingsError` when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            [f"{PREFIX}POLICY_FILE: {path.name} cannot be read: a UTF-8 text file is wanted"]
        ) from error


def told(path: Path, fault: Fault) -> str:
    """Return a fault as editors understand it: file, line, what is wrong and what mends it."""
    return f"{path.name}:{fault.line}: {phrases.error('en', fault.error)}"
