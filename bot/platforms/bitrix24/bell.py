"""Notices under an employee's bell (`im.notify.*`): one live notice a matter, because the same TAG replaces it."""

from __future__ import annotations

import hashlib

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import Refused
from bot.platforms.bitrix24.timeline import plain
from signing.errors import DeliveryFailed

SCOPE = "im"
"""What the application must be allowed; without it nobody's bell rings and everything else works."""


async def may_ring(portal: Portal) -> bool:
    """Tell whether the application was allowed to."""
    return SCOPE in await portal.read("scope")


class Bell:
    """Rings at employees of one portal. A repeat takes the place of the notice that an unheard try has left."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    async def ring(self, user: int, text: str, *, tag: str) -> bool:
        """Put a notice under the bell of an employee; False for somebody who does not work there any more.

        A notice carries no buttons. Raises `Refused` where the application lacks the scope, and whatever a later
        try may mend; to try again never harms.
        """
        made = await self._portal.write("im.notify.system.add", USER_ID=user, MESSAGE=text, TAG=tag)
        return bool(made)

    async def still(self, *, tag: str) -> None:
        """Take a notice away that is not true any more; one that is gone already stays gone."""
        await self._portal.write("im.notify.delete", TAG=tag)


class PortalChannel:
    """Fills `signing.ports.SecondChannel` with the bell of the company's portal."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell

    async def tell(self, address: str, *, subject: str, text: str) -> None:
        """Ring at the employee whose number is `address`; the same subject again is the same notice.

        Raises `DeliveryFailed` (`reason`: address, portal_scope) for what no later try mends.
        """
        tag = f"portal:key:{address}:{hashlib.sha256(subject.encode()).hexdigest()[:24]}"
        try:
            is_told = await self._bell.ring(int(address), plain(f"{subject}\n\n{text}"), tag=tag)
        except Refused as refusal:
            is_scope = refusal.code.lower() == "insufficient_scope"
            raise DeliveryFailed(reason="portal_scope" if is_scope else "address") from None
        if not is_told:
            raise DeliveryFailed(reason="address")
