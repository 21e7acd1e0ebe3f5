"""Every use of a key is told to its owner where the approval did not happen, with “this was not me”."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot import phrases
from signing.activation.mandate import PREFIX, is_mandate
from signing.approval import showing
from signing.approval.policy import ApprovalPolicy
from signing.approval.showing import Shows
from signing.document import fingerprint
from signing.errors import DeliveryFailed, NotFound
from signing.membership import Membership
from signing.moves import SYSTEM
from signing.notices import Notice, tell, tell_administrators
from signing.people import Account, Person, PersonId
from signing.ports import Clock, Job, SecondChannel, Store
from signing.request import RequestId, SigningRequest, written
from signing.signed_files import files_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class KeyUseNotice:
    """Where and how key owners are told: at `Person.second_channel`."""

    store: Store
    membership: Membership
    clock: Clock
    channels: Mapping[str, SecondChannel]
    """By prefix of the address: `telegram`, `email`, `bitrix24`."""
    by_account: tuple[str, ...] = ()
    """Platforms whose account is the second channel of somebody who named no other."""
    public_url: str | None
    policy: ApprovalPolicy
    zone: str
    language: str

    async def tell(self, job: Job) -> None:
        """Keep one `key-used` promise."""
        request = RequestId(job.facts["request"])
        async with self.store.read() as tx:
            owner = await tx.people.get(PersonId(job.facts["person"]))
            found = await tx.requests.get(request)
            requester = await tx.people.get(found.requester)
            signatures = [one for one in await tx.signatures.of(found.lead) if one.signer == owner.id]
            accounts = await tx.people.accounts_of(owner.id)
        hints = [account.language_hint for account in accounts]
        is_sealed, mandate = is_mandate(found.signer), (found.signer or "").removeprefix(PREFIX)
        kind, _, address = (owner.second_channel or self._own(accounts)).partition(":")
        if not address:
            if is_sealed:  # nobody was asked, so whoever granted the mandate hears of it in the chat
                async with self.store.begin() as tx:
                    await tell(tx, owner.id, Notice.SEALED, request=request, mandate=mandate)
            return
        if kind not in self.channels:
            raise NotFound(what="second_channel")
        language = phrases.language_of(owner.language, *hints, self.language)
        facts: dict[str, Any] = {
            "name": owner.name, "number": written(found.lead), "requester": requester.name,
            "documents": self._documents(found, kind=kind, language=language),
            "mandate": mandate,
            "fingerprint": "; ".join(fingerprint(files_of(found, signature)[0].sha256) for signature in signatures),
            "when": phrases.moment(
                language, found.finished_at or self.clock.now(), now=self.clock.now(), zone=owner.timezone or self.zone
            ),
        }  # fmt: skip
        said = "key-sealed" if is_sealed else "key-used"
        text = phrases.say(language, said, **facts) + "\n\n" + await self._way_to_lock(owner, language, said)
        try:
            await self.channels[kind].tell(
                address, subject=phrases.say(language, f"{said}-subject", **facts), text=text
            )
        except DeliveryFailed as failure:
            # To try again would only make another link that locks. Where nobody named the address it would have been a
            # kindness; doctor says why it is not possible.
            log.warning("key_use_not_told", person=owner.id, reason=failure.facts.get("reason"))
            if owner.second_channel:
                async with self.store.begin() as tx:
                    await tell_administrators(tx, Notice.NOT_TOLD, request=request, signer=owner.id)

    def _documents(self, request: SigningRequest, *, kind: str, language: str) -> str:
        """Return the names of what was signed; not through Telegram where they may not pass it."""
        if kind == "telegram" and showing.of_request(request, self.policy) is Shows.LINK:
            return phrases.say(language, "veiled-document", number=written(request.id), place=1, count=1)
        return ", ".join(document.name for document in request.documents)

    def _own(self, accounts: Sequence[Account]) -> str:
        """Return the address of somebody who named none: an account where the approval did not happen."""
        known = (account for account in accounts if account.platform in self.by_account)
        return next((f"{account.platform}:{account.account_id}" for account in known), "")

    async def _way_to_lock(self, owner: Person, language: str, said: str) -> str:
        if self.public_url is None:
            return phrases.say(language, f"{said}-lock-command")
        secret = await self.membership.invite(owner.id, by=SYSTEM, purpose="lock")
        return phrases.say(language, f"{said}-lock-link", url=f"{self.public_url}/locked/{secret}")
