"""The policy file that the settings name: read at the start, and refused with every fault and its line."""

from __future__ import annotations

from pathlib import Path

from bot import phrases
from bot.groundwork import PREFIX
from bot.settings import SettingsError
from signing.approval.policy_file import Fault, read
from signing.approval.templates import RouteBook


def book_of(path: Path | None) -> RouteBook:
    """Return the routes of the policy file; raise `SettingsError` naming each fault. None: there are no routes.

    Does not look whether the people are there: `countersign policy check` does.
    """
    if path is None:
        return RouteBook()
    found = read(text_of(path))
    if found.faults:
        raise SettingsError([f"{PREFIX}POLICY_FILE: {told(path, fault)}" for fault in found.faults])
    return found.book


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
