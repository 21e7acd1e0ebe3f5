"""Counts what became of everything, from outside: Telegram's record, the signed files, the ledger, the database."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import cms

from signing.request import written
from tests.journeys.company import Company
from tests.journeys.crowd import FINAL, Errand
from tests.journeys.mortal import USES
from tests.journeys.story import text

Row = dict[str, Any]
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
PENDING = frozenset({"draft", "waiting", "frozen"})
"""Somebody is asked; at rest nothing may stay between this and an end."""
_NAME = re.compile(r"L\d+N\d+\.pdf")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was counted. Everything in `wrong` breaks a promise."""

    sent: int
    states: Counter[str]
    delivered: int
    """Documents whose signed file arrived."""
    again: int
    """Signed files that arrived once more, byte for byte."""
    notices_again: int
    """Notices that say what an earlier one said, and cards that are there twice."""
    confirmed: int
    authorised: int
    attempted: int
    made: int
    uses: int
    """Of signers' keys, counted where the token is asked."""
    unknown: int
    wrong: tuple[str, ...]


class Oracle:
    """Looks at a company whose bot has ended."""

    def __init__(self, company: Company, *, orders: Path) -> None:
        data = Path(company.environment["COUNTERSIGN_DATA_DIR"])
        self._bot, self._module = data / "countersign.sqlite3", data / "activation" / "store.sqlite3"
        self._company = company
        self._orders = orders

    def states(self) -> dict[str, str]:
        """Return the state by document name; may be asked while the bot runs."""
        return {row["name"]: row["state"] for row in self._requests()} | self._refused()

    def judge(self, errands: dict[str, Errand]) -> Figures:
        """Count, and hold what was counted against the invariants."""
        wrong: list[str] = []
        requests = self._requests()
        ledger = list(_rows(self._module, "select seq, kind, subject, facts from ledger order by seq"))
        kinds = Counter(row["kind"] for row in ledger)
        files, notices_again = self._arrived()
        uses = (self._orders / USES).read_text().split() if (self._orders / USES).exists() else []
        unknown = _unknown(ledger)
        refused = self._refused()
        wrong += _requests_wrong(requests, set(errands) - set(refused))
        wrong += self._signatures_wrong(files, errands, ledger)
        wrong += _ledger_wrong(ledger)
        wrong += self._untold(unknown)
        signed = {row["name"] for row in requests if row["state"] == "signed"}
        wrong += [f"{name} is signed and never arrived" for name in signed - set(files)]
        key_uses = sum(label.startswith("key-") for label in uses)
        if key_uses > kinds["signature:attempted"]:
            wrong.append(f"{key_uses} uses of keys, {kinds['signature:attempted']} attempts in the ledger")
        return Figures(
            sent=len(errands), states=Counter([*(row["state"] for row in requests), *refused.values()]),
            delivered=len(files),
            again=sum(len(bodies) - 1 for bodies in files.values()), notices_again=notices_again,
            confirmed=kinds["record:confirmed"], authorised=kinds["signature:authorised"],
            attempted=kinds["signature:attempted"], made=kinds["signature:made"], uses=key_uses,
            unknown=len(unknown), wrong=tuple(wrong),
        )  # fmt: skip

    def _requests(self) -> list[Row]:
        return [
            {"id": row["id"], "state": row["state"], "name": document["name"]}
            for row in _rows(self._bot, "select id, state, body from request")
            for document in json.loads(row["body"])["documents"]
        ]

    def _refused(self) -> dict[str, str]:
        """Return the documents that were not taken in: with words in the chat, and a row in the journal."""
        query = "select subject from journal where tag = 'request:refused'"
        subjects = {row["subject"] for row in _rows(self._bot, query)}
        return {
            posted.message["document"]["file_name"]: "refused"
            for chat in self._company.telegram.world.chats.values()
            for posted in list(chat.posted.values())
            if "document" in posted.message and f"message:{chat.id}:{posted.id}" in subjects
        }

    def _arrived(self) -> tuple[dict[str, list[bytes]], int]:
        """Return the signed files in all chats by the document's name, and how many notices came again."""
        world, files, notices = self._company.telegram.world, dict[str, list[bytes]](), Counter[tuple[int, str, str]]()
        for chat in world.chats.values():
            for posted in chat.posted.values():
                message = posted.message
                if not message["from"]["is_bot"]:
                    continue
                if "document" in message:
                    name = message["document"]["file_name"].replace(" signed.pdf", ".pdf")
                    files.setdefault(name, []).append(world.files.by_id(message["document"]["file_id"]).content)
                elif "photo" in message and (shown := _NAME.search(text(message))):
                    notices[chat.id, "card", shown[0]] += 1
                elif (answered := message.get("reply_to_message", {}).get("message_id")) is not None:
                    notices[chat.id, str(answered), text(message)] += 1
        return files, sum(count - 1 for count in notices.values())

    def _signatures_wrong(
        self, files: dict[str, list[bytes]], errands: dict[str, Errand], ledger: list[Row]
    ) -> Iterator[str]:
        made = {json.loads(row["facts"])["value"] for row in ledger if row["kind"] == "signature:made"}
        for name, bodies in files.items():
            values = {signature_of(body) for body in bodies}
            if len(values) > 1 or len(set(bodies)) > 1:
                yield f"{name} has {len(values)} different signatures"
            if not values <= made:
                yield f"{name} has a signature that the ledger does not know"
            if name not in errands or not bodies[0].startswith(errands[name].pdf):
                yield f"{name} is not what was sent"

    def _untold(self, unknown: list[str]) -> Iterator[str]:
        administrator = self._company.administrator
        assert administrator is not None
        chat = self._company.telegram.world.chats[administrator.phone.id]
        told = "\n".join(text(posted.message) for posted in chat.posted.values())
        for request in unknown:
            if not re.search(rf"{written(request)}.*did not say whether", told):
                yield f"no administrator heard of the unknown outcome of {request}"


