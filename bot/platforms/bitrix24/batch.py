"""Many reads in one call (`batch`, reference 2.4): written as queries, and told apart afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.platforms.bitrix24.answers import mapping
from bot.platforms.bitrix24.form import write_query

_REFERENCE = "$result["
"""The portal puts an earlier result in its place: a value that has it cannot go into a batch."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of a batch; it must change nothing, because a batch is repeated like any other read."""

    method: str
    params: Mapping[str, Any]

    @property
    def is_plain(self) -> bool:
        """Whether it means in a batch what it means alone."""
        return _REFERENCE not in str(self.params)


def commands(calls: Sequence[Call]) -> dict[str, str]:
    """Return the calls as the portal wants them, by a name that it gives back."""
    return {_name(place): f"{call.method}?{write_query(call.params)}" for place, call in enumerate(calls)}


def bodies(count: int, result: object) -> list[dict[str, Any] | None]:
    """Return for each call the answer that it would have had alone, None where the portal tells nothing of it."""
    told = mapping(result)
    errors, results = mapping(told.get("result_error")), mapping(told.get("result"))
    totals, following = mapping(told.get("result_total")), mapping(told.get("result_next"))
    return [_body(_name(place), errors, results, totals, following) for place in range(count)]


def _body(
    name: str,
    errors: Mapping[str, Any],
    results: Mapping[str, Any],
    totals: Mapping[str, Any],
    following: Mapping[str, Any],
) -> dict[str, Any] | None:
    if name in errors:
        return {"error": "UNNAMED", **mapping(errors[name])}
    if name not in results:
        return None
    more = {"total": totals.get(name), "next": following.get(name)}
    return {"result": results[name], **{key: value for key, value in more.items() if value is not None}}


def _name(place: int) -> str:
    """Return a name that PHP does not take for a place in a list."""
    return f"c{place}"
