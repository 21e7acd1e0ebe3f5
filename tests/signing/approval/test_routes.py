"""Routes as values: what satisfies them, who is asked next, and what no route can ever be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.approval import routes
from signing.approval.routes import (
    AllOf,
    Answer,
    Answers,
    AnyOf,
    AtLeast,
    InOrder,
    One,
    Route,
    Seat,
    Standing,
    advance,
    seats,
)
from signing.errors import RouteRefused
from signing.request import Act


def signs(person: str, *, veto: bool = False) -> One:
    return One(person=person, act=Act.SIGNS, veto=veto)


def approves(person: str) -> One:
    return One(person=person, act=Act.APPROVES)


A, B, C = signs("a"), signs("b"), signs("c")
YES, NO = Answer.YES, Answer.NO


@st.composite
def some_routes(draw: st.DrawFn) -> Route:
    """Return a route of people who stand in it once."""
    people = iter("abcdefghijklmnopqrstuvwxyz")
    ones = st.builds(One, person=st.builds(lambda: next(people)), act=st.sampled_from(Act), veto=st.booleans())

    def composed(depth: int) -> Route:
        if depth == 0 or draw(st.booleans()):
            return draw(ones)
        members = tuple(composed(depth - 1) for _ in range(draw(st.integers(1, 3))))
        kind = draw(st.sampled_from(("all", "any", "some")))
        if kind == "some":
            return AtLeast(need=draw(st.integers(1, len(members))), of=members)
        return AllOf(of=members) if kind == "all" else AnyOf(of=members)

    steps = tuple(composed(2) for _ in range(draw(st.integers(1, 3))))
    return InOrder(of=steps) if draw(st.booleans()) else steps[0]


@st.composite
def answered(draw: st.DrawFn) -> tuple[Route, dict[Seat, Answer]]:
    """Return a route with any answers whatever."""
    route = draw(some_routes())
    given_answers = {one.seat: draw(st.sampled_from((None, YES, NO))) for one in seats(route)}
    return route, {seat: answer for seat, answer in given_answers.items() if answer is not None}


def standing(route: Route, answers: Answers) -> Standing:
    return advance(route, answers).standing


@given(answered(), st.data())
def test_a_yes_more_never_takes_satisfaction_away(case: tuple[Route, dict[Seat, Answer]], data: st.DataObject) -> None:
    route, answers = case
    before = standing(route, answers)
    seat = data.draw(st.sampled_from([one.seat for one in seats(route)]))
    after = standing(route, {**answers, seat: YES})
    if before is Standing.SATISFIED:
        assert after is Standing.SATISFIED
    if before is Standing.OPEN:
        assert after is not Standing.FAILED


@given(some_routes())
def test_silence_satisfies_nothing(route: Route) -> None:
    assert standing(route, {}) is Standing.OPEN
    assert advance(route, {}).ask


@given(some_routes(), st.randoms(use_true_random=False))
def test_when_everybody_asked_says_yes_a_route_comes_to_its_end(route: Route, dice: object) -> None:
    answers: dict[Seat, Answer] = {}
    for _ in range(len(list(seats(route))) + 1):
        now = advance(route, answers)
        assert now == advance(route, dict(reversed(answers.items())))
        if now.standing is Standing.SATISFIED:
            assert now.ask == ()
            return
        assert now.standing is Standing.OPEN
        assert all(one.seat not in answers for one in now.ask), "nobody is asked twice"
        answers[dice.choice(now.ask).seat] = YES  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    raise AssertionError("it never ended")


@given(answered())
def test_an_open_route_always_asks_somebody_who_has_not_answered(case: tuple[Route, dict[Seat, Answer]]) -> None:
    route, answers = case
    now = advance(route, answers)
    assert bool(now.ask) is (now.standing is Standing.OPEN)
    assert all(one.seat not in answers for one in now.ask)


@given(answered())
def test_a_refusal_of_somebody_with_a_veto_is_the_end(case: tuple[Route, dict[Seat, Answer]]) -> None:
    route, answers = case
    if any(one.veto and answers.get(one.seat) is NO for one in seats(route)):
        assert standing(route, answers) is Standing.FAILED


@given(some_routes())
def test_a_sound_route_is_never_satisfied_without_a_signature(route: Route) -> None:
    approvals = {one.seat: YES for one in seats(route) if one.act is Act.APPROVES}
    if standing(route, approvals) is Standing.SATISFIED:
        with pytest.raises(RouteRefused, match="nobody_signs"):
            routes.check(route)
    else:
        routes.check(route)


@given(some_routes())
def test_a_route_survives_json(route: Route) -> None:
    assert routes.from_json(routes.to_json(route)) == route


@pytest.mark.parametrize("kind", [AllOf, AnyOf, InOrder])
def test_an_empty_composition_cannot_be_made(kind: type[AllOf]) -> None:
    with pytest.raises(RouteRefused, match="empty"):
        kind(of=())
    with pytest.raises(RouteRefused, match="empty"):
        AtLeast(need=1, of=())
    with pytest.raises(RouteRefused, match="empty"):
        routes.from_json({"all": []})


@pytest.mark.parametrize("need", [0, -1, 3])
def test_no_more_are_needed_than_there_are_and_one_at_least(need: int) -> None:
    with pytest.raises(RouteRefused, match="need"):
        AtLeast(need=need, of=(A, B))


def test_steps_in_order_stand_only_outermost() -> None:
    with pytest.raises(RouteRefused, match="order_inside"):
        AllOf(of=(A, InOrder(of=(B, C))))


def test_the_next_step_is_asked_when_the_one_before_is_done() -> None:
    route = InOrder(of=(approves("l"), AtLeast(need=2, of=(A, B, C)), signs("d")))
    lawyer = {Seat("l", Act.APPROVES): YES}
    assert [one.person for one in advance(route, {}).ask] == ["l"]
    assert [one.person for one in advance(route, lawyer).ask] == ["a", "b", "c"]
    assert [one.person for one in advance(route, {**lawyer, A.seat: YES}).ask] == ["b", "c"]
    both = {**lawyer, A.seat: YES, C.seat: YES}
    assert [one.person for one in advance(route, both).ask] == ["d"]
    assert [routes.step_of(route, answers) for answers in ({}, lawyer, both)] == [1, 2, 3]


def test_a_refusal_without_veto_only_takes_the_person_out_while_the_others_are_enough() -> None:
    route = AtLeast(need=2, of=(A, B, C))
    assert [one.person for one in advance(route, {A.seat: NO}).ask] == ["b", "c"]
    assert standing(route, {A.seat: NO, B.seat: NO}) is Standing.FAILED
    assert standing(AllOf(of=(A, B)), {A.seat: NO}) is Standing.FAILED
    assert standing(AnyOf(of=(signs("a", veto=True), B)), {A.seat: NO}) is Standing.FAILED


def test_the_same_thing_is_asked_of_nobody_twice() -> None:
    with pytest.raises(RouteRefused, match="twice"):
        routes.check(InOrder(of=(A, AnyOf(of=(A, B)))))
    routes.check(InOrder(of=(approves("a"), A)))


def test_whether_one_persons_signature_could_be_the_only_one() -> None:
    assert routes.is_enough(AnyOf(of=(A, B)), "a")
    assert routes.is_enough(InOrder(of=(approves("l"), A)), "a")
    assert not routes.is_enough(AllOf(of=(A, B)), "a")


def test_whether_a_route_can_do_without_somebody() -> None:
    assert routes.can_do_without(AtLeast(need=2, of=(A, B, C)), frozenset("a"))
    assert not routes.can_do_without(AtLeast(need=2, of=(A, B, C)), frozenset("ab"))
