"""The activation module: does it answer, is the token there, do keys have certificates in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.cli.checkup import Finding, good, warning, wrong
from bot.cli.console import countersign
from bot.settings import PREFIX, Settings
from signing.activation.ledger_check import LedgerReport
from signing.ports import KeyFacts

RENEW_BEFORE = timedelta(days=30)

TROUBLES = {
    "pin": ("the token refuses the PIN; it is not tried again", f"put the right PIN into {PREFIX}PKCS11_PIN_FILE"),
    "module": ("the PKCS#11 library cannot be loaded", f"check {PREFIX}PKCS11_MODULE"),
    "token": ("the token is away", f"plug it in, or check {PREFIX}PKCS11_TOKEN_LABEL"),
}
"""What `KeyUnavailable.reason` means, and what mends it."""


def store_finding(facts: dict[str, Any]) -> Finding:
    """Return the finding about one key store, from the facts the module tells."""
    state = str(facts.get("state"))
    if state != "ready":
        says, mend = TROUBLES.get(state, (f"it says “{state}”", "see the log of the activation module"))
        return wrong("Token", f"{facts.get('token')}: {says}", mend=mend)
    name = f"{facts.get('token')} ({str(facts.get('model', '')).strip()})"
    if not facts.get("hardware"):
        return warning(
            "Token", f"{name}: software, for trying out", mend=f"use an HSM: {PREFIX}PKCS11_MODULE, docs/live.md"
        )
    return good("Token", f"{name}: hardware")


def key_findings(keys: tuple[KeyFacts, ...], *, now: datetime) -> Iterator[Finding]:
    """Yield one finding a key; one in all when there is none."""
    if not keys:
        yield wrong("Keys", "there is none: nobody can sign", mend=countersign("keys generate --help"))
    for key in keys:
        yield _key(key, now=now)


def _key(key: KeyFacts, *, now: datetime) -> Finding:
    about = f"Key {key.label}"
    renew = countersign(f"keys csr {key.label} --subject …")
    if key.not_before is None or key.not_after is None:
        return wrong(about, "it has no certificate yet", mend=renew)
    if now < key.not_before:
        return wrong(about, f"its certificate counts from {key.not_before:%Y-%m-%d}", mend="check the clock")
    if now >= key.not_after:
        return wrong(about, f"its certificate ended on {key.not_after:%Y-%m-%d}", mend=renew)
    says = f"{key.algorithm}, {'seal' if key.is_seal else 'personal'}, valid to {key.not_after:%Y-%m-%d}"
    if key.not_after - now < RENEW_BEFORE:
        return warning(about, says, mend=renew)
    return good(about, says)


def journal_finding(settings: Settings, *, faults: int) -> Finding:
    """Return the finding about the journal's chain and heads."""
    if faults:
        return wrong("Journal", f"{faults} faults: somebody changed it", mend=countersign("journal verify"))
    return good("Journal", f"unbroken; heads are copied to {settings.journal_copy_file}")


def ledger_finding(report: LedgerReport) -> Finding:
    """Return the finding about the activation module's own ledger."""
    if report.faults:
        return wrong("Ledger", f"{len(report.faults)} faults: somebody changed it", mend=countersign("journal verify"))
    if report.unknown:
        says = f"unbroken; {len(report.unknown)} signatures of unknown outcome"
        return warning("Ledger", says, mend="see docs/security.md, “When something happens”")
    return good("Ledger", f"unbroken, {report.rows} rows")
