"""What kind of signature it will be, said honestly before the code is entered (invariant 11)."""

from __future__ import annotations

from bot.phrases import say
from signing.facts import KeyFacts, StoredRecord
from signing.signed_files import kind_of


def kind(language: str, key: KeyFacts | None, stored: StoredRecord) -> str:
    """Return whose key, which level, which token; nothing of a key that is gone."""
    if key is None:
        return ""
    entry = stored.record.entries[0]
    parts = [
        say(language, "kind-seal" if key.is_seal else "kind-own"),
        say(language, f"level-{kind_of(entry.format, entry.level)}"),
        say(language, "kind-hardware" if key.is_hardware else "kind-software"),
        say(language, "kind-test") if key.is_test else "",
    ]
    return " · ".join(part for part in parts if part)


def certificate(language: str, key: KeyFacts | None) -> str:
    """Return the certificate's holder and its last day; nothing of a key that is gone."""
    if key is None:
        return ""
    until = f"{key.not_after:%d.%m.%Y}" if key.not_after else "—"
    return say(language, "certificate", subject=key.holder[:80], until=until)
