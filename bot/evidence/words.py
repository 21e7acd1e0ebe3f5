"""The plain words of an evidence file: its summary and its guide, made from the facts that `evidence.json` tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot import phrases
from bot.phrases import amounts
from signing.activation.record import DETACHED
from signing.evidence.case import CONSOLE
from signing.evidence.sheet import Section, Sheet
from signing.moves import SYSTEM
from signing.request import State

Facts = Mapping[str, Any]
Row = tuple[str, str]

UTC_SIGN = " UTC"
HOW = {"request:confirmed": "evidence-confirmed-at", "request:sealed": "evidence-sealed-at"}
"""What stands for the approval of a record: a person's code, or a standing mandate."""


class EvidenceWords:
    """Fills `signing.evidence.making.Words` in one language."""

    def __init__(self, language: str) -> None:
        self._say = partial(phrases.say, language)
        self._language = language

    def guide(self, facts: Facts) -> str:
        """Return how a stranger judges the file with common programs."""
        form = "beside" if facts["request"]["format"] in DETACHED else "inside"
        signatures = "\n".join(f"     {line}" for line in self._say(f"evidence-guide-{form}").splitlines())
        return self._say("evidence-guide", number=facts["number"], signatures=signatures) + "\n"

    def summary(self, facts: Facts) -> Sheet:
        """Return the summary: request, documents, signatures, history, who was told, what it proves."""
        signers = list(dict.fromkeys(self._name(facts, each["signer"]) for each in facts["signatures"]))
        state = facts["request"]["state"]
        is_signed = state == State.SIGNED and signers
        lead = self._say(
            f"evidence-lead-{'signed' if is_signed else 'open'}", signers=", ".join(signers), state=self._state(state),
            requester=self._name(facts, facts["request"]["requester"]),
        )  # fmt: skip
        return Sheet(
            title=self._say("evidence-title", number=facts["number"]),
            lead=lead,
            sections=tuple(self._sections(facts)),
            foot=self._say("evidence-foot", number=facts["number"], at=_moment(facts["made_at"])),
        )

    def _sections(self, facts: Facts) -> Iterator[Section]:
        yield Section(heading=self._say("evidence-request"), rows=tuple(self._request(facts)))
        for document in facts["documents"]:
            place, name = document["position"] + 1, document["name"]
            heading = self._say("evidence-document", place=place, name=name)
            yield Section(heading=heading, rows=tuple(self._document(facts, document)))
        for signature in facts["signatures"]:
            signer, place = self._name(facts, signature["signer"]), signature["document"] + 1
            heading = self._say("evidence-signature", signer=signer, place=place)
            yield Section(heading=heading, rows=tuple(self._signature(facts, signature)))
        told = [("", self._say("evidence-history-time")), *(self._event(facts, each) for each in facts["history"])]
        yield Section(heading=self._say("evidence-history"), rows=tuple(told))
        if facts["deliveries"]:
            yield Section(heading=self._say("evidence-told"), rows=tuple(self._delivered(facts)))
        for heading, keys in (("proves", ("shown", "key", "journal", "not")), ("check", ("how", "keys"))):
            rows = tuple(("", self._say(f"evidence-{heading}-{key}")) for key in keys)
            yield Section(heading=self._say(f"evidence-{heading}"), rows=rows)

    def _request(self, facts: Facts) -> Iterator[Row]:
        request = facts["request"]
        yield self._row("number", facts["number"])
        yield self._row("state", self._state(request["state"]))
        yield self._row("requester", self._person(facts, request["requester"]))
        if request["signer"]:
            yield self._row("signer", self._person(facts, request["signer"]))
        if request["delegated_from"]:
            yield self._row("delegated", self._person(facts, request["delegated_from"]))
        if request["ground"]:
            yield self._row("ground", request["ground"])
        if request.get("amount"):  # evidence of before there were amounts has none
            yield self._row("amount", self._amount(facts, request["amount"]))
        if request["comment"]:
            yield self._row("comment", request["comment"])
        if request["reason"]:
            yield self._row("reason", phrases.reason(self._language, request["reason"]))
        yield self._row("asked-at", _moment(request["created_at"]))
        yield self._row("deadline", _moment(request["deadline"]))
        if request["finished_at"]:
            yield self._row("finished-at", _moment(request["finished_at"]))
        made = self._say("evidence-made-by", at=_moment(facts["made_at"]), who=self._name(facts, facts["made_by"]))
        yield self._row("made", made)

    def _amount(self, facts: Facts, told: Facts) -> str:
        amount = amounts.money(self._language, told["hundredths"], told["currency"])
        who = self._name(facts, facts["request"]["requester"])
        return self._say(f"evidence-amount-{told['told_by']}", amount=amount, who=who)

    def _document(self, facts: Facts, document: Facts) -> Iterator[Row]:
        bytes_ = f"{document['size_bytes']:,}".replace(",", "\u00a0")
        yield self._row("extent", self._say("evidence-extent-is", pages=document["pages"], bytes=bytes_))
        yield self._row("shown", document["sha256"])
        made = [each for each in facts["signatures"] if each["document"] == document["position"]]
        if made and facts["request"]["format"] not in DETACHED:
            yield self._row("signed-file", max(made, key=lambda each: int(each["size_bytes"]))["signed_sha256"])
        if document["original_sha256"]:
            sha256, name = document["original_sha256"], document["original_name"] or document["name"]
            yield self._row("original", self._say("evidence-original-why", sha256=sha256, name=name))
        warnings = [self._warning(code) for code in document["warnings"]]
        if warnings:
            yield self._row("warnings", "\n".join(warnings))
        yield self._row("parts", ", ".join(document["parts"].values()) or self._say("evidence-gone"))

    def _signature(self, facts: Facts, signature: Facts) -> Iterator[Row]:
        proved = "stated" if signature["level"] == "B-B" else "proved"
        at = self._say(f"evidence-time-{proved}", at=_moment(signature["signed_at"]))
        yield self._row("signature-at", at)
        form = "CAdES" if facts["request"]["format"] in DETACHED else "PAdES"
        yield self._row("level", f"{form} {signature['level']}")
        yield self._row("certificate", signature["certificate_sha256"])
        for record in facts["records"]:
            if record["nonce"] == signature["nonce"]:
                yield from self._record(facts, record)

    def _record(self, facts: Facts, record: Facts) -> Iterator[Row]:
        for event in facts["history"]:
            if event["what"] in HOW and event["facts"].get("nonce") == record["nonce"]:
                at, shown, who = _moment(event["at"]), _moment(record["shown_at"]), self._name(facts, event["who"])
                yield self._row("confirmed", self._say(HOW[event["what"]], at=at, shown=shown, who=who))
        words = self._say("evidence-record-is", nonce=record["nonce"], documents=record["documents"])
        yield self._row("record", words)
        rules = self._say("evidence-policy-is", name=record["policy"], sha256=record["policy_sha256"])
        yield self._row("policy", rules)

    def _event(self, facts: Facts, event: Facts) -> Row:
        key = f"evidence-event-{event['what'].replace(':', '-').replace('_', '-')}"
        who, told = self._name(facts, event["who"]), event["facts"]
        at = _moment(event["at"]).removesuffix(UTC_SIGN)
        if not phrases.knows(self._language, key):
            # A word of the journal that has no sentence stays readable as it is.
            return at, f"{event['what']} ({who})"
        to, place = self._name(facts, str(told.get("to", ""))), int(told.get("document") or 0) + 1
        return at, self._say(key, who=who, to=to, place=place)

    def _delivered(self, facts: Facts) -> Iterator[Row]:
        for delivery in facts["deliveries"]:
            key = f"evidence-told-{delivery['state']}"
            known = phrases.knows(self._language, key)
            person = facts["addresses"].get(delivery["channel"].removeprefix("copy:"))
            place = self._name(facts, person) if person else delivery["channel"]
            yield place, self._say(key) if known else delivery["state"]

    def _row(self, name: str, fact: str) -> Row:
        return self._say(f"evidence-{name}"), fact

    def _state(self, state: str) -> str:
        return self._say(f"state-{state}")

    def _warning(self, code: str) -> str:
        key = f"warning-{code}"
        return self._say(key) if phrases.knows(self._language, key) else code

    def _person(self, facts: Facts, who: str) -> str:
        title = facts["people"].get(who, {}).get("title")
        return f"{self._name(facts, who)}, {title}" if title else self._name(facts, who)

    def _name(self, facts: Facts, who: str) -> str:
        if who in (CONSOLE, SYSTEM):
            return self._say(f"evidence-{who}")
        return str(facts["people"].get(who, {}).get("name") or who or self._say("evidence-nobody"))


def _moment(text: str) -> str:
    """Return a moment to the second, UTC: an auditor compares it with other papers."""
    return f"{datetime.fromisoformat(text).astimezone(UTC):%d.%m.%Y %H:%M:%S}{UTC_SIGN}"
