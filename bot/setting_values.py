"""The kinds of values that settings may have, each with the sentence that mends a wrong one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from signing.presence import read_quiet_hours


def _address(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise ValueError("a web address such as https://sign.example.com is wanted")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("https is wanted, plain http goes to this machine only")
    return url


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("a time zone such as Europe/Podgorica is wanted")
    return name


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _copies(addresses: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"signer|telegram:-?\d+", address) for address in addresses):
        raise ValueError("signer or telegram:<chat id> is wanted, separated by commas")
    return addresses


def _oauth_host(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname not in ("oauth.bitrix24.tech", "oauth.bitrix.info"):
        raise ValueError("https://oauth.bitrix24.tech or https://oauth.bitrix.info is wanted: the secret goes there")
    return url


def _fields(names: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"UF_CRM_[A-Z0-9_]{1,43}", name) for name in names):
        raise ValueError("names such as UF_CRM_SIGN_DOC are wanted, separated by commas")
    return names


def _stage_places(names: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"!?(C\d+:)?[A-Z0-9_]+|!?C\d+:\*", name) for name in names):
        raise ValueError("stages such as NEW or C2:PREPARATION, or C2:* for a pipeline, are wanted; ! before one: not")
    return names


def _stage_targets(names: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"(C\d+:)?[A-Z0-9_]+", name) for name in names):
        raise ValueError("stages such as WON or C2:WON are wanted, separated by commas")
    if len({name.rpartition(":")[0] for name in names}) != len(names):
        raise ValueError("one stage a pipeline is wanted")
    return names


def _quiet(hours: str) -> str:
    if read_quiet_hours(hours) is None:
        raise ValueError("hours such as 20:00-08:00 are wanted, or off")
    return hours


def inside(name: str) -> Any:
    """Default of a path: `name` in the data folder."""
    return Field(default_factory=lambda data: data["data_dir"] / name, validate_default=True)


Address = Annotated[str, AfterValidator(_address)]
BaseAddress = Annotated[Address, AfterValidator(lambda url: url.rstrip("/"))]
OAuthHost = Annotated[BaseAddress, AfterValidator(_oauth_host)]
AbsolutePath = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]
Zone = Annotated[str, AfterValidator(_zone)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""Separated by commas."""
Addresses = Annotated[tuple[Address, ...], NoDecode, BeforeValidator(_split)]
Copies = Annotated[Words, AfterValidator(_copies)]
DealFields = Annotated[Words, AfterValidator(_fields)]
DealField = Annotated[str, AfterValidator(lambda name: _fields((name,))[0])]
StagePlaces = Annotated[Words, AfterValidator(_stage_places)]
Quiet = Annotated[str, AfterValidator(_quiet)]
"""Hours such as `20:00-08:00`, or `off`."""
StageTargets = Annotated[Words, AfterValidator(_stage_targets)]
