"""Does a standing mandate say yes in place of a person? The choice among those that were granted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from signing.activation.mandate import VISIBLE, Claim, Standing
from signing.document import Document
from signing.errors import MandateRefused

HARMLESS = frozenset({"links"})
"""Warnings of the gate with which a document may be sealed although nobody has looked at it."""


def covering(standings: Sequence[Standing], claim: Claim, *, now: datetime) -> Standing:
    """Return the mandate that covers it and ends first; raise `MandateRefused` with the reason that is nearest."""
    claim.check()
    named = sorted((one for one in standings if one.mandate.type == claim.type), key=lambda one: one.mandate.until)
    refusals: list[MandateRefused] = []
    for standing in named:
        try:
            standing.check(claim, now=now)
        except MandateRefused as refusal:
            refusals.append(refusal)
        else:
            return standing
    raise refusals[-1] if refusals else MandateRefused(reason="no_mandate")


def check_documents(documents: Sequence[Document], *, form: str) -> None:
    """Raise `MandateRefused`: nobody looks at it, so there must be nothing in it that a signer would be warned of."""
    if len(documents) != 1:
        raise MandateRefused(reason="several_documents")
    if form != VISIBLE:
        raise MandateRefused(reason="form")
    if documents[0].media_type != "application/pdf" or documents[0].is_looked_at:  # pages of ours, seen by nobody
        raise MandateRefused(reason="not_a_pdf")
    if not set(documents[0].warnings) <= HARMLESS:
        raise MandateRefused(reason="warnings")
