"""What a standing mandate sealed has evidence as well: the mandate, the code that granted it, and this use of it."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass

from signing.activation.mandate import Mandate, Standing
from signing.activation.record import ActivationRecord
from signing.audit import Tag
from signing.automatic import Automatic
from signing.evidence.container import write_container
from signing.moves import note
from signing.people import Person, PersonId
from signing.request import RequestId, State
from tests.signing.activation.bench import IVAN
from tests.signing.activation.mandates import LEAVE, a_mandate
from tests.signing.evidence.office import ANNA, VERA, Office, judged


@dataclass
class Through:
    """Fills `signing.ports.Mandates` with the module itself."""

    office: Office

    async def mandates(self) -> tuple[Standing, ...]:
        """Return what was granted."""
        return await self.office.bench.module.mandates.standings()

    async def use_mandate(self, record: ActivationRecord) -> Standing:
        """Use it."""
        return await self.office.bench.module.mandates.use(record)

    async def confirmed(self, nonce: str) -> bool:
        """Return whether it was used."""
        return await self.office.bench.module.confirmed(nonce)


async def granted(office: Office) -> Mandate:
    """Return a mandate that Ivan granted with a code, journalled as the command line does it."""
    module = office.bench.module
    await module.ceremony.generate("seal", algorithm="P-256", owners=[IVAN, VERA], is_seal=True, is_test=True)
    request = await module.ceremony.request_certificate("seal", subject={"common_name": "Office Ltd"})
    seal = await module.ceremony.import_certificate("seal", office.pki.issue(request, "Office Ltd"))
    code = office.bench.next_code()
    mandate = a_mandate(office.bench, seal)
    await module.mandates.grant(mandate, code)
    now = office.clock.now()
    async with office.store.begin() as tx:
        await tx.people.add(Person(id=mandate.signer, name="Office (seal)", roles=frozenset(), created_at=now))
        facts = {"digest": mandate.digest()}
        await note(tx, Tag.MANDATE_GRANTED, subject=mandate.signer, actor=IVAN, now=now, **facts)
    return mandate


async def sealed(office: Office) -> RequestId:
    """Return a request that was sealed under the mandate."""
    draft = await office.draft()
    automatic = Automatic(store=office.store, mandates=Through(office), clock=office.clock, policy=office.policy)
    await automatic.ask(draft.id, by=ANNA, claim=LEAVE, otherwise=None)
    await automatic.seal(draft.id)
    async with office.store.read() as tx:
        stored = await tx.records.confirmed_for(draft.id)
    assert stored is not None
    await office.workflow.sign(draft.id, nonce=stored.record.nonce)
    assert await office.state(draft.id) is State.SIGNED
    return draft.id


async def test_the_mandate_and_this_use_of_it_stand_in_the_file(office: Office) -> None:
    mandate = await granted(office)
    await sealed(office)
    wanted = await sealed(office)
    file = await office.evidence(wanted)
    report = await judged(file, now=office.clock.now(), trust=office.trust)
    assert report.faults == ()
    with zipfile.ZipFile(file) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    assert json.loads(parts[f"mandates/{mandate.id}.json"])["type"] == "leave"
    rows = [json.loads(line) for line in parts["ledger/rows.jsonl"].splitlines()]
    assert [row["kind"] for row in rows if row["subject"] == mandate.signer].count("mandate:used") == 1
    assert "mandate:granted" in [each["what"] for each in report.facts["history"]]
    widened = parts[f"mandates/{mandate.id}.json"].replace(b'"count":3', b'"count":9')
    write_container(office.folder / "widened.zip", {**parts, f"mandates/{mandate.id}.json": widened})
    found = {fault.code for fault in (await judged(office.folder / "widened.zip", now=office.clock.now())).faults}
    assert "mandate_differs" in found


async def test_a_mandate_is_no_persons_name(office: Office) -> None:
    mandate = await granted(office)
    wanted = await sealed(office)
    (signature,) = await office.signatures(wanted)
    assert signature.signer == PersonId(mandate.signer)
    file = await office.evidence(wanted, by=ANNA)
    assert (await judged(file, now=office.clock.now())).is_sound
