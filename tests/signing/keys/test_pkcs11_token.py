"""Keys in a real SoftHSM token: made, used from threads, lost and found again."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, PrivateKey

from signing.errors import KeyUnavailable, UnknownOutcome
from signing.keys.certificate import is_signature
from signing.keys.pin_guard import PinGuard
from signing.keys.pkcs11_mechanism import LOST, UNCERTAIN, SigningMechanism, choose
from signing.keys.pkcs11_token import Pkcs11Token, _Lane
from signing.keys.store import ALGORITHMS, Key, Pending
from tests.conftest import SoftToken
from tests.signing.keys.certificates import TestCa
from tests.signing.keys.conftest import Connect


def signs(key: Key, message: bytes = b"message") -> bool:
    """Return whether the key makes a signature that its public key confirms."""
    value = key.sign(message)
    assert not isinstance(value, Pending)
    return is_signature(value, message, public_key_der=key.public_key_der)


def initialise(*where: str, label: str, pin: str) -> None:
    """Initialise a token as an administrator does."""
    command = ["softhsm2-util", "--init-token", *where, "--label", label, "--so-pin", "13572468", "--pin", pin]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_generated_key_signs_and_says_what_it_is(connect: Connect, algorithm: str) -> None:
    key = connect().generate("own", algorithm)
    assert key.algorithm == algorithm
    assert signs(key)


def test_labels_may_be_written_in_any_alphabet(connect: Connect) -> None:
    held = connect()
    held.generate("Ключ директора №1", "P-256")
    assert held.labels() == ("Ключ директора №1",)
    assert signs(held.find("Ключ директора №1"))


def test_a_token_and_its_pin_may_be_written_in_any_alphabet(connect: Connect) -> None:
    initialise("--free", label="Токен", pin="пинкод")
    assert signs(connect(label="Токен", pin="пинкод").generate("own", "P-256"))


def test_a_taken_label_is_refused(connect: Connect) -> None:
    held = connect()
    held.generate("own", "P-256")
    with pytest.raises(KeyUnavailable) as caught:
        held.generate("own", "P-256")
    assert caught.value.facts["reason"] == "label_taken"


def test_an_absent_key_and_an_absent_token_are_named(connect: Connect) -> None:
    with pytest.raises(KeyUnavailable) as no_key:
        connect().find("nobody's")
    with pytest.raises(KeyUnavailable) as no_token:
        connect(label="another token").find("own")
    assert (no_key.value.facts["reason"], no_token.value.facts["reason"]) == ("no_key", "token")


def test_threads_with_sessions_of_their_own_do_not_crash(connect: Connect) -> None:
    """C_Initialize(NULL) crashed here in nine runs of nine (reference: token trap 1)."""
    held = connect()
    keys = [held.generate("ec", "P-256"), held.generate("rsa", "RSA-3072")]
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda turn: signs(keys[turn % 2]) and held.find("ec").label == "ec", range(120)))
    assert all(made)


def test_a_software_token_never_calls_itself_hardware(connect: Connect) -> None:
    held = connect()
    assert held.facts()["state"] == "ready"
    assert held.is_hardware is False


def test_a_token_that_was_away_heals_without_a_restart(connect: Connect, token: SoftToken) -> None:
    held = connect()
    key = held.generate("own", "P-256")
    away = token.folder.rename(token.folder.with_name("away"))
    for _ in range(3):
        with pytest.raises(KeyUnavailable):
            key.sign(b"message")
    assert held.facts()["state"] in {"module", "token"}
    away.rename(token.folder)
    assert signs(key)


def test_threads_that_meet_a_lost_token_together_all_come_back(connect: Connect, token: SoftToken) -> None:
    held = connect()
    key = held.generate("own", "P-256")
    away = token.folder.rename(token.folder.with_name("away"))

    def fails(_: int) -> bool:
        try:
            key.sign(b"message")
        except KeyUnavailable:
            return True
        return False

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(fails, range(8)))
        away.rename(token.folder)
        assert all(threads.map(lambda _: signs(key), range(8)))


def test_two_tokens_of_one_module_do_not_disturb_each_other(connect: Connect, token: SoftToken) -> None:
    first = connect()
    key = first.generate("own", "P-256")
    command = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "second",
        "--so-pin",
        "13572468",
        "--pin",
        token.pin,
    ]
    subprocess.run(command, check=True, capture_output=True)
    second = connect(label="second").generate("own", "P-256")
    assert all(signs(one) for _ in range(3) for one in (key, second))


def test_a_token_initialised_anew_is_not_taken_for_the_old_one(connect: Connect, token: SoftToken) -> None:
    held = connect()
    key = held.generate("own", "P-256")
    initialise("--token", token.label, "--force", label=token.label, pin=token.pin)
    with pytest.raises(KeyUnavailable) as caught:
        key.sign(b"message")
    assert caught.value.facts["reason"] in {"other_token", "no_key"}
    assert connect().labels() == ()


def test_a_wrong_pin_is_tried_once_whatever_restarts(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect().generate("own", "P-256")
    refusals: list[PinGuard] = []
    refused = PinGuard.refused

    def counted(guard: PinGuard, pin: str) -> None:
        refusals.append(guard)
        refused(guard, pin)

    monkeypatch.setattr(PinGuard, "refused", counted)
    for _ in range(20):
        with pytest.raises(KeyUnavailable) as caught:
            connect(pin="00000000").find("own")
        assert caught.value.facts == {"reason": "pin"}
    assert len(refusals) == 1
    assert "00000000" not in (tmp_path / "token.pin").read_text()
    assert signs(connect().find("own"))


def test_tries_that_ended_in_a_crash_count_too(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("signing.keys.pin_guard.PinGuard.accepted", crash)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                connect().labels()
    with pytest.raises(KeyUnavailable) as caught:
        connect().labels()
    assert caught.value.facts["reason"] == "pin"


def test_an_unreadable_count_of_tries_fails_closed(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "token.pin").write_text("{")
    with pytest.raises(KeyUnavailable) as caught:
        connect().labels()
    assert caught.value.facts["reason"] == "pin"


def test_the_pin_is_in_no_description_of_the_token(connect: Connect, token: SoftToken) -> None:
    held = connect()
    assert token.pin not in f"{held!r} {held.facts()} {held.generate('own', 'P-256')!r}"


def test_a_certificate_is_kept_once_beside_its_key(connect: Connect) -> None:
    held = connect()
    held.generate("own", "P-256")
    certificate = TestCa().certificate_der
    held.keep_certificate("own", certificate)
    held.keep_certificate("own", certificate)
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE}
    assert len(held._run(lambda lane: list(lane.session.get_objects(wanted)))) == 1


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_that_signs_raw_digests_only_makes_the_same_signatures(connect: Connect, algorithm: str) -> None:
    """opencryptoki's soft token offers RSA_PKCS and nothing more; the digest is then made here."""
    held = connect()
    key = held.generate("own", algorithm)

    def raw(lane: _Lane) -> bytes:
        handle, _ = held._handle(lane, "own")
        return choose(KeyType(handle.key_type), {Mechanism.RSA_PKCS, Mechanism.ECDSA}).sign(handle, b"message")

    assert is_signature(held._run(raw), b"message", public_key_der=key.public_key_der)


