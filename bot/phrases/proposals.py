"""What a proposal would change, in words: its headline and its difference, old → new."""

from __future__ import annotations

from datetime import datetime

from bot.phrases import knows, moment, say
from signing.proposal import Line, Proposal, ProposalState


def headline(language: str, proposal: Proposal) -> str:
    """Return what is proposed, in one line."""
    return say(language, f"proposal-{proposal.kind}", about=proposal.about)


def difference(language: str, proposal: Proposal) -> list[str]:
    """Return the difference, one line a change."""
    return [_line(language, line) for line in proposal.difference]


def standing(language: str, proposal: Proposal, *, now: datetime, zone: str) -> str:
    """Return how it stands, and until when."""
    at = proposal.effective_at if proposal.state is ProposalState.OPEN and proposal.effective_at else None
    key = "proposal-state-delayed" if at else f"proposal-state-{proposal.state.value}"
    return say(language, key, moment=moment(language, at or proposal.expires_at, now=now, zone=zone))


def role(language: str, name: str) -> str:
    """Return the word for a role."""
    return say(language, f"role-{name}")


def _line(language: str, line: Line) -> str:
    old, new = _values(language, line.old), _values(language, line.new)
    return say(language, "change-line", what=say(language, f"change-{line.what}"), old=old, new=new)


def _values(language: str, values: tuple[str, ...]) -> str:
    return ", ".join(_value(language, value) for value in values) or say(language, "change-nothing")


def _value(language: str, value: str) -> str:
    key = f"role-{value}"
    return say(language, key) if knows(language, key) else value
