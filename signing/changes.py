"""The register of changes that two administrators make: what each means today, and how it is brought about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from signing.agreed_policy import NewPolicy
from signing.audit import Tag
from signing.errors import NotAllowed, NotAllowedNow, NotFound
from signing.moves import note
from signing.notices import Notice, tell, tell_administrators
from signing.people import Person, PersonId, Role
from signing.ports import Activation, KeyFacts, Store, Transaction
from signing.proposal import LIFE, Line, Matter, Proposal, basis_of
from signing.proposals import ChangeKind
from signing.rights import PRIVILEGED

ROLE, KEY, OWNER, CERTIFICATE, FACTOR = "role", "key", "key-owner", "key-certificate", "factor-reset"
MANDATE = "mandate"
POLICY = "policy"
AGREED = "agreed-mandate"
"""Notes by digest: terms of a mandate that two administrators want, until it is granted with a code."""


class Ceremony(Protocol):
    """What only the console's user may ask of the activation module."""

    async def generate_key(
        self, label: str, *, algorithm: str, owners: Sequence[PersonId], is_seal: bool = False
    ) -> KeyFacts: ...
    async def import_certificate(self, label: str, chain_der: Sequence[bytes]) -> KeyFacts: ...
    async def assign_owner(self, label: str, person: PersonId) -> KeyFacts: ...
    async def reset_factor(self, person: PersonId) -> None: ...


@dataclass(frozen=True, kw_only=True)
class GivenRole:
    """`role`: a person gets one more role (`{"role": …}`)."""

    store: Store

    async def examine(self, subject: str, change: Mapping[str, Any]) -> Matter:
        """Raises `NotAllowed` for a role that needs no proposal and `NotAllowedNow` for one the person has."""
        role = Role(change["role"])
        if role not in PRIVILEGED:
            raise NotAllowed(reason="plain_role")
        async with self.store.read() as tx:
            person = await tx.people.get(PersonId(subject))
        if role in person.roles:
            raise NotAllowedNow(reason="has_role", state=role.value, person=person.name)
        roles = tuple(sorted(one.value for one in person.roles))
        line = Line(what="roles", old=roles, new=tuple(sorted((*roles, role.value))))
        basis = basis_of(roles=roles, locked=person.locked_at)
        return Matter(about=person.name, difference=(line,), basis=basis, benefits=frozenset({person.id}))

    async def carry_out(self, proposal: Proposal) -> None:
        """Nothing lies outside the bot's store."""

    async def record(self, tx: Transaction, proposal: Proposal, *, actor: PersonId, now: datetime) -> None:
        """Give the role and say so to the person."""
        person, role = await tx.people.get(PersonId(proposal.subject)), Role(proposal.change["role"])
        if role in person.roles:
            return
        await tx.people.save(replace(person, roles=person.roles | {role}))
        await note(tx, Tag.PERSON_GIVEN_ROLE, subject=person.id, actor=actor, now=now, role=role.value)
        await tell(tx, person.id, Notice.ROLE_GIVEN, text=role.value)


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """`key`: a key pair in the token for these owners (`{"algorithm", "owners", "seal"}`)."""

    store: Store
    activation: Activation
    ceremony: Ceremony

    async def examine(self, subject: str, change: Mapping[str, Any]) -> Matter:
        """A label that is taken is left to the ceremony, which knows what lies in the token."""
        names = await _names(self.store, change["owners"])
        line = Line(what="owners", new=names)
        kind = Line(what="key", new=(change["algorithm"], "seal" if change["seal"] else "personal"))
        return Matter(
            about=subject, difference=(kind, line), basis=basis_of(label=subject),
            benefits=frozenset(PersonId(owner) for owner in change["owners"]),
        )  # fmt: skip

    async def carry_out(self, proposal: Proposal) -> None:
        """Make the pair inside the token."""
        change = proposal.change
        await self.ceremony.generate_key(
            proposal.subject, algorithm=change["algorithm"], owners=[PersonId(one) for one in change["owners"]],
            is_seal=change["seal"],
        )  # fmt: skip

    async def record(self, tx: Transaction, proposal: Proposal, *, actor: PersonId, now: datetime) -> None:
        """Journal it."""
        await note(tx, Tag.KEY_GENERATED, subject=proposal.subject, actor=actor, now=now, **proposal.change)


