"""The file fields of deals: made on request, so that nobody has to click them together."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platforms.bitrix24.client import Portal

_LABELS = {"en": "Document to sign", "ru": "Документ на подпись"}
_PREFIX = "UF_CRM_"
"""The portal puts it before the name that is given."""


async def missing_fields(portal: Portal, fields: Sequence[str]) -> tuple[str, ...]:
    """Return which of `fields` deals do not have."""
    there = {str(field["FIELD_NAME"]) async for field in portal.pages("crm.deal.userfield.list", "")}
    return tuple(field for field in fields if field not in there)


async def is_multiple(portal: Portal, field: str) -> bool:
    """Tell whether a field takes several files: the value of an empty one does not always say it."""
    rows = portal.pages("crm.deal.userfield.list", "")
    return any([row["FIELD_NAME"] == field and row.get("MULTIPLE") == "Y" async for row in rows])


async def make_missing(portal: Portal, fields: Sequence[str]) -> tuple[str, ...]:
    """Make the file fields that deals do not have yet and return them; takes an administrator of the CRM."""
    missing = await missing_fields(portal, fields)
    for field in missing:
        await portal.write(
            "crm.deal.userfield.add",
            fields={
                "USER_TYPE_ID": "file", "FIELD_NAME": field.removeprefix(_PREFIX), "LABEL": _LABELS["en"],
                "EDIT_FORM_LABEL": _LABELS, "LIST_COLUMN_LABEL": _LABELS, "MULTIPLE": "N", "MANDATORY": "N",
            },
        )  # fmt: skip
    return missing
