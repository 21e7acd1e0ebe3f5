"""Says in words what one code will sign: the activation record as the signing page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import phrases
from bot.phrases import amounts
from bot.phrases.standing import for_signer
from signing.activation.record import ActivationRecord, Entry
from signing.document import Document, Sha256, fingerprint
from signing.errors import KeyUnavailable, SigningError
from signing.filing import Place, place_of
from signing.people import Person, PersonId
from signing.ports import Activation, KeyFacts, Store
from signing.request import RequestId, SigningRequest
from signing.second_step import covered
from signing.signed_files import kind_of


class Description:
    """Reads what a record is about and says it in the signer's language and time zone."""

    def __init__(self, *, store: Store, activation: Activation, timezone: str) -> None:
        """`timezone` is the company's; it counts for people without one of their own."""
        self._store = store
        self._activation = activation
        self._timezone = timezone

    async def of(self, record: ActivationRecord, *, language: str, now: datetime) -> dict[str, Any]:
        """Return JSON of finished sentences; raise `KeyUnavailable` when the record's key is gone."""
        async with self._store.read() as tx:
            requests = {name: await tx.requests.get(name) for name in covered(record)}
            signer = await tx.people.get(record.signer)
            places = {name: await place_of(tx, request.lead) for name, request in requests.items()}
            named = {person for r in requests.values() for person in (r.requester, r.delegated_from) if person}
            people = {person: await tx.people.get(person) for person in named}
        key, zone = await self._key(record), signer.timezone or self._timezone
        count, kind = len(record.entries), kind_of(record.entries[0].format, record.entries[0].level)
        title = "web-sign-one" if count == 1 else "web-sign-many"
        return {
            "title": phrases.say(language, title, number=count, signer=signer.name),
            "documents": [_document(entry, requests, people, places, language) for entry in record.entries],
            "short": phrases.say(language, f"web-short-{kind}"),
            "level": phrases.say(language, f"web-level-{kind}"),
            "certificate": _certificate(key, language=language, zone=zone),
            "seconds_left": max(0, int((record.expires_at - now).total_seconds())),
        }

    async def _key(self, record: ActivationRecord) -> KeyFacts:
        for key in await self._activation.keys(record.signer):
            if key.label == record.key:
                return key
        raise KeyUnavailable(reason="no_key", key=record.key)


def document_of(request: SigningRequest, entry: Entry) -> Document:
    """Return the document that an entry names."""
    return request.documents[entry.document]


def _document(
    entry: Entry,
    requests: Mapping[RequestId, SigningRequest],
    people: Mapping[PersonId, Person],
    places: Mapping[RequestId, Place | None],
    language: str,
) -> dict[str, Any]:
    request = requests[entry.request]
    document = document_of(request, entry)
    return {
        "name": document.name,
        "facts": " · ".join(facts_of(document, language)),
        "from": " · ".join(_from(request, people, places[request.id], language)),
        "comment": request.comment,
        "fingerprint": fingerprint(entry.sha256),
        "sha256": entry.sha256,
        "pages": document.pages,
        "warnings": [phrases.say(language, f"warning-{code}") for code in _said(document.warnings, language)],
    }


def facts_of(document: Document, language: str) -> Iterator[str]:
    """Yield pages, size, and what a document was made of."""
    yield phrases.say(language, "web-pages", number=document.pages)
    yield phrases.size(language, document.size_bytes)
    if document.is_looked_at:
        yield phrases.say(language, "made-from", name=document.original_name)


def _from(
    request: SigningRequest, people: Mapping[PersonId, Person], place: Place | None, language: str
) -> list[str]:  # fmt: skip
    """Return who asks, for whom one signs, about how much, and where the signed file goes besides the chat.

    The record names that place.
    """
    asks = phrases.say(language, "web-from", requester=people[request.requester].name)
    principal = for_signer(language, request, names=lambda person: people[person].name if person else "")
    amount = amounts.told(language, request.amount, requester=people[request.requester].name)
    attached = phrases.say(language, "attached-to", title=place.title) if place else ""
    return [words for words in (asks, principal, amount, attached) if words]


def _said(codes: tuple[str, ...], language: str) -> list[str]:
    return [code for code in codes if phrases.knows(language, f"warning-{code}")]


def _certificate(key: KeyFacts, *, language: str, zone: str) -> dict[str, Any]:
    until = key.not_after.astimezone(ZoneInfo(zone)) if key.not_after else None
    return {
        "kind": key_in_words(key, language=language, own="web-key-own"),
        "subject": key.subject,
        "validity": phrases.say(language, "web-key-until", date=f"{until:%d.%m.%Y}") if until else "",
    }


async def keys_by_certificate(activation: Activation) -> dict[Sha256, KeyFacts]:
    """Return keys by certificate; none while the activation module is away, because a page must answer all the same."""
    try:
        return {key.certificate_sha256: key for key in await activation.keys() if key.certificate_sha256}
    except SigningError:
        return {}


def key_of_signature(key: KeyFacts | None, language: str) -> str:
    """Return for strangers what kind of key made a signature; empty when it is not known."""
    return key_in_words(key, language=language, own="web-key-signers") if key else ""


def key_in_words(key: KeyFacts, *, language: str, own: str) -> str:
    """Return the honest label of a key (invariant 11); `own` is the phrase for a key of one person."""
    kinds = ["web-key-seal" if key.is_seal else own]
    kinds.append("web-key-hardware" if key.is_hardware else "web-key-software")
    kinds += ["web-key-test"] if key.is_test else []
    return " · ".join(phrases.say(language, kind) for kind in kinds)
