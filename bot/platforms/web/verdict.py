"""A verdict in words: what the page says of a file and of each of its signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import phrases
from signing.document import fingerprint
from signing.verification.files import DOCUMENT_MISSING
from signing.verification.verdict import Overall, SignatureVerdict, Verdict

_TONES = {
    Overall.VALID: "good",
    Overall.VALID_BUT_UNKNOWN_SIGNER: "care",
    Overall.UNSIGNED: "plain",
}


@dataclass(frozen=True, kw_only=True)
class SignatureWords:
    """One signature as people read it."""

    signer: str
    tone: str
    state: str
    when: str
    kind: str
    reason: str
    """The signer's own word; empty where none is stated."""
    trust: str
    changed: str


@dataclass(frozen=True, kw_only=True)
class VerdictWords:
    """A file as people read it."""

    tone: str
    """`good`, `care`, `bad` or `plain`: the colour, never the only sign."""
    title: str
    text: str
    fingerprint: str
    signatures: tuple[SignatureWords, ...]


def in_words(verdict: Verdict, *, language: str, timezone: str) -> VerdictWords:
    """Return the verdict in a language; times in `timezone`."""
    name = verdict.problem if verdict.problem == DOCUMENT_MISSING else verdict.overall.value.replace("_", "-")
    return VerdictWords(
        tone=_TONES.get(verdict.overall, "bad"),
        title=phrases.say(language, f"web-verdict-{name}-title"),
        text=phrases.say(language, f"web-verdict-{name}"),
        fingerprint=fingerprint(verdict.sha256),
        signatures=tuple(_signature(one, language, ZoneInfo(timezone)) for one in verdict.signatures),
    )


def _signature(one: SignatureVerdict, language: str, zone: ZoneInfo) -> SignatureWords:
    name = one.overall.value.replace("_", "-")
    changed = "broken" if one.overall is Overall.BROKEN else "yes" if one.overall is Overall.CHANGED else "no"
    trust = "web-trusted-by" if one.trusted_by else "web-trusted-by-nobody"
    return SignatureWords(
        signer=one.signer or phrases.say(language, "web-signer-unreadable"),
        tone=_TONES.get(one.overall, "bad"),
        state=phrases.say(language, f"web-signature-{name}"),
        when=_when(one, language, zone),
        kind=_kind(one, language),
        reason=one.reason,
        trust=phrases.say(language, trust, root=one.trusted_by),
        changed=phrases.say(language, f"web-changed-{changed}"),
    )


def _when(one: SignatureVerdict, language: str, zone: ZoneInfo) -> str:
    """Say the time and what proves it: a signer's own word is never shown as proof."""
    if one.proved_at:
        return phrases.say(language, "web-time-proved", time=_local(one.proved_at, zone), authority=one.proved_by)
    if one.stated_at:
        return phrases.say(language, "web-time-stated", time=_local(one.stated_at, zone))
    return phrases.say(language, "web-time-unknown")


def _kind(one: SignatureVerdict, language: str) -> str:
    said = [phrases.say(language, f"web-kind-{one.label.value}"), one.level]
    said += [phrases.say(language, "web-claims-qualified")] if one.claims_qualified else []
    said += [phrases.say(language, "web-key-test")] if one.is_test else []
    return " · ".join(said)


def _local(moment: str, zone: ZoneInfo) -> str:
    at = datetime.fromisoformat(moment)
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M %Z}" if at.tzinfo else f"{at:%d.%m.%Y %H:%M}"
