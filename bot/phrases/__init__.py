"""Every sentence the bot says, in English and Russian (Fluent); errors become words here and nowhere else."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fluent.runtime import FluentBundle, FluentResource

from signing.errors import Refused, SigningError

LANGUAGES = ("en", "ru")
"""The first one is spoken when somebody's language is none of these."""

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
}


class MissingPhrase(KeyError):
    """A key has no phrase in a language: a bug, found by the completeness test."""


def language_of(*wishes: str | None) -> str:
    """Return the first wish that we speak (`ru-RU` counts as `ru`), else English."""
    for wish in wishes:
        if wish and wish.split("-")[0].lower() in LANGUAGES:
            return wish.split("-")[0].lower()
    return LANGUAGES[0]


def say(language: str, key: str, /, **facts: Any) -> str:
    """Return the phrase `key` with its facts filled in; raise `MissingPhrase`."""
    bundle = _bundle(language_of(language))
    if not bundle.has_message(key):
        raise MissingPhrase(key)
    pattern = bundle.get_message(key).value
    if pattern is None:
        raise MissingPhrase(key)
    text, _faults = bundle.format_pattern(pattern, {name: _plain(value) for name, value in facts.items()})
    return str(text)


def knows(language: str, key: str) -> bool:
    """Return whether the phrase exists."""
    return bool(_bundle(language_of(language)).has_message(key))


def error(language: str, failure: SigningError) -> str:
    """Return what happened, that nothing was lost, and what to do. Facts are shown, never exception text.

    Tried in this order: `refused-<code>` for a refusal, `error-<Class>-<reason>`, `error-<Class>` up the tree.
    """
    keys = [f"refused-{failure.code}", "refused-damaged"] if isinstance(failure, Refused) else []
    reason = str(failure.facts.get("reason", "")).replace("_", "-")
    for kind in type(failure).__mro__:
        if issubclass(kind, SigningError):
            keys += [f"error-{kind.__name__}-{reason}"] if reason else []
            keys.append(f"error-{kind.__name__}")
    known = next(key for key in [*keys, "error-SigningError"] if knows(language, key))
    return say(language, known, **failure.facts)


def reason(language: str, code: str) -> str:
    """Return the phrase of a reason code; a signer's own words stay as they are."""
    key = f"reason-{code.replace('_', '-')}"
    return say(language, key) if knows(language, key) else code


def moment(language: str, at: datetime, *, now: datetime, zone: str) -> str:
    """Return a moment as people say it in the reader's zone: “Friday 18:00 (in 2 days)”."""
    spoken, local, today = language_of(language), at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    days = (local.date() - today.date()).days
    day = _WEEKDAYS[spoken][local.weekday()] if abs(days) < 7 else f"{local:%d.%m.%Y}"
    when = f"{day} {local:%H:%M}"
    if days == 0:
        return say(spoken, "moment-today", time=f"{local:%H:%M}")
    return say(spoken, "moment-ahead" if days > 0 else "moment-ago", when=when, days=abs(days))


def size(language: str, size_bytes: int) -> str:
    """Return a size as people say it: “340 KB”."""
    if size_bytes < 1024 * 1024:
        return say(language, "size-kb", number=max(1, round(size_bytes / 1024)))
    return say(language, "size-mb", number=f"{size_bytes / 1024 / 1024:.1f}")


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else str(value)


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    for path in sorted((Path(__file__).parent / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle
