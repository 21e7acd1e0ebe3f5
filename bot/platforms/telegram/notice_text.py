"""Notices and verdicts in a reader's words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.phrases import moment, reason, say, standing
from bot.platforms.telegram.core import Reader
from bot.platforms.telegram.veil import veiled, veiled_words
from signing.approval import showing
from signing.approval.policy import ApprovalPolicy
from signing.approval.showing import Shows
from signing.document import fingerprint
from signing.people import PersonId
from signing.ports import Transaction
from signing.request import RequestId, written
from signing.verification.verdict import SignatureVerdict, Verdict

PEOPLE = ("signer", "deputy", "requester", "by")
"""Facts that name a person by id."""
SHOWN_SIGNATURES = 5


async def notice(tx: Transaction, reader: Reader, facts: dict[str, Any], *, policy: ApprovalPolicy) -> str:
    """Return one notice: ids become names, reason codes become words, what may not pass the chat is left out."""
    told: dict[str, Any] = {
        "name": "", "number": "", "reason": "", "text": "", **standing.told(reader.language, facts["facts"]),
    }  # fmt: skip
    for key in PEOPLE:
        told[key] = await _name(tx, told.get(key), reader)
    if facts["request"]:
        request = await tx.requests.get(RequestId(facts["request"]))
        name = veiled(request, policy=policy, language=reader.language).documents[0].name
        told |= {"name": name, "number": written(request.lead)}
        if showing.of_request(request, policy) is Shows.LINK:
            told |= {key: veiled_words(str(told[key]), language=reader.language) for key in ("reason", "text")}
    if "file" in told and showing.of_arrival(policy) is Shows.LINK:
        told["file"] = say(reader.language, "veiled-file")
    if told["reason"]:
        told["reason"] = reason(reader.language, str(told["reason"]))
    return say(reader.language, f"notice-{facts['notice']}", **told)


def verdict(reader: Reader, name: str, found: Verdict, *, now: datetime) -> str:
    """Return what a signed file says, plainly: who, when and what proves it, trusted by whom, changed or not."""
    language = reader.language
    signatures = [_signature(reader, signature, now=now) for signature in found.signatures[:SHOWN_SIGNATURES]]
    return "\n\n".join(
        (
            f"{say(language, f'verdict-{found.overall.value}')}\n{name}",
            *signatures,
            say(language, "fingerprint", value=fingerprint(found.sha256)),
        )
    )


def _signature(reader: Reader, signature: SignatureVerdict, *, now: datetime) -> str:
    language = reader.language
    at = signature.proved_at or signature.stated_at
    when = moment(language, datetime.fromisoformat(at), now=now, zone=reader.zone) if at else "—"
    proof = say(language, "verdict-time-proved", by=signature.proved_by) if signature.proved_at else say(
        language, "verdict-time-stated"
    )  # fmt: skip
    trust = say(language, "verdict-trusted", by=signature.trusted_by) if signature.trusted_by else say(
        language, "verdict-untrusted"
    )  # fmt: skip
    told = [
        say(language, f"verdict-signature-{signature.overall.value}", signer=signature.signer or "—"),
        f"{when} · {proof}",
        trust,
        say(language, "verdict-kind", label=say(language, f"label-{signature.label.value}"), level=signature.level),
        say(language, "kind-test") if signature.is_test else "",
    ]
    return "\n".join(line for line in told if line)


async def _name(tx: Transaction, person: object, reader: Reader) -> str:
    if not isinstance(person, str) or person in ("system", "console", ""):
        return say(reader.language, "somebody")
    return (await tx.people.get(PersonId(person))).name