def test_a_token_without_a_fitting_mechanism_is_refused() -> None:
    with pytest.raises(KeyUnavailable) as caught:
        choose(KeyType.RSA, {Mechanism.RSA_PKCS_PSS})
    assert caught.value.facts["reason"] == "mechanism"


@dataclass(frozen=True)
class Answering:
    """A mechanism that meets an error of the token first, and then signs."""

    errors: list[Exception]
    real: SigningMechanism

    def sign(self, key: PrivateKey, message: bytes) -> bytes:
        """Raise the next error, or sign."""
        if self.errors:
            raise self.errors.pop()
        return self.real.sign(key, message)


def answer_first(held: Pkcs11Token, monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> None:
    """Let the token's next signatures meet `errors`."""
    left, found = list(errors), Pkcs11Token._handle

    def handle(token: Pkcs11Token, lane: _Lane, label: str) -> tuple[PrivateKey, Answering]:
        key, mechanism = found(token, lane, label)
        return key, Answering(left, mechanism)

    monkeypatch.setattr(Pkcs11Token, "_handle", handle)
    assert held.labels()


@pytest.mark.parametrize("error", LOST)
def test_a_definite_no_heals_and_asks_again(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    held = connect()
    key = held.generate("own", "P-256")
    answer_first(held, monkeypatch, error())
    assert signs(key)


@pytest.mark.parametrize("error", UNCERTAIN)
def test_silence_is_an_unknown_outcome_and_never_asked_again(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    held = connect()
    key = held.generate("own", "P-256")
    answer_first(held, monkeypatch, error())
    with pytest.raises(UnknownOutcome):
        key.sign(b"message")


def test_many_processes_may_start_at_once(connect: Connect, token: SoftToken, tmp_path: Path) -> None:
    """SoftHSM rewrites its token file at login: without the lock a start fails now and then (token trap 3)."""
    connect().generate("own", "P-256")
    command = [sys.executable, "-c", START, str(token.module), token.label, token.pin, str(tmp_path / "token.pin")]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(8)]
    assert [(process.communicate()[1], process.returncode) for process in started] == [(b"", 0)] * 8


START = """
import sys, pathlib
from signing.keys.pin_guard import PinGuard
from signing.keys.pkcs11_token import Pkcs11Token
module, label, pin, guard = sys.argv[1:]
held = Pkcs11Token(module_path=module, token_label=label, pin=pin, guard=PinGuard(pathlib.Path(guard), key=b"g" * 32))
assert held.find("own").sign(b"message")
"""
