"""Founds the playground's company as an administrator would: token, people, keys, certificates of the company CA."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.cli.init import set_up
from bot.cli.installation import Installation, installation
from bot.settings import Settings, read_settings
from playground.cast import CAST, IVAN, SEAL, VERA
from playground.pki import LoopbackPki
from signing.membership import CONSOLE
from signing.people import Person


def settings() -> Settings:
    """Return the settings of the playground: its environment alone, no `.env`."""
    return read_settings(None)


async def found(settings: Settings, pki: LoopbackPki) -> dict[int, str]:
    """Make what is missing; return the one-time /start secrets by Telegram id (empty when all was there).

    Killed half-way, the next start goes on where this one stopped.
    """
    await set_up(settings, quiet=True)
    async with installation(settings, with_module=True) as here:
        async with here.store.read() as tx:
            people = {person.name: person for person in await tx.people.all()}
        for actor in CAST:
            if actor.name not in people:
                people[actor.name] = await here.membership.add(
                    name=actor.name, roles=actor.roles, title=actor.title, by=CONSOLE,
                    note_of_identity="an actor of the playground",
                )  # fmt: skip
        ivan, vera = people[IVAN.name], people[VERA.name]
        await stand_in(here, ivan, deputy=vera)
        for actor in CAST:
            if actor.key:
                await certify(here, pki, actor.key, subject=actor.name, algorithm="P-256", owners=[people[actor.name]])
        await certify(here, pki, SEAL, subject="Company seal", algorithm="RSA-3072", owners=[ivan, vera])
        return {actor.phone.id: secret for actor in CAST if (secret := await _invite(here, people[actor.name]))}


async def certify(
    here: Installation, pki: LoopbackPki, label: str, *, subject: str, algorithm: str, owners: list[Person]
) -> None:
    """Generate a key, ask the company CA for a certificate, bring it back: the ceremony of `countersign keys`."""
    keys = {key.label: key for key in await here.activation.keys()}
    if label not in keys:
        ids = [owner.id for owner in owners]
        await here.activation.generate_key(label, algorithm=algorithm, owners=ids, is_seal=len(ids) > 1, is_test=True)
    if label not in keys or keys[label].certificate_sha256 is None:
        request = await here.activation.request_certificate(label, subject={"common_name": subject})
        await here.activation.import_certificate(label, pki.issue(request, subject))


async def stand_in(here: Installation, signer: Person, *, deputy: Person | None) -> None:
    """Permit `deputy` to take over requests from `signer`."""
    if deputy is not None and deputy.id not in signer.deputies:
        await here.membership.change(replace(signer, deputies=(*signer.deputies, deputy.id)), by=CONSOLE)


async def _invite(here: Installation, person: Person) -> str | None:
    async with here.store.read() as tx:
        accounts = await tx.people.accounts_of(person.id)
    is_bound = any(account.platform == "telegram" for account in accounts)
    return None if is_bound else await here.membership.invite(person.id, by=CONSOLE)


def environment(
    *, folder: Path, base_url: str, pki: LoopbackPki, token: str, port: int, company: str
) -> dict[str, str]:
    """Return the settings under which the unchanged bot runs here; nothing but configuration."""
    return {
        "COUNTERSIGN_TELEGRAM_TOKEN": token,
        "COUNTERSIGN_TELEGRAM_API_URL": base_url,
        "COUNTERSIGN_TELEGRAM_SCRIPT_URL": f"{base_url}/telegram-web-app.js",
        "COUNTERSIGN_PUBLIC_URL": base_url,
        "COUNTERSIGN_LISTEN_PORT": str(port),
        "COUNTERSIGN_DATA_DIR": str(folder.absolute()),
        "COUNTERSIGN_COMPANY_NAME": company,
        "COUNTERSIGN_TSA_URLS": pki.tsa_url,
        "COUNTERSIGN_TSA_ROOTS_FILE": str(pki.roots_pem),
        "COUNTERSIGN_TRUSTED_ROOTS_FILE": str(pki.roots_pem),
        "COUNTERSIGN_ACCEPT_WEAK_ISOLATION": "on",
        # People who try things out, and tests, are quicker than an office.
        "COUNTERSIGN_REQUESTS_PER_HOUR": "10000",
        "COUNTERSIGN_REQUESTS_PER_DAY": "10000",
        "COUNTERSIGN_WAITING_PER_SIGNER": "1000",
        "COUNTERSIGN_QUIET_HOURS": "off",
    }
