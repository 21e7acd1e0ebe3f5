"""The words of a judged evidence file: what is wrong, what was not checked."""

from __future__ import annotations

from collections.abc import Iterator

from bot.phrases import say
from signing.evidence.report import Finding, Report


def lines(language: str, report: Report) -> Iterator[str]:
    """Yield the verdict line by line, the answer first."""
    yield say(language, f"evidence-verdict-{'sound' if report.is_sound else 'broken'}")
    for fault in report.faults:
        yield f"  ✖ {told(language, 'fault', fault)}"
    if report.notes:
        yield ""
        yield say(language, "evidence-verdict-notes")
    for note in report.notes:
        yield f"  · {told(language, 'note', note)}"


def told(language: str, kind: str, finding: Finding) -> str:
    """Return one finding in words, with the part that it is about."""
    words = say(language, f"evidence-{kind}-{finding.code.replace('_', '-')}", **finding.facts)
    return say(language, "evidence-verdict-part", part=finding.part, words=words) if finding.part else words
