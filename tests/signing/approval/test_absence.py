"""Who acts when people are away: no right is widened, no circle, no long chain, and a return restores exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from signing.approval import route
from signing.approval.absence import Standing, handed_on, settled
from signing.approval.leaving import way_through
from signing.approval.policy import ApprovalPolicy
from signing.people import Person, PersonId, Role
from signing.presence import MAX_LINKS, Absence, Link, days_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NAMES = tuple(map(PersonId, ("anna", "ivan", "olga", "petr", "vera", "zoya")))
ANNA, IVAN, OLGA, PETR, VERA, ZOYA = NAMES


def person(name: PersonId, *, deputies: tuple[PersonId, ...] = NAMES, **rest: object) -> Person:
    made = Person(id=name, name=name, roles=frozenset({Role.SIGNER}), deputies=deputies, created_at=NOW)
    return replace(made, **rest)  # type: ignore[arg-type]  # fields are checked by dataclasses.replace


def absence(name: PersonId, deputy: PersonId | None, *, ground: str = "") -> Absence:
    since, until = days_of(date(2026, 11, 20), date(2026, 11, 30), zone="UTC")
    return Absence(
        person=name, first_day=date(2026, 11, 20), last_day=date(2026, 11, 30), since=since, until=until,
        deputy=deputy, ground=ground, by=name,
    )  # fmt: skip


EVERYBODY = {name: person(name) for name in NAMES}


def acts(
    standing: Standing, *absences: Absence, requester: PersonId = ANNA, people: dict[PersonId, Person] | None = None,
    policy: ApprovalPolicy | None = None,
) -> Standing:  # fmt: skip
    known = people or EVERYBODY
    return settled(
        standing, requester=known[requester], people=known, absences={one.person: one for one in absences},
        policy=policy or ApprovalPolicy(),
    )  # fmt: skip


TO_IVAN = Standing(signer=IVAN)


def test_the_deputy_acts_for_somebody_away_on_the_ground_that_was_given() -> None:
    found = acts(TO_IVAN, absence(IVAN, OLGA, ground="power of attorney 12/2026"))
    assert (found.signer, found.principal, found.ground) == (OLGA, IVAN, "power of attorney 12/2026")
    assert found.facts() == {"to": OLGA, "for": IVAN, "way": [IVAN], "ground": "power of attorney 12/2026"}


def test_a_chain_ends_with_whoever_is_there_and_says_for_whom_from_its_beginning() -> None:
    found = acts(TO_IVAN, absence(IVAN, OLGA, ground="a"), absence(OLGA, PETR, ground="b"))
    assert (found.signer, found.principal, found.ground) == (PETR, IVAN, "a; b")


def test_a_chain_of_four_is_one_too_many_and_it_stays_with_the_one_who_was_asked() -> None:
    three = [absence(IVAN, OLGA), absence(OLGA, PETR), absence(PETR, VERA)]
    assert acts(TO_IVAN, *three).signer == VERA
    assert acts(TO_IVAN, *three, absence(VERA, ZOYA)) == TO_IVAN


def test_a_circle_of_absences_moves_nothing() -> None:
    assert acts(TO_IVAN, absence(IVAN, OLGA), absence(OLGA, IVAN)) == TO_IVAN


def test_when_nobody_is_there_it_stays() -> None:
    assert acts(TO_IVAN, absence(IVAN, OLGA), absence(OLGA, None)) == TO_IVAN
    assert acts(TO_IVAN, absence(IVAN, None)) == TO_IVAN


def test_a_requester_who_is_the_deputy_does_not_sign_the_own_document() -> None:
    assert acts(TO_IVAN, absence(IVAN, ANNA)) == TO_IVAN
    assert acts(TO_IVAN, absence(IVAN, ANNA), policy=ApprovalPolicy(self_sign=True)).signer == ANNA
    assert acts(TO_IVAN, absence(IVAN, ANNA), absence(ANNA, OLGA)).signer == OLGA


def test_a_deputy_whose_permission_was_taken_back_is_not_asked_any_more() -> None:
    away = absence(IVAN, OLGA)
    with_olga = acts(TO_IVAN, away)
    revoked = EVERYBODY | {IVAN: person(IVAN, deputies=())}
    assert acts(with_olga, away, people=revoked) == TO_IVAN


def test_a_deputy_who_is_locked_or_signs_nothing_is_not_asked() -> None:
    for unfit in (person(OLGA, locked_at=NOW), person(OLGA, roles=frozenset({Role.REQUESTER}))):
        assert acts(TO_IVAN, absence(IVAN, OLGA), people=EVERYBODY | {OLGA: unfit}) == TO_IVAN


def test_what_was_handed_over_by_hand_stays_when_somebody_returns() -> None:
    by_hand = handed_on(TO_IVAN, to=OLGA)
    assert acts(by_hand) == by_hand
    assert acts(acts(by_hand, absence(OLGA, PETR))) == by_hand


def test_what_a_deputy_handed_over_comes_back_when_the_absence_it_rests_on_ends() -> None:
    away = absence(IVAN, OLGA)
    handed = handed_on(acts(TO_IVAN, away), to=PETR)
    assert acts(handed, away) == handed
    assert acts(handed) == TO_IVAN


def test_another_deputy_or_ground_takes_the_place_of_the_first() -> None:
    with_olga = acts(TO_IVAN, absence(IVAN, OLGA, ground="1"))
    assert acts(with_olga, absence(IVAN, PETR, ground="1")).signer == PETR
    assert acts(with_olga, absence(IVAN, OLGA, ground="2")).ground == "2"


deputies = st.lists(st.sampled_from(NAMES), max_size=4, unique=True).map(tuple)
worlds = st.fixed_dictionaries(
    {
        name: st.builds(
            person, name=st.just(name), deputies=deputies, locked_at=st.sampled_from([None, None, None, NOW]),
            roles=st.sampled_from([frozenset({Role.SIGNER})] * 4 + [frozenset({Role.REQUESTER})]),
        )
        for name in NAMES
    }
)  # fmt: skip
absences = st.dictionaries(st.sampled_from(NAMES), st.none() | st.sampled_from(NAMES), max_size=len(NAMES)).map(
    lambda found: [absence(name, deputy) for name, deputy in found.items()]
)
policies = st.builds(ApprovalPolicy, self_sign=st.booleans())


@settings(max_examples=150, deadline=None)
@given(people=worlds, away=absences, to=st.sampled_from(NAMES), by=st.sampled_from(NAMES), policy=policies)
def test_no_absence_widens_rights_makes_a_circle_or_a_long_chain(
    people: dict[PersonId, Person], away: list[Absence], to: PersonId, by: PersonId, policy: ApprovalPolicy
) -> None:
    asked = Standing(signer=to)
    found = acts(asked, *away, requester=by, people=people, policy=policy)
    holders = [*(link.person for link in found.links), found.signer]
    assert holders[0] == to
    assert len(set(holders)) == len(holders)
    assert len(found.links) <= MAX_LINKS
    for one, following in pairwise(holders):
        assert following in people[one].deputies
    if found != asked:
        route.check(people[by], people[found.signer], policy=policy)
        assert found.signer not in {one.person for one in away}
    assert acts(found, *away, requester=by, people=people, policy=policy) == found


@settings(max_examples=150, deadline=None)
@given(people=worlds, first=absences, second=absences, to=st.sampled_from(NAMES), by_hand=st.sampled_from(NAMES))
def test_when_everybody_is_back_everything_is_as_it_was(
    people: dict[PersonId, Person], first: list[Absence], second: list[Absence], to: PersonId, by_hand: PersonId
) -> None:
    for before in (Standing(signer=to), handed_on(Standing(signer=to), to=by_hand)):
        moved = acts(before, *first, people=people)
        moved = acts(moved, *second, people=people)
        assert acts(moved, people=people) == before
        assert moved == acts(before, *second, people=people), "the way there does not matter"


@given(away=absences, of=st.sampled_from(NAMES), deputy=st.sampled_from(NAMES))
def test_a_way_that_is_refused_is_a_circle_or_long_and_every_other_one_is_walked(
    away: list[Absence], of: PersonId, deputy: PersonId
) -> None:
    others = [one for one in away if one.person != of]
    way = way_through(absence(of, deputy), others)
    onward = {one.person: one.deputy for one in others} | {of: deputy}
    assert all(onward.get(one) == following for one, following in pairwise(way))
    walked: list[PersonId | None] = [of]
    while walked[-1] is not None and walked[-1] not in walked[:-1]:
        walked.append(onward.get(walked[-1]))
    assert (walked[-1] is not None) == (len(set(way)) < len(way))


def test_a_link_says_who_passed_it_on() -> None:
    assert handed_on(TO_IVAN, to=OLGA, ground="by word").links == (Link(person=IVAN, ground="by word"),)
