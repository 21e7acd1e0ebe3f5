"""Two administrators widen rights, one restricts: propose, approve, object, expire, take effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from signing.audit import Tag
from signing.errors import NotAllowed, NotAllowedNow, NotEnrolled
from signing.founding import Founding, able, founded_at, is_old_enough
from signing.moves import SYSTEM, note
from signing.notices import Kind, Notice
from signing.people import Person, PersonId, Role
from signing.ports import Activation, Clock, Job, Store, Transaction
from signing.proposal import LIFE, VOICES, Matter, Proposal, ProposalId, ProposalState, new_proposal_id
from signing.rights import Right, check, may

CONSOLE = PersonId("console")


class ChangeKind(Protocol):
    """One kind of change that widens rights; a file of `signing/changes` registers each."""

    async def examine(self, subject: str, change: Mapping[str, Any]) -> Matter:
        """Return what the change means today; raise when it cannot be made, or is made already."""

    async def carry_out(self, proposal: Proposal) -> None:
        """Do what lies outside the bot's store; may be called again after a crash."""

    async def record(self, tx: Transaction, proposal: Proposal, *, actor: PersonId, now: datetime) -> None:
        """Write down what was done, in the transaction that ends the proposal."""


class Proposals:
    """Changes that widen rights, whoever asks for them: the one way to make them."""

    def __init__(self, *, store: Store, activation: Activation, clock: Clock, kinds: Mapping[str, ChangeKind]) -> None:
        self._store = store
        self._activation = activation
        self._clock = clock
        self._kinds = kinds
        self._founding = Founding(store=store, clock=clock)

    async def propose(
        self, kind: str, subject: str, change: Mapping[str, Any], *, by: PersonId = CONSOLE, code: str = ""
    ) -> Proposal:
        """Ask for a change that widens rights; in the founding period it is made at once.

        `by` is an administrator proved by a code, or the console, which is no administrator's voice. The same change
        asked for again is the proposal that waits already. Raises what the kind's `examine` raises, `NotAllowed` and
        the kinds of `NotConfirmed`.
        """
        await self._founding.settle()
        matter, now = await self._kinds[kind].examine(subject, change), self._clock.now()
        made = Proposal(
            id=new_proposal_id(), kind=kind, subject=subject, change=dict(change), about=matter.about,
            difference=matter.difference, basis=matter.basis, benefits=tuple(sorted(matter.benefits)), proposer=by,
            voices=(), created_at=now, expires_at=now + LIFE,
        )  # fmt: skip
        async with self._store.read() as tx:
            founded = await founded_at(tx)
            waiting = await tx.proposals.waiting()
            if by != CONSOLE:
                check(await tx.people.get(by), Right.PROPOSE)
        if founded is None:
            return await self._make_at_once(made)
        if same := [one for one in waiting if (one.kind, one.subject, one.change) == (kind, subject, made.change)]:
            return same[0]
        if by != CONSOLE:
            await self._activation.prove(by, code, matter=made.digest())
            made = replace(made, voices=(by,))
        return await self._open(made)

    async def approve(self, proposal: ProposalId, *, by: PersonId, code: str) -> Proposal:
        """Another administrator wants it too and proves it with a code; the second voice sets it to work.

        Raises `NotAllowed` (`own_proposal`, `benefits`, `young_factor`, `no_right`), `NotAllowedNow`, the kinds of
        `NotConfirmed`.
        """
        async with self._store.read() as tx:
            found = await tx.proposals.get(proposal)
            if by in found.voices and found.state in (ProposalState.APPROVED, ProposalState.APPLYING):
                return found
            _check_open(found, now=self._clock.now())
            await self._check_voice(tx, found, by)
        await self._check_basis(found)
        await self._activation.prove(by, code, matter=found.digest())
        return await self._raise_voice(proposal, by)

    async def object(self, proposal: ProposalId, *, by: PersonId) -> Proposal:
        """Stop it: an administrator, a signer (locked or not) or the console; restricting never waits."""
        async with self._store.begin() as tx:
            found = await tx.proposals.get(proposal)
            if by != CONSOLE:
                check(await tx.people.get(by), Right.OBJECT)
            if found.state is ProposalState.OBJECTED:
                return found
            if found.state not in (ProposalState.OPEN, ProposalState.APPROVED):
                raise NotAllowedNow(reason="proposal_over", state=found.state.value)
            now = self._clock.now()
            return await end(tx, found, ProposalState.OBJECTED, by=by, reason="objected", now=now)

    async def due(self, proposal: ProposalId) -> None:
        """Job: its time has come; it takes effect when it may by itself, else it expires. Too early: nothing."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.proposals.get(proposal)
            if not found.is_waiting or found.state is ProposalState.APPLYING:
                return
            if found.expires_at <= now:
                await end(tx, found, ProposalState.EXPIRED, by=SYSTEM, reason="expired", now=now)
            elif found.state is ProposalState.OPEN and found.effective_at is not None and found.effective_at <= now:
                if len(await _standing_voices(tx, found)) < len(found.voices):
                    await end(tx, found, ProposalState.STALE, by=SYSTEM, reason="changed", now=now)
                else:
                    await self._approved(tx, found, by=SYSTEM)

    async def apply(self, proposal: ProposalId) -> Proposal:
        """Bring an approved change about, once; a repeat after a crash goes on where it stopped.

        Raises what waiting can mend; `NotAllowed(reason="peer")` where only the console may.
        """
        found = await self._begin(proposal)
        if found.state is not ProposalState.APPLYING:
            return found
        kind, now = self._kinds[found.kind], self._clock.now()
        await kind.carry_out(found)
        async with self._store.begin() as tx:
            done = found.to(ProposalState.APPLIED)
            if not await tx.proposals.move(done, was=ProposalState.APPLYING):
                return await tx.proposals.get(proposal)
            actor = found.voices[0] if found.voices else found.proposer
            await kind.record(tx, found, actor=actor, now=now)
            await note(tx, Tag.PROPOSAL_APPLIED, subject=found.id, actor=SYSTEM, now=now, about=found.subject)
            await _show(tx, done, Notice.PROPOSAL_ENDED)
        return done

    async def give_up(self, proposal: ProposalId, *, why: str) -> None:
        """It cannot be brought about any more: it ends without effect."""
        async with self._store.begin() as tx:
            found = await tx.proposals.get(proposal)
            if found.is_waiting:
                await end(tx, found, ProposalState.STALE, by=SYSTEM, reason=why, now=self._clock.now())

    async def reconcile(self) -> None:
        """After a start: every proposal that waits has its jobs again."""
        async with self._store.begin() as tx:
            for found in await tx.proposals.waiting():
                await _promise(tx, found)

    # the parts of the steps

    async def _make_at_once(self, made: Proposal) -> Proposal:
        kind = self._kinds[made.kind]
        await kind.carry_out(made)
        async with self._store.begin() as tx:
            await kind.record(tx, made, actor=made.proposer, now=self._clock.now())
        return replace(made, state=ProposalState.APPLIED)

    async def _open(self, made: Proposal) -> Proposal:
        now = self._clock.now()
        async with self._store.begin() as tx:
            if len(await able(tx, made, now=now)) < VOICES - len(made.voices):
                # Nobody else can approve it: then time does, and everybody who would be wronged is told.
                made = replace(made, effective_at=now + LIFE, expires_at=now + 2 * LIFE)
            await tx.proposals.add(made)
            lines = [[line.what, list(line.old), list(line.new)] for line in made.difference]
            await note(
                tx, Tag.PROPOSAL_MADE, subject=made.id, actor=made.proposer, now=now, kind=made.kind,
                about=made.subject, difference=lines, delayed=made.effective_at is not None,
            )  # fmt: skip
            await _promise(tx, made)
            await _show(tx, made, Notice.PROPOSED)
        return made

    async def _check_voice(self, tx: Transaction, found: Proposal, by: PersonId) -> None:
        person = await tx.people.get(by)
        check(person, Right.APPROVE)
        if by in found.voices:
            raise NotAllowed(reason="own_proposal")
        if by in found.benefits:
            raise NotAllowed(reason="benefits")
        if person.enrolled_at is None:
            raise NotEnrolled()
        if not is_old_enough(person, await founded_at(tx), self._clock.now()):
            raise NotAllowed(reason="young_factor")

    async def _check_basis(self, found: Proposal) -> None:
        """The ground must be the one that was shown; else the proposal ends here."""
        try:
            is_same = (await self._kinds[found.kind].examine(found.subject, found.change)).basis == found.basis
        except (NotAllowed, NotAllowedNow):
            is_same = False
        if not is_same:
            await self.give_up(found.id, why="changed")
            raise NotAllowedNow(reason="proposal_changed", state=ProposalState.STALE.value)

    async def _raise_voice(self, proposal: ProposalId, by: PersonId) -> Proposal:
        async with self._store.begin() as tx:
            found = await tx.proposals.get(proposal)
            _check_open(found, now=self._clock.now())
            if by in found.voices:
                return found
            found = replace(found, voices=(*await _standing_voices(tx, found), by))
            if len(found.voices) >= VOICES:
                return await self._approved(tx, found, by=by)
            await tx.proposals.move(found, was=ProposalState.OPEN)
            await note(tx, Tag.PROPOSAL_APPROVED, subject=found.id, actor=by, now=self._clock.now(), enough=False)
            await _show(tx, found, Notice.PROPOSED)
            return found

    async def _approved(self, tx: Transaction, found: Proposal, *, by: PersonId) -> Proposal:
        now = self._clock.now()
        approved = found.to(ProposalState.APPROVED, decided_at=now)
        await tx.proposals.move(approved, was=ProposalState.OPEN)
        await note(tx, Tag.PROPOSAL_APPROVED, subject=found.id, actor=by, now=now, enough=True)
        await _promise(tx, approved)
        await _show(tx, approved, Notice.PROPOSED)
        return approved

    async def _begin(self, proposal: ProposalId) -> Proposal:
        """Write down that it is begun, after the last look at the ground it stands on."""
        async with self._store.read() as tx:
            found = await tx.proposals.get(proposal)
        if found.state is not ProposalState.APPROVED:
            return found
        if found.expires_at <= self._clock.now():
            await self.due(proposal)
            raise NotAllowedNow(reason="proposal_over", state=ProposalState.EXPIRED.value)
        await self._check_basis(found)
        begun = found.to(ProposalState.APPLYING)
        async with self._store.begin() as tx:
            await tx.proposals.move(begun, was=ProposalState.APPROVED)
            return await tx.proposals.get(proposal)


async def end(
    tx: Transaction, found: Proposal, state: ProposalState, *, by: PersonId, reason: str, now: datetime
) -> Proposal:
    """End a proposal without effect; everybody whom it concerns sees it."""
    ended = found.to(state, ended_by=by, decided_at=now, reason=reason)
    await tx.proposals.move(ended, was=found.state)
    await note(tx, Tag.PROPOSAL_ENDED, subject=found.id, actor=by, now=now, state=state.value, about=found.subject)
    await _show(tx, ended, Notice.PROPOSAL_ENDED)
    return ended


async def concerned(tx: Transaction, proposal: Proposal) -> Sequence[Person]:
    """Return who is told of it: administrators; when it takes effect by itself every signer, locked ones too."""
    wanted = {Role.ADMINISTRATOR, Role.SIGNER} if proposal.effective_at else {Role.ADMINISTRATOR}
    return [person for person in await tx.people.all() if person.roles & wanted]


async def _standing_voices(tx: Transaction, found: Proposal) -> tuple[PersonId, ...]:
    """Return whose voices still count: not of who was locked or is no administrator any more."""
    return tuple([voice for voice in found.voices if may(await tx.people.get(voice), Right.APPROVE)])


def _check_open(found: Proposal, *, now: datetime) -> None:
    if found.state is not ProposalState.OPEN or found.expires_at <= now:
        raise NotAllowedNow(reason="proposal_over", state=found.state.value)


async def _promise(tx: Transaction, found: Proposal) -> None:
    """Promise what a proposal needs next: its hour, or its effect and its end."""
    facts = {"proposal": found.id}
    hour = found.effective_at if found.state is ProposalState.OPEN and found.effective_at else found.expires_at
    await tx.jobs.add(Job(kind=Kind.PROPOSAL_DUE, subject=found.id, facts=facts, due=hour))
    if found.state in (ProposalState.APPROVED, ProposalState.APPLYING):
        await tx.jobs.add(Job(kind=Kind.PROPOSAL_APPLY, subject=found.id, facts=facts))


async def _show(tx: Transaction, found: Proposal, notice: Notice) -> None:
    """Tell everybody whom it concerns how it stands; a chat with cards shows one card, edited."""
    people = {person.id for person in await concerned(tx, found)}
    for person in sorted(people | {one for one in (found.proposer, *found.benefits) if one != CONSOLE}):
        facts = {"proposal": found.id, "about": found.about, "kind": found.kind, "by": found.proposer}
        body = {"person": person, "notice": notice.value, "request": None, "facts": facts}
        await tx.jobs.add(Job(kind=Kind.TELL, subject=f"{found.id}:{person}:{notice}", facts=body))
