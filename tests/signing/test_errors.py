"""Errors travel: by pickle from a worker, as JSON from the activation module."""

from __future__ import annotations

import json
import pickle

import pytest

from signing.errors import ERRORS, Refused, SigningError, WrongCode, from_wire, to_wire


def test_an_error_survives_pickling() -> None:
    for error in (Refused("encrypted", name="a.pdf"), WrongCode(attempts_left=2)):
        back = pickle.loads(pickle.dumps(error))
        assert type(back) is type(error)
        assert back.facts == error.facts


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_every_error_crosses_the_socket(name: str) -> None:
    facts = {"code": "x"} if name == "Refused" else {"reason": "x"}
    error = ERRORS[name](**facts)
    back = from_wire(json.loads(json.dumps(to_wire(error))))
    assert type(back) is ERRORS[name]
    assert back.facts == error.facts


def test_an_unknown_error_is_still_ours() -> None:
    assert type(from_wire({"error": "Strange", "facts": {}})) is SigningError


def test_the_register_holds_the_whole_tree() -> None:
    def below(kind: type[SigningError]) -> set[type[SigningError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__() if child.__module__ == kind.__module__))

    assert below(SigningError) - {SigningError} == set(ERRORS.values())
