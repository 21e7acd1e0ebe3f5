"""The activation module as the rest of the product sees it: the port `Activation` over a Unix socket."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from signing.activation import wire
from signing.activation.extract import LedgerExtract
from signing.activation.ledger_check import LedgerReport
from signing.activation.mandate import Mandate, Standing
from signing.activation.record import ActivationRecord
from signing.errors import ActivationUnavailable, from_wire
from signing.people import PersonId
from signing.ports import Enrolment, Hole, KeyFacts, MadeSignature

TIMEOUT = aiohttp.ClientTimeout(total=180, sock_connect=5)
"""Longer than the module's patience with a slow key and the reading of a large file."""


class ActivationClient:
    """See the port `Activation`. Every call may raise `ActivationUnavailable` besides what the port says."""

    def __init__(self, socket_path: Path) -> None:
        self._socket_path = socket_path
        self._opened: aiohttp.ClientSession | None = None

    async def keys(self, person: PersonId | None = None) -> tuple[KeyFacts, ...]:
        """See the port."""
        return tuple(wire.to_key(key) for key in await self._call("keys", person=person))

    async def confirm(self, record: ActivationRecord, code: str) -> None:
        """See the port."""
        await self._call("confirm", record=record.to_json(), code=code)

    async def confirmed(self, nonce: str) -> bool:
        """See the port."""
        return bool(await self._call("confirmed", nonce=nonce))

    async def prove(self, person: PersonId, code: str, *, matter: str) -> None:
        """See the port."""
        await self._call("prove", person=person, code=code, matter=matter)

    async def sign(self, nonce: str, entry: int, prepared: Path, hole: Hole) -> MadeSignature:
        """See the port; the bytes are streamed, never held whole."""
        place = {"start": str(hole.start), "end": str(hole.end)}
        answer = await self._post(f"/sign/{nonce}/{entry}", params=place, data=wire.file_chunks(prepared))
        return wire.to_made(answer)

    async def enrol(self, person: PersonId, *, account: str) -> Enrolment:
        """See the port."""
        return Enrolment(**await self._call("enrol", person=person, account=account))

    async def finish_enrolment(self, person: PersonId, first: str, second: str) -> tuple[str, ...]:
        """See the port."""
        return tuple(await self._call("finish_enrolment", person=person, first=first, second=second))

    async def recover(self, person: PersonId, recovery_code: str) -> None:
        """See the port."""
        await self._call("recover", person=person, recovery_code=recovery_code)

    async def enrolled(self, person: PersonId) -> bool:
        """See the port."""
        return bool(await self._call("enrolled", person=person))

    async def lock(self, person: PersonId) -> None:
        """See the port."""
        await self._call("lock", person=person)

    async def unlock(self, person: PersonId) -> None:
        """See the port."""
        await self._call("unlock", person=person)

    async def sign_head(self, head: bytes) -> bytes:
        """See the port."""
        return wire.octets(await self._call("sign_head", head=wire.text(head)))

    async def status(self) -> dict[str, Any]:
        """See the port."""
        return dict(await self._call("status"))

    async def journal_public_key(self) -> bytes:
        """Return the DER `SubjectPublicKeyInfo` of the journal's own key."""
        return wire.octets(await self._call("journal_public_key"))

    async def verify_ledger(self, *, at: Collection[int] = ()) -> LedgerReport:
        """Let the module check its own ledger; `at`: see `check_ledger`."""
        return wire.to_report(await self._call("verify_ledger", at=sorted(at)))

    async def extract_ledger(self, *, requests: Collection[str], nonces: Collection[str] = ()) -> LedgerExtract:
        """See `ActivationModule.extract_ledger`."""
        asked = {"requests": sorted(requests), "nonces": sorted(nonces)}
        return wire.to_extract(await self._call("extract_ledger", **asked))

    async def mandates(self) -> tuple[Standing, ...]:
        """See `Mandates.standings`."""
        return tuple(wire.to_standing(body) for body in await self._call("mandates"))

    async def use_mandate(self, record: ActivationRecord) -> Standing:
        """See `Mandates.use`."""
        return wire.to_standing(await self._call("use_mandate", record=record.to_json()))

    async def revoke_mandate(self, mandate: str) -> None:
        """See `Mandates.revoke`."""
        await self._call("revoke_mandate", mandate=mandate)

    # mandates and the key ceremony: only for a console's user

    async def grant_mandate(self, mandate: Mandate, code: str) -> None:
        """See `Mandates.grant`."""
        await self._call("ceremony/grant_mandate", mandate=mandate.to_json(), code=code)

    async def generate_key(
        self,
        label: str,
        *,
        algorithm: str,
        owners: Sequence[PersonId],
        is_seal: bool = False,
        is_test: bool = False,
        store: str | None = None,
    ) -> KeyFacts:
        """See `KeyCeremony.generate`."""
        asked = {"algorithm": algorithm, "owners": list(owners), "is_seal": is_seal, "is_test": is_test, "store": store}
        return wire.to_key(await self._call("ceremony/generate_key", label=label, **asked))

    async def request_certificate(self, label: str, *, subject: Mapping[str, str]) -> bytes:
        """See `KeyCeremony.request_certificate`."""
        return wire.octets(await self._call("ceremony/request_certificate", label=label, subject=dict(subject)))

    async def import_certificate(self, label: str, chain_der: Sequence[bytes]) -> KeyFacts:
        """See `KeyCeremony.import_certificate`."""
        chain = [wire.text(der) for der in chain_der]
        return wire.to_key(await self._call("ceremony/import_certificate", label=label, chain_der=chain))

    async def assign_owner(self, label: str, person: PersonId) -> KeyFacts:
        """See `KeyCeremony.assign_owner`."""
        return wire.to_key(await self._call("ceremony/assign_owner", label=label, person=person))

    async def reset_factor(self, person: PersonId) -> None:
        """See `Factors.reset`."""
        await self._call("ceremony/reset_factor", person=person)

    async def close(self) -> None:
        """Let the connections go."""
        if self._opened is not None:
            await self._opened.close()

    async def _call(self, verb: str, **body: Any) -> Any:
        return await self._post(f"/{verb}", json=body)

    async def _post(self, path: str, **request: Any) -> Any:
        try:
            async with self._session().post(f"http://activation{path}", **request) as response:
                if response.status not in {200, wire.REFUSED}:
                    raise ActivationUnavailable(status=response.status)
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise ActivationUnavailable from error
        if response.status == wire.REFUSED:
            raise from_wire(answer)
        return answer["answer"]

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None or self._opened.closed:
            connector = aiohttp.UnixConnector(path=str(self._socket_path))
            self._opened = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT)
        return self._opened
