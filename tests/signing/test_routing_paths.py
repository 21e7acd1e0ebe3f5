"""Whatever happens to the parts: only right codes and approvals that were given satisfy a route."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from signing.approval.progress import next_of
from signing.approval.routes import AllOf, AnyOf, AtLeast, InOrder, One, Route, Standing, seats
from signing.errors import NotAllowedNow
from signing.people import PersonId
from signing.request import Act, Part, ReplyTo, RequestId, SigningRequest, State, Step

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
A, B, C = (One(person=name, act=Act.SIGNS) for name in "abc")
LAWYER = One(person="l", act=Act.APPROVES)
ROUTES: tuple[Route, ...] = (
    A, AllOf(of=(A, B)), AnyOf(of=(A, B)), AtLeast(need=2, of=(A, B, C)), InOrder(of=(LAWYER, A)),
    InOrder(of=(AnyOf(of=(LAWYER, A)), B)),
)  # fmt: skip
ENOUGH = {0: "a", 1: "ab", 4: "la"}
"""By place in `ROUTES`: without whom it is never satisfied."""


def part_of(one: One) -> SigningRequest:
    """Return what is asked of one person."""
    return SigningRequest(
        id=RequestId(f"P{one.person}"), version=1, state=State.WAITING, requester=PersonId("r"),
        signer=PersonId(one.person), documents=(), reply_to=ReplyTo(platform="telegram", chat_id="1"), created_at=NOW,
        deadline=NOW, part=Part(of=RequestId("L"), seat=PersonId(one.person), act=one.act),
    )  # fmt: skip


@given(
    st.integers(0, len(ROUTES) - 1), st.lists(st.tuples(st.sampled_from("abcl"), st.sampled_from(Step)), max_size=30)
)
@example(0, [("a", Step.SEAL), ("a", Step.COMPLETE)])
def test_no_path_satisfies_a_route_without_every_guard(place: int, moves: list[tuple[str, Step]]) -> None:
    route = ROUTES[place]
    parts = {one.person: part_of(one) for one in seats(route)}
    taken: dict[str, list[Step]] = {person: [] for person in parts}
    for person, step in moves:
        try:
            parts[person] = parts[person].after(step, now=NOW)
            taken[person].append(step)
        except (KeyError, NotAllowedNow):
            continue
    said_yes = {
        one.person
        for one in seats(route)
        if taken[one.person][-1:] == [Step.COMPLETE if one.act is Act.SIGNS else Step.AGREE]
    }
    following = next_of(route, list(parts.values()))
    if following.standing is Standing.SATISFIED:
        assert set(ENOUGH.get(place, "")) <= said_yes
        assert said_yes
        assert all(Step.CONFIRM in taken[person] for person in said_yes - {"l"})
    assert all(one.person not in said_yes for one in following.ask)
