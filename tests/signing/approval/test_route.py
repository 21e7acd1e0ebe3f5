"""Who may be asked and who may stand in; delegation never widens rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.approval import delegation, route
from signing.approval.policy import ApprovalPolicy
from signing.errors import LockedPerson, NotAllowed
from signing.people import Person, PersonId, Role

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def person(name: str, *roles: Role, deputies: tuple[str, ...] = (), locked: bool = False) -> Person:
    return Person(
        id=PersonId(name), name=name, roles=frozenset(roles), deputies=tuple(map(PersonId, deputies)),
        created_at=NOW, locked_at=NOW if locked else None,
    )  # fmt: skip


ANNA = person("anna", Role.REQUESTER, Role.SIGNER)
IVAN = person("ivan", Role.SIGNER, deputies=("olga", "anna", "petr"))
OLGA = person("olga", Role.SIGNER)
PETR = person("petr", Role.REQUESTER)
ZOYA = person("zoya", Role.SIGNER, locked=True)
PEOPLE = (ANNA, IVAN, OLGA, PETR, ZOYA)


def test_recent_signers_come_first_and_oneself_is_left_out() -> None:
    found = route.choices(ANNA, PEOPLE, recent=[OLGA.id], policy=ApprovalPolicy())
    assert [p.id for p in found] == ["olga", "ivan"]


def test_oneself_comes_last_where_the_policy_allows_it() -> None:
    found = route.choices(ANNA, PEOPLE, recent=[ANNA.id], policy=ApprovalPolicy(self_sign=True))
    assert [p.id for p in found] == ["ivan", "olga", "anna"]


def test_a_locked_signer_is_not_asked() -> None:
    with pytest.raises(LockedPerson):
        route.check(ANNA, ZOYA, policy=ApprovalPolicy())


def test_somebody_who_signs_nothing_is_not_asked() -> None:
    with pytest.raises(NotAllowed):
        route.check(ANNA, PETR, policy=ApprovalPolicy())


def test_a_deputy_is_permitted_and_a_signer_and_not_the_requester() -> None:
    assert [p.id for p in delegation.deputies(IVAN, PEOPLE, requester=ANNA, policy=ApprovalPolicy())] == ["olga"]
    for unfit in (ANNA, PETR, IVAN, ZOYA):
        with pytest.raises(NotAllowed):
            delegation.check(IVAN, unfit, requester=ANNA, policy=ApprovalPolicy())


@given(
    st.sets(st.sampled_from([p.id for p in PEOPLE])),
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.booleans(),
)
def test_no_delegation_widens_rights(
    permitted: set[PersonId], requester: Person, deputy: Person, self_sign: bool
) -> None:
    policy = ApprovalPolicy(self_sign=self_sign)
    signer = replace(IVAN, deputies=tuple(permitted))
    try:
        delegation.check(signer, deputy, requester=requester, policy=policy)
    except NotAllowed:
        return
    route.check(requester, deputy, policy=policy)
    assert deputy in delegation.deputies(signer, PEOPLE, requester=requester, policy=policy)


@given(st.builds(ApprovalPolicy, self_sign=st.booleans(), keypad=st.booleans(), open_cards=st.integers(1, 9)))
def test_every_rule_moves_the_fingerprint_of_the_policy(policy: ApprovalPolicy) -> None:
    changed = replace(policy, self_sign=not policy.self_sign)
    assert policy.sha256() != changed.sha256()
    assert policy.sha256() == replace(changed, self_sign=policy.self_sign).sha256()
