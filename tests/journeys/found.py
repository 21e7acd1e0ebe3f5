"""Adds a journey's people and keys; run as a process, because settings are read from the environment once."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.cli.init import set_up
from bot.cli.installation import installation
from playground import company
from playground.pki import LoopbackPki
from signing.membership import CONSOLE
from signing.people import Role

SEAL = "Journeys Ltd Seal"
"""Common name of the company seal, labelled `seal`."""


async def found(wish: dict[str, Any]) -> dict[str, str]:
    """Return the /start secrets by Telegram id; every signer stands in for the one before.

    Nobody who signs may use the company seal; under `enrol` is the secret with which the administrator may enrol.
    """
    pki = LoopbackPki(Path(wish["pki"]), company="Journeys Ltd")
    await set_up(company.settings(), quiet=True)
    secrets: dict[str, str] = {}
    async with installation(with_module=True) as here:
        before, unsigned = None, []
        for member in wish["crew"]:
            roles = [Role.SIGNER] if member["signs"] else []
            roles += [Role.ADMINISTRATOR] if member.get("administers") else []
            person = await here.membership.add(
                name=member["name"], roles=roles, note_of_identity="a journey", by=CONSOLE, title="Director"
            )
            if member["signs"]:
                await company.certify(
                    here, pki, f"key-{member['id']}", subject=member["name"], algorithm="P-256", owners=[person]
                )
                await company.stand_in(here, person, deputy=before)
                before = person
            else:
                unsigned.append(person)
            secrets[str(member["id"])] = await here.membership.invite(person.id, by=CONSOLE)
        await company.certify(here, pki, "seal", subject=SEAL, algorithm="P-256", owners=unsigned[-2:])
        secrets["enrol"] = await here.membership.invite(unsigned[-1].id, by=CONSOLE, purpose="enrol")
    return secrets


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(found(json.loads(sys.argv[1])))))
