"""A Fake of the key ceremony over the Fake activation: keys are facts, nothing is signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from signing.document import Sha256
from signing.errors import ActivationUnavailable, NotAllowed
from signing.people import PersonId
from signing.ports import KeyFacts
from tests.fakes.activation import FakeActivation, a_key


@dataclass(kw_only=True)
class FakeCeremony:
    """Fills `signing.changes.Ceremony`; `is_console` says whether the caller is the console's user."""

    activation: FakeActivation
    is_console: bool = True
    dies_after: int = 0
    """So many times it does what is asked and then is not heard."""
    asked: list[str] = field(default_factory=list)

    async def generate_key(
        self, label: str, *, algorithm: str, owners: Sequence[PersonId], is_seal: bool = False
    ) -> KeyFacts:
        """Add the facts of a key; a repeat changes nothing."""
        self._check("generate", label)
        if not any(key.label == label for key in self.activation.owned):
            self.activation.owned.append(a_key(*owners, label=label, is_seal=is_seal))
        return self._key(label)

    async def import_certificate(self, label: str, chain_der: Sequence[bytes]) -> KeyFacts:
        """Note the certificate."""
        self._check("certificate", label)
        return self._put(replace(self._key(label), certificate_sha256=Sha256(sha256(chain_der[0]).hexdigest())))

    async def assign_owner(self, label: str, person: PersonId) -> KeyFacts:
        """Add the owner."""
        self._check("owner", label)
        key = self._key(label)
        return self._put(key if person in key.owners else replace(key, owners=(*key.owners, person)))

    async def reset_factor(self, person: PersonId) -> None:
        """Forget the factor."""
        self._check("reset", person)
        self.activation.secrets.pop(person, None)
        if self.dies_after:
            self.dies_after -= 1
            raise ActivationUnavailable

    def _check(self, verb: str, about: str) -> None:
        if not self.is_console:
            raise NotAllowed(reason="peer")
        self.asked.append(f"{verb} {about}")

    def _key(self, label: str) -> KeyFacts:
        return next(key for key in self.activation.owned if key.label == label)

    def _put(self, key: KeyFacts) -> KeyFacts:
        self.activation.owned = [key if one.label == key.label else one for one in self.activation.owned]
        return key