@dataclass(frozen=True, kw_only=True)
class NewOwner:
    """`key-owner`: one more person may use a seal, or the first one a personal key (`{"owner": …}`)."""

    store: Store
    activation: Activation
    ceremony: Ceremony

    async def examine(self, subject: str, change: Mapping[str, Any]) -> Matter:
        """Raises `NotAllowed(reason="personal_key")` for a second owner of a personal key."""
        key, owner = await _key(self.activation, subject), PersonId(change["owner"])
        if owner in key.owners:
            raise NotAllowedNow(reason="owns_already", state="owned", key=subject)
        if key.owners and not key.is_seal:
            raise NotAllowed(reason="personal_key")
        old, new = await _names(self.store, key.owners), await _names(self.store, (*key.owners, owner))
        return Matter(
            about=subject, difference=(Line(what="owners", old=old, new=new),),
            basis=basis_of(owners=sorted(key.owners), certificate=key.certificate_sha256), benefits=frozenset({owner}),
        )  # fmt: skip

    async def carry_out(self, proposal: Proposal) -> None:
        """Name the owner in the module."""
        await self.ceremony.assign_owner(proposal.subject, PersonId(proposal.change["owner"]))

    async def record(self, tx: Transaction, proposal: Proposal, *, actor: PersonId, now: datetime) -> None:
        """Journal it."""
        owner = proposal.change["owner"]
        await note(tx, Tag.KEY_ASSIGNED, subject=proposal.subject, actor=actor, now=now, owner=owner)


@dataclass(frozen=True, kw_only=True)
class NewCertificate:
    """`key-certificate`: a certificate and its issuers for a key (`{"chain": [DER as hex, …]}`)."""

    store: Store
    activation: Activation
    ceremony: Ceremony

    async def examine(self, subject: str, change: Mapping[str, Any]) -> Matter:
        """The fingerprints are what the administrators compare; the ceremony checks that it fits the key."""
        key = await _key(self.activation, subject)
        new = sha256(bytes.fromhex(change["chain"][0])).hexdigest()
        if key.certificate_sha256 == new:
            raise NotAllowedNow(reason="has_certificate", state="certified", key=subject)
        old = (str(key.certificate_sha256),) if key.certificate_sha256 else ()
        lines = (Line(what="certificate", old=old, new=(new,)),)
        return Matter(
            about=subject, difference=lines, basis=basis_of(owners=sorted(key.owners), certificate=old),
            benefits=frozenset(key.owners),
        )  # fmt: skip

    async def carry_out(self, proposal: Proposal) -> None:
        """Bring it home; the module refuses one that is for another key."""
        chain = [bytes.fromhex(certificate) for certificate in proposal.change["chain"]]
        await self.ceremony.import_certificate(proposal.subject, chain)

    async def record(self, tx: Transaction, proposal: Proposal, *, actor: PersonId, now: datetime) -> None:
        """Journal it."""
        digest = sha256(bytes.fromhex(proposal.change["chain"][0])).hexdigest()
        await note(tx, Tag.KEY_CERTIFIED, subject=proposal.subject, actor=actor, now=now, certificate=digest)


