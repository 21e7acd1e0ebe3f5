"""The table of transitions and the number of a request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import NotAllowedNow
from signing.people import PersonId
from signing.request import (
    FINAL,
    TRANSITIONS,
    ReplyTo,
    SigningRequest,
    State,
    Step,
    new_request_id,
    read_number,
    written,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def a_request(state: State = State.DRAFT) -> SigningRequest:
    return SigningRequest(
        id=new_request_id(), version=1, state=state, requester=PersonId("anna"), signer=PersonId("ivan"),
        documents=(), reply_to=ReplyTo(platform="telegram", chat_id="1"), created_at=NOW,
        deadline=NOW + timedelta(days=1),
    )  # fmt: skip


@pytest.mark.parametrize("state", sorted(FINAL))
@pytest.mark.parametrize("step", Step)
def test_final_is_final(state: State, step: Step) -> None:
    with pytest.raises(NotAllowedNow):
        a_request(state).after(step, now=NOW)


@given(st.lists(st.sampled_from(list(Step)), max_size=12))
def test_no_path_reaches_signed_without_a_confirmed_code_or_a_mandate(steps: list[Step]) -> None:
    request, taken, passed = a_request(), list[Step](), set[State]()
    for step in steps:
        try:
            request = request.after(step, now=NOW)
        except NotAllowedNow:
            continue
        taken.append(step)
        passed.add(request.state)
    if request.state is State.SIGNED and State.CIRCULATING in passed:
        assert taken[0] is Step.CIRCULATE  # nobody is asked here: the parts are, and the route says when it is enough
        assert taken[-1] is Step.CONCLUDE
    elif request.state is State.SIGNED:
        assert taken[0] is Step.SUBMIT
        assert {Step.CONFIRM, Step.SEAL} & set(taken[1:-1])
        assert taken[-1] is Step.COMPLETE
    assert request.version == 1 + len(taken)
    assert (request.finished_at == NOW) is request.is_final


def test_only_a_request_at_work_is_completed() -> None:
    assert [state for (state, step) in TRANSITIONS if step is Step.COMPLETE] == [State.SIGNING]
    assert [state for (state, step) in TRANSITIONS if step is Step.CONFIRM] == [State.WAITING]


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = read_number(text)
    assert number is None or read_number(written(number)) == number


def test_a_number_is_read_as_people_type_it() -> None:
    number = new_request_id()
    assert read_number(written(number)) == number
    assert read_number(written(number).lower().replace("-", " ")) == number
    assert read_number("OIL0-1234-5678") == "011012345678"
    assert read_number("7K3M-9QXA-2F4") is None
