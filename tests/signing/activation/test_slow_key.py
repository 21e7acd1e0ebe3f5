"""A key that answers after minutes: a ticket first, the signature when somebody far away has pressed a button."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from signing.activation.ledger import Entered
from signing.errors import KeyUnavailable, UnknownOutcome
from signing.keys.pkcs11_token import Pkcs11Token
from signing.keys.store import Key, KeyStore, Pending
from tests.conftest import HandClock, SoftToken
from tests.signing.activation.bench import Bench


@dataclass
class FarAway:
    """The provider: keeps what it was asked to sign until a person there decides."""

    asked: dict[str, tuple[Key, bytes]] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)
    refusal: Exception | None = None

    def decide(self) -> None:
        """Sign everything that waits."""
        for ticket, (key, message) in self.asked.items():
            value = key.sign(message)
            assert isinstance(value, bytes)
            self.answers[ticket] = value


@dataclass
class SlowKey:
    """Fills `Key`: gives a ticket for every message."""

    inner: Key
    provider: FarAway

    def __post_init__(self) -> None:
        self.label, self.algorithm, self.public_key_der = (
            self.inner.label, self.inner.algorithm, self.inner.public_key_der,
        )  # fmt: skip

    def sign(self, message: bytes) -> bytes | Pending:
        """Take the message in; a certificate request is small business and is signed at once."""
        if not message.startswith(b"1"):
            return self.inner.sign(message)
        ticket = f"ticket-{len(self.provider.asked)}"
        self.provider.asked[ticket] = (self.inner, message)
        return Pending(ticket=ticket)

    def collect(self, ticket: str) -> bytes | Pending:
        """Answer what was decided."""
        if self.provider.refusal:
            raise self.provider.refusal
        return self.provider.answers.get(ticket) or Pending(ticket=ticket)


@dataclass
class SlowStore:
    """Fills `KeyStore` with slow keys over a token."""

    token: Pkcs11Token
    provider: FarAway
    is_hardware: bool = False

    def find(self, label: str) -> Key:
        """Return the slow form of a key."""
        return SlowKey(self.token.find(label), self.provider)

    def labels(self) -> tuple[str, ...]:
        """See `KeyStore`."""
        return self.token.labels()

    def generate(self, label: str, algorithm: str) -> Key:
        """See `KeyStore`."""
        return SlowKey(self.token.generate(label, algorithm), self.provider)

    def keep_certificate(self, label: str, certificate_der: bytes) -> None:
        """See `KeyStore`."""

    def facts(self) -> dict[str, Any]:
        """See `KeyStore`."""
        return {"state": "ready"}


@pytest.fixture
def provider() -> FarAway:
    """The provider behind the slow keys."""
    return FarAway()


@pytest.fixture
def slow_bench(tmp_path: Path, token: SoftToken, clock: HandClock, provider: FarAway) -> Bench:
    """A bench whose keys are slow, and whose module loses patience at once."""

    def stores(held: Pkcs11Token) -> dict[str, KeyStore]:
        return {"far away": SlowStore(held, provider)}

    made = Bench(folder=tmp_path, token=token, clock=clock, stores=stores, patience_s=0.0)
    made.start()
    return made


async def test_a_signature_may_take_minutes_and_a_restart(slow_bench: Bench, provider: FarAway) -> None:
    bench = slow_bench
    await bench.enrol()
    record, prepared = await bench.confirmed(await bench.certify()), bench.prepare()
    for _ in range(3):
        bench.clock.move(minutes=1)
        with pytest.raises(KeyUnavailable) as caught:
            await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
        assert caught.value.facts["reason"] == "pending"
        await bench.restart()
    provider.decide()
    made = await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    assert made == await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    assert len(provider.asked) == 1
    await bench.module.close()


async def test_a_patient_module_waits_for_the_answer(slow_bench: Bench, provider: FarAway) -> None:
    bench = slow_bench
    bench.patience_s = 5.0
    await bench.restart()
    await bench.enrol()
    record, prepared = await bench.confirmed(await bench.certify()), bench.prepare()
    found = FarAway.decide

    class Soon(dict[str, tuple[Key, bytes]]):
        def __setitem__(self, ticket: str, asked: tuple[Key, bytes]) -> None:
            super().__setitem__(ticket, asked)
            found(provider)

    provider.asked = Soon()
    assert (await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)).cms
    await bench.module.close()


async def test_a_definite_no_of_a_slow_key_may_be_asked_again(slow_bench: Bench, provider: FarAway) -> None:
    bench = slow_bench
    await bench.enrol()
    record, prepared = await bench.confirmed(await bench.certify()), bench.prepare()
    provider.refusal = KeyUnavailable(reason="declined")
    with pytest.raises(KeyUnavailable) as caught:
        await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    assert caught.value.facts["reason"] == "declined"
    provider.refusal = None
    with pytest.raises(KeyUnavailable):
        await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    provider.decide()
    assert (await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)).cms
    assert (await bench.module.verify_ledger()).faults == ()
    await bench.module.close()


async def test_silence_of_a_slow_key_says_so_and_keeps_the_ticket(slow_bench: Bench, provider: FarAway) -> None:
    bench = slow_bench
    await bench.enrol()
    record, prepared = await bench.confirmed(await bench.certify()), bench.prepare()
    provider.refusal = UnknownOutcome(reason="no line")
    with pytest.raises(UnknownOutcome) as caught:
        await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    assert caught.value.facts == {"reason": "no line", "nonce": record.nonce, "entry": 0}
    rows = await bench.module._store.run(lambda tx: tx.rows_of(f"{record.nonce}/0"))
    assert (rows[-1].kind, rows[-1].facts) == (Entered.PENDING, {"ticket": "ticket-0"})
    await bench.module.close()
