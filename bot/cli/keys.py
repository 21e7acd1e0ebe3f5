"""`countersign keys`: the key ceremony. Generate in the token, request a certificate, bring it back, list."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import pem
from bot.cli.acting import As, is_made, widen
from bot.cli.console import Failed, Json, countersign, say, show, spoken
from bot.cli.finding import find, find_all
from bot.cli.installation import Installation, installation
from signing import changes
from signing.audit import Event, Tag
from signing.membership import CONSOLE
from signing.ports import KeyFacts

app = typer.Typer(help="Signing keys; they never leave the token.", no_args_is_help=True)

Label = Annotated[str, typer.Argument(help="The key's name in the token.")]


ATTRIBUTES = {
    "CN": "common_name",
    "GN": "given_name",
    "SN": "surname",
    "T": "title",
    "O": "organization_name",
    "OU": "organizational_unit_name",
    "L": "locality_name",
    "ST": "state_or_province_name",
    "C": "country_name",
    "SERIALNUMBER": "serial_number",
    "E": "email_address",
}
"""RFC 4514 names and those that people expect → asn1crypto's."""


class Algorithm(StrEnum):
    """What can be generated."""

    RSA_3072 = "rsa-3072"
    P_256 = "p-256"


@app.command()
@spoken
async def generate(
    label: Label,
    owners: Annotated[list[str], typer.Option("--for", metavar="PERSON", help="Who may use it; several for a seal.")],
    algorithm: Annotated[
        Algorithm, typer.Option(help="RSA is understood everywhere, P-256 is faster.")
    ] = Algorithm.RSA_3072,
    seal: Annotated[bool, typer.Option("--seal", help="The company's key, used by several persons.")] = False,
    in_name_of: As = "",
) -> None:
    """Make a key pair inside the token; a second administrator agrees once the company is founded."""
    async with installation(with_module=True) as here:
        people = await find_all(here, owners)
        if len(people) > 1 and not seal:
            raise Failed("A key of several persons is a seal: add --seal, or give everybody an own key.")
        change = {"algorithm": algorithm.value.upper(), "owners": list(people), "seal": seal}
        proposal = await widen(here, changes.KEY, label, change, in_name_of=in_name_of)
    if not is_made(proposal):
        return
    say(f"Next: {countersign(f'keys csr {label} --out {label}.csr')}, have your CA sign it, then")
    say(f"      {countersign(f'keys import-certificate {label} CERTIFICATE.pem')}")


@app.command()
@spoken
async def csr(
    label: Label,
    subject: Annotated[str, typer.Option(help="RFC 4514, such as CN=Ivan Petrov,O=Acme,C=ME.")],
    target: Annotated[Path | None, typer.Option("--out", help="File; standard output without it.")] = None,
) -> None:
    """Write a certificate signing request (PKCS#10, PEM) that the key itself has signed."""
    name = distinguished_name(subject)
    async with installation(with_module=True) as here:
        request = pem.certificate_request(await here.activation.request_certificate(label, subject=name))
        await _note(here, Tag.KEY_REQUESTED, label, subject=subject)
    if target is None:
        typer.echo(request, nl=False)
    else:
        target.write_text(request)
        say(f"Written: {target}")


@app.command("import-certificate")
@spoken
async def import_certificate(
    label: Label,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="PEM: the certificate, then its issuers.")],
    in_name_of: As = "",
) -> None:
    """Bring the certificate that your CA issued for the key; it must be for this very key."""
    chain = pem.certificates(file.read_text("ascii", "replace"))
    if not chain:
        raise Failed(f"{file} holds no PEM certificate. Mend: openssl x509 -inform der -in {file} -out {file.stem}.pem")
    async with installation(with_module=True) as here:
        change = {"chain": [certificate.hex() for certificate in chain]}
        proposal = await widen(here, changes.CERTIFICATE, label, change, in_name_of=in_name_of)
        facts = next(key for key in await here.activation.keys() if key.label == label)
    if not is_made(proposal):
        return
    say(f"{label}: {facts.subject}, issued by {facts.issuer}, valid to {facts.not_after:%Y-%m-%d}.")


def distinguished_name(text: str) -> dict[str, str]:
    """Return `CN=…,O=…` as asn1crypto's names to values; a comma inside a value is written `\\,`."""
    parts = (part.partition("=") for part in re.split(r"(?<!\\),", text))
    try:
        return {ATTRIBUTES[name.strip().upper()]: value.strip().replace("\\,", ",") for name, _, value in parts}
    except KeyError as unknown:
        raise Failed(f"{unknown} in a subject is not known. Known: {', '.join(ATTRIBUTES)}") from None


@app.command()
@spoken
async def assign(
    label: Label, person: Annotated[str, typer.Argument(help="Who may use the seal, too.")], in_name_of: As = ""
) -> None:
    """Let one more person use a seal, or the first one a personal key."""
    async with installation(with_module=True) as here:
        found = await find(here, person)
        proposal = await widen(here, changes.OWNER, label, {"owner": found.id}, in_name_of=in_name_of)
    if not is_made(proposal):
        return
    say(f"{found.name} may use {label}.")


@app.command("list")
@spoken
async def list_keys(as_json: Json = False) -> None:
    """Show the keys and their certificates."""
    async with installation(with_module=True) as here:
        keys = await here.activation.keys()
        async with here.store.read() as tx:
            names = {person.id: person.name for person in await tx.people.all()}
    show(
        [_row(key, names) for key in keys],
        as_json=as_json,
        empty=f"No keys. Next: {countersign('keys generate --help')}",
    )


def _row(key: KeyFacts, names: dict[Any, str]) -> dict[str, Any]:
    return {
        "label": key.label,
        "kind": "seal" if key.is_seal else "personal",
        "algorithm": key.algorithm,
        "token": "hardware" if key.is_hardware else "software",
        "owners": [names.get(owner, owner) for owner in key.owners],
        "subject": key.subject or None,
        "issuer": key.issuer or None,
        "valid_to": key.not_after,
    }


async def _note(here: Installation, tag: Tag, label: str, **facts: Any) -> None:
    async with here.store.begin() as tx:
        await tx.journal.add(Event(tag=tag, at=here.clock.now(), actor=CONSOLE, subject=label, facts=facts))
