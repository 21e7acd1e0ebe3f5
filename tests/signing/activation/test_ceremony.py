"""The key ceremony, and what is told about keys."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signing.activation.ceremony import JOURNAL_KEY
from signing.activation.ledger import Entered
from signing.errors import KeyUnavailable, NotAllowed, NotFound
from tests.signing.activation.bench import IVAN, VERA, Bench
from tests.signing.keys.certificates import SINCE


async def test_a_key_is_made_certified_and_described(bench: Bench) -> None:
    facts = await bench.certify("Ключ Ивана", algorithm="RSA-3072", is_test=True)
    assert (facts.algorithm, facts.is_seal, facts.is_hardware, facts.is_test) == ("RSA-3072", False, False, True)
    assert (facts.subject, facts.issuer, facts.not_before) == ("CN=Ключ Ивана", "CN=Test CA", SINCE)
    assert facts.chain_der[1] == bench.authority.certificate_der
    assert await bench.module.keys() == (facts,)
    assert await bench.module.keys(VERA) == ()


async def test_every_step_of_the_ceremony_is_in_the_ledger(bench: Bench) -> None:
    await bench.certify("seal", owners=[IVAN, VERA])
    rows = await bench.module._store.run(lambda tx: tx.rows_of("seal"))
    assert [row.kind for row in rows] == [Entered.KEY_GENERATED, Entered.KEY_REQUESTED, Entered.KEY_CERTIFIED]


async def test_a_ceremony_that_stopped_half_way_goes_on(bench: Bench) -> None:
    """The token made the key, and the power went before the row was written."""
    bench.module._keys.store("pkcs11").generate("own", "P-256")
    assert (await bench.certify("own")).certificate_sha256
    assert (await bench.module.ceremony.generate("own", algorithm="P-256", owners=[IVAN])).label == "own"


async def test_one_label_is_one_key(bench: Bench) -> None:
    await bench.module.ceremony.generate("own", algorithm="P-256", owners=[IVAN])
    with pytest.raises(KeyUnavailable) as caught:
        await bench.module.ceremony.generate("own", algorithm="RSA-3072", owners=[IVAN])
    assert caught.value.facts["reason"] == "label_taken"


async def test_a_personal_key_has_one_owner_and_a_seal_many(bench: Bench) -> None:
    ceremony = bench.module.ceremony
    with pytest.raises(NotAllowed):
        await ceremony.generate("own", algorithm="P-256", owners=[IVAN, VERA])
    await ceremony.generate("own", algorithm="P-256", owners=[IVAN])
    with pytest.raises(NotAllowed):
        await ceremony.assign_owner("own", VERA)
    await ceremony.generate("seal", algorithm="P-256", owners=[IVAN], is_seal=True)
    assert (await ceremony.assign_owner("seal", VERA)).owners == (IVAN, VERA)
    assert [key.label for key in await bench.module.keys(VERA)] == ["seal"]


async def test_a_certificate_of_another_key_does_not_come_home(bench: Bench) -> None:
    await bench.certify("own")
    other = await bench.certify("other")
    with pytest.raises(KeyUnavailable) as caught:
        await bench.module.ceremony.import_certificate("own", other.chain_der)
    assert caught.value.facts["reason"] == "certificate_of_other_key"


async def test_an_unknown_key_is_named(bench: Bench) -> None:
    with pytest.raises(NotFound) as caught:
        await bench.module.ceremony.request_certificate("nobody's", subject={"common_name": "x"})
    assert caught.value.facts == {"what": "key", "key": "nobody's"}


async def test_the_journal_has_a_key_of_its_own_that_no_person_can_have(bench: Bench) -> None:
    head = b'{"seq":1}'
    public = load_der_public_key(await bench.module.journal_public_key())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(await bench.module.sign_head(head), head, ec.ECDSA(hashes.SHA256()))
    await bench.restart()
    public.verify(await bench.module.sign_head(head), head, ec.ECDSA(hashes.SHA256()))
    for label in (JOURNAL_KEY, "", " "):
        with pytest.raises(NotAllowed):
            await bench.module.ceremony.generate(label, algorithm="P-256", owners=[IVAN])
    assert await bench.module.keys() == ()


async def test_the_status_speaks_also_when_the_token_is_away(bench: Bench) -> None:
    await bench.certify()
    away = bench.token.folder.rename(bench.token.folder.with_name("away"))
    with pytest.raises(KeyUnavailable):
        await bench.module.sign_head(b"head")
    status = await bench.module.status()
    assert status["stores"][0]["state"] in {"module", "token"}
    away.rename(bench.token.folder)
    status = await bench.module.status()
    assert (status["stores"][0]["state"], status["keys"][0]["label"]) == ("ready", "own")
    assert status["clock"] == bench.clock.now().isoformat()
