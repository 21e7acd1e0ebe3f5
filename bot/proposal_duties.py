"""The promises about proposals: their hour, and bringing about what was approved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog

from signing.errors import ActivationUnavailable, KeyUnavailable, NotAllowed, SigningError
from signing.notices import Kind, Notice, tell_administrators
from signing.ports import Job, Store
from signing.proposal import ProposalId
from signing.proposals import Proposals

log = structlog.get_logger(__name__)

MENDABLE = frozenset({"token", "pin", "pending", "module", "other_token"})
"""Reasons of `KeyUnavailable` that waiting or an administrator of the machine can mend."""


class ProposalDuties:
    """Handlers of the jobs that proposals promise; each looks at the state first."""

    def __init__(self, *, store: Store, proposals: Proposals) -> None:
        self._store = store
        self._proposals = proposals

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers by kind of job."""
        return {Kind.PROPOSAL_DUE: self._due, Kind.PROPOSAL_APPLY: self._apply}

    async def _due(self, job: Job) -> None:
        await self._proposals.due(ProposalId(job.facts["proposal"]))

    async def _apply(self, job: Job) -> None:
        proposal = ProposalId(job.facts["proposal"])
        try:
            await self._proposals.apply(proposal)
        except ActivationUnavailable:
            raise
        except SigningError as error:
            reason = str(error.facts.get("reason", ""))
            if isinstance(error, KeyUnavailable) and reason in MENDABLE:
                raise
            if isinstance(error, NotAllowed) and reason == "peer":
                # The bot is not the console's user here: an administrator finishes it there.
                async with self._store.begin() as tx:
                    await tell_administrators(tx, Notice.PROPOSAL_AT_CONSOLE, proposal=proposal)
                return
            log.warning("proposal_given_up", proposal=proposal, error=type(error).__name__)
            await self._proposals.give_up(proposal, why=reason or "impossible")
