"""What the designer of a process filled in, read strictly; everything arrives as text, a user as `user_14`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.platforms.bitrix24.robot.offer import FORMS, ON_REJECT
from bot.platforms.bitrix24.robot.runs import Asked
from signing.activation.mandate import Claim
from signing.activation.record import DETACHED

LONGEST_HOURS = 24 * 366
MARGIN = timedelta(minutes=1)
"""So much earlier, or a tenth of a shorter time, the request ends before its process gives up."""


class Unfit(Exception):
    """The action cannot be done as it is filled in; `reason` names the phrase `robot-error-<reason>`."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """The action's properties."""

    field: str
    signer: int | None
    """The portal's number of the signer; None: the deal's responsible person, unless there is a `route`."""
    route: str | None
    """The document goes along this route of the policy file, instead of to one person."""
    comment: str
    form: str | None
    """A name of `signing.formats.FORMATS`; None: as the company's rules say."""
    until: datetime | None
    """None: as long as the company's rules give."""
    claim: Claim | None = None
    """The document shall be sealed automatically under a mandate; without a `signer` nobody is asked otherwise."""


def read_wishes(asked: Asked, *, fields: Sequence[str], routes: Sequence[str]) -> Wishes:
    """Return what is wished of one of `fields`, along one of `routes` or none; raise `Unfit`.

    Without a deadline of its own the request ends just before the process gives up: whoever signs later would sign
    for nobody who waits, and so the process still hears that it expired.
    """
    properties = asked.properties
    field = "".join(_texts(properties.get("field")))
    if field not in fields:
        raise Unfit("no-such-field", field=field or "—", fields=", ".join(fields))
    if (choice := "".join(_texts(properties.get("on_reject")))) not in ("", *ON_REJECT):
        raise Unfit("no-such-choice", value=choice)
    if (form := "".join(_texts(properties.get("form")))) not in ("", *FORMS):
        raise Unfit("no-such-form", value=form)
    hours = _hours("".join(_texts(properties.get("deadline_hours"))))
    wishes = Wishes(
        field=field, signer=_user(_texts(properties.get("signer"))), route=route_of(asked) or None,
        comment=" ".join(_texts(properties.get("comment"))), form=form or None,
        until=_in_time(asked) if hours is None else asked.asked_at + timedelta(hours=hours),
        claim=_claim("".join(_texts(properties.get("document_type"))), "".join(_texts(properties.get("value")))),
    )  # fmt: skip
    if wishes.route is not None:
        _check_route(wishes, routes)
    return wishes


def _check_route(wishes: Wishes, routes: Sequence[str]) -> None:
    """Raise `Unfit` unless the route is one of the policy file's, and nothing else filled in speaks against it."""
    if wishes.route not in routes:
        raise Unfit("no-such-route", route=wishes.route, routes=", ".join(routes), number=len(routes))
    if wishes.signer is not None:
        raise Unfit("route-and-signer", route=wishes.route)
    if wishes.claim is not None:
        raise Unfit("route-and-mandate", route=wishes.route)
    if wishes.form in DETACHED:
        raise Unfit("route-inside")


def route_of(asked: Asked) -> str:
    """Return the route as it is filled in, which need not be one; empty when there is none."""
    return "".join(_texts(asked.properties.get("route")))


def stops_on_reject(asked: Asked) -> bool:
    """Tell whether a refusal stops the process."""
    return _texts(asked.properties.get("on_reject")) == ["stop"]


def _in_time(asked: Asked) -> datetime | None:
    gives_up_at = asked.gives_up_at
    return None if gives_up_at is None else gives_up_at - min(MARGIN, timedelta(seconds=asked.timeout_s) / 10)


def _user(values: Sequence[str]) -> int | None:
    if len(values) > 1:
        raise Unfit("one-signer")
    if not values:
        return None
    found = re.fullmatch(r"user_([1-9][0-9]{0,17})", values[0], re.ASCII)
    if found is None:
        raise Unfit("not-a-person", value=values[0])
    return int(found.group(1))


def _hours(value: str) -> int | None:
    if value in ("", "0"):
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,4}", value, re.ASCII) or int(value) > LONGEST_HOURS:
        raise Unfit("bad-deadline", value=value)
    return int(value)


def _claim(document_type: str, value: str) -> Claim | None:
    """Return what is said of a document that a mandate shall cover; `500 EUR` and `500|EUR` are one value."""
    if not document_type:
        if value:
            raise Unfit("value-without-type")
        return None
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", document_type, re.ASCII):
        raise Unfit("bad-type", value=document_type)
    if not value:
        return Claim(type=document_type)
    found = _VALUE.fullmatch(value)
    if found is None:
        raise Unfit("bad-value", value=value)
    whole, cents, currency = found.groups()
    hundredths = int(re.sub(r"\s", "", whole)) * 100 + int((cents or "").ljust(2, "0"))
    return Claim(type=document_type, value=hundredths, currency=currency.upper())


_VALUE = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(?:\s[0-9]{3}){1,3})(?:[.,]([0-9]{1,2}))?\s*\|?\s*([A-Za-z]{3})")


def _texts(value: object) -> list[str]:
    """Return the filled-in texts of a property, which may come as a list although it is single."""
    inner = value.values() if isinstance(value, Mapping) else (value,)
    return [text.strip()[:1000] for text in inner if isinstance(text, str) and text.strip()]