@dataclass(frozen=True, kw_only=True)
class ForgottenFactor:
    """`factor-reset`: a lost authenticator is forgotten, and the person may set up another one."""

    store: Store
    ceremony: Ceremony

    async def examine(self, subject: str, change: Mapping[str, Any]) -> Matter:
        """Rests on the very factor that stands now."""
        async with self.store.read() as tx:
            person = await tx.people.get(PersonId(subject))
        old = (f"{person.enrolled_at:%Y-%m-%d %H:%M} UTC",) if person.enrolled_at else ()
        return Matter(
            about=person.name, difference=(Line(what="authenticator", old=old),),
            basis=basis_of(enrolled=person.enrolled_at, locked=person.locked_at), benefits=frozenset({person.id}),
        )  # fmt: skip

    async def carry_out(self, proposal: Proposal) -> None:
        """Forget it in the module, unless the person has set up a new one since this was decided."""
        async with self.store.read() as tx:
            person = await tx.people.get(PersonId(proposal.subject))
        if not _is_renewed(person, proposal):
            await self.ceremony.reset_factor(person.id)

    async def record(self, tx: Transaction, proposal: Proposal, *, actor: PersonId, now: datetime) -> None:
        """Mirror it, and tell the person and the administrators."""
        person = await tx.people.get(PersonId(proposal.subject))
        if _is_renewed(person, proposal):
            return
        await tx.people.save(replace(person, enrolled_at=None))
        await note(tx, Tag.FACTOR_RESET, subject=person.id, actor=actor, now=now)
        await tell(tx, person.id, Notice.FACTOR_RESET, signer=person.id)
        await tell_administrators(tx, Notice.FACTOR_RESET, signer=person.id)


@dataclass(frozen=True, kw_only=True)
class AgreedMandate:
    """`mandate`: the terms of a standing mandate for a seal (`{"terms": …}`); the grant itself takes a code besides."""

    activation: Activation

    async def examine(self, subject: str, change: Mapping[str, Any]) -> Matter:
        """Rests on the seal and its certificate."""
        key = await _key(self.activation, subject)
        lines = tuple(Line(what=name, new=(str(value),)) for name, value in sorted(change["terms"].items()) if value)
        return Matter(
            about=subject, difference=lines,
            basis=basis_of(certificate=key.certificate_sha256, owners=sorted(key.owners), seal=key.is_seal),
        )  # fmt: skip

    async def carry_out(self, proposal: Proposal) -> None:
        """Nothing yet: the activation module wants an administrator's code for the grant."""

    async def record(self, tx: Transaction, proposal: Proposal, *, actor: PersonId, now: datetime) -> None:
        """Remember for a day that these very terms are wanted by two."""
        name = _terms_of(proposal.subject, proposal.change["terms"])
        await tx.notes.put(space=AGREED, name=name, body={"proposal": proposal.id}, expires_at=now + LIFE)


async def is_agreed(tx: Transaction, seal: str, terms: Mapping[str, Any], *, now: datetime) -> bool:
    """Return whether two administrators want a mandate on these terms."""
    return await tx.notes.get(space=AGREED, name=_terms_of(seal, terms), now=now) is not None


async def use_agreement(tx: Transaction, seal: str, terms: Mapping[str, Any], *, now: datetime) -> None:
    """The mandate is granted: another one on the same terms must be agreed anew."""
    await tx.notes.take(space=AGREED, name=_terms_of(seal, terms), now=now)


def _terms_of(seal: str, terms: Mapping[str, Any]) -> str:
    return basis_of(seal=seal, terms=dict(terms))


def kinds(*, store: Store, activation: Activation, ceremony: Ceremony) -> dict[str, ChangeKind]:
    """Return the register: a new kind of change that two administrators shall make is one line here."""
    return {
        ROLE: GivenRole(store=store),
        KEY: NewKey(store=store, activation=activation, ceremony=ceremony),
        OWNER: NewOwner(store=store, activation=activation, ceremony=ceremony),
        CERTIFICATE: NewCertificate(store=store, activation=activation, ceremony=ceremony),
        FACTOR: ForgottenFactor(store=store, ceremony=ceremony),
        MANDATE: AgreedMandate(activation=activation),
        POLICY: NewPolicy(store=store),
    }


def _is_renewed(person: Person, proposal: Proposal) -> bool:
    """Return whether the person has set up another authenticator since this was decided."""
    decided = proposal.decided_at or proposal.created_at
    return person.enrolled_at is not None and person.enrolled_at > decided


async def _key(activation: Activation, label: str) -> KeyFacts:
    for key in await activation.keys():
        if key.label == label:
            return key
    raise NotFound(what="key", key=label)


async def _names(store: Store, people: Sequence[str]) -> tuple[str, ...]:
    async with store.read() as tx:
        return tuple([(await tx.people.get(PersonId(person))).name for person in people])