def signature_of(pdf: bytes) -> str:
    """Return the value (hex) of a PDF's last signature; raise `ValueError` when its digest is not that of the bytes."""
    start, first, after, rest = (int(number) for number in list(_RANGE.finditer(pdf))[-1].groups())
    if start or after + rest != len(pdf):
        raise ValueError("the signature does not cover the file")
    content = bytes.fromhex(pdf[first + 1 : after - 1].decode())
    signer = cms.ContentInfo.load(content)["content"]["signer_infos"][0]
    digest = hashlib.sha256(pdf[:first] + pdf[after:]).digest()
    stated = [
        attribute["values"][0].native
        for attribute in signer["signed_attrs"]
        if attribute["type"].native == "message_digest"
    ]
    if stated != [digest]:
        raise ValueError("the signature is of other bytes")
    return str(signer["signature"].native.hex())


def _requests_wrong(requests: list[Row], errands: set[str]) -> Iterator[str]:
    times = Counter(row["name"] for row in requests)
    yield from (f"{name} is lost" for name in errands if name not in times)
    yield from (f"{name} became {count} requests" for name, count in times.items() if count > 1)
    yield from (f"{row['name']} stays {row['state']}" for row in requests if row["state"] not in FINAL | PENDING)


def _ledger_wrong(ledger: list[Row]) -> Iterator[str]:
    """No signature without its rows before it, none twice, no code twice."""
    kinds: dict[str, list[str]] = {}
    codes = Counter[tuple[str, int]]()
    for row in ledger:
        facts = json.loads(row["facts"])
        if row["kind"] == "record:confirmed":
            codes[facts["signer"], facts["step"]] += 1
        if row["kind"].startswith("signature:"):
            kinds.setdefault(row["subject"], []).append(row["kind"].removeprefix("signature:"))
    yield from (f"a code of {signer} was taken {count} times" for (signer, _), count in codes.items() if count > 1)
    for subject, happened in kinds.items():
        if happened[0] != "authorised" or happened.count("made") > 1:
            yield f"{subject}: {happened}"
        if "made" in happened and "attempted" not in happened[: happened.index("made")]:
            yield f"{subject} was made without an attempt"


def _unknown(ledger: list[Row]) -> list[str]:
    """Return the requests of entries whose last word is an attempt."""
    last = {row["subject"]: row["kind"] for row in ledger if row["kind"].startswith("signature:")}
    request = {r["subject"]: json.loads(r["facts"])["request"] for r in ledger if r["kind"] == "signature:authorised"}
    return [request[subject] for subject, kind in last.items() if kind == "signature:attempted"]


def _rows(path: Path, query: str) -> Iterator[Row]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as database:
        database.row_factory = sqlite3.Row
        for row in database.execute(query).fetchall():
            yield dict(row)
