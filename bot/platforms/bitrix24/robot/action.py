"""The action put together: what the platform starts, serves and asks for job handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import Core, DealPolicy
from bot.platforms.bitrix24.deal import Deals
from bot.platforms.bitrix24.errors import Refused
from bot.platforms.bitrix24.installation import Installation, Sealing
from bot.platforms.bitrix24.robot import offer
from bot.platforms.bitrix24.robot.answering import ANSWER_JOB, Answers
from bot.platforms.bitrix24.robot.asking import Asking
from bot.platforms.bitrix24.robot.post import BEGIN_JOB, RobotPost
from bot.platforms.bitrix24.robot.runs import Runs
from bot.platforms.bitrix24.timeline import Timeline
from bot.platforms.bitrix24.turns import Turns
from signing.ports import Job

log = structlog.get_logger(__name__)

JOBS = (BEGIN_JOB, ANSWER_JOB)


class SignDocument:
    """“Sign a document” of one portal."""

    def __init__(
        self,
        *,
        core: Core,
        portal: Portal,
        installation: Installation,
        sealer: Sealing,
        deals: Deals,
        policy: DealPolicy,
        timeline: Timeline,
        turns: Turns,
    ) -> None:
        self._core = core
        self._portal = portal
        self._installation = installation
        self._policy = policy
        self._runs = Runs(sealer=sealer, clock=core.clock)
        self.answers = Answers(core=core, portal=portal, timeline=timeline, runs=self._runs)
        self._asking = Asking(
            core=core, portal=portal, deals=deals, policy=policy, runs=self._runs, answers=self.answers, turns=turns
        )

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return what the portal's processes may post to."""
        return RobotPost(
            store=self._core.store, clock=self._core.clock, installation=self._installation, runs=self._runs
        ).routes()  # fmt: skip

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers of the action's own jobs."""
        return {BEGIN_JOB: self._asking.begin, ANSWER_JOB: self.answers.answer}

    async def offer(self) -> None:
        """Let the portal's designers find the action; without the permission everything else works as before."""
        installed = await self._installation.installed()
        if installed is None:
            return
        wanted = offer.definition(
            public_url=self._core.public_url, user=installed.user_id, fields=self._policy.all_fields,
            routes=[template.name for template in self._core.policy.routes.templates], language=self._core.language,
        )  # fmt: skip
        try:
            is_mended = await offer.mend(self._portal, wanted, store=self._core.store, clock=self._core.clock)
        except Refused as refusal:
            log.warning("bitrix24_action_not_offered", code=refusal.code)
        else:
            log.info("bitrix24_action_offered", mended=is_mended)
