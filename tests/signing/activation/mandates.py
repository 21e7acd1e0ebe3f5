"""Mandates and automatic records on the bench: what tests of standing mandates start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from signing.activation.mandate import Claim, Mandate, new_mandate_id
from signing.activation.record import LIFETIME, ActivationRecord
from signing.document import Sha256
from signing.ports import KeyFacts
from tests.signing.activation.bench import IVAN, VERA, Bench

LEAVE = Claim(type="leave", value=100_00, currency="EUR")


def a_mandate(bench: Bench, seal: KeyFacts, **changes: Any) -> Mandate:
    """Return a mandate as the command line makes it, shown now: three documents of at most 500 EUR, 1,000 in all."""
    now = bench.clock.now()
    made = Mandate(
        id=new_mandate_id(), granted_by=IVAN, key=seal.label, certificate_sha256=seal.certificate_sha256 or Sha256(""),
        type="leave", count=3, largest=500_00, total=1000_00, currency="EUR", until=now + timedelta(days=30),
        note="leave of absence", shown_at=now, expires_at=now + LIFETIME,
    )  # fmt: skip
    return replace(made, **changes)


def automatic(bench: Bench, mandate: Mandate, claim: Claim = LEAVE, **changes: Any) -> ActivationRecord:
    """Return a record of one document that nobody confirms."""
    now = bench.clock.now()
    key = KeyFacts(
        label=mandate.key, store="pkcs11", algorithm="P-256", is_seal=True, is_hardware=False, owners=(),
        certificate_sha256=mandate.certificate_sha256,
    )  # fmt: skip
    record = replace(
        bench.record(key, signer=mandate.signer), policy=mandate.signer, policy_sha256=mandate.digest(), claim=claim,
        shown_at=now, expires_at=now + LIFETIME,
    )  # fmt: skip
    return replace(record, **changes)


async def a_seal(bench: Bench) -> KeyFacts:
    """Return a certified company seal; Ivan, who will grant, is enrolled."""
    await bench.enrol()
    return await bench.certify("seal", owners=(IVAN, VERA))


async def granted(bench: Bench, seal: KeyFacts, **changes: Any) -> Mandate:
    """Return a mandate that Ivan granted with the next code."""
    code = bench.next_code()
    mandate = a_mandate(bench, seal, **changes)
    await bench.module.mandates.grant(mandate, code)
    return mandate
