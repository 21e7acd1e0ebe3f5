"""What a judge of an evidence file says: what is wrong, what was not checked, and about what."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing; the words are `evidence-fault-<code>` and `evidence-note-<code>` in the phrases."""

    code: str
    part: str = ""
    """Which part of the file it is about; empty for the file as a whole."""
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Findings:
    """Collected while the file is judged."""

    faults: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def fault(self, code: str, part: str = "", **facts: object) -> None:
        """Something was changed, is missing, or does not fit."""
        self._add(self.faults, code, part, facts)

    def note(self, code: str, part: str = "", **facts: object) -> None:
        """Something was not checked, or is worth knowing; no fault."""
        self._add(self.notes, code, part, facts)

    def expect(self, holds: bool, code: str, part: str = "", **facts: object) -> None:
        """Be a fault unless it holds."""
        if not holds:
            self.fault(code, part, **facts)

    def _add(self, place: list[Finding], code: str, part: str, facts: dict[str, object]) -> None:
        found = Finding(code=code, part=part, facts={name: str(value) for name, value in facts.items()})
        if found not in place:
            place.append(found)


@dataclass(frozen=True, kw_only=True)
class Report:
    """The verdict."""

    is_sound: bool
    """Nothing was changed, as far as it was checked."""
    faults: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    facts: dict[str, Any]
    """`evidence.json` of the file; to be believed only when the file is sound."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        body = asdict(self)
        facts = body.pop("facts")
        return {**body, "number": facts.get("number"), "made_at": facts.get("made_at")}
