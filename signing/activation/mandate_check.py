"""Do the ledger's uses keep to the mandates that were granted? Every row is judged again, in order (invariant 12)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from signing.activation.ledger import Entered, LedgerFault, LedgerRow
from signing.activation.mandate import PREFIX, Claim, Mandate, Standing, is_mandate
from signing.activation.store import ActivationTransaction
from signing.errors import MandateRefused


def check_mandates(tx: ActivationTransaction, rows: Sequence[LedgerRow]) -> list[LedgerFault]:
    """Return what is wrong: a changed mandate (`mandate`), a use that it does not cover (`overdrawn`), an automatic
    record without its use or an intent without either (`mandate`)."""
    walk = _Walk(tx)
    return [LedgerFault(seq=row.seq, kind=kind) for row in rows if (kind := walk.judge(row))]


@dataclass
class _Walk:
    """What the rows so far amount to."""

    tx: ActivationTransaction
    standings: dict[str, Standing] = field(default_factory=dict)
    used: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By nonce: the mandate and the record's digest."""
    automatic: set[str] = field(default_factory=set)

    def judge(self, row: LedgerRow) -> str:
        """Return the kind of fault of the next row, empty when it is in order."""
        match row.kind:
            case Entered.MANDATE_TRIED | Entered.MANDATE_GRANTED:
                return self._granted(row)
            case Entered.MANDATE_USED:
                return self._used(row)
            case Entered.MANDATE_REVOKED:
                return self._revoked(row)
            case Entered.RECORD_AUTOMATIC:
                return self._automatic(row)
            case Entered.AUTHORISED:
                return self._authorised(row)
        return ""

    def _granted(self, row: LedgerRow) -> str:
        canonical = self.tx.mandate(row.subject.removeprefix(PREFIX)) or b""
        if hashlib.sha256(canonical).hexdigest() != row.facts["mandate"]:
            return "mandate"
        mandate = Mandate.from_json(json.loads(canonical))
        if (mandate.signer, mandate.granted_by) != (row.subject, row.facts["signer"]):
            return "mandate"
        if row.kind == Entered.MANDATE_GRANTED:
            self.standings[row.subject] = Standing(mandate=mandate)
        return ""

    def _used(self, row: LedgerRow) -> str:
        standing, facts = self.standings.get(row.subject), row.facts
        if standing is None or facts["nonce"] in self.used:
            return "mandate"
        claim = Claim(type=facts["type"], value=facts["value"], currency=facts["currency"])
        self.used[facts["nonce"]] = (row.subject, facts["record"])
        spent = standing.spent + (claim.value or 0)
        self.standings[row.subject] = replace(standing, used=standing.used + 1, spent=spent)
        try:
            standing.check(claim, now=datetime.fromisoformat(row.at))
        except MandateRefused:
            return "overdrawn"
        return ""

    def _revoked(self, row: LedgerRow) -> str:
        standing = self.standings.get(row.subject)
        if standing is None:
            return "mandate"
        self.standings[row.subject] = replace(standing, revoked_at=datetime.fromisoformat(row.at))
        return ""

    def _automatic(self, row: LedgerRow) -> str:
        if self.used.get(row.subject) != (row.facts["signer"], row.facts["record"]):
            return "mandate"
        self.automatic.add(row.subject)
        return ""

    def _authorised(self, row: LedgerRow) -> str:
        nonce, signer = row.subject.partition("/")[0], row.facts["signer"]
        if not is_mandate(signer):
            return "mandate" if nonce in self.automatic else ""
        is_covered = nonce in self.automatic and self.used[nonce][0] == signer
        is_its_key = signer in self.standings and self.standings[signer].mandate.key == row.facts["key"]
        return "" if is_covered and is_its_key else "mandate"
